"""The parsers a machine is given by its processors and its memory, a control group's limit included."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from frostbyte.host import capacity


def machine(tmp_path: Path, available_kb: int, group: str = "", **limits: str) -> tuple[Path, Path]:
    proc, cgroups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {available_kb} kB\n")
    (proc / "self" / "cgroup").write_text(f"0::/{group}\n")
    (cgroups / group).mkdir(parents=True)
    for name, text in limits.items():
        (cgroups / "outer" / name.replace("_", ".")).write_text(text)
    return proc, cgroups


def test_there_is_a_parser_for_each_processor_where_memory_is_plenty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)))
    assert capacity.parsers(*machine(tmp_path, 64_000_000)) == 6


@pytest.mark.parametrize(("available_kb", "count"), [(2_500_000, 2), (900_000, 1), (10, 1)])
def test_little_memory_means_fewer_parsers_but_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, available_kb: int, count: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)))
    assert capacity.parsers(*machine(tmp_path, available_kb)) == count


def test_the_limit_of_an_outer_control_group_counts(tmp_path: Path) -> None:
    limits = {"memory_max": "3000000000\n", "memory_current": "1000000000\n"}
    assert capacity.free_memory(*machine(tmp_path, 64_000_000, "outer/inner", **limits)) == 2_000_000_000


def test_a_group_without_a_limit_changes_nothing(tmp_path: Path) -> None:
    limits = {"memory_max": "max\n", "memory_current": "1000000000\n"}
    assert capacity.free_memory(*machine(tmp_path, 64_000_000, "outer/inner", **limits)) == 64_000_000 * 1024


def test_memory_that_cannot_be_read_is_not_taken_for_plenty(tmp_path: Path) -> None:
    assert capacity.parsers(tmp_path / "none", tmp_path / "none") == 1
