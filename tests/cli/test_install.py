"""`frostbyte install`, `uninstall` and `verify-install`, from a checkout and as the frozen program."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


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
    monkeypatch.setenv("FROSTBYTE_LAUNCHER", str(program))
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


def test_a_checkout_cannot_be_verified_and_says_what_it_is(run: Run, repository: Path) -> None:
    ran = run("verify-install")
    assert ran.status == 2
    assert "source checkout" in ran.err
    assert str(repository) in ran.err


def test_the_frozen_program_verifies_its_tree_and_its_file(run: Run, frozen: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(frozen.read_bytes()).hexdigest()
    ran = run("verify-install", "--json")
    assert ran.status == 0, ran.err
    assert ran.data["tree"]["files"] == 1
    assert ran.data["program"] == {"path": str(frozen), "sha256": digest, "listed": None}
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{digest}  frostbyte\n")
    assert run("verify-install", "--checksums", sums, "--json").data["program"]["listed"] is True
    frozen.write_bytes(b"patched")
    wrong = run("verify-install", "--checksums", sums)
    assert wrong.status == 4
    assert "NOT IN THE LIST" in wrong.out


def test_a_damaged_tree_is_status_4(run: Run, frozen: Path) -> None:
    Path(sys.executable).write_bytes(b"patched")
    ran = run("verify-install")
    assert ran.status == 4
    assert "NOT WHOLE" in ran.out
    assert "frostbyte has other bytes" in ran.out


def test_started_from_the_tree_the_single_file_is_not_known(
    run: Run, frozen: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FROSTBYTE_LAUNCHER")
    assert run("verify-install", "--json").data["program"] is None
    assert run("verify-install", "--checksums", tmp_path / "SHA256SUMS").status == 2
