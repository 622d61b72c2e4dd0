"""Small real vaults and documents for the tests of this room."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frostbyte.contract.clock import timestamp
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.contract.tenants import TenantRecord
from frostbyte.vault import ChunkRow, DocumentRow, RamPolicy, Transaction, Vault

TENANT = "northgate"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def record(tenant_id: str = TENANT) -> TenantRecord:
    return TenantRecord(
        tenant_id=tenant_id, tenant_name="Northgate", state="ACTIVE", created_at=timestamp(), config=TenantConfig()
    )


def draft(document: int = 1, **details: Any) -> EventDraft:
    file_id = f"file-{document}"
    return EventDraft(EventType.DOCUMENT_QUARANTINED, "document", file_id, {"reason": "TEST", **details}, chain=file_id)


@dataclass(frozen=True)
class Document:
    """A document, its chunks and their vectors, all from a number; the same number gives the same."""

    number: int
    row: DocumentRow
    chunks: list[ChunkRow]
    vectors: NDArray[np.float32]

    def put(self, tx: Transaction, *, events: int = 1) -> None:
        tx.put_document(self.row)
        tx.put_chunks(self.chunks, self.vectors)
        for step in range(events):
            tx.append_event(draft(self.number, step=step))


def document(number: int, chunks: int = 3, *, word: str = "contract", text_bytes: int = 0) -> Document:
    doc_id = f"doc_{number:012x}"
    rng = np.random.default_rng(number)
    vectors = rng.standard_normal((chunks, 768), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{word} number{number} part{index} " + "lorem " * (text_bytes // 6) for index in range(chunks)]
    rows = [
        ChunkRow(
            chunk_id=f"chk_{number:07x}{index:05x}",
            doc_id=doc_id,
            ordinal=index,
            page=1,
            start_char=index * 100,
            end_char=index * 100 + len(text),
            element_type="paragraph",
            section_title="Terms" if index else None,
            text=text,
            enriched={"classification": "contract", "config_version": 1},
            text_sha256=sha256(text.encode()),
            vector_sha256=sha256(vectors[index].tobytes()),
            embed_model="minilm-l6-768",
            embed_version="1",
            embed_digest="d" * 64,
            classification="contract",
            indexed_at="2026-02-08T14:00:00.000000Z",
        )
        for index, text in enumerate(texts)
    ]
    row = DocumentRow(
        doc_id=doc_id,
        file_id=f"file-{number}",
        batch_id="batch-1",
        sha256=sha256(str(number).encode()),
        filename=f"{number}.txt",
        mime_type="text/plain",
        size_bytes=10,
        received_at="2026-02-08T14:00:00.000000Z",
        stats={"chunks": chunks},
        state="indexed",
    )
    return Document(number, row, rows, vectors)


def add(vault: Vault, number: int, chunks: int = 3, **how: Any) -> Document:
    """One document, one commit."""
    made = document(number, chunks, **how)
    with vault.transaction() as tx:
        made.put(tx)
    return made


@dataclass(frozen=True)
class Place:
    """Where a test's vault lies and what opens it."""

    directory: Path
    identity: str
    ram: RamPolicy

    def open(self, **how: Any) -> Vault:
        return Vault.open(self.directory, identity=self.identity, ram=self.ram, **how)

    def copy(self, to: Path) -> Place:
        shutil.copytree(self.directory, to)
        return Place(to, self.identity, self.ram)

    def files(self) -> list[Path]:
        return sorted(path for path in self.directory.rglob("*") if path.is_file())


def check_sound(vault: Vault, *, documents: set[int], deep: bool = True) -> None:
    """Both engines agree, the audit chain holds, and exactly these documents of `document(n)` are there with their texts."""
    counts = vault.catalog.counts()
    assert {int(row.doc_id[4:], 16) for row in vault.catalog.documents()} == documents
    assert counts["chunks"] == vault.vectors.count() == vault.head.chunks
    assert vault.vectors.version == vault.head.vector_version
    assert counts["events"] == vault.head.events
    assert vault.verify_audit().valid
    report = vault.verify(deep=deep)
    assert report.problems == ()
