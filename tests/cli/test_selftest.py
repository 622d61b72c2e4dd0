"""`frostbyte selftest`: a line for each step, status 4 when one fails, and the operator's own home left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_every_step_is_told_and_no_home_is_made(run: Run, home: Path, ram_root: Path) -> None:
    ran = run("selftest")
    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[-1] == "passed"
    assert [line.split()[0] for line in ran.out.splitlines()[:-1]] == ["ok"] * 9
    assert not home.exists()
    assert [path for path in ram_root.iterdir() if path.is_dir()] == []


def test_a_failed_step_is_status_4_and_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FROSTBYTE_MODEL", "absent")
    ran = run("selftest", "--json")
    assert ran.status == 4
    assert ran.data["passed"] is False
    assert [(step["name"], step["ok"]) for step in ran.data["steps"]] == [("model", False), ("remove", True)]
    assert "do: " in run("selftest").out
