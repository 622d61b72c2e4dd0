"""A chunk after the policy gates (schema policy_enriched_chunk), and its line in the index (index_metadata_record)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from frostbyte.contract.fields import (
    ChunkRef,
    Classification,
    Count,
    Doc,
    ElementType,
    Model,
    OpenModel,
    Page,
    PiiAction,
    PiiType,
    Sha256,
    Share,
    Tenant,
    Text,
    Timestamp,
    absent,
)

PiiScan = Literal["clean", "pii_found", "redacted", "blocked"]
InjectionAction = Literal["pass", "flag", "quarantine"]


class Redaction(Model):
    """A stretch taken out: offsets within the ORIGINAL chunk text, and the type; never what stood there."""

    start: Count
    end: Count
    type: PiiType


class EnrichedMetadata(OpenModel):
    """What the three gates found. The server's score is exact (ruling A4); `appliance_*` can only raise the action."""

    pii_scan_result: PiiScan
    pii_types_found: list[PiiType]
    pii_action_taken: PiiAction
    classification: Classification
    classification_confidence: Share
    classifier_version: Text
    human_override: bool
    injection_score: Share
    injection_patterns_matched: list[Text]
    injection_action_taken: InjectionAction
    config_version: Annotated[int, Field(ge=1)] | None = absent()
    redactions: list[Redaction] = Field(default_factory=list)
    appliance_action: InjectionAction | None = absent()
    appliance_signals: list[str] = Field(default_factory=list)
    pii_spans: dict[PiiType, Count] = Field(default_factory=dict)
    """How many were found of each type."""


class Offsets(Model):
    """The chunk's place in the normalised text; a redaction changes the text, never these (ruling F15)."""

    page: Page
    start_char: Count
    end_char: Count


class EnrichedChunk(Model):
    """A passage that may be embedded, or is held in quarantine."""

    chunk_id: ChunkRef
    doc_id: Doc
    tenant_id: Tenant
    text: str
    metadata: EnrichedMetadata
    offsets: Offsets
    element_type: ElementType
    section_title: str | None


class IndexMetadataRecord(Model):
    """Proof that a vector was written: SHA-256 over its 768 little-endian float32."""

    chunk_id: ChunkRef
    doc_id: Doc
    tenant_id: Tenant
    embed_model: Text
    embed_version: Text
    embed_dimensions: Literal[768]
    vector_sha256: Sha256
    indexed_at: Timestamp
