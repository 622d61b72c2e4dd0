"""Identifiers of the contract: how they are made and what they may hold (rulings B1-B8)."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
import uuid
from typing import NewType

TenantId = NewType("TenantId", str)
FileId = NewType("FileId", str)
BatchId = NewType("BatchId", str)
DocId = NewType("DocId", str)
ChunkId = NewType("ChunkId", str)
EventId = NewType("EventId", str)

_TENANT_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,62}")
_FORBIDDEN_IN_FILE_ID = re.compile(r"[/\\\x00-\x1f\x7f]")


def doc_id(file_id: str) -> DocId:
    """`doc_` and 12 hex digits of SHA-256 over the UTF-8 file id (ruling B3)."""
    return DocId("doc_" + hashlib.sha256(file_id.encode("utf-8")).hexdigest()[:12])


def chunk_id(document: str, page: int, start_char: int, end_char: int) -> ChunkId:
    """`chk_` and 12 hex digits of SHA-256 over `doc|page|start|end` (ruling B2). Offsets are code points."""
    return ChunkId("chk_" + hashlib.sha256(f"{document}|{page}|{start_char}|{end_char}".encode()).hexdigest()[:12])


def is_tenant_id(value: str) -> bool:
    """True for `^[a-z0-9][a-z0-9_]{0,62}$` (ruling B8)."""
    return _TENANT_ID.fullmatch(value) is not None


def is_file_id(value: str) -> bool:
    """True for a file id that can safely become a path segment (ruling B6).

    Not blank, at most 256 code points, no control character, no separator, no lone surrogate (ruling B5).
    """
    if not value.strip() or len(value) > 256 or value in (".", ".."):
        return False
    return _FORBIDDEN_IN_FILE_ID.search(value) is None and not any("\ud800" <= c <= "\udfff" for c in value)


def raw_storage_path(tenant_id: str, file_id: str, sha256: str) -> str:
    """The contract's logical path of an accepted upload (jobs.json)."""
    return f"raw/{tenant_id}/{file_id}/{sha256}"


def normalized_storage_path(tenant_id: str, document: str) -> str:
    """The contract's logical path of a canonical document (jobs.json)."""
    return f"normalized/{tenant_id}/{document}/structured.json"


def quarantine_storage_path(tenant_id: str, file_id: str, sha256: str) -> str:
    """The contract's logical path of a quarantined upload (ruling C14)."""
    return f"quarantine/{tenant_id}/{file_id}/{sha256}"


_clock = threading.Lock()
_last_ms = 0
_counter = 0


def uuid7() -> str:
    """A UUID of version 7 (RFC 9562 §5.7, method 1): milliseconds, then a 12-bit counter, so ids of one process sort as made."""
    global _last_ms, _counter
    with _clock:  # two threads past the counter's end would spill into the version
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms, _counter = now, int.from_bytes(os.urandom(2), "big") & 0x7FF
        else:
            _counter += 1
            if _counter > 0xFFF:
                _last_ms, _counter = _last_ms + 1, 0
        head = (_last_ms << 80) | (0x7 << 76) | (_counter << 64)
    tail = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return str(uuid.UUID(int=head | (0b10 << 62) | tail))
