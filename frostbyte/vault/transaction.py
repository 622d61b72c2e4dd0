"""The one writing path: everything put inside one `with` is one commit, or nothing.

Rows go to DuckDB's open transaction at once; vectors and audit events are held until the end, so that a failing document costs no
more than a rollback.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.envelopes import DlqEntry
from frostbyte.contract.events import AuditEvent, EventDraft
from frostbyte.contract.tenants import TenantRecord
from frostbyte.errors import Damaged
from frostbyte.vault import audit
from frostbyte.vault.catalog import CatalogWriter
from frostbyte.vault.manifest import Head
from frostbyte.vault.objects import StoredObject
from frostbyte.vault.rows import BatchRow, ChunkRow, DocumentRow, FileRow
from frostbyte.vault.tables import BATCHES, DOCUMENTS, FILES, OBJECTS
from frostbyte.vault.vectors import DIMENSIONS, VectorRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Transaction:
    """What `vault.transaction()` hands out. Usable until the `with` ends; puts are upserts keyed by their ids."""

    def __init__(self, writer: CatalogWriter, tenant_id: str, head: Head, clock: Callable[[], str]) -> None:
        self._writer, self._tenant_id, self._head, self._clock = writer, tenant_id, head, clock
        self._events: list[audit.StoredEvent] = []
        self._chains: dict[str, str] = {}
        self._chunks: dict[str, tuple[ChunkRow, NDArray[np.float32]]] = {}
        self._judged: dict[str, ChunkRow] = {}
        self._received: dict[str, str] = {}
        self._gone: dict[str, None] = {}
        self._removed: list[str] = []
        self._changed = False
        self._open = True

    def append_event(self, draft: EventDraft) -> AuditEvent:
        """Write an audit event; it becomes part of the chain when the transaction commits."""
        self._touch()
        previous_hash = self._events[-1].hash if self._events else self._head.event_hash
        event = audit.write(
            draft,
            tenant_id=self._tenant_id,
            at=self._clock(),
            sequence=self._head.events + len(self._events) + 1,
            previous_hash=previous_hash,
            previous_id=self._previous(draft.chain),
        )
        self._events.append(event)
        if draft.chain is not None:
            self._chains[draft.chain] = event.event_id
        return AuditEvent.from_json(event.event(self._tenant_id))

    def put_batch(self, row: BatchRow) -> None:
        self._touch()
        self._writer.put(BATCHES, row)

    def put_file(self, row: FileRow) -> None:
        self._touch()
        self._writer.put(FILES, row)

    def put_document(self, row: DocumentRow) -> None:
        self._touch()
        self._writer.put(DOCUMENTS, row)
        self._received[row.doc_id] = row.received_at[:10]

    def put_chunks(self, rows: Sequence[ChunkRow], vectors: NDArray[np.float32]) -> None:
        """Index chunks with their vectors, row by row; their document must have been put before.

        A chunk already indexed with the same text and vector is left alone, with other ones it is replaced. Raises ValueError
        where a vector has not 768 finite float32 or is not the one the row's `vector_sha256` names.
        """
        self._touch()
        if vectors.shape != (len(rows), DIMENSIONS) or vectors.dtype.str != "<f4":
            raise ValueError(f"{len(rows)} chunks need {len(rows)}x{DIMENSIONS} float32, not {vectors.shape} {vectors.dtype}")
        for row, vector in zip(rows, vectors, strict=True):
            if hashlib.sha256(vector.tobytes()).hexdigest() != row.vector_sha256:
                raise ValueError(f'chunk "{row.chunk_id}" was given another vector than its row names')
            self._chunks[row.chunk_id] = (row, vector)

    def reclassify_chunks(self, rows: Sequence[ChunkRow]) -> None:
        """Give chunks that are indexed other metadata and another class; their text and vector stay, in both engines.

        For where nobody has the vectors: the index keeps float16, which `vector_sha256` is not over. The commit raises ValueError
        where a row's text or vector is not the indexed one, or its chunk is put or removed by the same transaction.
        """
        self._touch()
        self._judged |= {row.chunk_id: row for row in rows}

    def remove_chunks(self, chunk_ids: Sequence[str]) -> None:
        """Take chunks out of the index: no search finds them after the commit. Their bytes go with `Vault.purge`."""
        self._touch()
        self._gone |= dict.fromkeys(chunk_ids)

    def remove_object(self, name: str) -> None:
        """Forget a recorded object. Its file is removed once the commit is durable; a kill in between leaves it unrecorded."""
        self._touch()
        self._writer.remove(OBJECTS, name)
        self._removed.append(name)

    def put_dead_letter(self, entry: DlqEntry) -> None:
        self._touch()
        self._writer.put_dead_letter(entry)

    def put_record(self, record: TenantRecord) -> None:
        self._touch()
        self._writer.put_record(record)

    def put_config(self, config: TenantConfig, version: int) -> None:
        self._touch()
        self._writer.put_config(config, version)

    def _put_objects(self, stored: Sequence[StoredObject]) -> None:
        for entry in stored:
            self._writer.put(OBJECTS, entry)

    def _flush(self) -> tuple[list[str], list[VectorRow], dict[str, str], list[str]]:
        """Hand the held chunks and events to the catalog.

        Returns the ids and rows the index must replace, the chunks it must give another class, and the new event hashes.
        """
        classes = self._reclassified()
        stale: list[str] = list(self._gone)
        self._writer.remove_chunks(stale)
        fresh: list[VectorRow] = []
        if self._chunks:
            known = self._writer.stored_hashes(list(self._chunks))
            owners = {row.doc_id for row, _ in self._chunks.values()}
            dates = self._received | self._writer.received_dates(sorted(owners - self._received.keys()))
            for row, vector in self._chunks.values():
                wanted = (row.doc_id, row.text_sha256, row.vector_sha256, row.classification)
                if known.get(row.chunk_id) == wanted:
                    continue
                if row.chunk_id in known:
                    stale.append(row.chunk_id)
                fresh.append(VectorRow(row.chunk_id, row.doc_id, row.text, vector, row.classification, dates[row.doc_id]))
            self._writer.put_chunks([row for row, _ in self._chunks.values()], known)
        if self._events:
            if self._writer.last_event() != (self._head.events, self._head.event_hash):
                raise Damaged(
                    "the audit events are not those of the last commit; nothing more is written to this vault",
                    hint="run `frostbyte audit verify` to see what was changed",
                )
            self._writer.put_events(self._events)
        return stale, fresh, classes, [event.hash for event in self._events]

    def _reclassified(self) -> dict[str, str]:
        """Hand the reclassified chunks to the catalog; chunk id -> class, of those whose class is another."""
        if not self._judged:
            return {}
        known = self._writer.stored_hashes(list(self._judged))
        for chunk_id, row in self._judged.items():
            stored = known.get(chunk_id, ())
            if stored[:3] != (row.doc_id, row.text_sha256, row.vector_sha256) or chunk_id in {*self._chunks, *self._gone}:
                raise ValueError(f'chunk "{chunk_id}" cannot be given a class: its text and vector are not those of the index')
        self._writer.put_chunks(list(self._judged.values()), known)
        return {
            chunk_id: row.classification for chunk_id, row in self._judged.items() if known[chunk_id][3] != row.classification
        }

    def _after(self, chunks: int, vector_version: int) -> Head:
        if not self._events:
            return Head(self._head.events, self._head.event_hash, chunks, vector_version)
        return Head(self._head.events + len(self._events), self._events[-1].hash, chunks, vector_version)

    def _previous(self, chain: str | None) -> str | None:
        if chain is None:
            return None
        if chain not in self._chains:
            previous = self._writer.previous_in_chain(chain)
            if previous is None:
                return None
            self._chains[chain] = previous
        return self._chains[chain]

    def _touch(self) -> None:
        if not self._open:
            raise RuntimeError("the transaction is over")
        self._changed = True
