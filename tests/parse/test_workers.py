"""Several parsers at once: the answers of one, no tenant beside another, and a crash that is one file's."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob
from frostbyte.parse.worker import Worker
from frostbyte.parse.workers import Workers

Opened = Callable[[bytes], int]
TEXTS = [f"Clause {n}: the supplier delivers on Monday.\n".encode() for n in range(6)]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    descriptors: list[int] = []

    def open_one(data: bytes) -> int:
        path = tmp_path / f"document-{len(descriptors)}"
        path.write_bytes(data)
        descriptors.append(os.open(path, os.O_RDONLY))
        return descriptors[-1]

    yield open_one
    for descriptor in descriptors:
        os.close(descriptor)


def job(data: bytes, tenant: str = "northgate") -> ParseJob:
    digest = hashlib.sha256(data).hexdigest()
    return ParseJob(digest[:12], tenant, formats.TXT, digest)


def test_several_give_what_one_gives(opened: Opened) -> None:
    with Worker() as alone:
        wanted = [alone.parse(opened(data), job(data), 60).chunks for data in TEXTS]
    with Workers(3) as workers, ThreadPoolExecutor(3) as threads:
        # Three in three processes at once: each waits for the others before it asks.
        together = threading.Barrier(3)

        def parse(data: bytes, descriptor: int) -> object:
            together.wait(30)
            return workers.parse(descriptor, job(data), 60).chunks

        found = list(threads.map(parse, TEXTS, [opened(data) for data in TEXTS]))
        assert 1 < len(workers.pids) <= 3
    assert found == wanted
    assert workers.pids == ()


def test_files_one_after_another_start_one_child(opened: Opened) -> None:
    with Workers(4) as workers:
        for data in TEXTS:
            workers.parse(opened(data), job(data), 60)
        assert len(workers.pids) == 1


def test_another_tenant_is_refused(opened: Opened) -> None:
    with Workers(2) as workers:
        workers.parse(opened(TEXTS[0]), job(TEXTS[0]), 60)
        with pytest.raises(ValueError, match="another tenant"):
            workers.parse(opened(TEXTS[0]), job(TEXTS[0], "southgate"), 60)


def test_killing_them_fails_what_they_parse_at_once_and_they_serve_again(opened: Opened) -> None:
    with Workers(1) as workers:
        workers.parse(opened(TEXTS[0]), job(TEXTS[0]), 60)
        (pid,) = workers.pids
        os.kill(pid, signal.SIGSTOP)  # it will not answer
        threading.Timer(0.3, workers.kill).start()
        with pytest.raises(ParseFailed) as caught:
            workers.parse(opened(TEXTS[1]), job(TEXTS[1]), 60)
        assert (caught.value.detail, caught.value.transient) == ("CRASH", True)
        assert workers.parse(opened(TEXTS[1]), job(TEXTS[1]), 60).chunks
        assert workers.pids != (pid,)


def test_none_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot parse"):
        Workers(0)
