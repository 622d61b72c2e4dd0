"""Looking at a command's system calls while it runs: what it wrote, what it made, whom it could reach. By strace.

A line of strace is one call: `PID call(arguments) = result`, with `-y` every descriptor followed by what it is. A call
during which another thread's was seen comes in two lines; what is looked for here stands in the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

WRITES = "write,pwrite64,writev,pwritev,pwritev2"
MAKES = "openat,openat2,open,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,truncate"
REACHES = "%network,io_uring_setup"
"""Through io_uring anything could be done that no traced call shows, so making one counts."""

_OUTWARD = frozenset({"socket", "connect", "bind", "listen", "accept", "accept4", "io_uring_setup"})
_PATH = r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"'


def command(log: Path, calls: str, program: Sequence[str], *, shown_bytes: int = 256) -> list[str]:
    """The command line that runs `program` with all its children and writes the named calls to `log`."""
    quiet = ["-qq", "-e", "signal=none"]
    return [
        "strace",
        "-f",
        "-y",
        "--seccomp-bpf",
        *quiet,
        "-s",
        str(shown_bytes),
        "-e",
        f"trace={calls}",
        "-o",
        str(log),
        *program,
    ]


def written(line: str) -> str | None:
    """The target of a write call."""
    match = re.match(r"(?:\d+ +)?(?:write|pwrite64|writev|pwritev2?)\(\d+<([^>]*)>", line)
    return match.group(1) if match else None


def made(line: str) -> str | None:
    """The path of a file that a call made or could write to; None for what only reads or failed.

    Absolute, but for a relative name in one of the old calls that say no folder: that comes back as it is, and is nobody's.
    """
    if re.search(r"= -1 E\w+", line):
        return None
    if match := re.match(rf"(?:\d+ +)?open(?:at2?)?\({_PATH}, (?:{{flags=)?(?P<flags>[A-Z_|]+)", line):
        if not {"O_WRONLY", "O_RDWR", "O_CREAT"} & set(match["flags"].split("|")):
            return None
    elif call := re.match(
        r"(?:\d+ +)?(?:rename|renameat2?|link|linkat|symlink|symlinkat|mkdir|mkdirat|mknod|mknodat|creat|truncate)\((.*)", line
    ):
        *_, match = [None, *re.finditer(_PATH, call[1])]  # of two paths the last is the one that is made
    return str(Path(match["folder"] or "") / match["name"]) if match else None


def reaching(line: str) -> bool:
    """Whether a call makes a socket other than a pair, names an address of a network, or could do either unseen."""
    call = re.match(r"(?:\d+ +)?(\w+)\(", line)
    return call is not None and (call[1] in _OUTWARD or bool(re.search(r"\bAF_(INET6?|NETLINK|PACKET|VSOCK)\b", line)))
