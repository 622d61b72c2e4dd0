"""Parsing in a keyless child process: bytes in, JSON out, a crash is a failure with a reason.

Parsers have zero-days. So the process that holds the tenant's key never parses: it hands an open file to a child that was
started with an empty environment, holds no key and no path, and is fenced in by the kernel (`fences`) before it reads a byte.

    with Worker() as worker:
        document = worker.parse(fd, job, timeout_s=120)

Wire: requests are a 4-byte big-endian length and the job as JSON, with the document's descriptor beside the first byte;
answers are one byte (`D` document, `E` failure), a 4-byte length and JSON, after a `P` of length 0 for every page of OCR.
The first thing a child says, before it has seen any document, is an `F` with the fences that hold.
A small letter says that memory or the OCR engine gave out; where the child had served others before, a fresh one is asked
again, so that a result never depends on what was parsed earlier. One worker serves one ingest of one tenant.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed
from frostbyte.parse import fences
from frostbyte.parse.fences import Fence
from frostbyte.program import child_environment, words

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.parse import ParseJob

MEMORY_BYTES = 1_500_000_000
"""Private writable memory the child may have (RLIMIT_DATA). Address space is not limited: pdfium and onnxruntime reserve far
more of it than they touch."""
ANSWER_BYTES = 256 * 1024 * 1024
"""The longest answer that is taken; a longer one is a bomb."""
JOB_BYTES = 64 * 1024
DOCUMENTS_PER_CHILD = 250
"""A child is replaced after so many documents, so that what a library leaks stays bounded."""

SLOW_FACTOR = 20
"""How many times the time-out a document may take in all, as long as OCR pages keep being finished."""

_PROGRESS = b"P\0\0\0\0"
_FAILURES = frozenset(("FILE_CORRUPTED", "UNSUPPORTED_FORMAT", "OCR_FAILED", "PARSER_ERROR"))
_CPU_GRACE_S = 30
_NEW_OBJECTS = 50_000
"""Objects after which Python looks for cycles; a page makes thousands, none in a cycle, and `_trim` looks after each document."""


class Worker:
    """A parser child, started at the first document and again after a crash. Calls from several threads wait for each other."""

    def __init__(self, *, memory_bytes: int = MEMORY_BYTES, answer_bytes: int = ANSWER_BYTES) -> None:
        self._memory_bytes = memory_bytes
        self._answer_bytes = answer_bytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._served = 0
        self._fences: tuple[Fence, ...] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id while one runs."""
        return None if self._process is None else self._process.pid

    def fences(self, timeout_s: float = 30.0) -> tuple[Fence, ...]:
        """The kernel's fences as the child found them; starts one where none runs. None at all where it did not say.

        Raises ParseFailed with detail CRASH or TIMEOUT where no child can be had.
        """
        with self._lock:
            try:
                connection = self._started()
                if self._fences is None:
                    self._hear(connection, _receive(connection, 5, deadline := time.monotonic() + timeout_s), deadline)
            except TimeoutError:
                self._stop()
                raise ParseFailed("the parser took too long", detail="TIMEOUT", transient=True) from None
            except (OSError, EOFError):
                self._stop()
                raise ParseFailed("the parser crashed", detail="CRASH", transient=True) from None
            return self._fences or ()

    def kill(self) -> None:
        """Kill the child, whoever waits for it: what is being parsed fails as in a crash. For another thread than that one."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Stop the child. The worker can be used again; it then starts a new one."""
        with self._lock:
            self._stop()

    def parse(self, fd: int, job: ParseJob, timeout_s: float) -> CanonicalDocument:
        """The canonical document of the file behind `fd`, a readable regular file or memfd (its position does not matter).

        `timeout_s` is how long the child may go without finishing the document or another page of OCR; the whole may take
        SLOW_FACTOR times as long. A memfd that allows it is sealed against writing first, so that the child cannot change
        what the parent holds; anything else is copied into one, for the child may open no file of the disk.
        Where the kernel fences the child neither with Landlock nor with seccomp, the document says WORKER_UNFENCED.
        Raises ParseFailed; `transient` with detail CRASH or TIMEOUT where the child died or took too long.
        """
        with self._lock:
            _seal(fd)
            readable = _readable(fd)
            try:
                kind, payload = self._exchange(readable, job, timeout_s)
                if kind.islower() and self._served:
                    self._stop()
                    kind, payload = self._exchange(readable, job, timeout_s)
            except TimeoutError:
                self._stop()
                raise ParseFailed("the parser took too long", detail="TIMEOUT", transient=True) from None
            except (OSError, EOFError):
                self._stop()
                raise ParseFailed("the parser crashed", detail="CRASH", transient=True) from None
            except BaseException:  # an interrupt in mid-answer leaves half of it in the socket
                self._stop()
                raise
            finally:
                os.close(readable)
            self._served += 1
            confined = fences.confined(self._fences or ())
            if kind.islower() or self._served >= DOCUMENTS_PER_CHILD or self._is_full():
                self._stop()
            if kind in b"Ee":
                raise self._failure(payload)
            try:
                document = _checked(payload, job)
            except ParseFailed:
                self._stop()
                raise
            return document if confined else _unfenced(document)

    def _exchange(self, fd: int, job: ParseJob, timeout_s: float) -> tuple[bytes, bytes]:
        start = time.monotonic()
        deadline = start + timeout_s
        connection = self._started()
        cpu_s = int(SLOW_FACTOR * timeout_s) * (os.cpu_count() or 1) + _CPU_GRACE_S
        request = json.dumps({"job": asdict(job), "cpu_s": cpu_s}, ensure_ascii=False).encode("utf-8")
        connection.settimeout(_left(deadline))
        socket.send_fds(connection, [struct.pack(">I", len(request))], [fd])
        connection.sendall(request)
        header = _receive(connection, 5, deadline)
        if self._fences is None and self._hear(connection, header, deadline):
            header = _receive(connection, 5, deadline)
        while header == _PROGRESS:
            deadline = min(time.monotonic() + timeout_s, start + SLOW_FACTOR * timeout_s)
            header = _receive(connection, 5, deadline)
        kind, length = struct.unpack(">cI", header)
        if kind not in (b"D", b"d", b"E", b"e") or length > self._answer_bytes:
            raise ParseFailed("the parser's answer is too long or no answer", detail="OUTPUT_LIMIT")
        return kind, _receive(connection, length, deadline)

    def _hear(self, connection: socket.socket, header: bytes, deadline: float) -> bool:
        """Take the report of fences, which only a child's first words can be: later ones may be a document's."""
        kind, length = struct.unpack(">cI", header)
        told = bool(kind == b"F") and length <= fences.REPORT_BYTES
        self._fences = fences.heard(_receive(connection, length, deadline)) if told else ()
        return told

    def _is_full(self) -> bool:
        """True where the child kept more than half of the memory it may have: the next document deserves a fresh one."""
        if self._process is None:
            return False
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[5])
        except (OSError, ValueError, IndexError):
            return True
        return pages * os.sysconf("SC_PAGESIZE") > self._memory_bytes // 2

    @staticmethod
    def _failure(payload: bytes) -> ParseFailed:
        """The child's failure, taken over only as far as it is made of words that are expected: a parser may be subverted."""
        try:
            answer = json.loads(payload)
            reason, detail = str(answer["reason"]), answer.get("detail")
        except (ValueError, KeyError, TypeError, AttributeError):
            reason, detail = "PARSER_ERROR", None
        if reason not in _FAILURES:
            reason = "PARSER_ERROR"
        if not isinstance(detail, str) or not detail.replace("_", "").isalnum() or not detail.isascii() or len(detail) > 64:
            detail = None
        return ParseFailed("the document could not be parsed", reason=reason, detail=detail)

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._socket is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self._process = subprocess.Popen(
                    [*_command(), str(self._memory_bytes), str(self._answer_bytes)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # a library's last words may quote the document
                    env=child_environment(os.environ),
                    cwd="/",
                    close_fds=True,
                    start_new_session=True,  # Ctrl-C is the parent's to handle
                )
            except BaseException:
                ours.close()
                raise
            finally:
                theirs.close()
            self._socket = ours
            self._served = 0
            self._fences = None
        return self._socket

    def _stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _command() -> list[str]:
    return words("parse-worker")


def _seal(fd: int) -> None:
    with contextlib.suppress(OSError):  # no memfd, or one that allows no seals
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)


def _readable(fd: int) -> int:
    """The document behind `fd` as a descriptor for the child: read-only, and of a memfd."""
    if str(Path(f"/proc/self/fd/{fd}").readlink()).startswith("/memfd:"):
        return os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
    copy = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        offset = 0
        while sent := os.sendfile(copy, fd, offset, 1 << 30):
            offset += sent
        _seal(copy)
        return os.open(f"/proc/self/fd/{copy}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(copy)


def _unfenced(document: CanonicalDocument) -> CanonicalDocument:
    from frostbyte.contract.documents import ParseWarning

    warnings = [*document.lineage.warnings, ParseWarning(code=fences.UNFENCED)]
    return document.model_copy(update={"lineage": document.lineage.model_copy(update={"warnings": warnings})})


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _receive(connection: socket.socket, length: int, deadline: float | None) -> bytes:
    buffer = bytearray()
    while len(buffer) < length:
        connection.settimeout(None if deadline is None else _left(deadline))
        part = connection.recv(min(1 << 20, length - len(buffer)))
        if not part:
            raise EOFError
        buffer += part
    return bytes(buffer)


def _checked(payload: bytes, job: ParseJob) -> CanonicalDocument:
    """The answer as a model, and as an answer to this job: the child could be subverted by an earlier document."""
    from pydantic import ValidationError

    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.contract.ids import doc_id

    try:
        document = CanonicalDocument.model_validate_json(payload)
    except ValidationError:
        raise ParseFailed("the parser's answer is no canonical document", detail="BAD_ANSWER") from None
    expected = (job.file_id, job.tenant_id, doc_id(job.file_id), job.sha256)
    if (document.file_id, document.tenant_id, document.doc_id, document.lineage.raw_sha256) != expected:
        raise ParseFailed("the parser answered for another document", detail="BAD_ANSWER")
    return document


# The child


def serve(socket_fd: int = 0) -> int:
    """The child's loop over the socket it was started with (its standard input); returns its exit status."""
    connection = _connection(socket_fd)
    memory_bytes = int(sys.argv[2]) if len(sys.argv) > 2 else MEMORY_BYTES
    answer_bytes = int(sys.argv[3]) if len(sys.argv) > 3 else ANSWER_BYTES
    report = fences.told(confine(memory_bytes))
    gc.set_threshold(_NEW_OBJECTS)
    threading.Thread(target=_leave_with_parent, args=(connection,), daemon=True).start()
    from frostbyte.parse import ocr

    ocr.on_page = lambda: connection.sendall(_PROGRESS)
    with contextlib.suppress(OSError):  # the parent is gone; the loop sees that too
        connection.sendall(struct.pack(">cI", b"F", len(report)) + report)
    while True:
        try:
            header, descriptors, _, _ = socket.recv_fds(connection, 4, 1)
            if not header:
                return 0
            header += _receive(connection, 4 - len(header), None)
            (length,) = struct.unpack(">I", header)
            if length > JOB_BYTES or len(descriptors) != 1:
                return 1
            kind, payload = _answer(descriptors[0], _receive(connection, length, None))
            if len(payload) > answer_bytes:
                kind, payload = _failed("PARSER_ERROR", "OUTPUT_LIMIT")
            connection.sendall(struct.pack(">cI", kind, len(payload)) + payload)
        except (OSError, EOFError):
            return 0


def _connection(socket_fd: int) -> socket.socket:
    """The socket, moved away from standard input, which becomes /dev/null."""
    connection = socket.socket(fileno=os.dup(socket_fd))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, socket_fd)
    if null != socket_fd:
        os.close(null)
    connection.setblocking(True)
    return connection


def confine(memory_bytes: int) -> tuple[Fence, ...]:
    """Give up what a parser never needs: cores, files, more memory, more privileges, and whatever the kernel can fence off."""
    import resource

    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_DATA, memory_bytes),
    ):
        _, hard = resource.getrlimit(limit)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    return fences.install()


def _allow_cpu(seconds: int) -> None:
    """Let this process use so much more processor time; the kernel ends it after that, whoever else has stopped watching."""
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _leave_with_parent(connection: socket.socket) -> None:
    """End this process at once when the parent is gone, even in the middle of a document that never ends."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLHUP | select.POLLRDHUP)
    poller.poll()
    os._exit(0)


def _answer(fd: int, request: bytes) -> tuple[bytes, bytes]:
    from frostbyte.parse import ParseJob, ocr, parse_file

    failures = ocr.failures
    try:
        asked = json.loads(request)
        job = ParseJob(**asked["job"])
        _allow_cpu(int(asked["cpu_s"]))
        document = parse_file(f"/proc/self/fd/{fd}", job)
        kind, payload = b"D", document.model_dump_json().encode("utf-8")
    except ParseFailed as error:
        kind, payload = _failed(error.reason, "MEMORY_LIMIT" if error.detail == "MemoryError" else error.detail)
        failures -= error.detail == "MemoryError"
    except MemoryError:
        kind, payload = _failed("PARSER_ERROR", "MEMORY_LIMIT")
        failures -= 1
    except Exception as error:  # the child's outermost edge: any bug of a parser is this document's failure, no more
        kind, payload = _failed("PARSER_ERROR", type(error).__name__)
    finally:
        os.close(fd)
    _trim()
    return (kind.lower() if ocr.failures > failures else kind), payload


def _trim() -> None:
    """Give freed memory back to the system; the GNU allocator keeps what large pages and pictures took."""
    import ctypes

    gc.collect()
    gc.freeze()  # what is left now are modules: no need to look through them after each document
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _failed(reason: str, detail: str | None) -> tuple[bytes, bytes]:
    answer: dict[str, Any] = {"reason": reason, "detail": detail}
    return b"E", json.dumps(answer).encode("utf-8")
