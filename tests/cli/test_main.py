"""The root command: help without heavy imports, and every kind of failure with its exit status and one clear line."""

from __future__ import annotations

import importlib
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
import pytest

from frostbyte.cli.main import COMMANDS
from frostbyte.contract.schema import validate

HEAVY = ("lancedb", "duckdb", "onnxruntime", "numpy", "pydantic", "pyarrow", "pypdf")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["tenant", "--help"], ["search", "--help"], ["ingest", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom frostbyte.cli.main import run\n"
        f"status = run({arguments!r})\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'{heavy}' if heavy or status else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


def test_the_static_help_is_what_each_command_says_itself() -> None:
    for name, (module, text) in COMMANDS.items():
        command = importlib.import_module(module).COMMANDS[name]
        assert isinstance(command, click.Command)
        assert (command.help or "").splitlines()[0] == text, name


def test_no_command_shows_help_and_is_a_usage_error(run: Callable[..., Any]) -> None:
    ran = run()
    assert ran.status == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nonsense"], 2, "no such command"),
        (["search", "q"], 2, "--tenant"),
        (["search", "q", "--tenant", "x", "--mode", "magic"], 2, "magic"),
        (["tenant", "list"], 1, "no appliance"),
        (["search", "q", "--tenant", "x"], 1, "no appliance"),
        (["parse", "/nowhere/at/all.pdf"], 2, "/nowhere/at/all.pdf"),
        (["policy", "scan", "/nowhere.jsonl"], 2, "/nowhere.jsonl"),
        (["eval", "/nowhere"], 2, "/nowhere"),
        (["model", "verify", "/nowhere"], 1, "/nowhere"),
    ],
)
def test_a_failure_has_its_status_and_says_what_was_tried(
    run: Callable[..., Any], arguments: list[str], status: int, said: str
) -> None:
    ran = run(*arguments)
    assert ran.status == status, ran.err
    assert said in ran.err.lower()
    assert "Traceback" not in ran.err
    again = run(*arguments, "--json")
    assert again.status == status
    envelope = json.loads(again.out)
    assert validate("error_envelope", envelope) == []


def test_a_full_disk_under_the_output_is_said(under_test: list[str]) -> None:
    line = f"{shlex.join(under_test)} --help >/dev/full"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("frostbyte: cannot write the answer: No space left on device\n")
    assert "Traceback" not in ended.stderr


@pytest.mark.checkout
def test_a_bug_is_reported_by_kind_and_place_only(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("text of a document")

    monkeypatch.setattr("frostbyte.appliance.load", broken)
    ran = run("tenant", "list")
    assert ran.status == 1
    assert "RuntimeError" in ran.err
    assert "text of a document" not in ran.err + ran.out


@pytest.mark.checkout
def test_an_interrupt_is_130_and_says_how_to_go_on(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("frostbyte.appliance.load", interrupt)
    ran = run("tenant", "list")
    assert ran.status == 130
    assert "same command again" in ran.err


def test_a_reader_that_leaves_is_no_traceback(under_test: list[str]) -> None:
    line = f"{shlex.join(under_test)} --help | head -c 1"
    ended = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
