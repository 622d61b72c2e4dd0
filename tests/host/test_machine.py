from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from frostbyte.host import machine

BUILT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "available", "status"),
    [(16_000_000, 12_000_000, "ok"), (16_000_000, 900_000, "warn"), (3_000_000, 2_500_000, "warn"), (500_000, 400_000, "fail")],
)
def test_memory(tmp_path: Path, total: int, available: int, status: str) -> None:
    (tmp_path / "meminfo").write_text(f"MemTotal: {total} kB\nMemFree: 1 kB\nMemAvailable: {available} kB\nHugePages_Total: 0\n")
    assert machine.memory(tmp_path).status == status


@pytest.mark.parametrize(
    ("release", "status"),
    [("6.1.0-28-amd64", "ok"), ("5.13.0", "ok"), ("5.10.0-28-amd64", "warn"), ("3.10.0-1160.el7", "fail"), ("odd", "fail")],
)
def test_kernel(release: str, status: str) -> None:
    found = machine.kernel(release)
    assert found.status == status
    assert release in found.text


@pytest.mark.parametrize(("name", "status"), [("glibc 2.31", "ok"), ("glibc 2.28", "ok"), ("glibc 2.17", "fail"), ("", "fail")])
def test_glibc(name: str, status: str) -> None:
    assert machine.glibc(name).status == status


def test_this_machine_has_a_kernel_and_a_c_library_that_do() -> None:
    assert machine.kernel(machine.release()).status != "fail"
    assert machine.c_library().status == "ok"


def test_a_clock_before_the_build_is_wrong(tmp_path: Path) -> None:
    assert machine.clock(BUILT - timedelta(days=1), BUILT, tmp_path).status == "fail"
    assert machine.clock(BUILT - timedelta(minutes=5), BUILT, tmp_path).status == "ok"
    assert machine.clock(BUILT + timedelta(days=900), BUILT, tmp_path).status == "ok"
    assert machine.clock(BUILT + timedelta(days=30_000), BUILT, tmp_path).status == "warn"


@pytest.mark.parametrize("by", ["word", "time of a file"])
def test_a_clock_that_went_back_behind_the_home_is_wrong(tmp_path: Path, by: str) -> None:
    made = BUILT + timedelta(days=100)
    about = tmp_path / "appliance.json"
    about.write_text(json.dumps({"created_at": made.isoformat()} if by == "word" else {}))
    stamp = (BUILT if by == "word" else made).timestamp()
    os.utime(about, (stamp, stamp))
    found = machine.clock(BUILT + timedelta(days=50), BUILT, tmp_path)
    assert found.status == "fail"
    assert "last written" in found.text
    assert machine.clock(made + timedelta(minutes=1), BUILT, tmp_path).status == "ok"


def test_the_build_leaves_its_date(tmp_path: Path) -> None:
    assert machine.built(tmp_path, BUILT) == BUILT
    (tmp_path / "BUILT").write_text("2026-05-04\n")
    assert machine.built(tmp_path, BUILT) == datetime(2026, 5, 4, tzinfo=UTC)
    (tmp_path / "BUILT").write_text("yesterday\n")
    assert machine.built(tmp_path, BUILT) == BUILT


def test_locale() -> None:
    assert machine.locale({}).status == "ok"
    assert "none set" in machine.locale({}).text
    assert machine.locale({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "utf-8").text.startswith("de_DE.UTF-8")
    assert machine.locale({"LC_ALL": "de_DE"}, "iso8859-1").status == "fail"
