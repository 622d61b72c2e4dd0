"""The long proof that the program calls nobody: `python tests/airgap/campaign.py [--program FILE] [--seconds 90] [VARIANT ...]`.

    traced     every command under strace, on the network as it is: no socket that could leave, no file outside its places
    waiting    one ingest and one evaluation of at least --seconds each, under strace: what wakes late is seen too
    removed    every command without any network
    hanging    every command where packets leave and nothing ever answers: none may leave, and nothing may wait for one
    blackhole  every command where the only resolver is silent: it may not be asked

Each variant ends with a canary: a program that does what ours must not has to be noticed, or the variant proves nothing. `CI` is
not in the environment, since libraries are quieter under it. JSON on stdout, exit status 1 when one failed or could not run.
`hanging` and `blackhole` need unshare, ip and mount, and run as root or where user namespaces are allowed.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import tracing  # noqa: E402
from airgap import isolation, job  # noqa: E402

LOOK_UP = [sys.executable, "-c", "import socket; socket.getaddrinfo('canary.invalid', 80)"]
CONNECT = [sys.executable, "-c", "import socket; s = socket.socket(); s.settimeout(1); exit(s.connect_ex(('192.0.2.1', 80)))"]
WRITE = [sys.executable, "-c", "import pathlib, os; pathlib.Path(os.environ['HOME'], 'canary').write_text('x')"]
CALLS = f"{tracing.MAKES},{tracing.REACHES}"
WORDS = (
    "vaccine",
    "invoice",
    "court",
    "supplier",
    "harbour",
    "logger",
    "notice",
    "payment",
    "pump",
    "orchard",
    "winter",
    "ledger",
    "valve",
    "ferry",
    "choir",
    "lease",
)


class Watch:
    """Wraps every command line in strace and adds up what the logs say; a log is read and thrown away as soon as it is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands = 0
        self.calls = 0
        self.reached: list[str] = []
        self.made: set[str] = set()

    def wrap(self, line: list[str]) -> list[str]:
        self.commands += 1
        return tracing.command(self.folder / f"log-{self.commands}", CALLS, line)

    def read(self, place: job.Place) -> None:
        for log in sorted(self.folder.glob("log-*")):
            with log.open(errors="replace") as lines:
                for line in lines:
                    self.calls += 1
                    if tracing.reaching(line):
                        self.reached.append(line.strip())
                    path = tracing.made(line)
                    if path is not None and not place.may_write(path):
                        self.made.add(path)
            log.unlink()

    def outcome(self, place: job.Place) -> dict[str, Any]:
        self.read(place)
        found = {
            "commands": self.commands,
            "calls_seen": self.calls,
            "reached": self.reached[:20],
            "stray_files": sorted(self.made)[:20],
        }
        left = [str(path) for path in job.left_behind(place)]
        for canary in (LOOK_UP, CONNECT, WRITE):
            before = len(self.reached), len(self.made)
            subprocess.run(self.wrap(canary), env=place.environment(), capture_output=True, check=False)
            self.read(place)
            if (len(self.reached), len(self.made)) == before:
                raise AssertionError(f"the watch did not notice its canary {canary[-1]!r}")
        return {**found, "left_behind": left, "ok": not (found["reached"] or found["stray_files"] or left)}


def traced(place: job.Place, seconds: float) -> dict[str, Any]:
    watch = Watch(place.work)
    place.wrap = watch.wrap
    job.main_job(place)
    job.every_other_command(place)
    return watch.outcome(place)


def waiting(place: job.Place, seconds: float) -> dict[str, Any]:
    """Two long processes. How much they get to do is found by doubling, so that a fast machine waits as long as a slow one."""
    watch = Watch(place.work)
    place.wrap = watch.wrap
    place.run("init")
    place.run("tenant", "create", "Northgate Medical Supply", "--id", "northgate")
    took: dict[str, Any] = {}
    for name, run in (("ingest", _long_ingest), ("eval", _long_evaluation)):
        amount, elapsed = 100, 0.0
        while elapsed < seconds:
            began = time.monotonic()
            run(place, amount)
            elapsed = time.monotonic() - began
            took[name] = {"documents": amount, "seconds": round(elapsed, 1)}
            amount = int(amount * min(20.0, max(1.3, 1.3 * seconds / max(elapsed, 0.1))))
    assert place.data("search", "the ledger of the ferry", *job.TENANT, "--verify")["chunks"]
    assert place.data("audit", "verify", *job.TENANT)["valid"] is True
    return {**watch.outcome(place), "long_processes": took}


def removed(place: job.Place, seconds: float) -> dict[str, Any]:
    place.wrap = isolation.without_network
    if subprocess.run(place.wrap(CONNECT), check=False).returncode != errno.ENETUNREACH:
        raise AssertionError("the network was not removed")
    return _everything(place)


def hanging(place: job.Place, seconds: float) -> dict[str, Any]:
    isolation.hang_every_route()
    before = isolation.packets_sent("away"), isolation.packets_sent("lo")
    found = _everything(place)
    sent = isolation.packets_sent("away") - before[0], isolation.packets_sent("lo") - before[1]
    subprocess.run(CONNECT, check=False)
    if isolation.packets_sent("away") == before[0] + sent[0]:
        raise AssertionError("the count of packets did not notice its canary")
    return {**found, "packets_sent": sent[0], "loopback_packets": sent[1], "ok": found["ok"] and sent == (0, 0)}


def blackhole(place: job.Place, seconds: float) -> dict[str, Any]:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    isolation.ask_nobody(place.work, "127.0.0.1")
    asked: list[int] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.bind(("127.0.0.1", 53))

        def swallow() -> None:
            while sink.recv(4096) != b"stop":
                asked.append(1)

        thread = threading.Thread(target=swallow)
        thread.start()
        try:
            found = _everything(place)
            questions = len(asked)
            subprocess.run(LOOK_UP, capture_output=True, check=False)
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
                stop.sendto(b"stop", ("127.0.0.1", 53))
            thread.join()
    if len(asked) == questions:
        raise AssertionError("the resolver did not notice its canary")
    return {**found, "questions": questions, "ok": found["ok"] and questions == 0}


VARIANTS: dict[str, Callable[[job.Place, float], dict[str, Any]]] = {
    "traced": traced,
    "waiting": waiting,
    "removed": removed,
    "hanging": hanging,
    "blackhole": blackhole,
}
ISOLATED = ("hanging", "blackhole")


def _everything(place: job.Place) -> dict[str, Any]:
    began = time.monotonic()
    job.main_job(place)
    took = job.every_other_command(place)
    slowest = max(took, key=lambda words: took[words])
    left = [str(path) for path in job.left_behind(place)]
    return {
        "commands": len(took) + 8,
        "seconds": round(time.monotonic() - began, 1),
        "slowest": {" ".join(slowest): took[slowest]},
        "left_behind": left,
        "ok": not left,
    }


def _long_ingest(place: job.Place, documents: int) -> None:
    drop = place.work / "drop"
    shutil.rmtree(drop, ignore_errors=True)
    drop.mkdir()
    for number, text in enumerate(_texts(documents)):
        (drop / f"{number}.txt").write_text(text, encoding="utf-8")
    shutil.copy(job.DROP / "delivery-note-scan.png", drop)
    place.run("tenant", "config", "northgate", "--set", "max_batch_size=10000")
    place.run("ingest", drop, *job.TENANT)


def _long_evaluation(place: job.Place, documents: int) -> None:
    folder = place.output / "collection"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows = [{"id": str(number), "text": text} for number, text in enumerate(_texts(documents))]
    queries = [{"id": row["id"], "text": row["text"][:60]} for row in rows[:: max(1, len(rows) // 200)]]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries), encoding="utf-8")
    relevant = "".join(f"{row['id']}\t{row['id']}\t1\n" for row in queries)
    (folder / "qrels.tsv").write_text("query\tdocument\trelevance\n" + relevant, encoding="utf-8")
    place.run("eval", folder)


def _texts(count: int) -> list[str]:
    """Prose that is new at every call, so that nothing is answered from what was embedded before."""
    draw = random.Random(time.monotonic_ns())
    return ["\n\n".join(" ".join(draw.choices(WORDS, k=70)) + "." for _ in range(6)) for _ in range(count)]


def _run(name: str, program: list[str], seconds: float, inside: bool) -> dict[str, Any]:
    """One variant in its own places. Isolated ones start this file again, inside their namespaces."""
    if name in ISOLATED and not inside:
        again = [sys.executable, __file__, "--inside", "--seconds", str(seconds), name]
        if program != job.from_source():
            again += ["--program", program[0]]
        ended = subprocess.run([*isolation.unshare("--mount"), *again], capture_output=True, text=True, check=False)
        try:
            answer: dict[str, Any] = json.loads(ended.stdout)[name]
        except (ValueError, KeyError):
            return {"ok": False, "error": ended.stderr.strip()[-2000:] or f"exit status {ended.returncode}"}
        return answer
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="frostbyte-airgap-") as work, isolation.ram() as ram:
        try:
            found = VARIANTS[name](job.Place(Path(work), ram, program), seconds)
        except (AssertionError, OSError, subprocess.CalledProcessError, LookupError) as error:
            found = {"ok": False, "error": f"{type(error).__name__}: {error}"[-2000:]}
    return {**found, "wall_seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("variants", nargs="*", choices=[*VARIANTS, []], metavar="VARIANT", help=f"some of {', '.join(VARIANTS)}")
    parser.add_argument("--program", type=Path, help="the single-file program; this checkout when absent")
    parser.add_argument("--seconds", type=float, default=90.0, help="how long each long process runs at least")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    program = [str(chosen.program.resolve())] if chosen.program else job.from_source()

    def told(name: str) -> dict[str, Any]:
        found = _run(name, program, chosen.seconds, chosen.inside)
        print(f"airgap: {name} {'ok' if found['ok'] else 'FAILED'}", file=sys.stderr, flush=True)
        return found

    names = list(chosen.variants or VARIANTS)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:  # each has places of its own, and processes do the work
        results = dict(zip(names, pool.map(told, names), strict=True))
    print(json.dumps(results, indent=1))
    return 0 if all(found["ok"] for found in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
