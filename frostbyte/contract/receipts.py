"""What goes in (batch_manifest) and what intake answers (intake_receipt, batch_receipt, batch_status)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from frostbyte.contract.fields import (
    Count,
    File,
    FileVerdict,
    MimeType,
    Model,
    OpenModel,
    ScanResult,
    Sha256,
    Stage,
    StageState,
    Tenant,
    Text,
    Timestamp,
    Uuid7,
)

RejectionReason = Literal["UNSUPPORTED_FORMAT", "SIZE_EXCEEDED", "CHECKSUM_MISMATCH"]


class ManifestFile(OpenModel):
    """A file as its sender describes it; `sha256` in any case (ruling C11)."""

    file_id: File
    filename: Text
    mime_type: Text
    size_bytes: Count
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]


class BatchManifest(OpenModel):
    """A drop's table of contents. The order in which its rules are judged is intake's affair (ruling C1)."""

    batch_id: Text
    tenant_id: Tenant
    file_count: Annotated[int, Field(ge=1)]
    files: Annotated[list[ManifestFile], Field(min_length=1)]
    submitted_at: Timestamp | None = None
    submitter: str | None = None


class IntakeReceipt(Model):
    """Proof that a file was taken in; `size_bytes` is the real size (ruling C10)."""

    receipt_id: Uuid7
    tenant_id: Tenant
    batch_id: Text
    file_id: File
    original_filename: Text
    mime_type: MimeType
    size_bytes: Count
    sha256: Sha256
    scan_result: ScanResult
    received_at: Timestamp
    storage_path: Annotated[str, StringConstraints(pattern=r"^(raw|quarantine)/.+/.+/[0-9a-f]{64}$")]
    status: FileVerdict


class ReceiptRef(Model):
    receipt_id: Uuid7
    file_id: File
    status: FileVerdict


class RejectedFile(Model):
    file_id: File
    reason: RejectionReason
    message: str


class QuarantinedFile(Model):
    file_id: File
    reason: Literal["MALWARE_DETECTED"]
    message: str


class BatchReceipt(Model):
    """Intake's verdict on a batch, one line a file (ruling C15)."""

    batch_id: Text
    tenant_id: Tenant
    file_count: Count
    accepted: Count
    rejected: Count
    quarantined: Count
    receipts: list[ReceiptRef]
    rejected_files: list[RejectedFile]
    quarantined_files: list[QuarantinedFile]
    received_at: Timestamp


class StageStates(Model):
    intake: StageState
    parse: StageState
    policy: StageState
    embed: StageState
    index: StageState


class FileError(Model):
    """Why a file stopped; `message` holds no document text."""

    stage: Stage
    code: Text
    message: str
    retry_count: Count
    last_retry_at: Timestamp | None


class FileStatus(Model):
    file_id: File
    original_filename: Text
    stages: StageStates
    current_stage: Stage
    error: FileError | None


class BatchSummary(Model):
    total_files: Count
    completed: Count
    processing: Count
    queued: Count
    failed: Count


class BatchStatus(Model):
    """Where every file of a batch stands."""

    batch_id: Text
    tenant_id: Tenant
    status: StageState
    submitted_at: Timestamp
    updated_at: Timestamp
    summary: BatchSummary
    files: list[FileStatus]
