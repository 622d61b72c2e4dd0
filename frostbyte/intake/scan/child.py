"""The scan's child process: rules once, then file after file; every answer says what was found or why nothing can be said."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import yara
from frostbyte.intake.scan.pieces import pieces, top

_MOST_FOUND = 100


def serve(arguments: list[str], confine: Callable[[int], bool], socket_fd: int = 0) -> int:
    """Answer the parent over the socket it was started with, until that closes. `arguments` are memory in bytes and seconds.

    `confine` fences this process in, with so much memory, and says whether the kernel keeps it in.
    """
    connection = socket.socket(fileno=os.dup(socket_fd))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, socket_fd)
    os.close(null)
    confined = confine(int(arguments[0]))
    threading.Thread(target=_leave_with_parent, args=(connection,), daemon=True).start()
    try:
        rules = _descriptor(connection)
        if rules is None:
            return 0
        try:
            with os.fdopen(rules, encoding="utf-8") as stream:
                stream.seek(0)
                engine = yara.Engine(stream.read(), int(arguments[1]))
        except ScanFailed as failure:
            _tell(connection, {"failed": failure.message})
            return 1
        _tell(connection, {"rules": len(engine.names), "confined": confined})
        while (document := _descriptor(connection)) is not None:
            answer = _answer(engine, document)
            os.close(document)
            _tell(connection, answer)
    except (OSError, EOFError):
        pass
    return 0


def look(engine: yara.Engine, descriptor: int) -> dict[str, str]:
    """The rules that hold for a file or something in it, each with the first place of it. Raises ScanFailed about the file."""
    size = os.fstat(descriptor).st_size
    if not size:
        return {}
    found: dict[str, str] = {}
    with mmap.mmap(descriptor, size, prot=mmap.PROT_READ) as mapped:
        outer = top(mapped[:1024])
        for piece in pieces(mapped):
            about: dict[str, Any] = {"kind": piece.kind, "name": piece.name, "depth": piece.depth, "top": outer}
            if piece.data is None:
                names = engine.match_file(f"/proc/self/fd/{descriptor}", **about)
            else:
                names = engine.match(piece.data, **about)
                if piece.kind == "unopened" and not names:  # rules of an operator that let it pass: still nobody looked
                    raise ScanFailed("a part of the file cannot be looked into", about_file=True)
            for name in names:
                found[name] = found.get(name) or piece.place  # of a file that is not packed all of it holds what its parts hold
    return dict(list(found.items())[:_MOST_FOUND])


def _answer(engine: yara.Engine, descriptor: int) -> dict[str, object]:
    try:
        return {"found": look(engine, descriptor)}
    except ScanFailed as failure:
        return {"failed": failure.message}
    except MemoryError:
        return {"failed": "the malware scan of the file ran out of memory"}
    except Exception as error:  # the child's outermost edge: any bug here is this file's failure, never a clean file
        return {"failed": f"the malware scan failed at the file ({type(error).__name__})"}


def _descriptor(connection: socket.socket) -> int | None:
    word, descriptors, _, _ = socket.recv_fds(connection, 4, 1)
    return descriptors[0] if word and descriptors else None


def _tell(connection: socket.socket, answer: dict[str, object]) -> None:
    payload = json.dumps(answer).encode("utf-8")
    connection.sendall(struct.pack(">I", len(payload)) + payload)


def _leave_with_parent(connection: socket.socket) -> None:
    """End this process when the parent is gone, even in the middle of a file."""
    poller = select.poll()
    with contextlib.suppress(OSError):
        poller.register(connection.fileno(), select.POLLHUP | select.POLLRDHUP)
        poller.poll()
    os._exit(0)
