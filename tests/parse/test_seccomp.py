"""The filter of system calls on every machine it has a table for. What it keeps in is tried out in test_fences."""

from __future__ import annotations

import errno
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte.parse import seccomp


def run_filter(program: bytes, architecture: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What a filter answers: the few instructions of BPF it is made of, as linux/filter.h says them."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("=HBBI", program))
    at, value = 0, 0
    while True:
        code, yes, no, k = steps[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, k)
            case 0x15:
                at += yes if value == k else no
            case 0x35:
                at += yes if value >= k else no
            case 0x45:
                at += yes if value & k else no
            case 0x06:
                return int(k)
            case _:
                raise AssertionError(code)


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_on_every_machine(machine: str) -> None:
    column, architecture = seccomp.MACHINES[machine]
    program = seccomp.filter_program(machine, 77)
    allow, kill, refuse = 0x7FFF0000, 0x80000000, 0x50001

    def answer(number: int | None, *arguments: int) -> int:
        assert number is not None
        return run_filter(program, architecture, number, arguments)

    for numbers in seccomp.REFUSED.values():
        assert numbers[column] is None or answer(numbers[column]) == refuse
    assert {answer(numbers[column]) for numbers in seccomp.UNKNOWN.values()} == {0x50000 | errno.ENOSYS}
    assert run_filter(program, architecture ^ 1, 0) == kill
    read, write = ((0, 1), (63, 64))[column]
    assert answer(read) == answer(write) == allow
    openat, clone = seccomp._OPENAT[column], seccomp._CLONE[column]
    assert answer(openat, 0, 0, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW) == allow
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_TMPFILE):
        assert answer(openat, 0, 0, flags) == refuse
    assert answer(clone, 0x3D0F00) == allow  # as pthread_create asks
    assert answer(clone, 17) == refuse  # as fork asks
    assert [answer(seccomp._TGKILL[column], pid) for pid in (77, 78, 0)] == [allow, refuse, refuse]
    assert [answer(seccomp._PRLIMIT[column], pid) for pid in (0, 77, 78)] == [allow, allow, refuse]
    assert [answer(seccomp._SENDTO[column], 3, 0, 0, 0, address) for address in (0, 1)] == [allow, refuse]
    if machine == "x86_64":
        assert answer(0x40000000 + 1) == kill
        assert [answer(2, 0, flags) for flags in (os.O_RDONLY, os.O_WRONLY, os.O_CREAT)] == [allow, refuse, refuse]


def test_a_machine_without_a_table_has_no_filter() -> None:
    with pytest.raises(OSError, match="riscv64"):
        seccomp.filter_program("riscv64", 1)


@pytest.mark.skipif(platform.machine() not in seccomp.MACHINES, reason="no table of system calls for this machine")
def test_threads_started_before_are_fenced_too(repository: Path) -> None:
    code = (
        "import socket, threading, ctypes\n"
        "from frostbyte.parse import seccomp\n"
        "go, seen = threading.Event(), []\n"
        "def late():\n"
        "    go.wait()\n"
        "    try: socket.socket()\n"
        "    except PermissionError: seen.append(1)\n"
        "thread = threading.Thread(target=late); thread.start()\n"
        "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); seccomp.install(); go.set(); thread.join(); print(len(seen))"
    )
    environment = {"PYTHONPATH": str(repository), "HOME": "/"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "1\n"
