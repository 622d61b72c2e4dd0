"""The parent's side of the malware scan: hands copies of files to a keyless child, and takes a verdict or nothing for an answer.

The child is started as a parser is (`scan-worker`): empty environment, no key, no path, fenced in before it reads a byte of rules
or file. It is used for many files, so that what a start costs is spread; one that died or hung is replaced, and the file is tried
once more. A file that fails twice is refused if the scanner still recognises the test file, else the scanner is what is broken.

Wire: to the child, a descriptor with 4 bytes: of the rules first, then of each file. From the child 4 bytes of length and JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Any, Final

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import clamd, place
from frostbyte.intake.scan.rules import RuleSet
from frostbyte.intake.scan.verdict import ScanVerdict
from frostbyte.program import child_environment, words

MEMORY_BYTES: Final = 1_200_000_000
TIMEOUT_S: Final = 60.0
BYTES_PER_SECOND: Final = 2_000_000
"""A file may take TIMEOUT_S, and longer by its size: slow machines are many times faster than this."""
FILES_PER_CHILD: Final = 500
ANSWER_BYTES: Final = 128 * 1024
_BLOCK: Final = 1024 * 1024
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
# The test file for scanners, in two parts so that this file is none.
_TEST_FILE: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


class _Refused(ScanFailed):
    """The child itself says that it cannot scan the file: it would say so again."""


class Scanner:
    """Scans one tenant's files, one after the other. `socket_path` is clamd's, to be asked besides; None for the rules alone."""

    def __init__(
        self, rules: RuleSet, socket_path: Path | None = None, *, timeout_s: float = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._rules, self._clamd = rules, socket_path
        self._timeout_s, self._memory_bytes = timeout_s, memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._served = 0
        self.rule_count = 0
        self.confined = False

    def __enter__(self) -> Scanner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id while one runs."""
        return None if self._process is None else self._process.pid

    @property
    def label(self) -> str:
        """What looks at files, for receipts and events."""
        return self._rules.label + (" and clamd" if self._clamd else "")

    def close(self) -> None:
        """Stop the child. The scanner can be used again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def scan(self, descriptor: int, size: int) -> ScanVerdict:
        """The verdict on an open file, whose position stays where it is.

        Raises ScanFailed, about the file where only this one cannot be checked.
        """
        copy, sha256 = _copied(descriptor)
        try:
            found = self._by_rules(copy, size)
            findings, places = tuple(found), tuple(found.values())
            if self._clamd is not None:
                signatures = clamd.scan(self._clamd, copy, timeout_s=self._timeout_s + size / BYTES_PER_SECOND)
                findings, places = findings + signatures, places + ("",) * len(signatures)
        finally:
            os.close(copy)
        return ScanVerdict("quarantined" if findings else "clean", findings, self.label, sha256, places)

    def check(self) -> None:
        """Raise ScanFailed unless the scanner recognises the test file and finds nothing in a harmless one."""
        for content, wanted in ((_TEST_FILE, True), (b"a harmless line of text\n", False)):
            descriptor = os.memfd_create("check", os.MFD_CLOEXEC)
            try:
                os.write(descriptor, content)
                if bool(self._ask(descriptor, self._timeout_s)) is not wanted:
                    raise ScanFailed("the malware scan does not tell its test file from a harmless one")
                if self._clamd is not None:
                    clamd.scan(self._clamd, descriptor, timeout_s=self._timeout_s)
            finally:
                os.close(descriptor)

    def _by_rules(self, copy: int, size: int) -> dict[str, str]:
        timeout_s = self._timeout_s + size / BYTES_PER_SECOND
        for attempt in (1, 2):
            try:
                return self._ask(copy, timeout_s)
            except ScanFailed as failure:
                if not failure.about_file:
                    self.close()
                    raise
                refused = isinstance(failure, _Refused)
                if not refused:
                    self.close()
                if refused or attempt == 2:
                    self.check()  # raises where it is the scanner that is broken
                    raise
        raise AssertionError("two attempts end in an answer or a failure")

    def _ask(self, copy: int, timeout_s: float) -> dict[str, str]:
        """Rules that hold, by name, with their places."""
        connection = self._started()
        readable = os.open(f"/proc/self/fd/{copy}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            answer = _exchange(connection, readable, timeout_s)
        except TimeoutError:
            raise ScanFailed("the malware scan of the file took too long", about_file=True) from None
        except (OSError, EOFError):
            raise ScanFailed("the malware scan crashed at the file", about_file=True) from None
        except BaseException:  # an interrupt in mid-answer leaves half of it in the socket
            self.close()
            raise
        finally:
            os.close(readable)
        self._served += 1
        if self._served >= FILES_PER_CHILD:
            self.close()
        findings, failed = answer.get("found"), answer.get("failed")
        if failed is not None or not isinstance(findings, dict):
            raise _Refused(_printable(failed), about_file=True)
        if not all(_NAME.fullmatch(name) and place.is_place(where) for name, where in findings.items()):
            raise ScanFailed("the malware scan gave an answer that is none", about_file=True)
        return dict(sorted(findings.items()))

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._socket is None:
            self._start()
        assert self._socket is not None
        return self._socket

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        rules = os.memfd_create("rules", os.MFD_CLOEXEC)
        try:
            with open(rules, "wb", closefd=False) as stream:
                stream.write(self._rules.source.encode("utf-8"))
            self._process = subprocess.Popen(
                words("scan-worker", str(self._memory_bytes), str(int(self._timeout_s) + 1)),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child_environment(os.environ),
                cwd="/",
                close_fds=True,
                start_new_session=True,
            )
            self._socket, self._served = ours, 0
            answer = _exchange(ours, rules, self._timeout_s)
        except (OSError, EOFError, TimeoutError) as error:
            ours.close()
            self.close()
            raise ScanFailed("the malware scan could not be started", hint="run `frostbyte doctor`") from error
        except BaseException:
            ours.close()
            self.close()
            raise
        finally:
            theirs.close()
            os.close(rules)
        if not isinstance(answer.get("rules"), int) or not answer["rules"]:
            self.close()
            raise ScanFailed(_printable(answer.get("failed")), hint="run `frostbyte doctor`")
        self.rule_count, self.confined = answer["rules"], answer.get("confined") is True


def _copied(descriptor: int) -> tuple[int, str]:
    """The file in a memfd of its own, and the digest of what was copied: what is scanned can be compared with what is kept."""
    copy = os.memfd_create("scan", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        digest, position = hashlib.sha256(), 0
        while block := os.pread(descriptor, _BLOCK, position):
            digest.update(block)
            position += len(block)
            view = memoryview(block)
            while view:
                view = view[os.write(copy, view) :]
    except BaseException:
        os.close(copy)
        raise
    return copy, digest.hexdigest()


def _exchange(connection: socket.socket, descriptor: int, timeout_s: float) -> dict[str, Any]:
    deadline = time.monotonic() + timeout_s
    connection.settimeout(timeout_s)
    socket.send_fds(connection, [b"scan"], [descriptor])
    (length,) = struct.unpack(">I", _received(connection, 4, deadline))
    if length > ANSWER_BYTES:
        raise EOFError
    try:
        answer = json.loads(_received(connection, length, deadline))
    except (ValueError, RecursionError):
        raise EOFError from None
    if not isinstance(answer, dict):
        raise EOFError
    return answer


def _received(connection: socket.socket, length: int, deadline: float) -> bytes:
    buffer = bytearray()
    while len(buffer) < length:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(length - len(buffer))
        if not part:
            raise EOFError
        buffer += part
    return bytes(buffer)


def _printable(text: object) -> str:
    """A failure in the child's words: it may be subverted, so no more than a line of plain letters of it."""
    plain = "".join(c for c in str(text or "the malware scan gave no verdict")[:200] if c.isascii() and c.isprintable())
    return plain or "the malware scan gave no verdict"
