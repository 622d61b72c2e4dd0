"""Every failing operation of a disk becomes StorageFailed, names the file, and leaves no half-written file."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from frostbyte.errors import StorageFailed
from frostbyte.vault.disk import Disk

from .faulty import Counting, Failing


def test_a_file_appears_under_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    disk = Counting()
    disk.write_file(tmp_path / "a", [b"one", b"two"])
    assert (tmp_path / "a").read_bytes() == b"onetwo"
    assert [step.split()[0] for step in disk.steps] == ["create", "write", "write", "sync", "rename"]


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_failing_operation_leaves_the_old_file_and_no_new_one(tmp_path: Path, at: int, number: int) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(StorageFailed, match=os.strerror(number)) as caught:
        Failing(at, number).write_file(tmp_path / "a", [b"one", b"two"])
    assert caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_errors_of_a_real_file_system_are_translated(tmp_path: Path) -> None:
    disk = Disk()
    with pytest.raises(StorageFailed, match="create"):
        disk.create(tmp_path / "missing" / "a")
    with pytest.raises(StorageFailed, match="remove"):
        disk.remove(tmp_path / "missing")
    with pytest.raises(StorageFailed, match="sync directory"):
        disk.sync_directory(tmp_path / "missing")
    with pytest.raises(StorageFailed, match="rename"):
        disk.rename(tmp_path / "missing", tmp_path / "b")
    full = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(StorageFailed, match="No space left") as caught:
        disk.write(full, b"x", Path("/dev/full"))
    os.close(full)
    assert caught.value.hint == "free space on this volume, then try again"


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageFailed):
        Disk().create(tmp_path / "a")
    assert not (tmp_path / "elsewhere").exists()
