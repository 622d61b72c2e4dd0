"""The watch itself: lines as strace prints them, and a program that does what ours must not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from . import tracing

SCRIPT = """
import os, socket, threading, pathlib
folder = pathlib.Path({folder!r})
(folder / "made").write_text("x")
(folder / "made").rename(folder / "renamed")
os.symlink("renamed", folder / "link")
os.mkdir(folder / "sub")
os.chdir(folder / "sub")
open("relative", "w").close()
open(folder / "renamed").read()
socket.socketpair()
{more}
"""
REACHING = {
    "a socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "a question of the kernel": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "a connection": "s = socket.socket(); s.settimeout(0.1); s.connect_ex(('127.0.0.1', 9))",
    "another process": "socket.socket(socket.AF_UNIX).connect_ex('/run/nowhere')",
    "a thread": "t = threading.Thread(target=lambda: socket.socket(socket.AF_INET6)); t.start(); t.join()",
}


def watch(tmp_path: Path, more: str) -> tuple[set[str], list[str]]:
    folder, log = tmp_path / "folder", tmp_path / "log"
    folder.mkdir()
    program = [sys.executable, "-B", "-c", SCRIPT.format(folder=str(folder), more=more)]
    subprocess.run(tracing.command(log, f"{tracing.MAKES},{tracing.REACHES}", program), check=True)
    lines = log.read_text(errors="replace").splitlines()
    return {path for line in lines if (path := tracing.made(line))}, [line for line in lines if tracing.reaching(line)]


def test_what_is_made_is_seen_and_a_pair_of_sockets_reaches_nobody(tmp_path: Path) -> None:
    made, reached = watch(tmp_path, "")
    names = ("made", "renamed", "link", "sub", "sub/relative")
    assert {str(tmp_path / "folder" / name) for name in names} <= made
    assert {path for path in made if path.startswith(str(tmp_path))} == {str(tmp_path / "folder" / name) for name in names}
    assert reached == []


@pytest.mark.parametrize("way", REACHING)
def test_every_way_to_reach_out_is_seen(tmp_path: Path, way: str) -> None:
    _, reached = watch(tmp_path, REACHING[way])
    assert reached, f"{way} went unseen"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('12 openat(AT_FDCWD</a>, "b", O_WRONLY|O_CREAT|O_CLOEXEC, 0666) = 3</a/b>', "/a/b"),
        ('12 openat(5</a>, "b", O_RDWR) = 3</a/b>', "/a/b"),
        ('12 openat(AT_FDCWD</a>, "b", O_RDONLY|O_CLOEXEC) = 3</a/b>', None),
        ('12 openat(AT_FDCWD</a>, "/b", O_WRONLY|O_CREAT, 0666) = -1 EACCES (Permission denied)', None),
        ('12 openat(AT_FDCWD</a>, "/b", O_WRONLY|O_CREAT, 0666 <unfinished ...>', "/b"),
        ('12 openat2(AT_FDCWD</a>, "b", {flags=O_WRONLY|O_CREAT, mode=0666}, 24) = 3', "/a/b"),
        ('12 open("/b", O_WRONLY) = 3</b>', "/b"),
        ('12 rename("/a", "/b")             = 0', "/b"),
        ('12 renameat2(AT_FDCWD</x>, "a", 7</y>, "b", RENAME_NOREPLACE) = 0', "/y/b"),
        ('12 renameat(AT_FDCWD</x>, "a", AT_FDCWD</x>, "b" <unfinished ...>', "/x/b"),
        ('12 symlink("there", "/b") = 0', "/b"),
        ('12 mkdir("/b", 0777) = 0', "/b"),
        ('12 mkdirat(AT_FDCWD</x>, "b", 0777) = 0', "/x/b"),
        ('12 mkdir("b", 0777) = 0', "b"),
        ('12 truncate("/b", 0) = 0', "/b"),
        ('12 write(1</dev/null>, "mkdir", 5) = 5', None),
    ],
)
def test_lines_of_strace(line: str, path: str | None) -> None:
    assert tracing.made(line) == path


def test_writes() -> None:
    assert tracing.written('12 pwrite64(7</a/b>, "x", 1, 0) = 1') == "/a/b"
    assert tracing.written('12 read(7</a/b>, "x", 1) = 1') is None
