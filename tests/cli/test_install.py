"""`frostbyte install`, `uninstall` and `verify-install`, from a checkout and as the frozen program."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
pytestmark = pytest.mark.checkout


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A planted unpacked tree and the single file it came from, as the launcher would have left them. Returns the file."""
    tree = tmp_path / "runtime" / "0123"
    tree.mkdir(parents=True, mode=0o700)
    (tree / "frostbyte").write_bytes(b"\x7fELF unpacked")
    (tree / "frostbyte").chmod(0o700)
    digest = hashlib.sha256(b"\x7fELF unpacked").hexdigest()
    (tree / "MANIFEST.sha256").write_text(f"{digest}  frostbyte\n")
    (tree / "MANIFEST.sha256").chmod(0o600)
    program = tmp_path / "stick" / "frostbyte"
    program.parent.mkdir()
    program.write_bytes(b"\x7fELF single file")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tree / "frostbyte"))
    monkeypatch.setenv("FROSTBYTE_EXECUTABLE", str(program))
    return program


def test_a_checkout_places_all_but_the_program_and_uninstall_leaves_data(run: Run, tmp_path: Path, home: Path) -> None:
    assert run("init").status == 0
    prefix = tmp_path / "prefix"
    ran = run("install", "--prefix", prefix, "--json")
    assert ran.status == 0, ran.err
    assert sorted(ran.data["written"]) == [
        "share/bash-completion/completions/frostbyte",
        "share/fish/vendor_completions.d/frostbyte.fish",
        "share/man/man1/frostbyte.1",
        "share/zsh/site-functions/_frostbyte",
    ]
    assert "no program was placed" in ran.err
    assert (prefix / "share/zsh/site-functions/_frostbyte").read_text().startswith("#compdef frostbyte")
    assert len(run("install", "--prefix", prefix, "--json").data["unchanged"]) == 4
    assert run("uninstall", "--prefix", prefix).status == 0
    assert not prefix.exists()
    assert (home / "appliance.json").exists()
    assert run("uninstall", "--prefix", prefix).status == 1


def test_the_program_is_copied_or_linked(run: Run, tmp_path: Path, frozen: Path) -> None:
    copied, linked = tmp_path / "copied", tmp_path / "linked"
    ran = run("install", "--prefix", copied)
    assert ran.status == 0, ran.err
    assert (copied / "bin/frostbyte").read_bytes() == frozen.read_bytes()
    assert (copied / "bin/frostbyte").stat().st_mode & 0o777 == 0o755
    assert f"{copied / 'bin'} is not on the PATH" in ran.err
    assert run("install", "--prefix", linked, "--link").status == 0
    assert (linked / "bin/frostbyte").readlink() == frozen
    (copied / "bin/frostbyte").write_bytes(b"patched")
    assert run("install", "--prefix", copied).status == 1
    kept = run("uninstall", "--prefix", copied)
    assert kept.status == 3
    assert "was changed since" in kept.out


def test_a_link_to_nothing_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    assert run("install", "--prefix", tmp_path / "p", "--link").status == 2
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(("command", "done"), [("verify-install", "verified"), ("prune-install", "pruned")])
def test_a_checkout_says_what_it_is(run: Run, repository: Path, command: str, done: str) -> None:
    ran = run(command)
    assert ran.status == 2
    assert "source checkout" in ran.err
    assert str(repository) in ran.err
    assert f"cannot be {done}" in ran.err


def test_an_unpacked_tree_is_verified(run: Run, frozen: Path) -> None:
    ran = run("verify-install", "--json")
    assert ran.status == 0, ran.err
    assert (ran.data["problems"], ran.data["files"], ran.data["unpacked"]) == ([], 1, str(Path(sys.executable).parent))
    Path(sys.executable).write_bytes(b"patched")
    damaged = run("verify-install", "--json")
    assert damaged.status == 4
    assert damaged.data["problems"] == [{"where": "unpacked:frostbyte", "what": "has other bytes than the manifest says"}]
    assert "frostbyte: has other bytes" in run("verify-install").out


def test_pruning_is_the_launchers(run: Run, frozen: Path) -> None:
    ran = run("prune-install")
    assert ran.status == 2
    assert "start the single file" in ran.err
