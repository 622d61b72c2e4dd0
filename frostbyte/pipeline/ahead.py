"""Files are parsed before their turn, several at once, and taken in their turn: commits keep the batch's order.

A file is begun as soon as its acceptance is committed and there is room, while later ones are still scanned and sealed. Only
parsing runs beside the rest, and it runs in the parsers' own processes: a thread here does no more than wait for one of them.
Keys, vault and audit chain stay with the one thread that commits, so ids, events and their order are those of a batch parsed file
by file. How much is in hand is bounded by number and by bytes, whatever the size of the batch.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from frostbyte.contract import formats
from frostbyte.errors import FrostbyteError

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.parse import ParseJob

FILES_PER_PARSER = 4
"""Files begun and not yet parsed, for each parser: enough that none idles while a file is judged, embedded and committed."""
PARSED_PER_PARSER = 32
"""Files in hand for each parser, parsed ones too: enough that the others go on while one file takes long, or all are taken in."""
BYTES_IN_HAND = 512 * 1024 * 1024
"""Files in hand may weigh so much together, or there is only one. Their originals and what was parsed of them lie in RAM."""
_WEIGHT = {formats.PDF: 1, formats.PNG: 1, formats.TIFF: 1, formats.DOCX: 16, formats.XLSX: 16}
_WEIGHT_OF_TEXT = 8
"""Bytes in RAM for a byte of the file, roughly: text comes back as objects, a packed file is unpacked besides."""
_LEAST_WEIGHT = 16 * 1024
_WEIGHT_OF_CHARACTER, _WEIGHT_OF_SPAN = 16, 1280
"""Bytes in RAM of a parsed document: measured 5 for a character of prose, 13 of a table, and the rest by its source spans."""
_KILL_EVERY_S = 0.05


class Parser(Protocol):
    """Parses one document in a child process (`Worker`), or several at once when asked from several threads (`Workers`)."""

    def parse(self, fd: int, job: ParseJob, timeout_s: float) -> CanonicalDocument:
        """The document behind `fd`. Raises ParseFailed."""

    def kill(self) -> None:
        """Let every parse that runs fail at once."""


@dataclass(frozen=True)
class Parsed:
    """A document, the seconds it took to parse, and the bytes it may take in RAM."""

    document: CanonicalDocument
    seconds: float
    weight: int


@dataclass(frozen=True)
class Task:
    """A file to parse: what is asked of the parser, the size of the original, and how to get that as a descriptor."""

    job: ParseJob
    size_bytes: int
    open: Callable[[], int]

    @property
    def weight(self) -> int:
        """Bytes this file may take in RAM while it is in hand."""
        return max(_LEAST_WEIGHT, self.size_bytes * _WEIGHT.get(self.job.mime_type, _WEIGHT_OF_TEXT))


@dataclass(frozen=True)
class _InHand:
    task: Task
    future: Future[Parsed]

    @property
    def weight(self) -> int:
        """Bytes in RAM: before the parse what the file may come to, after it what it came to. Small files may hold much text."""
        if not self.future.done():
            return self.task.weight
        return 0 if self.future.cancelled() or self.future.exception() else self.future.result().weight


class ParseAhead:
    """Parses up to `parsers` files at once. Used by one thread, which asks for every file in its turn."""

    def __init__(self, parser: Parser, parsers: int, timeout_s: float) -> None:
        self._parser, self._parsers, self._timeout_s = parser, parsers, timeout_s
        self._threads = ThreadPoolExecutor(parsers, thread_name_prefix="parse")
        self._expected: deque[Task] = deque()
        self._in_hand: dict[str, _InHand] = {}

    def __enter__(self) -> ParseAhead:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def expect(self, tasks: Sequence[Task]) -> None:
        """What will be asked for, in this order, begun where there is room. What is in hand stays there."""
        self._expected = deque(task for task in tasks if task.job.file_id not in self._in_hand)
        self._fill()

    def add(self, tasks: Sequence[Task]) -> None:
        """More that will be asked for, after what is expected already."""
        self._expected.extend(task for task in tasks if task.job.file_id not in self._in_hand)
        self._fill()

    def parse(self, task: Task) -> Parsed:
        """The document of a file whose turn has come. Raises ParseFailed, and what the vault says of the original."""
        file_id = task.job.file_id
        if file_id not in self._in_hand:
            self._expected = deque(other for other in self._expected if other.job.file_id != file_id)
            self._start(task)
        self._fill()
        return self._in_hand.pop(file_id).future.result()

    def close(self) -> None:
        """Give up what is in hand, at once: the parsers of what still runs are killed."""
        self._expected.clear()
        for entry in self._in_hand.values():
            entry.future.cancel()
        running = [entry.future for entry in self._in_hand.values() if not entry.future.done()]
        while running:  # again and again: a child may just have been starting
            self._parser.kill()
            running = list(wait(running, timeout=_KILL_EVERY_S).not_done)
        self._in_hand.clear()
        self._threads.shutdown()

    def _fill(self) -> None:
        if not self._expected:
            return
        weight = sum(entry.weight for entry in self._in_hand.values())
        begun = sum(not entry.future.done() for entry in self._in_hand.values())
        while self._expected and begun < self._parsers * FILES_PER_PARSER:
            weight += self._expected[0].weight
            if self._in_hand and (weight > BYTES_IN_HAND or len(self._in_hand) >= self._parsers * PARSED_PER_PARSER):
                return
            task = self._expected.popleft()
            # An original that cannot be read is said when its turn comes, not in the turn of another file.
            with suppress(FrostbyteError):
                self._start(task)
                begun += 1

    def _start(self, task: Task) -> None:
        descriptor = task.open()
        future = self._threads.submit(self._parse, descriptor, task.job)
        # Whether it ran or was given up before: the original leaves RAM as soon as it is not needed.
        future.add_done_callback(lambda _: os.close(descriptor))
        self._in_hand[task.job.file_id] = _InHand(task, future)

    def _parse(self, descriptor: int, job: ParseJob) -> Parsed:
        began = time.perf_counter()
        document = self._parser.parse(descriptor, job, self._timeout_s)
        seconds = time.perf_counter() - began
        return Parsed(document, seconds, _weight(document))


def _weight(document: CanonicalDocument) -> int:
    characters = sum(len(chunk.text) for chunk in document.chunks)
    return _LEAST_WEIGHT + _WEIGHT_OF_CHARACTER * characters + _WEIGHT_OF_SPAN * len(document.source_map)
