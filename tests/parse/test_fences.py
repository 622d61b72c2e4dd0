"""Getting out of the parser child: a reader that was taken over by its document tries, and each way ends as a parse failure.

The child is the real one, `serve()` with all it does, but for one reader: instead of reading a text file it runs it.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import platform
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, fences, landlock, parse_file, seccomp, worker
from frostbyte.parse.fences import Fence
from frostbyte.parse.worker import Worker

CHILD = """
import sys
from frostbyte.parse import fences, landlock, seccomp, text, worker

def taken_over(path):
    with open(path, encoding="utf-8") as file:
        exec(file.read(), {"path": path})
    return innocent(path)

def absent(*_):
    raise OSError(38, "not in this kernel")

innocent, text.read = text.read, taken_over
for name in sys.argv[1].split():
    if name == "namespaces":
        fences._leave_namespaces = absent
    else:
        {"landlock": landlock, "seccomp": seccomp}[name].install = absent
sys.exit(worker.serve())
"""

Try = Callable[..., ParseFailed]


def descriptor_of(data: bytes) -> int:
    descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(descriptor, data)
    return descriptor


def job(data: bytes, mime: str = formats.TXT) -> ParseJob:
    return ParseJob("file-1", "acme", mime, hashlib.sha256(data).hexdigest())


@pytest.fixture
def taken_over(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Children run the text files they are given. `without`: fences the kernel is made out not to have."""

    def become(without: str = "") -> None:
        monkeypatch.setattr(worker, "_command", lambda: [sys.executable, "-c", CHILD, without])

    return become


@pytest.fixture
def attempt(taken_over: Callable[..., None]) -> Try:
    """`attempt(code)`: the failure that the code ends with. Code that succeeds makes a document, and the test fails."""

    def run(code: str, *, without: str = "", timeout_s: float = 60) -> ParseFailed:
        taken_over(without)
        data = f"import ctypes, os, socket, sys\n{code}\n".encode()
        descriptor = descriptor_of(data)
        try:
            with Worker() as parser, pytest.raises(ParseFailed) as caught:
                parser.parse(descriptor, job(data), timeout_s)
        finally:
            os.close(descriptor)
        return caught.value

    return run


@pytest.fixture(scope="session")
def held() -> dict[str, Fence]:
    with Worker() as parser:
        return {fence.name: fence for fence in parser.fences()}


@pytest.fixture
def needs(held: dict[str, Fence]) -> Callable[[str], None]:
    def need(name: str) -> None:
        if not held[name].holds:
            pytest.skip(f"{name}: {held[name].why}")

    return need


def test_the_child_says_which_fences_hold() -> None:
    with Worker() as parser:
        before = parser.fences()
        assert [fence.name for fence in before] == list(fences.NAMES)
        assert parser.fences() == before
        status = Path(f"/proc/{parser.pid}/status").read_text()
    assert all(fence.why for fence in before)
    assert ("Seccomp:\t2" in status) == before[2].holds
    if before[0].holds:
        assert "CapEff:\t0000000000000000" in status
        assert "CapPrm:\t0000000000000000" in status
    if platform.machine() in seccomp.MACHINES and sys.platform == "linux":
        assert before[2].holds, before[2].why
    assert before[1].holds == (landlock.version() >= 1)


# Ways out. Each alone must fail with every fence up.

PLAIN: dict[str, str] = {
    "a socket": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "a datagram": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "a local socket": "socket.socket(socket.AF_UNIX)",
    "a raw socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "asking for a name": "socket.getaddrinfo('canary.invalid', 80)",
    "another program": "os.execv('/bin/sh', ['sh', '-c', 'exit 0'])",
    "another program, started": "import subprocess; subprocess.run(['/bin/sh', '-c', 'exit 0'])",
    "a fork bomb": "while True: os.fork()",
    "a signal to the parent": "os.kill(os.getppid() or 1, 0)",
    "a signal to everyone": "os.kill(-1, 0)",
    "the parent's limits": "import resource; resource.prlimit(os.getppid() or 1, resource.RLIMIT_CPU)",
    "a file in /tmp": "open('/tmp/frostbyte-escape', 'w')",
    "a file in /dev/shm": "open('/dev/shm/frostbyte-escape', 'w')",
    "its own code": "open(__import__('frostbyte').__file__, 'a')",
    "its own memory": "open('/proc/self/mem', 'r+b')",
    "a folder": "os.mkdir('/tmp/frostbyte-escape')",
    "the users": "open('/etc/passwd')",
    "the list of a home": "os.listdir('/home')",
    "another process's environment": "open(f'/proc/{os.getppid() or 1}/environ', 'rb')",
}  # fmt: skip


@pytest.mark.parametrize("way", PLAIN)
def test_no_way_out(way: str, attempt: Try, needs: Callable[[str], None]) -> None:
    needs("seccomp")
    if way in ("the users", "the list of a home", "another process's environment"):
        needs("landlock")
    failure = attempt(PLAIN[way])
    # A look-up is answered by the C library in its own words; whatever else is refused with EPERM or EACCES.
    assert (failure.reason, failure.detail) == ("PARSER_ERROR", "gaierror" if "name" in way else "PermissionError")
    assert not Path("/tmp/frostbyte-escape").exists()
    assert not Path("/dev/shm/frostbyte-escape").exists()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


@pytest.mark.parametrize("without", ["", "seccomp", "seccomp namespaces", "seccomp landlock", "landlock namespaces"])
def test_nothing_is_sent_whichever_fence_is_missing(
    without: str, attempt: Try, needs: Callable[[str], None], listener: socket.socket
) -> None:
    for name in set(fences.NAMES) - set(without.split()):
        needs(name)
    if "landlock" not in without and landlock.version() < 4 and len(without.split()) == 2:
        pytest.skip("Landlock of this kernel knows no network")
    failure = attempt(f"socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 5)", without=without)
    assert failure.detail in ("PermissionError", "OSError")  # OSError: the network is unreachable
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "keys" / "operator.txt"
    path.parent.mkdir(parents=True)
    path.write_text("AGE-SECRET-KEY-1MARKER")
    return path


READ = "assert 'MARKER' not in open({path!r}).read(), 'read'"


def test_the_identity_can_not_be_read(identity: Path, attempt: Try, needs: Callable[[str], None]) -> None:
    assert attempt(READ.format(path=str(identity)), without="landlock").detail == "AssertionError", "the probe reads nothing"
    needs("landlock")
    assert attempt(READ.format(path=str(identity))).detail == "PermissionError"
    assert attempt(READ.format(path=str(identity)), without="seccomp namespaces").detail == "PermissionError"
    assert attempt(f"os.listdir({str(identity.parent)!r})").detail == "PermissionError"
    through = f"/proc/self/root{identity}"
    assert attempt(READ.format(path=through)).detail == "PermissionError"


@pytest.mark.parametrize("without", ["", "landlock namespaces", "seccomp namespaces"])
def test_the_home_can_not_be_written(identity: Path, attempt: Try, needs: Callable[[str], None], without: str) -> None:
    for name in {"seccomp", "landlock"} - set(without.split()):
        needs(name)
    before = sorted(identity.parent.parent.rglob("*"))
    for code in (
        f"open({str(identity)!r}, 'a')",
        f"open({str(identity.parent / 'made')!r}, 'w')",
        f"os.remove({str(identity)!r})",
        f"os.rename({str(identity)!r}, {str(identity.parent / 'moved')!r})",
        f"os.symlink('/', {str(identity.parent / 'link')!r})",
        f"os.truncate({str(identity)!r}, 0)",
    ):
        if without.startswith("seccomp") and "truncate" in code and landlock.version() < 3:
            continue
        assert attempt(code, without=without).detail == "PermissionError", code
    assert sorted(identity.parent.parent.rglob("*")) == before
    assert identity.read_text() == "AGE-SECRET-KEY-1MARKER"


def test_eight_gigabytes_are_refused(attempt: Try) -> None:
    failure = attempt("x = bytearray(8 << 30)")
    assert (failure.reason, failure.detail) == ("PARSER_ERROR", "MEMORY_LIMIT")


def test_sleeping_for_ever_ends_in_time(attempt: Try) -> None:
    start = time.monotonic()
    failure = attempt("import time; time.sleep(10**6)", timeout_s=2)
    assert (failure.reason, failure.detail, failure.transient) == ("PARSER_ERROR", "TIMEOUT", True)
    assert time.monotonic() - start < 60


def test_ten_thousand_threads_meet_a_limit(attempt: Try) -> None:
    code = "import threading, time\nfor _ in range(10_000): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    assert attempt(code).detail == "RuntimeError"


CALLS = """
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
wrong = []
for number in {numbers}:
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(value) for value in {arguments}])
    if (answer, ctypes.get_errno()) != (-1, {code}):
        wrong.append(number)
raise (ValueError if wrong else PermissionError)
"""


def test_every_call_of_the_table_is_refused(attempt: Try, needs: Callable[[str], None]) -> None:
    needs("seccomp")
    column = seccomp.MACHINES[platform.machine()][0]
    refused = [numbers[column] for numbers in seccomp.REFUSED.values() if numbers[column] is not None]
    unknown = [numbers[column] for numbers in seccomp.UNKNOWN.values()]
    assert len(refused) > 90
    for numbers, arguments, code in (
        (refused, [0] * 6, errno.EPERM),
        (unknown, [0] * 6, errno.ENOSYS),
        ([seccomp._CLONE[column]], [int(signal.SIGCHLD), 0, 0, 0, 0], errno.EPERM),
        ([seccomp._TGKILL[column]], [1, 1, 0], errno.EPERM),
        ([seccomp._SENDTO[column]], [0, 0, 0, 0, 4096, 16], errno.EPERM),
    ):
        failure = attempt(CALLS.format(numbers=numbers, arguments=arguments, code=code))
        assert failure.detail == "PermissionError", (numbers, arguments)


def test_the_parent_can_not_be_traced(attempt: Try, needs: Callable[[str], None]) -> None:
    needs("seccomp")
    code = CALLS.format(
        numbers=[seccomp.REFUSED["ptrace"][seccomp.MACHINES[platform.machine()][0]]],
        arguments=[16, os.getpid(), 0, 0],  # PTRACE_ATTACH
        code=errno.EPERM,
    )
    assert attempt(code).detail == "PermissionError"
    assert "TracerPid:\t0" in Path("/proc/self/status").read_text()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the other architecture is one of x86_64")
def test_calls_by_other_numbers_end_the_child(attempt: Try, needs: Callable[[str], None]) -> None:
    needs("seccomp")
    getpid_of_32_bits = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret
    code = (
        "import mmap\nm = mmap.mmap(-1, 4096, prot=7)\n"
        f"m.write({getpid_of_32_bits!r})\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))()"
    )
    assert attempt(code).detail == "CRASH"
    assert attempt("ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39))").detail == "CRASH"


# What is parsed stays the same, and an unfenced parse is never silent.

EXAMPLES = {
    "cold-chain-sop.pdf": formats.PDF,
    "supply-agreement.pdf": formats.PDF,
    "pump-service-report.docx": formats.DOCX,
    "invoice-0417.xlsx": formats.XLSX,
    "delivery-note-scan.png": formats.PNG,
    "stock-count.csv": formats.CSV,
    "court-filing.txt": formats.TXT,
}


def test_documents_are_the_same_inside_the_fences(repository: Path) -> None:
    with Worker() as parser:
        for name, mime in EXAMPLES.items():
            path = repository / "docs" / "examples" / "drop" / name
            data = path.read_bytes()
            here = parse_file(str(path), job(data, mime)).model_dump()
            with path.open("rb") as file:
                there = parser.parse(file.fileno(), job(data, mime), 120).model_dump()
            for found in (here, there):
                found["lineage"].pop("parse_timestamp")
            assert there == here, name
            assert there["chunks"]


@pytest.mark.parametrize(
    ("without", "codes"),
    [
        ("", []),
        ("namespaces", []),
        ("landlock", []),
        ("seccomp namespaces", []),
        ("landlock seccomp", [fences.UNFENCED]),
        ("landlock seccomp namespaces", [fences.UNFENCED]),
    ],
)
def test_a_document_parsed_without_a_fence_says_so(
    taken_over: Callable[..., None], needs: Callable[[str], None], without: str, codes: list[str]
) -> None:
    for name in {"landlock", "seccomp"} - set(without.split()):
        needs(name)
    taken_over(without)
    data = b"'The cold store is checked twice a day.'\n"
    descriptor = descriptor_of(data)
    with Worker() as parser:
        documents = [parser.parse(descriptor, job(data), 60) for _ in range(2)]
        said = {fence.name: fence for fence in parser.fences()}
    os.close(descriptor)
    assert [[warning.code for warning in document.warnings] for document in documents] == [codes, codes]
    for name in without.split():
        assert not said[name].holds
        assert "not in this kernel" in said[name].why


def test_a_report_of_fences_comes_first_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    late = "import socket, sys, time; c = socket.socket(fileno=0); c.recv(4); c.sendall(b'P' + b'\\0' * 4 + b'F' + b'\\0' * 4)"
    monkeypatch.setattr(worker, "_command", lambda: [sys.executable, "-c", late])
    descriptor = descriptor_of(b"x")
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.parse(descriptor, job(b"x"), 60)
    os.close(descriptor)
    assert caught.value.detail == "OUTPUT_LIMIT"


def test_a_child_that_says_nothing_of_fences_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    mute = "import socket; c = socket.socket(fileno=0); c.sendall(b'P' + b'\\0' * 4); c.recv(1)"
    monkeypatch.setattr(worker, "_command", lambda: [sys.executable, "-c", mute])
    with Worker() as parser:
        assert parser.fences() == ()
    monkeypatch.setattr(worker, "_command", lambda: [sys.executable, "-c", ""])
    with Worker() as parser, pytest.raises(ParseFailed) as caught:
        parser.fences()
    assert caught.value.detail == "CRASH"


@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b"[7]", b'[["x"]]', b'[["door", true, "open"]]', b"\xff", b"[" * 5000])
def test_a_report_that_makes_no_sense_is_no_fence(payload: bytes) -> None:
    assert fences.heard(payload) == ()


def test_a_report_is_taken_over_only_as_far_as_it_is_expected() -> None:
    fence = Fence("seccomp", True, "118 system calls refused")
    assert fences.heard(fences.told([fence])) == (fence,)
    assert fences.heard(b'[["seccomp", 1, "a\\u001b[31m\\n"]]') == (Fence("seccomp", False, "a[31m"),)


def test_privileges_of_root_are_not_relied_on(tmp_path: Path) -> None:
    inside = tmp_path / "home" / "program"
    inside.mkdir(parents=True)
    assert fences._readable_by_owner_or_all(inside)
    inside.parent.chmod(0o600)
    try:
        assert not fences._readable_by_owner_or_all(tmp_path / "home")
    finally:
        inside.parent.chmod(0o700)


def test_the_rule_for_a_bundle_names_what_was_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/unpacked", raising=False)
    assert landlock.program_paths() == [Path("/opt/unpacked"), Path(sys.executable)]


def test_the_probe_itself_can_see(listener: socket.socket) -> None:
    """Without this process's rights being taken away, what the probes try does succeed here."""
    with socket.create_connection(listener.getsockname(), 5):
        listener.accept()[0].close()
    assert ctypes.CDLL(None).syscall(ctypes.c_long(seccomp._PRLIMIT[seccomp.MACHINES[platform.machine()][0]]), 0, 0, 0, 0) == 0
