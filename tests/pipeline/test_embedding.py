"""A long document's vectors are made in parts: a kill costs at most one of them, and the result is that of one go."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.tenants import TenantRecord
from frostbyte.embed import Embedded, Embedder
from frostbyte.errors import EmbedFailed
from frostbyte.intake import drop as drops
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import Silent, embedding, ingest
from frostbyte.vault import RamPolicy, Vault, keys
from frostbyte.vault.objects import DRAFT

LoadDrop = Callable[[Path], drops.Drop]
LONG = "\n\n".join(f"Clause {n}. " + f"The supplier delivers part {n} on Monday. " * 32 for n in range(22)).encode()


class Counting:
    """A real embedder that counts what it is given, and fails in its nth call."""

    def __init__(self, embedder: Embedder, failing: int | None = None, error: BaseException | None = None) -> None:
        self._embedder, self._failing, self._error, self.model = embedder, failing, error, embedder.model
        self.given: list[int] = []

    def embed_documents(self, texts: Sequence[str]) -> Embedded:
        if len(self.given) + 1 == self._failing and self._error is not None:
            self._failing = None
            raise self._error
        self.given.append(len(texts))
        return self._embedder.embed_documents(texts)


class Told(Silent):
    def __init__(self) -> None:
        self.said: list[tuple[int, int]] = []

    def within(self, done: int, total: int) -> None:
        self.said.append((done, total))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "PART", 4)


def drafts(vault: Vault) -> list[Path]:
    return sorted((vault._directory / "objects").rglob(f"*{DRAFT}"))


def vectors(vault: Vault) -> list[tuple[str, str]]:
    (document,) = vault.catalog.documents()
    return [(chunk.chunk_id, chunk.vector_sha256) for chunk in vault.catalog.chunks(document.doc_id)]


def test_parts_give_the_vectors_of_one_go_and_leave_nothing(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_drop({"long.txt": LONG})
    in_parts, counting, told = new_vault(), Counting(embedder), Told()
    ingest(in_parts, load_drop(folder), worker=worker, embedder=lambda: counting, progress=told)  # type: ignore[return-value,arg-type]
    total = sum(counting.given)
    assert len(counting.given) > 3
    assert max(counting.given) == 4
    assert told.said == [(done, total) for done in range(0, total, 4)]
    assert drafts(in_parts) == []
    monkeypatch.setattr(embedding, "PART", 10_000)
    at_once = new_vault()
    ingest(at_once, load_drop(folder), worker=worker, embedder=lambda: embedder)
    assert vectors(in_parts) == vectors(at_once)
    assert in_parts.verify(deep=True).problems == ()


@pytest.mark.parametrize("damage", [None, "flip", "cut"])
def test_an_interrupted_document_goes_on_at_the_part_it_had_reached(
    vault: Vault,
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    damage: str | None,
) -> None:
    folder = write_drop({"long.txt": LONG})
    first: Any = Counting(embedder, 4, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: first)
    assert first.given == [4, 4, 4]
    assert len(drafts(vault)) == 3
    assert vault.vectors.count() == vault.catalog.counts()["chunks"] == 0
    assert vault.verify(deep=True).problems == ()
    if damage:
        data = drafts(vault)[0].read_bytes()
        broken = data[:-1] if damage == "cut" else data[:-1] + bytes([data[-1] ^ 1])
        drafts(vault)[0].write_bytes(broken)
    second: Any = Counting(embedder)
    ingest(vault, load_drop(folder), worker=worker, embedder=lambda: second)
    expected = len(vectors(vault)) - (8 if damage else 12)
    assert sum(second.given) == expected
    assert drafts(vault) == []
    wanted = embedder.embed_documents([chunk.text for chunk in vault.catalog.chunks(vault.catalog.documents()[0].doc_id)])
    (document,) = vault.catalog.documents()
    for chunk, vector in zip(vault.catalog.chunks(document.doc_id), wanted.vectors, strict=True):
        assert chunk.vector_sha256 == hashlib.sha256(vector.tobytes()).hexdigest()


def test_a_part_that_fails_is_tried_again_alone(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop, clock: Any
) -> None:
    failing: Any = Counting(embedder, 3, EmbedFailed("injected", code="EMBEDDING_FAILED"))
    ingest(vault, load_drop(write_drop({"long.txt": LONG})), worker=worker, embedder=lambda: failing, clock=clock)
    assert clock.slept == [10.0]
    assert sum(failing.given) == len(vectors(vault))
    assert drafts(vault) == []


def test_drafts_that_a_kill_left_behind_an_indexed_document_go_with_the_batch(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    vault.objects.put_draft("vectors:left", b"by a kill after the commit")
    ingest(vault, load_drop(write_drop({"a.txt": b"Goods are inspected.\n"})), worker=worker, embedder=lambda: embedder)
    assert drafts(vault) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from frostbyte.embed import default_pack_dir, load
from frostbyte.intake import drop
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import Silent, embedding, ingest
from frostbyte.vault import RamPolicy, Vault

vault, identity, folder, ram = sys.argv[1:]
embedding.PART = 4

class Killer(Silent):
    def within(self, done, total):
        if done == 12:
            os.kill(os.getpid(), signal.SIGKILL)

with Vault.open(Path(vault), identity=identity, ram=RamPolicy(root=Path(ram))) as opened, Worker() as worker:
    taken = drop.load(Path(folder), "northgate")
    ingest(opened, taken, worker=worker, embedder=lambda: load(default_pack_dir()), progress=Killer())
"""


def test_a_killed_process_loses_no_finished_part(
    tmp_path: Path,
    ram_root: Path,
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
) -> None:
    folder = write_drop({"long.txt": LONG})
    identity, recipient = keys.generate_identity()
    record = TenantRecord(
        tenant_id="northgate", tenant_name="N", state="ACTIVE", created_at="2026-02-08T13:00:00Z", config=TenantConfig()
    )
    place, ram = tmp_path / "vault", RamPolicy(root=ram_root)
    Vault.create(place, record, recipients=[recipient], ram=ram).close()
    command = [sys.executable, "-c", KILLED, str(place), identity, str(folder), str(ram_root)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    counting: Any = Counting(embedder)
    with Vault.open(place, identity=identity, ram=ram) as vault:
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: counting)
        assert sum(counting.given) == len(vectors(vault)) - 12
        assert vault.verify(deep=True).problems == ()
        assert vault.verify_audit().valid
