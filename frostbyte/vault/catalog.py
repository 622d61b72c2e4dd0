"""The door to DuckDB: a tenant's metadata and audit events, in RAM while the vault is open.

`Catalog` reads; `CatalogWriter` is what an open transaction writes through, and nobody else gets one. There is no way in for
SQL from outside. Chunk texts are not here: they lie with the vectors and are joined in on reading.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.envelopes import DlqEntry
from frostbyte.contract.events import AuditEvent
from frostbyte.contract.hashing import tagged
from frostbyte.contract.tenants import TenantRecord
from frostbyte.errors import Damaged, NotFound
from frostbyte.vault import audit
from frostbyte.vault.catalog_schema import differences
from frostbyte.vault.manifest import Head
from frostbyte.vault.objects import StoredObject
from frostbyte.vault.ram import engine_failure
from frostbyte.vault.rows import BatchRow, ChunkRow, DocumentRow, FileRow
from frostbyte.vault.tables import (
    BATCHES,
    CHUNKS,
    DDL,
    DOCUMENTS,
    EVENT_COLUMNS,
    FILES,
    OBJECTS,
    SCHEMA_VERSION,
    Row,
    Table,
    decode_json,
    encode_json,
)

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Chunk ids -> their texts."""
_T = TypeVar("_T")


class Catalog:
    """What the vault knows, apart from vectors. Every method reads; inside a transaction it sees what that has put."""

    def __init__(self, path: Path, tenant_id: str, texts: Texts, lock: threading.RLock) -> None:
        """Open the database in RAM, letting DuckDB replay its log. Raises Damaged when it cannot."""
        import duckdb

        self._tenant_id, self._texts, self._lock, self._database = tenant_id, texts, lock, path.stem
        try:
            self._connection = duckdb.connect(str(path), config={"threads": str(max(1, min(4, os.cpu_count() or 1)))})
            for statement in _settings(path):
                self._connection.execute(statement)
        except duckdb.Error as error:
            raise Damaged(f"the catalog does not open: {type(error).__name__}") from error

    def close(self) -> None:
        """Close the database; nothing is written at rest by this."""
        self._connection.close()

    def record(self) -> TenantRecord:
        """The tenant's record as last put."""
        with _readable("record"):
            return TenantRecord.from_json(decode_json(self._only("SELECT record FROM about")))

    def config(self) -> tuple[TenantConfig, int]:
        """The tenant's settings and their version."""
        with _readable("configuration"):
            config, version = self._rows("SELECT config, version FROM configs ORDER BY version DESC LIMIT 1")[0]
            return TenantConfig.from_json(decode_json(config)), version

    def batch(self, batch_id: str) -> BatchRow | None:
        return _first(self._table(BATCHES, "WHERE batch_id = ?", batch_id))

    def batches(self) -> list[BatchRow]:
        """Oldest first."""
        return self._table(BATCHES, "ORDER BY received_at, batch_id")

    def files(self, batch_id: str) -> list[FileRow]:
        """The files of a batch, in the order of its manifest."""
        return self._table(FILES, "WHERE batch_id = ? ORDER BY position", batch_id)

    def file_rows(self, file_id: str) -> list[FileRow]:
        """Every row of this file id, whatever the batch, oldest batch first."""
        columns = ", ".join(f"files.{name}" for name in FILES.columns)
        sql = f"SELECT {columns} FROM files JOIN batches USING (batch_id) WHERE file_id = ? ORDER BY received_at, batch_id"
        return [FILES.decode(values) for values in self._rows(sql, file_id)]

    def pending_files(self) -> list[FileRow]:
        """Files that a batch announced and intake has not judged yet."""
        return self._table(FILES, "WHERE status = 'pending'")

    def document(self, doc_id: str) -> DocumentRow | None:
        return _first(self._table(DOCUMENTS, "WHERE doc_id = ?", doc_id))

    def document_by_file(self, file_id: str) -> DocumentRow | None:
        return _first(self._table(DOCUMENTS, "WHERE file_id = ?", file_id))

    def documents_with_sha256(self, sha256: str) -> list[DocumentRow]:
        """Every document made from these raw bytes, oldest first."""
        return self._table(DOCUMENTS, "WHERE sha256 = ? ORDER BY received_at, doc_id", sha256)

    def documents(self) -> list[DocumentRow]:
        """Oldest first."""
        return self._table(DOCUMENTS, "ORDER BY received_at, doc_id")

    def chunk(self, chunk_id: str) -> ChunkRow | None:
        return _first(self._chunk_rows("WHERE chunk_id = ?", chunk_id))

    def chunks(self, doc_id: str) -> list[ChunkRow]:
        """The indexed chunks of a document, in its order."""
        return self._chunk_rows("WHERE doc_id = ? ORDER BY ordinal", doc_id)

    def chunks_by_id(self, chunk_ids: Sequence[str]) -> dict[str, ChunkRow]:
        """Many chunks at once; ids that do not exist are left out."""
        rows = self._chunk_rows("WHERE chunk_id IN (SELECT unnest(?::VARCHAR[]))", list(chunk_ids))
        return {row.chunk_id: row for row in rows}

    def models(self) -> set[tuple[str, str, str]]:
        """(name, version, digest) of every model that has vectors here."""
        return set(self._rows("SELECT DISTINCT embed_model, embed_version, embed_digest FROM chunks"))

    def counts(self) -> dict[str, int]:
        """Rows by kind."""
        names = ("batches", "files", "documents", "chunks", "events", "dead_letters", "objects")
        values = self._rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names))[0]
        return dict(zip(names, values, strict=True))

    def stored_bytes(self) -> int:
        """Bytes of content in the recorded objects."""
        return int(self._only("SELECT coalesce(sum(size), 0) FROM objects"))

    def dead_letters(self) -> list[DlqEntry]:
        """Oldest first."""
        rows = self._rows("SELECT entry FROM dead_letters ORDER BY dlq_entry_id")
        with _readable("dead letter"):
            return [DlqEntry.from_json(decode_json(row[0])) for row in rows]

    def object(self, name: str) -> StoredObject | None:
        """An object that a commit recorded, by its logical name."""
        return _first(self._table(OBJECTS, "WHERE name = ?", name))

    def objects(self) -> dict[str, StoredObject]:
        """The objects recorded by commits, by logical name."""
        return {row.name: row for row in self._table(OBJECTS)}

    def events(
        self,
        *,
        event_type: str | None = None,
        resource_id: str | None = None,
        resource_type: str | None = None,
        since: str | None = None,
        until: str | None = None,
        page: int = 1,
        limit: int = 50,
        descending: bool = True,
    ) -> tuple[list[AuditEvent], int]:
        """A page of audit events by time of writing, and how many match. `since` and `until` are timestamps, both inclusive."""
        conditions: list[tuple[str, Any]] = [
            ("event_type = ?", event_type),
            ("resource_id = ?", resource_id),
            ("resource_type = ?", resource_type),
            ("timestamp >= ?", since and audit.comparable(since)),
            ("timestamp <= ?", until and audit.comparable(until)),
        ]
        given = [(sql, value) for sql, value in conditions if value is not None]
        where = "WHERE " + " AND ".join(sql for sql, _ in given) if given else ""
        values = [value for _, value in given]
        total = int(self._only(f"SELECT count(*) FROM events {where}", *values))
        direction = "DESC" if descending else "ASC"
        tail = f"{where} ORDER BY sequence {direction} LIMIT ? OFFSET ?"
        return self._events(tail, *values, limit, (page - 1) * limit), total

    def event(self, event_id: str) -> AuditEvent | None:
        return _first(self._events("WHERE event_id = ?", event_id))

    def chain_events(self, chain: str) -> list[AuditEvent]:
        """The events of one chain (for a document: its file id), oldest first."""
        return self._events("WHERE chain = ? ORDER BY sequence", chain)

    def custody(self, file_id: str) -> str | None:
        """The chain a document's custody goes on in: the newest of its file id's, since one that was held may begin anew."""
        sql = "SELECT max_by(chain, sequence) FROM events WHERE chain = ? OR starts_with(chain, ?)"
        found: str | None = self._only(sql, file_id, f"{file_id}/")
        return found

    def stored_events(self) -> Iterator[audit.StoredEvent]:
        """Every event as its row says, unjudged, in order of sequence. For verification.

        One ordered reading: page by page from the last sequence on would pass over a second event of the same one.
        """
        with self._lock, _door("read"):
            cursor = self._connection.cursor()
            cursor.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY sequence")
        try:
            while True:
                with self._lock, _door("read"):
                    rows = cursor.fetchmany(5000)
                if not rows:
                    return
                for row in rows:
                    yield audit.StoredEvent(*row)
        finally:
            cursor.close()

    def schema_differences(self) -> list[str]:
        """What of the tables, triggers and other objects is not as the program makes them, a phrase for each."""
        with self._lock, _door("read"):
            return differences(self._connection, self._database)

    def recorded_head(self) -> tuple[int, Head]:
        """The last commit's number and head, as the catalog itself recorded them."""
        sql = "SELECT number, events, event_hash, chunks, vector_version FROM commits ORDER BY number DESC LIMIT 1"
        rows = self._rows(sql)
        return (rows[0][0], Head(*rows[0][1:])) if rows else (0, Head())

    def audit_head(self) -> tuple[int, str]:
        """How many events there are and the last one's hash, tagged: what to keep elsewhere against a rollback."""
        count, digest = self.last_event()
        return count, tagged(digest)

    def last_event(self) -> tuple[int, str]:
        """How many events there are and the hash of the last; (-1, "") when their numbers have a gap."""
        newest = "FROM events WHERE sequence = (SELECT max(sequence) FROM events)"
        rows = self._rows(f"SELECT (SELECT count(*) FROM events), sequence, hash {newest}")
        count, last, digest = rows[0] if rows else (0, 0, audit.NO_HASH)
        return (count, digest) if count == last else (-1, "")

    def _events(self, tail: str, *values: Any) -> list[AuditEvent]:
        rows = self._rows(f"SELECT {EVENT_COLUMNS} FROM events {tail}", *values)
        with _readable("audit event"):
            return [AuditEvent.from_json(audit.StoredEvent(*row).event(self._tenant_id)) for row in rows]

    def _chunk_rows(self, tail: str, *values: Any) -> list[ChunkRow]:
        rows = self._rows(CHUNKS.select(tail), *values)
        texts = self._texts([row[0] for row in rows]) if rows else {}
        found = []
        for row in rows:
            if row[0] not in texts:
                raise Damaged(f'chunk "{row[0]}" has a row in the catalog and no text in the index')
            with _readable("chunk"):
                found.append(CHUNKS.decode(row, text=texts[row[0]]))
        return found

    def _table(self, table: Table[Row], tail: str = "", *values: Any) -> list[Row]:
        rows = self._rows(table.select(tail), *values)
        with _readable(table.name):
            return [table.decode(row) for row in rows]

    def _only(self, sql: str, *values: Any) -> Any:
        return self._rows(sql, *values)[0][0]

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock, _door("read"):
            return self._connection.execute(sql, values).fetchall()


class CatalogWriter:
    """The writing half, for the one transaction that is open."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._connection = catalog._connection

    def create(self, tenant_id: str) -> None:
        """Make the tables of a new vault."""
        for statement in DDL:
            self.run(statement)
        self.run("INSERT INTO about VALUES (?, ?, '{}')", SCHEMA_VERSION, tenant_id)

    def begin(self) -> None:
        self.run("BEGIN TRANSACTION")

    def commit(self) -> None:
        self.run("COMMIT")

    def rollback(self) -> None:
        self.run("ROLLBACK")

    def put(self, table: Table[Row], row: Row) -> None:
        """Insert a row or replace the one of the same key."""
        values = dict(zip(table.columns, table.encode(row), strict=True))
        key = [values[name] for name in table.key]
        # Looking first and then inserting or updating takes a third of the time of DuckDB's ON CONFLICT.
        if self._catalog._rows(f"SELECT 1 FROM {table.name} {table.where_key()}", *key):
            self.run(table.update(), *(values[name] for name in table.values), *key)
        else:
            self.run(table.insert(), *values.values())

    def put_chunks(self, rows: Sequence[ChunkRow], known: Collection[str]) -> None:
        """Insert chunks, or replace those whose ids are `known`; their text is left to the index."""
        self._put_chunks([row for row in rows if row.chunk_id not in known], CHUNKS.insert("SELECT * FROM incoming"))
        self._put_chunks([row for row in rows if row.chunk_id in known], CHUNKS.update("incoming"))

    def _put_chunks(self, rows: Sequence[ChunkRow], sql: str) -> None:
        if not rows:
            return
        import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types

        columns = zip(*(CHUNKS.encode(row) for row in rows), strict=True)
        types = (pa.int64() if isinstance(value, int) else pa.string() for value in CHUNKS.encode(rows[0]))
        arrays = [pa.array(list(column), type=kind) for column, kind in zip(columns, types, strict=True)]
        with self._catalog._lock, _door("write"):
            self._connection.register("incoming", pa.Table.from_arrays(arrays, names=list(CHUNKS.columns)))
            try:
                self._connection.execute(sql)
            finally:
                self._connection.unregister("incoming")

    def remove(self, table: Table[Row], *key: str) -> None:
        """Delete the row of a key, if there is one."""
        self.run(f"DELETE FROM {table.name} {table.where_key()}", *key)

    def remove_chunks(self, chunk_ids: Sequence[str]) -> None:
        """Delete chunks; their texts are left to the index."""
        if chunk_ids:
            self.run("DELETE FROM chunks WHERE chunk_id IN (SELECT unnest(?::VARCHAR[]))", list(chunk_ids))

    def put_record(self, record: TenantRecord) -> None:
        self.run("UPDATE about SET record = ?", encode_json(record.to_json()))

    def put_config(self, config: TenantConfig, version: int) -> None:
        self.run("INSERT OR REPLACE INTO configs VALUES (?, ?)", version, encode_json(config.to_json()))

    def put_dead_letter(self, entry: DlqEntry) -> None:
        self.run("INSERT OR REPLACE INTO dead_letters VALUES (?, ?)", entry.dlq_entry_id, encode_json(entry.to_json()))

    def put_events(self, events: Sequence[audit.StoredEvent]) -> None:
        """Append events; their sequence numbers are new."""
        marks = ", ".join(["(" + ", ".join("?" * 11) + ")"] * len(events))
        values = [value for event in events for value in event.columns()]
        self.run(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES {marks}", *values)

    def put_commit(self, number: int, at: str, head: Head) -> None:
        """Record what the commit's manifest will say too."""
        values = (number, at, head.events, head.event_hash, head.chunks, head.vector_version)
        self.run("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)", *values)

    def put_vector_version(self, number: int, version: int) -> None:
        """Maintenance changed the index without changing what is in it."""
        self.run("UPDATE commits SET vector_version = ? WHERE number = ?", version, number)

    def previous_in_chain(self, chain: str) -> str | None:
        """The id of the chain's last event."""
        rows = self._catalog._rows("SELECT max_by(event_id, sequence) FROM events WHERE chain = ?", chain)
        return None if rows[0][0] is None else str(rows[0][0])

    def stored_hashes(self, chunk_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What of each chunk the index holds too: doc id, hashes of text and vector, classification."""
        columns = "chunk_id, doc_id, text_sha256, vector_sha256, classification"
        sql = f"SELECT {columns} FROM chunks WHERE chunk_id IN (SELECT unnest(?::VARCHAR[]))"
        return {row[0]: tuple(row[1:]) for row in self._catalog._rows(sql, list(chunk_ids))}

    def received_dates(self, doc_ids: Sequence[str]) -> dict[str, str]:
        """The day each document was received, YYYY-MM-DD. Raises NotFound for a document that was not put."""
        if not doc_ids:
            return {}
        sql = "SELECT doc_id, received_at[:10] FROM documents WHERE doc_id IN (SELECT unnest(?::VARCHAR[]))"
        found: dict[str, str] = dict(self._catalog._rows(sql, list(doc_ids)))
        for doc_id in doc_ids:
            if doc_id not in found:
                raise NotFound(f'chunks of document "{doc_id}" were put before the document')
        return found

    def last_event(self) -> tuple[int, str]:
        """See Catalog."""
        return self._catalog.last_event()

    def count_chunks(self) -> int:
        return int(self._catalog._only("SELECT count(*) FROM chunks"))

    def checkpoint(self) -> None:
        """Fold the log into the database file."""
        self.run("CHECKPOINT")

    def run(self, sql: str, *values: Any) -> None:
        with self._catalog._lock, _door("write"):
            self._connection.execute(sql, values)


def _settings(path: Path) -> Iterator[str]:
    quoted = str(path.with_name("spill")).replace("'", "''")
    yield f"SET temp_directory = '{quoted}'"
    yield "SET autoinstall_known_extensions = false"
    yield "SET autoload_known_extensions = false"
    yield "SET allow_community_extensions = false"
    yield "SET python_enable_replacements = false"
    # Only a base may rewrite the database file: a commit ships the log's new tail.
    yield "SET checkpoint_threshold = '1TB'"
    yield "SET auto_checkpoint_skip_wal_threshold = 1000000000000"
    yield "PRAGMA disable_checkpoint_on_shutdown"
    yield "SET enable_external_access = false"
    yield "SET lock_configuration = true"


def _first(rows: Sequence[_T]) -> _T | None:
    return rows[0] if rows else None


@contextmanager
def _door(what: str) -> Iterator[None]:
    """Translate DuckDB's errors. Their text may quote a row, so only the kind is passed on."""
    import duckdb

    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:  # our SQL is fixed: the tables must be others
        raise Damaged(f"the catalog's tables are not those of this program: {what} failed") from error
    except duckdb.Error as error:
        raise engine_failure("catalog", what, error) from error
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # what DuckDB makes of the KeyboardInterrupt of a signal
            raise KeyboardInterrupt from error
        raise


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """A stored value that is no JSON, or not what the contract says, is damage: the program never wrote it."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Damaged(f"a stored {what} is not readable", hint="run `frostbyte verify` to see what was changed") from error
