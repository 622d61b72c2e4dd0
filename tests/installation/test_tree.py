"""A tree that is whole, and one tree for each way not to be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import Damaged, NotFound
from frostbyte.installation.tree import MANIFEST, Problem, check_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An unpacked program as packaging makes it: files, a link between them, a mark of the launcher, the manifest."""
    place = tmp_path / "tree"
    files = {"frostbyte": b"\x7fELF", "_internal/lib a.so": b"lib", "_internal/models/pack.toml": b"[x]"}
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (place / name).write_bytes(content)
        (place / name).chmod(0o600)
    place.chmod(0o700)
    (place / "_internal/liba.so").symlink_to("lib a.so")
    (place / ".complete").touch(mode=0o600)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    (place / MANIFEST).write_text("".join(lines))
    (place / MANIFEST).chmod(0o600)
    return place


def test_a_whole_tree_has_no_problems(tree: Path) -> None:
    report = check_tree(tree)
    assert report.problems == ()
    assert (report.files, report.size) == (3, 10)


def flip(tree: Path) -> None:
    (tree / "_internal/models/pack.toml").write_bytes(b"[y]")


def remove(tree: Path) -> None:
    (tree / "_internal/models/pack.toml").unlink()


def add(tree: Path) -> None:
    (tree / "_internal/evil.so").touch(mode=0o600)


def hide(tree: Path) -> None:
    (tree / "_internal/.evil.so").touch(mode=0o600)


def expose(tree: Path) -> None:
    (tree / "_internal").chmod(0o777)


def lead_out(tree: Path) -> None:
    (tree / "_internal/models/pack.toml").unlink()
    (tree.parent / "pack.toml").write_bytes(b"[x]")
    (tree / "_internal/models/pack.toml").symlink_to(tree.parent / "pack.toml")


def link_out(tree: Path) -> None:
    (tree / "_internal/more.so").symlink_to("/etc/passwd")


def dangle(tree: Path) -> None:
    (tree / "_internal/liba.so").unlink()
    (tree / "_internal/liba.so").symlink_to("gone")


@pytest.mark.parametrize(
    ("damage", "path", "what"),
    [
        (flip, "_internal/models/pack.toml", "other bytes"),
        (remove, "_internal/models/pack.toml", "is missing"),
        (add, "_internal/evil.so", "not in the manifest"),
        (hide, "_internal/.evil.so", "not in the manifest"),
        (expose, "_internal", "may be written by others"),
        (lead_out, "_internal/models/pack.toml", "leads out of the tree"),
        (link_out, "_internal/more.so", "not in the manifest"),
        (dangle, "_internal/liba.so", "not in the manifest"),
    ],
)
def test_each_damage_is_named(tree: Path, damage: Callable[[Path], None], path: str, what: str) -> None:
    damage(tree)
    (problem,) = check_tree(tree).problems
    assert problem.path == path
    assert what in problem.what


def test_a_link_that_is_listed_is_hashed_through(tree: Path) -> None:
    with (tree / MANIFEST).open("a") as manifest:
        manifest.write(f"{hashlib.sha256(b'lib').hexdigest()}  _internal/liba.so\n")
    assert check_tree(tree).problems == ()
    (tree / "_internal/lib a.so").write_bytes(b"bad")
    assert {problem.path for problem in check_tree(tree).problems} == {"_internal/lib a.so", "_internal/liba.so"}


def test_a_tree_without_a_manifest(tree: Path) -> None:
    (tree / MANIFEST).unlink()
    with pytest.raises(NotFound, match=r"MANIFEST\.sha256"):
        check_tree(tree)


@pytest.mark.parametrize("text", ["", "hello\n", f"{'0' * 64}  /etc/passwd\n", f"{'0' * 64}  a/../../b\n", f"{'0' * 63}  a\n"])
def test_a_manifest_that_makes_no_sense(tree: Path, text: str) -> None:
    (tree / MANIFEST).write_text(text)
    with pytest.raises(Damaged):
        check_tree(tree)


def test_a_file_of_somebody_else(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if tree.stat().st_uid == 0:
        assert check_tree(tree).problems == ()  # root's files are nobody else's to change
    else:
        monkeypatch.setattr("os.getuid", lambda: 12345)
        assert Problem("frostbyte", f"belongs to uid {tree.stat().st_uid}") in check_tree(tree).problems
