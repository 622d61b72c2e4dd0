"""The long version of tests/vault/test_crash.py: real SIGKILLs. `./run faults [--random N]` ends with it.

First a process is killed at every numbered step of a life (two small commits, one with large files, an object, a compaction, two
commits more), then N times at a random instant of a busy one, each time going on with what the last one left. After every
kill the vault is reopened: nothing acknowledged may be missing, both engines must agree, the chain must hold, every file
must be readable, and it must take another commit. Exit status 1 when that failed once.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from vault.faulty import Killing  # noqa: E402
from vault.making import Place, add, check_sound, record  # noqa: E402

from frostbyte.errors import FrostbyteError  # noqa: E402
from frostbyte.vault import RamPolicy, Vault, keys  # noqa: E402


def life(place: Place, at: int) -> None:
    """Killed at step `at`; prints each document it was told is durable, and at the end how many steps there were."""
    disk = Killing(10**9)
    vault = place.open(disk=disk)
    disk.count, disk.at = 0, at
    for number, chunks in ((3, 3), (4, 3), (5, 900)):
        vault.objects.put(f"raw:{number}", [b"x" * 1000])
        add(vault, number, chunks)
        print(number, flush=True)
    vault.maintain()
    for number in (6, 7):
        add(vault, number)
        print(number, flush=True)
    print("steps", disk.count, flush=True)


def busy(place: Place, seed: int) -> None:
    """Commits and compactions until it is killed."""
    rng = random.Random(seed)
    vault = place.open()
    number = max(int(row.doc_id[4:], 16) for row in vault.catalog.documents())
    print(number, flush=True)
    while True:
        number += 1
        add(vault, number, rng.choice([1, 20, 20, 300, 900]))
        print(number, flush=True)
        if number % 5 == 0:
            vault.maintain()


def inspect(place: Place, acknowledged: int) -> str | None:
    """What is wrong after a kill, or None."""
    try:
        with place.open() as vault:
            present = {int(row.doc_id[4:], 16) for row in vault.catalog.documents()}
            if max(present) not in (acknowledged, acknowledged + 1) or present != set(range(1, max(present) + 1)):
                return f"acknowledged {acknowledged}, present {sorted(present)[-5:]}"
            check_sound(vault, documents=present)
            add(vault, max(present) + 1)
        with place.open() as vault:
            check_sound(vault, documents=present | {max(present) + 1})
    except (FrostbyteError, AssertionError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def child(place: Place, kind: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, f"--{kind}", str(number), str(place.directory), place.identity, str(place.ram.root)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def run(randomly: int, seed: int) -> int:
    work, ram = Path(tempfile.mkdtemp(prefix="campaign-")), RamPolicy(root=Path(f"/dev/shm/frostbyte-campaign-{os.getpid()}"))
    identity, recipient = keys.generate_identity()
    template = Place(work / "template", identity, ram)
    with Vault.create(template.directory, record(), recipients=[recipient], ram=ram) as vault:
        add(vault, 1)
        add(vault, 2)
    bad, at, rng = 0, 0, random.Random(seed)
    while True:
        at += 1
        place = template.copy(work / "place")
        process = child(place, "life", at)
        said = process.communicate()[0].split()
        if "steps" in said:
            break
        wrong = inspect(place, max([int(word) for word in said], default=2))
        bad += wrong is not None
        print(f"step {at}: {wrong or 'sound'}", flush=True)
        shutil.rmtree(place.directory)
    shutil.rmtree(place.directory)
    print(f"{at - 1} steps, {bad} bad")
    place = template.copy(work / "place")
    for turn in range(randomly):
        process = child(place, "busy", rng.randrange(2**30))
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(rng.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)
        said = [first, *process.stdout.read().splitlines()]
        process.wait()
        wrong = inspect(place, max(int(word) for word in said if word.strip()))
        bad += wrong is not None
        print(f"kill {turn + 1} after {len(said) - 1} commits: {wrong or 'sound'}", flush=True)
    shutil.rmtree(work)
    shutil.rmtree(ram.root or work, ignore_errors=True)
    print(f"{at - 1} steps and {randomly} random kills: {bad} bad")
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=50, help="kills at random instants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--life", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--busy", type=int, help=argparse.SUPPRESS)
    parser.add_argument("place", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.place:
        place = Place(Path(given.place[0]), given.place[1], RamPolicy(root=Path(given.place[2])))
        life(place, given.life) if given.life else busy(place, given.busy)
        return 0
    return run(given.random, given.seed)


if __name__ == "__main__":
    sys.exit(main())
