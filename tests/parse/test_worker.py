"""The parser child: what it may know and do, and what happens when it dies, hangs, lies or runs out of memory."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, parse_file, worker
from frostbyte.parse.worker import Worker
from frostbyte.program import child_environment

Text = Callable[..., str]


@pytest.fixture(scope="module")
def document(new_pdf: Any, text: Text) -> bytes:
    writer = new_pdf()
    writer.page(text(72, 700, "The cold store is checked twice a day."))
    return bytes(writer.bytes())


def memfd(data: bytes) -> int:
    descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(descriptor, data)
    return descriptor


@pytest.fixture
def opened() -> Iterator[Callable[[bytes], int]]:
    """`opened(data)`: the data behind a descriptor, closed after the test."""
    descriptors: list[int] = []

    def make(data: bytes) -> int:
        descriptors.append(memfd(data))
        return descriptors[-1]

    yield make
    for descriptor in descriptors:
        os.close(descriptor)


def job(data: bytes, file_id: str = "file-1", mime: str = formats.PDF) -> ParseJob:
    return ParseJob(file_id, "acme", mime, hashlib.sha256(data).hexdigest())


Opened = Callable[[bytes], int]


def test_the_child_gives_what_the_parser_gives(document: bytes, opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(document)
    here = parse_file(str(path), job(document)).model_dump()
    with Worker() as parser:
        there = parser.parse(opened(document), job(document), 60).model_dump()
    here["lineage"].pop("parse_timestamp")
    there["lineage"].pop("parse_timestamp")
    assert there == here
    assert [c["text"] for c in there["chunks"]] == ["The cold store is checked twice a day."]


def test_a_file_on_disk_will_do_and_its_position_does_not_matter(document: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(document)
    with Worker() as parser, path.open("rb") as file:
        file.read()
        assert parser.parse(file.fileno(), job(document), 60).chunks
        assert parser.parse(file.fileno(), job(document), 60).chunks
    assert path.read_bytes() == document


def test_what_the_parent_holds_cannot_be_changed_by_the_child(document: bytes, opened: Opened) -> None:
    descriptor = opened(document)
    with Worker() as parser:
        parser.parse(descriptor, job(document), 60)
    assert fcntl.fcntl(descriptor, fcntl.F_GET_SEALS) & fcntl.F_SEAL_WRITE
    with pytest.raises(PermissionError):
        os.pwrite(descriptor, b"x", 0)


def test_the_child_knows_nothing_and_may_do_little(
    document: bytes, opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FROSTBYTE_PASSPHRASE", "marker-of-a-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "marker-of-a-secret")
    monkeypatch.chdir(tmp_path)
    secret = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(secret, True)
    with Worker() as parser:
        parser.parse(opened(document), job(document), 60)
        proc = Path(f"/proc/{parser.pid}")
        names = {entry.split(b"=")[0].decode() for entry in (proc / "environ").read_bytes().split(b"\0") if entry}
        command = (proc / "cmdline").read_bytes()
        descriptors = {p.name: str(p.readlink()) for p in (proc / "fd").iterdir()}
        status = (proc / "status").read_text()
        limits = {line[:25].strip(): line[25:].split()[:2] for line in (proc / "limits").read_text().splitlines()[1:]}
        assert (proc / "cwd").readlink() == Path("/")
    os.close(secret)
    assert names <= {
        "HOME", "LANG", "OPENSSL_CONF", "ORT_DISABLE_TELEMETRY", "MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS", "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONNOUSERSITE", "PYTHONSAFEPATH",
    }  # fmt: skip
    assert b"marker" not in command
    assert str(tmp_path).encode() not in command
    files = {name: target for name, target in descriptors.items() if not target.startswith("socket:")}
    assert set(files.values()) == {"/dev/null"}, descriptors
    assert len(descriptors) - len(files) == 1
    assert "NoNewPrivs:\t1" in status
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert limits["Max data size"] == [str(worker.MEMORY_BYTES)] * 2
    assert limits["Max cpu time"][0] != "unlimited"


def test_a_failure_comes_with_its_reason_and_the_child_lives_on(document: bytes, opened: Opened) -> None:
    with Worker() as parser:
        with pytest.raises(ParseFailed) as caught:
            parser.parse(opened(b"no pdf at all"), job(b"no pdf at all"), 60)
        assert (caught.value.reason, caught.value.detail, caught.value.transient) == ("FILE_CORRUPTED", "NOT_A_PDF", False)
        before = parser.pid
        assert parser.parse(opened(document), job(document), 60).chunks
        assert parser.pid == before


def when_stopped(pid: int) -> None:
    """Wait until the process is in the stopped state."""
    while "T (stopped)" not in Path(f"/proc/{pid}/status").read_text():
        time.sleep(0.01)


def stopped(parser: Worker) -> int:
    """Stop the child, so that its next document hangs."""
    assert parser.pid is not None
    os.kill(parser.pid, signal.SIGSTOP)
    when_stopped(parser.pid)
    return parser.pid


def test_a_killed_child_is_a_crash_and_is_replaced(document: bytes, opened: Opened) -> None:
    with Worker() as parser:
        parser.parse(opened(document), job(document), 60)
        first = stopped(parser)
        threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()
        with pytest.raises(ParseFailed) as caught:
            parser.parse(opened(document), job(document), 60)
        assert (caught.value.reason, caught.value.detail, caught.value.transient) == ("PARSER_ERROR", "CRASH", True)
        assert parser.parse(opened(document), job(document), 60).chunks
        assert parser.pid != first


def test_a_child_that_died_between_documents_is_replaced_unnoticed(document: bytes, opened: Opened) -> None:
    with Worker() as parser:
        parser.parse(opened(document), job(document), 60)
        assert parser.pid is not None
        os.kill(parser.pid, signal.SIGKILL)
        os.waitid(os.P_PID, parser.pid, os.WEXITED | os.WNOWAIT)  # over with all its threads, and not yet taken notice of
        assert parser.parse(opened(document), job(document), 60).chunks


def test_a_child_that_hangs_is_killed_in_time_and_replaced(document: bytes, opened: Opened) -> None:
    with Worker() as parser:
        parser.parse(opened(document), job(document), 60)
        first = stopped(parser)
        start = time.monotonic()
        with pytest.raises(ParseFailed) as caught:
            parser.parse(opened(document), job(document), 0.5)
        assert 0.4 < time.monotonic() - start < 30
        assert (caught.value.reason, caught.value.detail, caught.value.transient) == ("PARSER_ERROR", "TIMEOUT", True)
        assert not Path(f"/proc/{first}").exists()
        assert parser.parse(opened(document), job(document), 60).chunks


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes with side x side pixels of nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(b"\0" * (side * 3 + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_a_bomb_meets_the_memory_limit_and_nobody_else_does(document: bytes, opened: Opened) -> None:
    data = bomb(7000)
    assert len(data) < 500_000
    with Worker(memory_bytes=220_000_000) as parser:
        assert parser.parse(opened(document), job(document), 60).chunks
        with pytest.raises(ParseFailed) as caught:
            parser.parse(opened(data), job(data, mime=formats.PNG), 60)
        assert (caught.value.reason, caught.value.detail) == ("PARSER_ERROR", "MEMORY_LIMIT")
        assert parser.parse(opened(document), job(document), 60).chunks


def test_an_answer_past_the_limit_is_a_failure(document: bytes, opened: Opened) -> None:
    with Worker(answer_bytes=200) as parser:
        with pytest.raises(ParseFailed) as caught:
            parser.parse(opened(document), job(document), 60)
        assert caught.value.detail == "OUTPUT_LIMIT"


def test_a_child_is_replaced_after_its_share_of_documents(
    document: bytes, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DOCUMENTS_PER_CHILD", 2)
    seen = []
    with Worker() as parser:
        for _ in range(3):
            parser.parse(opened(document), job(document), 60)
            seen.append(parser.pid)
    assert seen[0] is not None
    assert seen[1] is None  # replaced at the next document
    assert seen[2] not in (None, seen[0])


def test_threads_wait_for_each_other(document: bytes, opened: Opened) -> None:
    jobs = [job(document, f"file-{n}") for n in range(6)]
    descriptors = [opened(document) for _ in jobs]
    with Worker() as parser, ThreadPoolExecutor(3) as pool:
        documents = list(pool.map(lambda pair: parser.parse(pair[0], pair[1], 60), zip(descriptors, jobs, strict=True)))
    assert [d.file_id for d in documents] == [j.file_id for j in jobs]


PARENT = """
import os, sys
from frostbyte.parse import ParseJob
from frostbyte.parse.worker import Worker
data = open(sys.argv[1], "rb")
parser = Worker()
parser.parse(data.fileno(), ParseJob("f", "acme", "application/pdf", "0" * 64), 60)
print(parser.pid, flush=True)
sys.stdin.read()
"""


def test_the_child_ends_when_its_parent_is_killed(document: bytes, tmp_path: Path, repository: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(document)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )
    with parent:
        assert parent.stdout is not None
        child = Path(f"/proc/{int(parent.stdout.readline())}")
        assert child.exists()
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while child.exists() and "Z (zombie)" not in (child / "status").read_text():
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.02)


# A child that was taken over by a document: it speaks the protocol, and lies.

LIAR = """
import json, os, socket, struct, sys, time
connection = socket.socket(fileno=0)
def answer(kind, payload):
    connection.sendall(struct.pack(">cI", kind, len(payload)) + payload)
while True:
    header, descriptors, _, _ = socket.recv_fds(connection, 4, 1)
    if not header:
        break
    os.close(descriptors[0])
    request = connection.recv(struct.unpack(">I", header)[0])
    exec(sys.argv[1])
"""


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def becomes(lie: str) -> None:
        monkeypatch.setattr(worker, "_command", lambda: [sys.executable, "-c", LIAR, lie])

    return becomes


@pytest.mark.parametrize(
    ("lie", "reason", "detail"),
    [
        ("connection.sendall(struct.pack('>cI', b'D', 0xFFFFFFFF))", "PARSER_ERROR", "OUTPUT_LIMIT"),
        ("answer(b'X', b'')", "PARSER_ERROR", "OUTPUT_LIMIT"),
        ("answer(b'D', b'not json')", "PARSER_ERROR", "BAD_ANSWER"),
        ("answer(b'D', b'{}')", "PARSER_ERROR", "BAD_ANSWER"),
        ("answer(b'E', b'[]')", "PARSER_ERROR", None),
        ("answer(b'E', json.dumps({'reason': 'ALL IS WELL', 'detail': 'text of the document'}).encode())", "PARSER_ERROR", None),
        ("answer(b'E', json.dumps({'reason': 'OCR_FAILED', 'detail': 'x' * 65}).encode())", "OCR_FAILED", None),
        ("sys.exit(0)", "PARSER_ERROR", "CRASH"),
        ("connection.sendall(b'D'); sys.exit(0)", "PARSER_ERROR", "CRASH"),
    ],
)
def test_a_lying_child_is_not_believed(
    document: bytes, opened: Opened, liar: Callable[[str], None], lie: str, reason: str, detail: str | None
) -> None:
    liar(lie)
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.parse(opened(document), job(document), 60)
    assert (caught.value.reason, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize(
    "changed", [{"file_id": "file-2"}, {"tenant_id": "other"}, {"doc_id": "doc_" + "0" * 12}, {"raw_sha256": "0" * 64}]
)
def test_an_answer_for_another_document_is_refused(
    document: bytes, opened: Opened, liar: Callable[[str], None], tmp_path: Path, changed: dict[str, str]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(document)
    answer = json.loads(parse_file(str(path), job(document)).model_dump_json())
    for name, value in changed.items():
        (answer["lineage"] if name == "raw_sha256" else answer)[name] = value
    stored = tmp_path / "answer.json"
    stored.write_text(json.dumps(answer))
    liar(f"answer(b'D', open({str(stored)!r}, 'rb').read())")
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.parse(opened(document), job(document), 60)
    assert caught.value.detail == "BAD_ANSWER"


def test_a_worn_child_is_not_the_last_word(document: bytes, opened: Opened, liar: Callable[[str], None]) -> None:
    """The second document meets a used child that gives out; the failure reported is that of a fresh one."""
    liar(
        "globals().setdefault('n', []).append(1);"
        "told = json.dumps({'reason': 'OCR_FAILED', 'detail': f'PID_{os.getpid()}_{len(n)}'});"
        "answer(b'e' if len(n) > 1 else b'E', told.encode())"
    )
    with Worker() as parser:
        details = []
        for _ in range(2):
            with pytest.raises(ParseFailed) as caught:
                parser.parse(opened(document), job(document), 60)
            details.append(str(caught.value.detail))
    assert [d.split("_")[2] for d in details] == ["1", "1"]
    assert details[0] != details[1]


def test_pages_getting_done_prolong_the_time_allowed(document: bytes, opened: Opened, liar: Callable[[str], None]) -> None:
    liar("[(time.sleep(0.4), answer(b'P', b'')) for _ in range(4)]; answer(b'E', b'{\"reason\": \"OCR_FAILED\"}')")
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.parse(opened(document), job(document), 1.2)
    assert caught.value.reason == "OCR_FAILED"


def test_but_not_for_ever(document: bytes, opened: Opened, liar: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SLOW_FACTOR", 3)
    liar("while True: time.sleep(0.05); answer(b'P', b'')")
    start = time.monotonic()
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.parse(opened(document), job(document), 0.5)
    assert caught.value.detail == "TIMEOUT"
    assert 1.4 < time.monotonic() - start < 30


def test_a_frozen_program_starts_itself_with_its_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker._command() == [sys.executable, "parse-worker"]
    environment = child_environment({"_PYI_ARCHIVE_FILE": "/a", "HOME": "/b", "LD_LIBRARY_PATH": "/c"})
    assert environment["_PYI_ARCHIVE_FILE"] == "/a"
    assert environment["HOME"] == "/"
    assert "LD_LIBRARY_PATH" not in environment
    assert "PYTHONPATH" not in environment
