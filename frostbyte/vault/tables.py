"""The catalog's tables: their SQL, and how rows of `rows.py` become columns and back.

Columns of JSON hold canonical JSON text. The events table is append-only: statement triggers run into a check that always
fails, which stops DELETE, UPDATE, TRUNCATE, MERGE and upserts. They do not stop DROP or ALTER, nor an INSERT: that is what the
hash chain and the witness are for (audit.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

from frostbyte.contract.hashing import canonical_json
from frostbyte.vault.objects import StoredObject
from frostbyte.vault.rows import BatchRow, ChunkRow, DocumentRow, FileRow

Row = TypeVar("Row")

SCHEMA_VERSION = 1
DDL: tuple[str, ...] = (
    "CREATE TABLE about (schema_version INTEGER NOT NULL, tenant_id VARCHAR NOT NULL, record VARCHAR NOT NULL)",
    "CREATE TABLE configs (version INTEGER PRIMARY KEY, config VARCHAR NOT NULL)",
    """CREATE TABLE commits (number BIGINT PRIMARY KEY, committed_at VARCHAR NOT NULL, events BIGINT NOT NULL,
        event_hash VARCHAR NOT NULL, chunks BIGINT NOT NULL, vector_version BIGINT NOT NULL)""",
    """CREATE TABLE batches (batch_id VARCHAR PRIMARY KEY, manifest_sha256 VARCHAR NOT NULL, manifest VARCHAR NOT NULL,
        source VARCHAR NOT NULL, state VARCHAR NOT NULL, submitted_at VARCHAR NOT NULL, received_at VARCHAR NOT NULL,
        updated_at VARCHAR NOT NULL, receipt VARCHAR, report VARCHAR)""",
    """CREATE TABLE files (batch_id VARCHAR NOT NULL, file_id VARCHAR NOT NULL, position INTEGER NOT NULL,
        filename VARCHAR NOT NULL, declared_mime VARCHAR NOT NULL, mime VARCHAR, size_bytes BIGINT NOT NULL,
        sha256 VARCHAR NOT NULL, status VARCHAR NOT NULL, reason VARCHAR, message VARCHAR, receipt VARCHAR, doc_id VARCHAR,
        stages VARCHAR NOT NULL, current_stage VARCHAR, outcome VARCHAR, error VARCHAR, retry_count INTEGER NOT NULL,
        retry_at VARCHAR, warnings VARCHAR NOT NULL, PRIMARY KEY (batch_id, file_id))""",
    """CREATE TABLE documents (doc_id VARCHAR PRIMARY KEY, file_id VARCHAR NOT NULL, batch_id VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL, filename VARCHAR NOT NULL, mime_type VARCHAR NOT NULL, size_bytes BIGINT NOT NULL,
        received_at VARCHAR NOT NULL, canonical_sha256 VARCHAR, parser_version VARCHAR, stats VARCHAR,
        classification VARCHAR, policy VARCHAR, state VARCHAR NOT NULL, config_version INTEGER)""",
    """CREATE TABLE chunks (chunk_id VARCHAR PRIMARY KEY, doc_id VARCHAR NOT NULL, ordinal INTEGER NOT NULL,
        page INTEGER NOT NULL, start_char BIGINT NOT NULL, end_char BIGINT NOT NULL, element_type VARCHAR NOT NULL,
        section_title VARCHAR, enriched VARCHAR NOT NULL, text_sha256 VARCHAR NOT NULL, vector_sha256 VARCHAR NOT NULL,
        embed_model VARCHAR NOT NULL, embed_version VARCHAR NOT NULL, embed_digest VARCHAR NOT NULL,
        classification VARCHAR NOT NULL, indexed_at VARCHAR NOT NULL)""",
    "CREATE TABLE dead_letters (dlq_entry_id VARCHAR PRIMARY KEY, entry VARCHAR NOT NULL)",
    "CREATE TABLE objects (name VARCHAR PRIMARY KEY, size BIGINT NOT NULL, sha256 VARCHAR NOT NULL, seal VARCHAR NOT NULL)",
    """CREATE TABLE events (sequence BIGINT PRIMARY KEY, event_id VARCHAR NOT NULL, event_type VARCHAR NOT NULL,
        timestamp VARCHAR NOT NULL, actor VARCHAR NOT NULL, resource_type VARCHAR NOT NULL, resource_id VARCHAR NOT NULL,
        chain VARCHAR, details VARCHAR NOT NULL, previous_event_id VARCHAR, hash VARCHAR NOT NULL)""",
    "CREATE TABLE append_only (never BOOLEAN CHECK (never IS NULL))",
    "CREATE TRIGGER events_no_update AFTER UPDATE ON events FOR EACH STATEMENT INSERT INTO append_only VALUES (true)",
    "CREATE TRIGGER events_no_delete AFTER DELETE ON events FOR EACH STATEMENT INSERT INTO append_only VALUES (true)",
)
EVENT_COLUMNS = (
    "sequence, event_id, event_type, timestamp, actor, resource_type, resource_id, chain, details, previous_event_id, hash"
)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """How one dataclass lies in one table."""

    row: type[Row]
    name: str
    key: tuple[str, ...]
    json: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    """Fields that the catalog does not hold."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(f.name for f in fields(self.row) if f.name not in self.elsewhere)  # type: ignore[arg-type]  # a dataclass

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The columns that are not the key."""
        return tuple(name for name in self.columns if name not in self.key)

    def insert(self, source: str = "") -> str:
        """SQL that adds one row of parameters, or the rows of a SELECT."""
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) {source or f'VALUES ({_marks(self.columns)})'}"

    def update(self, source: str = "") -> str:
        """SQL that replaces the row of a key (parameters: values, then key), or those of a relation's keys."""
        if source:
            pairs = ", ".join(f"{name} = {source}.{name}" for name in self.values)
            where = " AND ".join(f"{self.name}.{name} = {source}.{name}" for name in self.key)
            return f"UPDATE {self.name} SET {pairs} FROM {source} WHERE {where}"
        return f"UPDATE {self.name} SET {', '.join(f'{name} = ?' for name in self.values)} {self.where_key()}"

    def where_key(self) -> str:
        return "WHERE " + " AND ".join(f"{name} = ?" for name in self.key)

    def select(self, rest: str = "") -> str:
        return f"SELECT {', '.join(self.columns)} FROM {self.name} {rest}"

    def encode(self, row: Row) -> list[Any]:
        return [encode_json(getattr(row, name)) if name in self.json else getattr(row, name) for name in self.columns]

    def decode(self, values: Sequence[Any], **elsewhere: Any) -> Row:
        pairs = zip(self.columns, values, strict=True)
        return self.row(**{name: decode_json(v) if name in self.json else v for name, v in pairs}, **elsewhere)


BATCHES = Table(BatchRow, "batches", ("batch_id",), frozenset({"manifest", "receipt", "report"}))
FILES = Table(FileRow, "files", ("batch_id", "file_id"), frozenset({"receipt", "stages", "error", "warnings"}))
DOCUMENTS = Table(DocumentRow, "documents", ("doc_id",), frozenset({"stats", "policy"}))
CHUNKS = Table(ChunkRow, "chunks", ("chunk_id",), frozenset({"enriched"}), frozenset({"text"}))
OBJECTS = Table(StoredObject, "objects", ("name",))


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" * len(columns))


def encode_json(value: Any) -> str | None:
    """Canonical JSON text; None stays NULL."""
    return None if value is None else canonical_json(value).decode()


def decode_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)
