"""`frostbyte doctor`: a line for each check, status 1 only where something must be changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.cli.doctor import runtime_directories
from frostbyte.host.examination import CHECKS

Run = Callable[..., Any]


def test_a_fit_machine_is_status_0_and_every_check_answers(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.status == 0, ran.out
    assert ran.data["fit"] is True
    assert [check["name"] for check in ran.data["checks"]] == list(CHECKS)
    for check in ran.data["checks"]:
        assert set(check) == {"name", "status", "found", "advice"}
    shown = run("doctor").out
    assert all(name in shown for name in CHECKS)
    assert "0 to be changed" in shown


def test_what_must_be_changed_is_status_1_with_advice(appliance: Run, home: Path) -> None:
    (home / "keys" / "operator.txt").chmod(0o644)
    ran = appliance("doctor", "--json")
    assert ran.status == 1
    assert ran.data["fit"] is False
    (failed,) = [check for check in ran.data["checks"] if check["status"] == "fail"]
    assert failed["name"] == "home"
    assert "operator.txt has mode 0644" in failed["found"]
    assert f"do: {failed['advice']}" in appliance("doctor").out


def test_a_ram_directory_that_is_none_is_found(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FROSTBYTE_RAM_DIR", str(tmp_path / "on-disk"))
    ran = run("doctor")
    assert ran.status == 1
    assert "not in RAM" in ran.out


def test_nothing_is_made_in_the_home(run: Run, home: Path) -> None:
    run("doctor")
    assert not home.exists()


def test_the_places_of_the_launcher_in_its_order() -> None:
    named = [str(path) for path in runtime_directories({"FROSTBYTE_RUNTIME_DIR": "/r", "XDG_CACHE_HOME": "/c", "HOME": "/h"})]
    assert named[:2] == ["/r", "/c/frostbyte"]
    assert str(runtime_directories({"HOME": "/h"})[0]) == "/h/.cache/frostbyte"
    assert all(path.is_absolute() for path in runtime_directories({"HOME": "", "XDG_CACHE_HOME": "relative"}))
