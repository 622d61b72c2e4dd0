"""kill -9 at the door of a stage of a file: the same call finishes the batch, nothing is lost and nothing is done twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.tenants import TenantRecord
from frostbyte.embed import Embedder
from frostbyte.intake import drop as drops
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import ingest
from frostbyte.vault import RamPolicy, Vault, keys

CONTENTS = {"a.txt": b"The supplier delivers on Monday.\n", "b.csv": b"item,price\nbolt,3\nnut,1\n", "bad.pdf": b"%PDF-1.7 no\n"}

# What is killed: an ingest that kills its own process when the nth step is announced.
KILLED = """
import os, signal, sys
from pathlib import Path
from frostbyte.embed import default_pack_dir, load
from frostbyte.intake import drop
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import Silent, ingest
from frostbyte.vault import RamPolicy, Vault

vault, identity, folder, ram, last = sys.argv[1:]

class Killer(Silent):
    steps = 0
    def stage(self, file_id, filename, stage):
        self.steps += 1
        if self.steps == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

with Vault.open(Path(vault), identity=identity, ram=RamPolicy(root=Path(ram))) as opened, Worker() as worker:
    taken = drop.load(Path(folder), "northgate")
    ingest(opened, taken, worker=worker, embedder=lambda: load(default_pack_dir()), progress=Killer())
    print("finished")
"""
LoadDrop = Callable[[Path], drops.Drop]


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 8, 9, 10])
def test_a_batch_killed_at_a_stage_is_finished_by_the_same_call(
    step: int,
    tmp_path: Path,
    ram_root: Path,
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
) -> None:
    folder = write_drop(CONTENTS)
    identity, recipient = keys.generate_identity()
    record = TenantRecord(
        tenant_id="northgate", tenant_name="N", state="ACTIVE", created_at="2026-02-08T13:00:00Z", config=TenantConfig()
    )
    place, ram = tmp_path / "vault", RamPolicy(root=ram_root)
    Vault.create(place, record, recipients=[recipient], ram=ram).close()
    command = [sys.executable, "-c", KILLED, str(place), identity, str(folder), str(ram_root), str(step)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with Vault.open(place, identity=identity, ram=ram) as vault:
        result = ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)
        assert {f.file_id: f.status for f in result.report.files} == {
            "a.txt": "indexed",
            "b.csv": "indexed",
            "bad.pdf": "parse_failed",
        }
        for file_id, events in (("a.txt", 7), ("b.csv", 7), ("bad.pdf", 2)):
            assert len(vault.catalog.chain_events(file_id)) == events, file_id
        assert vault.vectors.count() == vault.catalog.counts()["chunks"] == 2
        assert vault.verify_audit().valid
        assert vault.verify(deep=True).problems == ()
        assert len(vault.catalog.events(event_type="BATCH_RECEIVED")[0]) == 1
        assert len(vault.catalog.events(event_type="BATCH_COMPLETED")[0]) == 1
