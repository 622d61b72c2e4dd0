"""A real `frostbyte` command, watched from outside: how long, how much memory at its highest, what it showed, how it ended."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_EVERY_S = 0.05


@dataclass
class Watched:
    """What was seen. Peaks are resident bytes; `parsers` is the highest of any child, `together` of all of them at once."""

    status: int = 0
    seconds: float = 0.0
    parent: int = 0
    parsers: int = 0
    together: int = 0
    ready: list[int] = field(default_factory=list)
    """Threads that ran or could have run, at each look."""
    shown: set[str] = field(default_factory=set)
    """Every different progress line."""
    data: Any = None
    said: str = ""

    def wanted(self, cores: int) -> float:
        """How many of so many cores it had work for, on average: whoever else used the machine, this does not show it."""
        return sum(min(count, cores) for count in self.ready) / max(len(self.ready), 1)

    def memory(self) -> str:
        """Peaks for people."""
        mb = [round(value / 1e6) for value in (self.parent, self.parsers, self.together)]
        return f"parent {mb[0]} MB, largest parser {mb[1]} MB, all parsers at once {mb[2]} MB"


def watch(command: Sequence[str], environment: dict[str, str], kill_when: Callable[[Watched], bool] | None = None) -> Watched:
    """Run a command with its talk on a terminal and JSON as its output; SIGKILL it as soon as `kill_when` says so."""
    seen, began = Watched(), time.monotonic()
    ours, theirs = pty.openpty()
    # A file, not a pipe: the report of a thousand files is longer than a pipe holds, and nobody reads until the end.
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=theirs, close_fds=True)
        os.close(theirs)
        reader = threading.Thread(target=_read, args=(ours, seen), daemon=True)
        reader.start()
        killed = False
        while process.poll() is None:
            children = _children(process.pid)
            sizes = [_resident(pid) for pid in children]
            seen.parent = max(seen.parent, _resident(process.pid))
            seen.parsers = max(seen.parsers, *sizes, 0)
            seen.together = max(seen.together, sum(sizes))
            seen.ready.append(sum(_ready(pid) for pid in (process.pid, *children)))
            if not killed and kill_when is not None and kill_when(seen):
                process.send_signal(signal.SIGKILL)
                killed = True
            time.sleep(_EVERY_S)
        seen.status, seen.seconds = process.returncode, time.monotonic() - began
        reader.join(5)
        os.close(ours)
        out.seek(0)
        text = out.read()
    if process.returncode in (0, 3) and text.strip():
        seen.data = json.loads(text)
    return seen


def _read(descriptor: int, seen: Watched) -> None:
    rest = b""
    while True:
        try:
            block = os.read(descriptor, 65536)
        except OSError:  # the other end of a terminal is gone
            return
        if not block:
            return
        *lines, rest = re.split(rb"\r\x1b\[2K|\r?\n", rest + block)
        for line in lines:
            text = line.decode("utf-8", "replace").strip()
            if text.startswith("["):
                seen.shown.add(text)
            elif text:
                seen.said = (seen.said + text + "\n")[-4000:]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except (OSError, ValueError):
        pass
    return found


def _ready(pid: int) -> int:
    count = 0
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            count += (task / "stat").read_text().rpartition(")")[2].split()[0] == "R"
    except (OSError, IndexError):
        pass
    return count


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError, IndexError):
        return 0
