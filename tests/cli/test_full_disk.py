"""A disk or a RAM directory that fills up: a clear refusal, nothing lost, and the same command finishes once there is room."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def write_drop(folder: Path, files: int = 6) -> Path:
    """Text files of about a dozen chunks each."""
    folder.mkdir()
    words = random.Random(1)
    for number in range(files):
        text = "\n\n".join(
            " ".join(words.choices(["invoice", "vaccine", "court", "payment", "supplier", "notice"], k=60)) for _ in range(12)
        )
        (folder / f"{number}.txt").write_text(f"Document {number}\n\n{text}\n")
    return folder


@contextmanager
def small_tmpfs(place: Path, size: str) -> Iterator[Path]:
    """A file system of this size. Mounting needs root."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=700,size={size}", "frostbyte-test", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes, as `home`'s parent."""
    with small_tmpfs(tmp_path / "disk", "4m") as place:
        yield place


@pytest.fixture
def home(small_disk: Path) -> Path:
    return small_disk / "home"


def test_a_full_disk_loses_nothing_that_was_acknowledged(appliance: Run, small_disk: Path, tmp_path: Path) -> None:
    drop = write_drop(tmp_path / "drop")
    room = small_disk / "room"
    free = os.statvfs(small_disk)
    room.write_bytes(b"\0" * (free.f_bavail * free.f_bsize - 90_000))
    full = appliance("ingest", drop, "--tenant", "northgate")
    assert full.status == 1, full.out
    assert "no space" in full.err.lower()
    assert "Traceback" not in full.err
    # What was acknowledged before is there and sound, while the disk is still full.
    assert appliance("verify", "--deep").status == 0
    search = appliance("search", "vaccine", "--tenant", "northgate")
    assert search.status in (0, 1)
    assert search.status == 0 or not search.out, "a search that could not be recorded must return nothing"
    room.unlink()
    done = appliance("ingest", drop, "--tenant", "northgate", "--json")
    assert done.status == 0, done.err
    assert done.data["report"]["summary"]["files_accepted"] == 6
    assert appliance("audit", "verify", "--tenant", "northgate").status == 0
    assert appliance("verify", "--deep").status == 0
