"""The acceptance report (PRD App. H): what became of a batch, and what to do about what failed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from frostbyte.contract.fields import (
    Classification,
    Count,
    File,
    MimeType,
    Model,
    Page,
    PiiAction,
    PiiType,
    ScanResult,
    Sha256,
    Share,
    Tenant,
    Text,
    Timestamp,
)

Outcome = Literal["indexed", "parse_failed", "policy_failed", "quarantined", "embed_failed", "index_failed", "rejected"]
"""Every end a file can come to (ruling K1)."""


class ReportSummary(Model):
    """Counts that add up (x-rules of acceptance_report)."""

    files_submitted: Count
    files_accepted: Count
    files_rejected: Count
    files_quarantined: Count
    files_parsed_successfully: Count
    files_parsed_with_warnings: Count
    files_parse_failed: Count
    total_chunks_produced: Count
    total_chunks_indexed: Count
    total_chunks_quarantined: Count
    classifications: dict[Classification, Count]


class IntakePart(Model):
    received_at: Timestamp
    mime_type: MimeType
    size_bytes: Count
    sha256: Sha256
    scan_result: ScanResult


class ParsingPart(Model):
    status: Text
    page_count: Count
    section_count: Count
    table_count: Count
    figure_count: Count
    chunk_count: Count
    dropped_content: list[Any]
    warnings: list[Any]


class PolicyPart(Model):
    pii_found: bool
    pii_types: list[PiiType]
    pii_action: PiiAction
    classification: Classification
    classification_confidence: Share
    injection_max_score: Share
    chunks_quarantined: Count


class IndexingPart(Model):
    chunks_embedded: Count
    embed_model: Text
    embed_dimensions: Literal[768]
    indexed_at: Timestamp


class FileReport(Model):
    """An accepted file; `policy` and `indexing` are None where it did not get that far."""

    file_id: File
    original_filename: Text
    status: Outcome
    intake: IntakePart
    parsing: ParsingPart
    policy: PolicyPart | None
    indexing: IndexingPart | None


class RefusedFile(Model):
    """A rejected or quarantined file and what its sender can do."""

    file_id: File
    original_filename: Text
    reason: Text
    message: str
    remediation: Text


class DroppedReport(Model):
    file_id: File
    original_filename: Text
    page: Page
    element_type: Text
    reason: Text
    remediation: Text


class AcceptanceReport(Model):
    report_id: Annotated[str, StringConstraints(pattern=r"^rpt_.+")]
    tenant_id: Tenant
    batch_id: Text
    generated_at: Timestamp
    summary: ReportSummary
    files: list[FileReport]
    rejected_files: list[RefusedFile]
    quarantined_files: list[RefusedFile]
    dropped_content: list[DroppedReport]
