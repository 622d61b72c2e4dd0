"""How the audit chain is shown and handed out (provenance_chain, audit_export_manifest, export_manifest)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from frostbyte.contract.events import EventType
from frostbyte.contract.fields import (
    Count,
    EventStatus,
    Model,
    Number,
    OpenModel,
    Sha256,
    TaggedSha256,
    Tenant,
    Text,
    Timestamp,
    Uuid7,
)


class ChainEntry(Model):
    """One event of a document's way, `position` from 1."""

    position: Annotated[int, Field(ge=1)]
    event_id: Uuid7
    event_type: Annotated[EventType, Field(strict=False)]
    timestamp: Timestamp
    component: Text
    input_hash: TaggedSha256
    output_hash: TaggedSha256
    status: EventStatus
    duration_ms: Number


class ChainBreak(Model):
    """Where the chain does not hold; `what` is a fixed phrase (ruling G11: objects, not bare positions)."""

    position: Count
    event_id: str | None = None
    what: Text


class ChainVerification(Model):
    method: str
    breaks: list[ChainBreak]


class ProvenanceChain(Model):
    resource_id: Text
    resource_type: Literal["document", "chunk"]
    tenant_id: Tenant
    chain_length: Count
    chain: list[ChainEntry]
    hash_chain_valid: bool
    hash_chain_verification: ChainVerification


class AuditExportManifest(OpenModel):
    """Beside an audit export: what it covers and the SHA-256 of its bytes."""

    tenant_id: Tenant
    from_: Timestamp = Field(alias="from")
    to: Timestamp
    event_count: Count
    file_sha256: Sha256
    exported_at: Timestamp
    format: Literal["jsonl", "csv"]


class ExportedFile(Model):
    path: Annotated[str, StringConstraints(pattern=r"^(documents|chunks)/[^/\\]+\.json$")]
    sha256: Sha256


class ExportManifest(Model):
    """Table of contents of a server export (E08); its signature covers the manifest without the `signature` field."""

    export_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
    tenant_id: Text
    created_at: Timestamp
    document_count: Count
    chunk_count: Count
    files: list[ExportedFile]
    signature: Text
