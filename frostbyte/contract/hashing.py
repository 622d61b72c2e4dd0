"""What is hashed, byte for byte (ruling G5). Published so that an auditor can recompute every hash without this program.

Canonical JSON: UTF-8, keys sorted by code point, separators `,` and `:`, no escapes of non-ASCII, no NaN.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def tagged(hex_digest: str) -> str:
    """The audit form of a digest, `sha256:` and hex (ruling G4)."""
    return "sha256:" + hex_digest


def document_hash(document: Mapping[str, Any]) -> str:
    """Hex SHA-256 of a canonical document without `lineage.parse_timestamp`, the one volatile field."""
    lineage = {k: v for k, v in document["lineage"].items() if k != "parse_timestamp"}
    return sha256_hex(canonical_json({**document, "lineage": lineage}))


def chunks_hash(chunks: Iterable[Mapping[str, Any]]) -> str:
    """Hex SHA-256 of enriched chunks, as one canonical JSON array in document order."""
    return sha256_hex(canonical_json(list(chunks)))


def event_hash(event: Mapping[str, Any]) -> str:
    """Hex SHA-256 over a whole audit event; `details.previous_event_hash` inside it makes the chain (ruling G6)."""
    return sha256_hex(canonical_json(event))
