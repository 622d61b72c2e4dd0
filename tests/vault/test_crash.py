"""The vault's first promise: whatever stops a commit or a compaction, at whichever step, nothing acknowledged is lost."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import StorageFailed
from frostbyte.vault import Vault

from .faulty import Counting, Failing, LosingPower, Stopped, Stopping, abandon
from .making import Place, add, check_sound, document

Work = Callable[[Vault], None]
Steps = Callable[[int, int], list[int]]
FAULTS = ["stopped", "power lost", "power lost, names kept out of turn"]


def small_commit(vault: Vault) -> None:
    add(vault, 3)


def big_commit(vault: Vault) -> None:
    vault.objects.put("raw:" + "b" * 64, [b"x" * 100])
    add(vault, 3, chunks=700)


def compaction(vault: Vault) -> None:
    vault.maintain()


WORKS = {"small commit": (small_commit, 10), "big commit": (big_commit, 20), "compaction": (compaction, 15)}


@pytest.fixture(params=WORKS)
def work(request: pytest.FixtureRequest) -> Work:
    return WORKS[request.param][0]


@pytest.fixture(scope="module")
def grown(template: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The template with a large Lance file at rest, so that compaction has a segment to keep."""
    place = template.copy(tmp_path_factory.mktemp("grown") / "northgate")
    with place.open() as vault:
        add(vault, 2, chunks=700)
    return place


def reopened(place: Place, *, acknowledged: bool, changes: bool) -> str:
    """Reopen after a fault, check everything, go on working, check again. Says whether the work is there."""
    with place.open() as vault:
        present = vault.catalog.document("doc_000000000003") is not None
        assert changes or not present
        assert present or not (acknowledged and changes)
        documents = {1, 2, 3} if present else {1, 2}
        check_sound(vault, documents=documents)
        add(vault, 9)
    with place.open() as vault:
        check_sound(vault, documents=documents | {9}, deep=False)
        assert vault.catalog.chunks("doc_000000000009")[2].text == document(9).chunks[2].text
    return "after" if present else "before"


def steps_of(place: Place, to: Path, work: Work) -> list[str]:
    counting = Counting()
    with place.copy(to).open(disk=counting) as vault:
        counting.steps.clear()
        work(vault)
    return counting.steps


@pytest.mark.parametrize("fault", FAULTS)
def test_work_ended_at_any_step_leaves_the_state_before_or_after(
    grown: Place, tmp_path: Path, work: Work, fault: str, steps_of_faults: Steps
) -> None:
    steps = steps_of(grown, tmp_path / "counted", work)
    assert len(steps) >= next(least for made, least in WORKS.values() if made is work)
    seen = []
    named = [at for at, step in enumerate(steps, 1) if step.startswith(("sync directory", "acknowledge"))]
    # Names wait to be synced at few steps: those are all tried.
    for at in named if fault.endswith("turn") else steps_of_faults(len(steps), FAULTS.index(fault)):
        place = grown.copy(tmp_path / "northgate")
        kept = tmp_path / "kept"
        kept.mkdir()
        disk = Stopping(10**6) if fault == "stopped" else LosingPower(10**6, kept)
        vault = place.open(disk=disk)
        disk.at = disk.count + at
        with pytest.raises(Stopped):
            work(vault)
        if isinstance(disk, LosingPower):
            disk.lose(but_the_last=fault.endswith("turn"))
        abandon(vault)
        outcome = reopened(place, acknowledged=False, changes=work is not compaction)
        seen.append(outcome)
        shutil.rmtree(place.directory)
        shutil.rmtree(kept)
    assert seen == sorted(seen, key=["before", "after"].index), seen
    if work is not compaction:
        assert seen[0] == "before" or fault.endswith("turn")
        assert seen[-1] == "after"  # ended after the pack was durable, before anybody was told


def test_a_disk_error_at_any_step_is_reported_and_leaves_the_state_before(
    grown: Place, tmp_path: Path, work: Work, steps_of_faults: Steps
) -> None:
    number = errno.EIO if work is small_commit else errno.ENOSPC
    counting = Failing(0)
    with grown.copy(tmp_path / "counted").open(disk=counting) as vault:
        counting.count = 0
        work(vault)
        steps = counting.count
    assert steps >= 6
    for at in (*steps_of_faults(steps, 2), steps + 1):
        place = grown.copy(tmp_path / "northgate")
        disk = Failing(0, number)
        vault = place.open(disk=disk)
        disk.count, disk.at = 0, at
        try:
            work(vault)
        except StorageFailed:
            assert disk.where
            check_sound(vault, documents={1, 2}, deep=False)
            add(vault, 4)
            vault.close()
            with place.open() as again:
                check_sound(again, documents={1, 2, 4})
        else:
            vault.close()
            assert not disk.where or work is compaction
            assert bool(disk.where) == (at <= steps)
            reopened(place, acknowledged=True, changes=work is not compaction)
        shutil.rmtree(place.directory)


def test_a_disk_that_stays_broken_makes_the_vault_unusable_until_it_is_reopened(grown: Place, tmp_path: Path) -> None:
    steps = [step for step in steps_of(grown, tmp_path / "counted", small_commit) if not step.startswith(("commit:", "ack"))]
    for at in range(1, len(steps) + 1):
        place = grown.copy(tmp_path / "northgate")
        disk = Failing(0, errno.EIO)
        vault = place.open(disk=disk)
        disk.count, disk.at, disk.broken = 0, at, True
        with pytest.raises(StorageFailed):
            small_commit(vault)
        with pytest.raises(StorageFailed):
            small_commit(vault)
        vault.close()
        reopened(place, acknowledged=False, changes=True)
        shutil.rmtree(place.directory)


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from vault.faulty import Killing
from vault.making import Place, add
from frostbyte.vault import RamPolicy
disk = Killing(10**9)
vault = Place(Path({directory!r}), {identity!r}, RamPolicy(root=Path({ram!r}))).open(disk=disk)
disk.at = disk.count + {at}
for number in (3, 4):
    add(vault, number, chunks=700 if number == 4 else 3)
    print(number, flush=True)
vault.maintain()
print("maintained", flush=True)
"""


@pytest.mark.parametrize("at", [2, 9, 17, 27, 36, 45])
def test_a_killed_process_loses_nothing_it_acknowledged(grown: Place, tmp_path: Path, at: int) -> None:
    place = grown.copy(tmp_path / "northgate")
    tests, ram = str(Path(__file__).parents[1]), str(place.ram.root)
    script = SCRIPT.format(tests=tests, directory=str(place.directory), identity=place.identity, ram=ram, at=at)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ended.returncode == -9, ended.stderr
    stale = list(Path(str(place.ram.root)).glob("vault-*"))
    assert stale
    acknowledged = {int(line) for line in ended.stdout.split() if line.isdigit()}
    with place.open() as vault:
        present = {int(row.doc_id[4:], 16) for row in vault.catalog.documents()} - {1, 2}
        assert acknowledged <= present <= acknowledged | {max(acknowledged, default=2) + 1}
        check_sound(vault, documents=present | {1, 2})
        add(vault, 9)
        check_sound(vault, documents=present | {1, 2, 9})
