"""One untrusted file through intake, malware scan and a fenced parser, watched: how it ended, how long, how much memory."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from frostbyte.contract import schema
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.rules import broken_rules
from frostbyte.errors import ParseFailed
from frostbyte.intake import admit
from frostbyte.intake.admit import MEGABYTE
from frostbyte.intake.drop import describe
from frostbyte.intake.scan.rules import shipped
from frostbyte.intake.scan.scanner import Scanner
from frostbyte.parse import ParseJob, worker
from frostbyte.parse.worker import MEMORY_BYTES, SLOW_FACTOR, Worker

REASONS = frozenset(("FILE_CORRUPTED", "UNSUPPORTED_FORMAT", "OCR_FAILED", "PARSER_ERROR"))
"""Why a parse may fail, in the contract's words."""
_JUDGED_CHARACTERS = 300_000
"""Documents with more text are not held against schema and rules one by one: that takes longer than reading them."""


def take_parsers_of(program: Path, place: Path | None = None) -> None:
    """From here on parsers are those of the program as one file, which holds modules that are compiled.

    It is unpacked at `place`, else where the environment says. A worker's environment holds nothing: it is told again.
    """
    place = place or (Path(found) if (found := os.environ.get("FROSTBYTE_RUNTIME_DIR")) else None)
    told = ["/usr/bin/env", f"FROSTBYTE_RUNTIME_DIR={place}"] if place else []
    worker._command = lambda: [*told, str(program.resolve()), "parse-worker"]


@dataclass(frozen=True)
class Ending:
    """How a file ended. `ending`: parsed, parse_failed, rejected or quarantined; `wrong` says what no ending may have."""

    path: Path
    ending: str
    reason: str = ""
    detail: str = ""
    seconds: float = 0.0
    resident: int = 0
    wrong: str = ""


class Passage:
    """The product's own way in for one file after another; the parser's resident memory is sampled meanwhile."""

    def __init__(self, timeout_s: float, *, scanning: bool = True) -> None:
        self._timeout_s = timeout_s
        self._config = TenantConfig()
        self._scanner = Scanner(shipped()) if scanning else None
        self._worker = Worker()
        self._peak = 0
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._watcher.join()
        self._worker.close()
        if self._scanner is not None:
            self._scanner.close()

    def take(self, path: Path) -> Ending:
        """The ending of the file at `path`. Only what breaks the promise that nothing dies is raised."""
        self._peak = 0
        self._forget()
        began = time.monotonic()
        entry = describe(path, path.parent, int(self._config.max_file_size_mb * MEGABYTE))
        scan = self._scanner.scan if self._scanner is not None else None
        admission = admit(entry, path, self._config, scan, root=path.parent)
        if admission.status != "accepted":
            return Ending(path, admission.status, str(admission.reason), "", time.monotonic() - began)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return self._parsed(
                path, descriptor, ParseJob(entry.file_id, "tenant", admission.mime_type or "", admission.sha256), began
            )
        finally:
            os.close(descriptor)

    def parse(self, data: bytes, mime: str, name: str) -> Ending:
        """The ending of bytes taken for a file of that type, past intake. Raises only what breaks the promise."""
        self._peak = 0
        self._forget()
        began = time.monotonic()
        descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(data)
            return self._parsed(
                Path(name), descriptor, ParseJob("file-1", "tenant", mime, hashlib.sha256(data).hexdigest()), began
            )
        finally:
            os.close(descriptor)

    def _parsed(self, path: Path, descriptor: int, job: ParseJob, began: float) -> Ending:
        wrong, reason, detail, ending = "", "", "", "parsed"
        try:
            document = self._worker.parse(descriptor, job, self._timeout_s)
            if document.stats.total_characters <= _JUDGED_CHARACTERS:
                plain = document.to_json()
                json.dumps(plain, ensure_ascii=False, allow_nan=False).encode("utf-8")
                broken = [
                    *broken_rules("canonical_document", plain),
                    *schema.validate("canonical_document", plain),
                    *stray_places(document),
                ]
                wrong = f"its document breaks {broken[0]}" if broken else ""
        except ParseFailed as failure:
            ending, reason, detail = "parse_failed", failure.reason, failure.detail or ""
            if reason not in REASONS:
                wrong = f"a reason the contract does not know: {reason}"
            elif detail in ("TIMEOUT", "CRASH", "BAD_ANSWER", "SPAN_MISMATCH", "CHUNK_ID_COLLISION", "OUTPUT_LIMIT"):
                wrong = f"the parser ended with {detail}"
        seconds = time.monotonic() - began
        if seconds > self._timeout_s * SLOW_FACTOR + 5:
            wrong = f"{seconds:.0f} s, over its limit"
        if self._peak > MEMORY_BYTES:
            wrong = f"{self._peak / 1e6:.0f} MB resident"
        return Ending(path, ending, reason, detail, seconds, self._peak, wrong)

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            pid = self._worker.pid
            with contextlib.suppress(OSError, ValueError, IndexError):
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
                self._peak = max(self._peak, int(status.partition("VmHWM:")[2].split()[0]) * 1024)

    def _forget(self) -> None:
        """Let the kernel's high-water mark of the child begin anew, so that a peak belongs to one file."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self._worker.pid}/clear_refs").write_text("5", encoding="ascii")


def stray_places(document: CanonicalDocument) -> Iterator[str]:
    """What of a document's offsets points past its page or its text, or is as long as it should not be, in words."""
    characters = {page.page: page.characters for page in document.pages}
    for span in document.source_map:
        if not 0 <= span.page_start <= span.page_end <= characters.get(span.page, -1):
            yield f"its page: {span.page_start}..{span.page_end} of {characters.get(span.page)}"
        if not 0 <= span.start_char < span.end_char <= document.stats.total_characters:
            yield f"its text: {span.start_char}..{span.end_char} of {document.stats.total_characters}"
        if span.end_char - span.start_char != span.page_end - span.page_start:
            yield f"a length: {span.end_char - span.start_char} for {span.page_end - span.page_start}"
    for hidden in document.hidden:
        if not 0 <= hidden.start_char <= hidden.end_char <= document.stats.total_characters:
            yield f"its text: hidden {hidden.start_char}..{hidden.end_char}"
