"""A signal ends the program in order: nothing lies open in RAM, the exit status says which it was, the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from frostbyte.appliance import load
from frostbyte.cli.signals import Ending
from frostbyte.settings import resolve

Run = Callable[..., Any]
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Enough work that a signal comes in the middle of it."""
    folder = tmp_path / "drop"
    folder.mkdir()
    for number in range(12):
        lines = (f"Clause {number}.{line}: the supplier delivers the vaccine in a refrigerator.\n\n" for line in range(40))
        (folder / f"contract-{number}.txt").write_text("".join(lines))
    return folder


@contextmanager
def ingesting(under_test: list[str], drop: Path, ram_root: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A real ingest that has documents of the drop open in RAM."""
    # A shell starts what it puts in the background with Ctrl-C ignored; these tests may have been started so.
    command = ["env", "--default-signal=INT", *under_test, "ingest", str(drop), "--tenant", "northgate", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 60
        while not list(ram_root.glob("vault-*/vectors/*")):
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield running
        running.kill()


def left_in(ram_root: Path) -> list[str]:
    return sorted(str(path.relative_to(ram_root)) for path in ram_root.rglob("*") if path.name != ".lock")


@pytest.mark.parametrize(
    ("number", "times"),
    [(signal.SIGINT, 4), (signal.SIGTERM, 1), (signal.SIGTERM, 4), (signal.SIGHUP, 1)],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_signal_wipes_what_is_open_in_ram(
    appliance: Run, under_test: list[str], drop: Path, ram_root: Path, number: signal.Signals, times: int
) -> None:
    with ingesting(under_test, drop, ram_root) as running:
        assert left_in(ram_root)
        for _ in range(times):  # an impatient operator
            if running.poll() is None:
                running.send_signal(number)
            time.sleep(0.03 if times > 1 else 0)
        _, said = running.communicate(timeout=60)
    assert running.returncode == STATUS[number], said
    assert left_in(ram_root) == []
    assert "same command again" in said
    assert "Traceback" not in said
    assert "internal error" not in said
    if number is not signal.SIGINT:
        return  # what goes on is the same for all of them
    done = appliance("ingest", drop, "--tenant", "northgate", "--json")
    assert done.status == 0, done.err
    assert done.data["report"]["summary"]["files_accepted"] == 12
    assert appliance("verify", "--deep").status == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_every_parser_ends_with_an_ingest_that_was_ended(
    appliance: Run, under_test: list[str], drop: Path, ram_root: Path, number: signal.Signals
) -> None:
    with ingesting(under_test, drop, ram_root, "--workers", "3") as running:
        parsers: set[int] = set()
        deadline = time.monotonic() + 60
        while not parsers and time.monotonic() < deadline:
            parsers = {pid for place in Path(f"/proc/{running.pid}/task").iterdir() for pid in _children(place)}
        running.send_signal(number)
        running.communicate(timeout=60)
    assert parsers
    deadline = time.monotonic() + 10
    while any(map(_lives, parsers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in parsers if _lives(pid)]
    if number is not signal.SIGKILL:
        return
    assert appliance("ingest", drop, "--tenant", "northgate", "--workers", "2").status == 0
    assert appliance("verify", "--deep").status == 0


def _children(task: Path) -> list[int]:
    try:
        return [int(pid) for pid in (task / "children").read_text().split()]
    except FileNotFoundError:  # a thread that ended meanwhile
        return []


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_sigkill_left_is_wiped_by_the_next_opening(
    appliance: Run, under_test: list[str], drop: Path, ram_root: Path
) -> None:
    with ingesting(under_test, drop, ram_root) as running:
        running.kill()
        running.wait(timeout=60)
        assert left_in(ram_root), "nobody could wipe it"
    assert appliance("audit", "head", "--tenant", "northgate").status == 0
    assert left_in(ram_root) == []


def test_a_signal_that_is_ignored_stays_ignored(appliance: Run, under_test: list[str], drop: Path, ram_root: Path) -> None:
    """`nohup frostbyte ingest ...` outlives its terminal."""
    with ingesting(["nohup", *under_test], drop, ram_root) as running:
        running.send_signal(signal.SIGHUP)
        running.communicate(timeout=120)
    assert running.returncode == 0


def test_a_signal_in_a_query_is_an_interrupt_and_no_internal_error(appliance: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB makes a RuntimeError of what a handler raises."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # then the query runs in this thread, which looks at signals meanwhile
    with load(resolve()).open_vault("northgate") as vault, Ending() as ending:
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            vault.catalog._rows("SELECT sum(a.range * b.range) FROM range(1000000) a, range(5000) b")
        timer.join()
        assert ending.received is signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_signal_that_python_drops_in_a_finalizer_is_raised_again() -> None:
    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    with Ending() as ending:
        with pytest.raises(KeyboardInterrupt):
            time.sleep(0 if Dying() is None else 10)
        assert ending.received is signal.SIGTERM


def test_a_second_signal_does_not_cut_short_what_the_first_began() -> None:
    with Ending():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        for number in STATUS:
            signal.raise_signal(number)


IMPORT = """
import os, signal, sys, threading, time
from frostbyte.cli.signals import Ending
with Ending() as ending:
    def fire(when):
        time.sleep(when)
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=fire, args=(float(sys.argv[1]),), daemon=True).start()
    try:
        import duckdb
        time.sleep(5)
    except KeyboardInterrupt:
        print(sys.modules["duckdb"].connect().execute("SELECT 'whole'").fetchall()[0][0])
"""


@pytest.mark.checkout
def test_a_signal_in_an_import_waits_for_its_end() -> None:
    """An exception in the middle of DuckDB's import makes it call abort(): nobody could wipe anything then."""
    for step in range(24):
        ended = subprocess.run(
            [sys.executable, "-c", IMPORT, str(0.01 + step * 0.01)], capture_output=True, text=True, check=False, timeout=60
        )
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout == "whole\n"
