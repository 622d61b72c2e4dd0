"""Opening what someone else arranged: links, pipes, devices, swapped folders, missing rights."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from frostbyte.intake.source import Source, SourceRefused


def refused(path: Path, root: Path | None = None) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught, Source(path, root).open():
        pass
    return caught.value


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.txt").write_bytes(b"hello")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


@pytest.mark.parametrize("with_root", [True, False])
def test_a_regular_file_opens_and_is_closed_again(root: Path, with_root: bool) -> None:
    with Source(root / "sub" / "a.txt", root if with_root else None).open() as (descriptor, size):
        assert (os.read(descriptor, 9), size) == (b"hello", 5)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize("with_root", [True, False])
def test_a_link_is_not_followed_wherever_it_leads(root: Path, with_root: bool) -> None:
    for target in ("../secret.txt", "sub/a.txt", "nowhere", "/etc/passwd", "link"):
        link = root / "link"
        link.symlink_to(target)
        found = refused(link, root if with_root else None)
        assert (found.fault, "symbolic link" in found.what) == ("irregular", True)
        link.unlink()


def test_a_linked_folder_is_not_entered(root: Path) -> None:
    (root / "way").symlink_to("sub")
    (root / "out").symlink_to("..")
    assert refused(root / "way" / "a.txt", root).fault == "irregular"
    assert refused(root / "out" / "secret.txt", root).fault == "irregular"


def test_a_path_outside_the_root_leads_nowhere(root: Path) -> None:
    assert refused(root.parent / "secret.txt", root).fault == "missing"
    assert refused(root / ".." / "secret.txt", root).fault == "irregular"
    assert refused(root, root).fault == "irregular"
    assert refused(root / "a\0b", root).fault == "missing"


def test_what_is_no_file_is_named_and_never_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        assert [refused(root / name, root).what for name in ("pipe", "sub", "socket")] == ["a pipe", "a folder", "a socket"]
    assert refused(Path("/dev/null")).what == "a device"
    assert refused(Path("/proc/self/fd/0")).fault == "irregular"


def test_a_missing_file(root: Path) -> None:
    assert refused(root / "none.txt", root).fault == "missing"
    assert refused(root / "none" / "a.txt", root).fault == "missing"
    assert refused(root / ("x" * 300), root).fault == "missing"
    assert refused(root / "sub" / "a.txt" / "b", root).fault == "irregular"


@pytest.mark.parametrize("with_root", [True, False])
def test_a_file_without_permission(common_place: Path, make: Any, with_root: bool) -> None:
    path = common_place / "a.txt"
    path.write_bytes(b"hello")
    with make.unreadable(path):
        found = refused(path, common_place if with_root else None)
    assert (found.fault, found.what) == ("unreadable", "the file could not be read (permission denied)")


def test_a_swap_between_look_and_open_is_caught(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name turns into a link, then into a pipe, after it was looked at and before it is opened."""
    looked, victim = os.stat, root / "sub" / "a.txt"
    for swap in (lambda: victim.symlink_to("../../secret.txt"), lambda: os.mkfifo(victim)):

        def stat_then_swap(path: Any, *, change: Any = swap, **options: Any) -> os.stat_result:
            status = looked(path, **options)
            if str(path).endswith("a.txt"):
                victim.unlink()
                change()
            return status

        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", stat_then_swap)
            assert refused(victim, root).fault == "irregular"
        victim.unlink()
        victim.write_bytes(b"hello")


def test_no_descriptor_is_left_open(root: Path) -> None:
    table = Path("/proc/self/fd")
    before = len(list(table.iterdir()))
    (root / "link").symlink_to("sub")
    for name in ("sub/a.txt", "none/x", "link/a.txt", "sub"):
        try:
            with Source(root / name, root).open():
                pass
        except SourceRefused:
            pass
    assert len(list(table.iterdir())) == before
