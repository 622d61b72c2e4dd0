"""The rows of a vault's catalog, as values. What they mean is the pipeline's business; the vault keeps them.

Times are contract timestamps (`contract.clock.timestamp`). Fields typed dict or list hold plain JSON values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class BatchRow:
    """A drop that was submitted. `state` is queued, processing, completed or failed."""

    batch_id: str
    manifest_sha256: str
    manifest: dict[str, Any]
    source: str
    state: str
    submitted_at: str
    received_at: str
    updated_at: str
    receipt: dict[str, Any] | None = None
    report: dict[str, Any] | None = None


@dataclass(frozen=True)
class FileRow:
    """A file of a batch and how far it came. `status` is the intake verdict or pending; `outcome` is None until it has ended."""

    batch_id: str
    file_id: str
    position: int
    filename: str
    declared_mime: str
    mime: str | None
    size_bytes: int
    sha256: str
    status: str
    reason: str | None = None
    message: str | None = None
    receipt: dict[str, Any] | None = None
    doc_id: str | None = None
    stages: dict[str, str] = field(default_factory=dict)
    current_stage: str = "intake"
    outcome: str | None = None
    error: dict[str, Any] | None = None
    retry_count: int = 0
    retry_at: str | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentRow:
    """A document of the vault; `received_at` is the date its chunks are filtered by."""

    doc_id: str
    file_id: str
    batch_id: str
    sha256: str
    filename: str
    mime_type: str
    size_bytes: int
    received_at: str
    canonical_sha256: str | None = None
    parser_version: str | None = None
    stats: dict[str, Any] | None = None
    classification: str | None = None
    policy: dict[str, Any] | None = None
    state: str = "received"
    config_version: int | None = None


@dataclass(frozen=True)
class ChunkRow:
    """An indexed chunk. `vector_sha256` is over the embedder's 768 little-endian float32; the index keeps them as float16.

    `text` is what was embedded (after redaction). It is stored once, with the vectors, and joined in on reading. `enriched` is
    the metadata the gates left.
    """

    chunk_id: str
    doc_id: str
    ordinal: int
    page: int
    start_char: int
    end_char: int
    element_type: str
    section_title: str | None
    text: str
    enriched: dict[str, Any]
    text_sha256: str
    vector_sha256: str
    embed_model: str
    embed_version: str
    embed_digest: str
    classification: str
    indexed_at: str
