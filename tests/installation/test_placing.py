"""Placing and removing: exactly what was placed, also after a kill, an upgrade, or a hand that changed something."""

from __future__ import annotations

import itertools
import json
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.errors import AlreadyExists, Damaged, HostRefused, NotFound, StorageFailed
from frostbyte.installation import placing
from frostbyte.installation.placing import RECORD, Item, identity, install, uninstall

ITEMS = [Item("bin/tool", b"#!/bin/sh\n", 0o755), Item("share/man/man1/tool.1", b".TH TOOL 1\n")]


def tree(folder: Path) -> dict[str, str | None]:
    """Every path below a folder and what it is."""
    return {path.relative_to(folder).as_posix(): None if path.is_dir() else identity(path) for path in folder.rglob("*")}


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    return tmp_path / "prefix"


def test_what_is_placed_is_there_with_its_mode_whatever_the_umask(prefix: Path) -> None:
    before = os.umask(0o077)
    try:
        done = install(prefix, ITEMS, "1")
    finally:
        os.umask(before)
    assert done.written == ("bin/tool", "share/man/man1/tool.1")
    assert (prefix / "bin/tool").read_bytes() == b"#!/bin/sh\n"
    modes = {path: stat.S_IMODE((prefix / path).stat().st_mode) for path in ("bin", "bin/tool", "share/man/man1/tool.1")}
    assert modes == {"bin": 0o755, "bin/tool": 0o755, "share/man/man1/tool.1": 0o644}


def test_uninstall_leaves_what_was_there_before(prefix: Path) -> None:
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin/other").write_text("x")
    (prefix / "share/frostbyte/tenants").mkdir(parents=True)
    before = tree(prefix)
    install(prefix, ITEMS, "1")
    assert uninstall(prefix).kept == ()
    assert tree(prefix) == before


def test_a_prefix_made_for_it_goes_with_it(prefix: Path) -> None:
    install(prefix, ITEMS, "1")
    uninstall(prefix)
    assert not prefix.exists()


def test_a_file_put_beside_keeps_its_folder(prefix: Path) -> None:
    install(prefix, ITEMS, "1")
    (prefix / "bin/mine").write_text("x")
    uninstall(prefix)
    assert list(tree(prefix)) == ["bin", "bin/mine"]


def test_the_same_again_changes_nothing(prefix: Path) -> None:
    install(prefix, ITEMS, "1")
    before = tree(prefix)
    done = install(prefix, ITEMS, "1")
    assert (done.written, len(done.unchanged), done.removed) == ((), 2, ())
    assert tree(prefix) == before


def test_an_upgrade_replaces_adds_and_removes(prefix: Path) -> None:
    install(prefix, ITEMS, "1")
    newer = [Item("bin/tool", b"#!/bin/dash\n", 0o755), Item("share/fish/tool.fish", b"")]
    done = install(prefix, newer, "2")
    assert set(done.written) == {"bin/tool", "share/fish/tool.fish"}
    assert done.removed == ("share/man/man1/tool.1",)
    assert json.loads((prefix / RECORD).read_text())["version"] == "2"
    uninstall(prefix)
    assert not prefix.exists()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_in_the_way_is_not_touched(prefix: Path, kind: str) -> None:
    (prefix / "bin").mkdir(parents=True)
    target = prefix / "bin/tool"
    match kind:
        case "file":
            target.write_text("somebody's")
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to("/bin/true")
    before = tree(prefix)
    with pytest.raises(AlreadyExists, match="in the way"):
        install(prefix, ITEMS, "1")
    assert tree(prefix) == before


def test_a_file_changed_since_is_kept_by_upgrade_and_uninstall(prefix: Path) -> None:
    install(prefix, ITEMS, "1")
    (prefix / "bin/tool").write_text("mine now")
    with pytest.raises(AlreadyExists, match="changed since"):
        install(prefix, [Item("bin/tool", b"2", 0o755)], "2")
    done = uninstall(prefix)
    assert (done.removed, done.kept) == (("share/man/man1/tool.1",), ("bin/tool",))
    assert (prefix / "bin/tool").read_text() == "mine now"
    (prefix / "bin/tool").unlink()
    assert uninstall(prefix) == placing.Removed((), ())
    assert not prefix.exists()


def test_a_copy_and_a_link_of_a_file(prefix: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(os.urandom(3_000_000))
    install(prefix, [Item("bin/copy", program, 0o755), Item("bin/link", program, 0o755, link=True)], "1")
    assert (prefix / "bin/copy").read_bytes() == program.read_bytes()
    assert (prefix / "bin/link").readlink() == program
    assert install(prefix, [Item("bin/copy", program, 0o755), Item("bin/link", program, 0o755, link=True)], "1").written == ()
    uninstall(prefix)
    assert program.exists()
    assert not prefix.exists()


def killed(at: int, function: Callable[[], object], prefix: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run in a child that is killed before its `at`th change below the prefix. Returns whether it was."""
    child = os.fork()
    if child == 0:
        changes = itertools.count(1)

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def call(self: Path, *arguments: object, **named: object) -> object:
                if self.is_relative_to(prefix) and next(changes) == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(self, *arguments, **named)

            return call

        for name in ("mkdir", "chmod", "replace", "unlink", "rmdir"):
            monkeypatch.setattr(Path, name, dying(getattr(Path, name)))
        function()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


NEWER = [Item("bin/tool", b"new", 0o755), Item("share/fish/tool.fish", b"")]


@pytest.mark.parametrize("at", range(1, 14))
def test_killed_anywhere_an_upgrade_can_be_done_again_or_removed(prefix: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    install(prefix, ITEMS, "1")
    assert killed(at, lambda: install(prefix, NEWER, "2"), prefix, monkeypatch) == (at < 13), "the kills do not cover every step"
    assert (prefix / "bin/tool").read_bytes() in (b"#!/bin/sh\n", b"new")
    if at % 2:
        install(prefix, NEWER, "2")
        assert {path for path, what in tree(prefix).items() if what} == {"bin/tool", "share/fish/tool.fish", RECORD}
    uninstall(prefix)
    assert not prefix.exists()


@pytest.mark.parametrize("at", range(1, 12))
def test_killed_anywhere_a_removal_can_be_done_again(prefix: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    install(prefix, ITEMS, "1")
    killed(at, lambda: uninstall(prefix), prefix, monkeypatch)
    if (prefix / RECORD).exists():
        uninstall(prefix)
    assert not [path for path, what in tree(prefix).items() if what] if prefix.exists() else True


def test_nothing_installed_is_said(prefix: Path) -> None:
    with pytest.raises(NotFound, match="nothing is installed"):
        uninstall(prefix)


@pytest.mark.parametrize(
    "record",
    [
        "not json",
        "[]",
        '{"format": 2}',
        '{"format": 1}',
        '{"format": 1, "files": [{}]}',
        '{"format": 1, "files": [{"path": "../outside", "is": ["sha256:0"]}]}',
        '{"format": 1, "files": [{"path": "/etc/passwd", "is": ["sha256:0"]}]}',
        '{"format": 1, "files": [], "folders": ["bin/../../outside"]}',
        '{"format": 1, "files": [], "folders": 3}',
    ],
)
def test_a_record_that_makes_no_sense_removes_nothing(prefix: Path, record: str) -> None:
    outside = prefix.parent / "outside"
    outside.mkdir()
    (prefix / RECORD).parent.mkdir(parents=True)
    (prefix / RECORD).write_text(record)
    with pytest.raises(Damaged):
        uninstall(prefix)
    with pytest.raises(Damaged):
        install(prefix, ITEMS, "1")
    assert outside.is_dir()


@given(path=st.text(max_size=30))
def test_only_paths_under_the_prefix_are_taken_from_a_record(path: str) -> None:
    try:
        placing._refuse_escape(path)
    except Damaged:
        return
    assert os.path.normpath(os.path.join("/prefix", path)).startswith("/prefix")  # noqa: PTH118


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """An empty file system of 256 kB that runs no program. Mounting needs root."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    place = tmp_path / "mount"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "noexec,size=256k", "frostbyte-test", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_program_is_not_placed_where_none_can_run(mounted: Path) -> None:
    with pytest.raises(HostRefused, match="noexec"):
        install(mounted / "prefix", ITEMS, "1")
    assert list(mounted.iterdir()) == []


def test_a_full_disk_leaves_no_half_file_and_can_be_undone(mounted: Path) -> None:
    items = [Item("share/small", b"x"), Item("share/large", b"x" * 1_000_000)]
    with pytest.raises(StorageFailed, match="No space"):
        install(mounted / "prefix", items, "1")
    assert not (mounted / "prefix/share/large").exists()
    assert not list(mounted.rglob("*-new"))
    uninstall(mounted / "prefix")
    assert list(mounted.iterdir()) == []
