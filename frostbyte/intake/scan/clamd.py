"""Asking a ClamAV daemon on this machine, over a Unix socket and never another kind (clamd(8), command INSTREAM).

What it answers is taken word for word: only "OK" is nothing found. Any other answer, none, or one that is too long is a scan that
was not done. The daemon keeps what it is sent in its temporary folder meanwhile, which the operator has to put into RAM.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import struct
import time
from pathlib import Path
from typing import Final

from frostbyte.errors import ScanFailed

_BLOCK: Final = 256 * 1024
_MOST_ANSWER: Final = 4096
_FOUND = re.compile(rb"stream: ([^\r\n\0]{1,256}) FOUND")
_HINT: Final = "start clamd and see that the socket of the clamd setting is its LocalSocket"


def scan(path: Path, descriptor: int, *, timeout_s: float) -> tuple[str, ...]:
    """Names of what clamd finds in the file, each as `clamd_` and a word.

    Raises ScanFailed, about the file where that is larger than clamd takes.
    """
    deadline = time.monotonic() + timeout_s
    answer = _answer(path, b"zINSTREAM\0", descriptor, deadline)
    if answer == b"stream: OK":
        return ()
    if found := _FOUND.fullmatch(answer):
        return ("clamd_" + re.sub(r"[^A-Za-z0-9]+", "_", found[1].decode("ascii", "replace"))[:57],)
    if answer.startswith(b"INSTREAM size limit exceeded"):
        raise ScanFailed("the file is larger than clamd takes (StreamMaxLength in its configuration)", about_file=True)
    raise ScanFailed("clamd gave no verdict", hint="look at its log, and at its size limits")


def version(path: Path, *, timeout_s: float = 10.0) -> str:
    """clamd's version line, such as `ClamAV 1.4.3/27000/...`. Raises ScanFailed."""
    text = _answer(path, b"zVERSION\0", None, time.monotonic() + timeout_s).decode("ascii", "replace")
    return "".join(c for c in text if c.isprintable())[:100]


def _answer(path: Path, command: bytes, descriptor: int | None, deadline: float) -> bytes:
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise ScanFailed(f"{str(path)!r} is no Unix socket", hint=_HINT)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_left(deadline))
            connection.connect(str(path))
            connection.sendall(command)
            try:
                if descriptor is not None:
                    _send(connection, descriptor, deadline)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it stops reading where a limit of its own is passed; its answer says so
            return _receive(connection, deadline)
    except TimeoutError as error:
        raise ScanFailed("clamd took too long", hint=_HINT) from error
    except OSError as error:
        raise ScanFailed(f"clamd cannot be asked: {(error.strerror or str(error)).lower()}", hint=_HINT) from error


def _send(connection: socket.socket, descriptor: int, deadline: float) -> None:
    position = 0
    while block := os.pread(descriptor, _BLOCK, position):
        position += len(block)
        connection.settimeout(_left(deadline))
        connection.sendall(struct.pack(">I", len(block)) + block)
    connection.sendall(bytes(4))


def _receive(connection: socket.socket, deadline: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) <= _MOST_ANSWER:
        connection.settimeout(_left(deadline))
        part = connection.recv(_MOST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
