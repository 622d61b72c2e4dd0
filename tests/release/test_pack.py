"""Many files into one: the form of the image, and that the same files give the same image."""

from __future__ import annotations

import hashlib
import struct
import subprocess
from pathlib import Path

import pytest

from tests.release import images
from tests.release.images import pack


def test_the_same_files_give_the_same_image_wherever_and_whenever_they_lie(tmp_path: Path) -> None:
    first = images.lay_out(tmp_path / "a", images.files())
    second = images.lay_out(tmp_path / "elsewhere" / "b", dict(reversed(images.files().items())))
    (second / "_internal" / "empty").touch()
    assert images.packed(first, b"launcher") == images.packed(second, b"launcher")


def test_the_image_ends_in_a_trailer_that_accounts_for_every_byte(tmp_path: Path) -> None:
    folder = images.lay_out(tmp_path, images.files())
    image = images.packed(folder, b"launcher")
    magic, form, count, payload, payload_size, index_size, size = struct.unpack("<8sIIQQQQ", image[-112:-64])
    assert (magic, form, count, payload) == (b"FROSTBYT", 1, 5, len(b"launcher"))
    assert len(image) == payload + payload_size + index_size + 112
    assert size == sum(len(member.content) for member in pack.members(folder))
    index = image[payload + payload_size : -112]
    assert image[-32:] == hashlib.sha256(index).digest()
    assert image[-64:-32] == hashlib.sha256(b"launcher").digest()


def test_the_manifest_lists_every_other_file_as_sha256sum_wants_it(tmp_path: Path) -> None:
    folder = images.lay_out(tmp_path, images.files())
    manifest = next(member for member in pack.members(folder) if member.name == pack.MANIFEST)
    (folder / pack.MANIFEST).write_bytes(manifest.content)
    checked = subprocess.run(["sha256sum", "--check", "--strict", pack.MANIFEST], cwd=folder, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert len(manifest.content.splitlines()) == len(images.files())


@pytest.mark.parametrize("name", ["näme", "line\nbreak", ".hidden/file", "tab\there"])
def test_a_name_the_image_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    folder = images.lay_out(tmp_path, images.files({name: b""}))
    with pytest.raises(ValueError, match="not a name"):
        pack.members(folder)


def test_a_link_is_refused(tmp_path: Path) -> None:
    folder = images.lay_out(tmp_path, images.files())
    (folder / "link").symlink_to("frostbyte")
    with pytest.raises(ValueError, match="not a plain file"):
        pack.members(folder)


def test_only_what_may_be_executed_is_marked_so(tmp_path: Path) -> None:
    folder = images.lay_out(tmp_path, images.files())
    assert [member.name for member in pack.members(folder) if member.executable] == ["frostbyte"]
