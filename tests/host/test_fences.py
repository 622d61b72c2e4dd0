from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from frostbyte.host import fences


def status_of(tmp_path: Path, text: str) -> Path:
    (tmp_path / "self").mkdir()
    (tmp_path / "self" / "status").write_text(text)
    return tmp_path


def test_seccomp(tmp_path: Path) -> None:
    proc = status_of(tmp_path, "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n")
    assert fences.seccomp(proc).text == "filters, filtered now"
    (proc / "sys" / "kernel" / "seccomp").mkdir(parents=True)
    (proc / "sys" / "kernel" / "seccomp" / "actions_avail").write_text("kill_process kill_thread trap errno\n")
    assert "ends a process" in fences.seccomp(proc).text


def test_a_kernel_without_seccomp(tmp_path: Path) -> None:
    assert fences.seccomp(status_of(tmp_path, "Name:\tx\n")).status == "warn"


@pytest.mark.parametrize(("version", "status"), [(7, "ok"), (1, "ok"), (0, "warn"), (-1, "warn")])
def test_landlock(version: int, status: str) -> None:
    assert fences.landlock(lambda: version).status == status


@pytest.mark.parametrize(("error", "status"), [(0, "ok"), (errno.EPERM, "warn"), (errno.ENOSPC, "warn")])
def test_namespaces(error: int, status: str) -> None:
    found = fences.namespaces(lambda: error)
    assert found.status == status
    assert not error or os.strerror(error) in found.text


def test_this_kernel_is_really_asked() -> None:
    before = Path("/proc/self/ns/net").readlink()
    assert fences.landlock().status in ("ok", "warn")
    assert fences.namespaces().status in ("ok", "warn")
    assert Path("/proc/self/ns/net").readlink() == before, "the question changed this process"
