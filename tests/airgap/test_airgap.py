"""No command calls anybody, none needs a network, none writes where it was not told to. The long version is campaign.py."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from frostbyte.cli.main import root

from .. import tracing
from . import isolation, job

pytestmark = pytest.mark.checkout  # the one file is watched by campaign.py, in more ways than these


@dataclass(frozen=True)
class Watched:
    """Every command, run once under strace: its lines, where it might write, and which words were run."""

    lines: dict[str, list[str]]
    place: job.Place
    words: set[tuple[str, ...]]
    left: list[Path]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, under_test: list[str]) -> Iterator[Watched]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    work = tmp_path_factory.mktemp("airgap")
    logs: list[tuple[str, Path]] = []

    def wrap(line: list[str]) -> list[str]:
        logs.append((" ".join(line[-4:]), work / f"log-{len(logs)}"))
        return tracing.command(logs[-1][1], f"{tracing.MAKES},{tracing.REACHES}", line)

    with isolation.ram() as ram:
        place = job.Place(work / "place", ram, under_test, wrap)
        job.main_job(place)
        words = set(job.every_other_command(place))
        lines = {f"{number} {what}": path.read_text(errors="replace").splitlines() for number, (what, path) in enumerate(logs)}
        yield Watched(lines, place, words, job.left_behind(place))


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return {words}
    context = click.Context(command)
    children = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {leaf for name, child in children.items() if child for leaf in leaves(child, (*words, name))}


def test_every_command_was_run(watched: Watched) -> None:
    main = {("init",), ("tenant", "create"), ("ingest",), ("search",), ("audit", "verify")}
    assert leaves(root) == (watched.words | main) - {("--help",)}


def test_no_command_makes_a_socket_that_could_leave(watched: Watched) -> None:
    reached = {
        what: found for what, lines in watched.lines.items() if (found := [line for line in lines if tracing.reaching(line)])
    }
    assert not reached
    pairs = sum("socketpair(" in line for lines in watched.lines.values() for line in lines)
    assert pairs > 0, "the watch saw not even the pair of sockets to the parser child: it watches nothing"


def test_no_command_writes_outside_its_places(watched: Watched) -> None:
    stray: dict[str, set[str]] = {}
    for what, lines in watched.lines.items():
        made = {path for line in lines if (path := tracing.made(line)) is not None}
        if outside := {path for path in made if not watched.place.may_write(path)}:
            stray[what] = outside
    assert not stray
    assert watched.left == []


def test_the_main_job_needs_no_network(tmp_path: Path, under_test: list[str]) -> None:
    refused = isolation.refused()
    if refused:
        pytest.skip(f"no network namespace can be made: {refused}")
    with isolation.ram() as ram:
        place = job.Place(tmp_path, ram, under_test, isolation.without_network)
        cut = place.wrap(["cat", "/proc/net/dev"])
        assert subprocess.run(cut, capture_output=True, text=True, check=True).stdout.count(":") == 1, "only a loopback, and down"
        job.main_job(place)
        assert job.left_behind(place) == []
