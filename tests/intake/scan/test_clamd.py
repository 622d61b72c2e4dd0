"""clamd's protocol against the real daemon of Debian with two signatures of ours, and against a socket that misbehaves."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import clamd, rules
from frostbyte.intake.scan.scanner import Scanner

from . import making

CLAMD = shutil.which("clamd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
MARK = b"frostbyte-clamd-test-mark"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The socket of a clamd that knows two signatures and no network."""
    if CLAMD is None:
        pytest.skip("clamd is not installed (clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    for name in ("db", "tmp"):
        (folder / name).mkdir()
    (folder / "db" / "own.ndb").write_text(f"Own.Mark-1:0:*:{MARK.hex()}\nOwn.Eicar:0:*:{making.EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/s\nDatabaseDirectory {folder}/db\nTemporaryDirectory {folder}/tmp\nForeground yes\n"
        "StreamMaxLength 100K\nMaxThreads 2\nOfficialDatabaseOnly no\nAlertExceedsMax yes\n"
    )
    process = subprocess.Popen(
        [CLAMD, "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            if (folder / "s").exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert process.poll() is None, "clamd did not start"
        yield folder / "s"
    finally:
        process.terminate()
        process.wait(20)


def _ask(path: Path, data: bytes, timeout_s: float = 20.0) -> tuple[str, ...]:
    descriptor = os.memfd_create("t")
    try:
        os.write(descriptor, data)
        return clamd.scan(path, descriptor, timeout_s=timeout_s)
    finally:
        os.close(descriptor)


def test_the_real_daemon_finds_what_its_signatures_name(daemon: Path) -> None:
    assert _ask(daemon, b"harmless\n") == ()
    assert _ask(daemon, b"before " + MARK + b" after") == ("clamd_Own_Mark_1_UNOFFICIAL",)
    assert clamd.version(daemon).startswith("ClamAV ")


def test_a_file_past_the_daemon_s_limit_was_not_scanned(daemon: Path) -> None:
    with pytest.raises(ScanFailed, match="larger than clamd takes") as caught:
        _ask(daemon, bytes(300_000))
    assert caught.value.about_file


def test_both_scanners_have_a_say(daemon: Path) -> None:
    with Scanner(rules.shipped(), daemon) as scanner:
        scanner.check()
        descriptor = os.memfd_create("t")
        os.write(descriptor, MARK)
        verdict = scanner.scan(descriptor, len(MARK))
        os.close(descriptor)
    assert (verdict.result, verdict.findings) == ("quarantined", ("clamd_Own_Mark_1_UNOFFICIAL",))
    assert verdict.engine.endswith("and clamd")


@pytest.mark.parametrize(
    "answer", [b"", b"stream: OK, or so\0", b"OK\0", b"stream: ERROR\0", b"x" * 9000, b"stream: OK\nstream: X FOUND\0", None]
)
def test_any_other_answer_is_no_verdict(answer: bytes | None, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while (part := connection.recv(65536)) and not part.endswith(bytes(4)):
                    pass
                if answer is None:
                    time.sleep(1.5)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ScanFailed) as caught:
            _ask(tmp_path / "s", b"x", timeout_s=1.0)
        thread.join()
    assert not caught.value.about_file


def test_no_socket_or_no_daemon_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left"))
    for name in ("missing", "file", "left"):
        with pytest.raises(ScanFailed):
            _ask(tmp_path / name, b"x")
