"""Completion: the scripts are sound, and the program answers a shell quickly, without an engine, from the home's folders."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte.cli.completion import PLACES, VARIABLE, script
from frostbyte.cli.main import COMMANDS


def complete(*words: str, shell: str = "bash", home: Path | None = None) -> list[str]:
    """What a shell's script would be told for the last of these words."""
    environment = {**os.environ, VARIABLE: f"{shell}_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        environment["COMP_CWORD"] = words[-1]
    if home is not None:
        environment["FROSTBYTE_HOME"] = str(home)
    heavy = "[name for name in ('lancedb', 'duckdb', 'onnxruntime', 'numpy', 'pydantic') if name in sys.modules]"
    code = f"import sys, atexit\natexit.register(lambda: {heavy} and print('HEAVY'))\nfrom frostbyte.__main__ import main\nmain()"
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert "HEAVY" not in ended.stdout
    return ended.stdout.split() if shell == "bash" else ended.stdout.splitlines()


def test_commands_options_choices_and_tenants_are_completed(tmp_path: Path) -> None:
    assert complete("frostbyte", "") == [f"plain,{name}" for name in COMMANDS]
    assert complete("frostbyte", "veri") == ["plain,verify", "plain,verify-install"]
    assert complete("frostbyte", "tenant", "cr") == ["plain,create"]
    assert "plain,--verify" in complete("frostbyte", "search", "--v")
    assert complete("frostbyte", "search", "--mode", "h") == ["plain,hybrid"]
    for name in ("acme", "apex", ".creating-acid"):
        (tmp_path / "tenants" / name).mkdir(parents=True)
        (tmp_path / "tenants" / name / "vault.json").touch()
    assert complete("frostbyte", "search", "--tenant", "a", home=tmp_path) == ["plain,acme", "plain,apex"]
    assert complete("frostbyte", "search", "--tenant", "a", home=tmp_path / "absent") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_get_the_help_too(shell: str) -> None:
    assert any("Check this machine before work" in line for line in complete("frostbyte", "doc", shell=shell))


@pytest.mark.parametrize("shell", PLACES)
def test_a_script_asks_the_program_and_nobody_else(shell: str) -> None:
    text = script(shell)
    assert f"{VARIABLE}={shell}_complete" in text
    assert "curl" not in text


@pytest.fixture
def path(tmp_path: Path, under_test: list[str]) -> str:
    """A PATH on which `frostbyte` is the program under test."""
    command = tmp_path / "bin" / "frostbyte"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.join(under_test)} "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}:{os.environ['PATH']}"


def in_shell(shell: str, path: str, *arguments: str) -> list[str]:
    """What a real shell prints, without any settings of the user's."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    ended = subprocess.run([found, *arguments], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    return ended.stdout.split()


def test_bash_completes_with_the_script(tmp_path: Path, path: str) -> None:
    """Source the script, call its function as the shell would, look at the replies."""
    (tmp_path / "script").write_text(script("bash"))
    line = (
        f"source {tmp_path / 'script'}; COMP_WORDS=(frostbyte audit ve); COMP_CWORD=2; "
        '_frostbyte_completion frostbyte; echo "${COMPREPLY[@]}"'
    )
    assert in_shell("bash", path, "--norc", "-c", line) == ["verify"]


def test_fish_completes_with_the_script(tmp_path: Path, path: str) -> None:
    (tmp_path / "script").write_text(script("fish"))
    line = f"source {tmp_path / 'script'}; complete --do-complete 'frostbyte audit ve'"
    assert in_shell("fish", path, "--no-config", "-c", line)[0] == "verify"


def test_zsh_completes_with_the_script(tmp_path: Path, path: str) -> None:
    """The function zsh would call in a real completion, with the two builtins that show replies printing them instead."""
    (tmp_path / "script").write_text(script("zsh"))
    line = (
        "compdef() { : }; _describe() { print -r -- ${(P)3} }; compadd() { print -r -- $@ }; "
        f"source {tmp_path / 'script'}; words=(frostbyte audit ve); CURRENT=3; _frostbyte_completion"
    )
    assert any(word.startswith("verify") for word in in_shell("zsh", path, "-f", "-c", line))
