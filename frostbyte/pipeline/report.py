"""Batch receipt and acceptance report: what was received, parsed and dropped, counted from the catalog (PRD 5.4, App. H).

A file that policy quarantined counts as quarantined here although intake accepted it: a vendor who asks what was held back
finds it in one list (ruling K1). The counts then obey the schema's rules.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from frostbyte.contract.clock import timestamp
from frostbyte.contract.receipts import (
    BatchReceipt,
    BatchStatus,
    BatchSummary,
    FileError,
    FileStatus,
    QuarantinedFile,
    ReceiptRef,
    RejectedFile,
    StageStates,
)
from frostbyte.contract.reports import (
    AcceptanceReport,
    DroppedReport,
    FileReport,
    IndexingPart,
    IntakePart,
    ParsingPart,
    PolicyPart,
    RefusedFile,
    ReportSummary,
)
from frostbyte.errors import NotFound, StateRefused
from frostbyte.pipeline.earlier import stage_of
from frostbyte.pipeline.remedies import message, remediation
from frostbyte.vault.rows import BatchRow, DocumentRow, FileRow

if TYPE_CHECKING:
    from frostbyte.vault import Vault

_NOTHING_PARSED = {"page_count": 0, "section_count": 0, "table_count": 0, "figure_count": 0, "chunk_count": 0}


def report_id(tenant_id: str, batch_id: str) -> str:
    """A batch has one report: its id follows from the batch."""
    return "rpt_" + hashlib.sha256(f"{tenant_id}|{batch_id}".encode()).hexdigest()[:12]


def batch_receipt(batch: BatchRow, files: list[FileRow], tenant_id: str) -> BatchReceipt:
    """Intake's verdict on every file, in the order of the manifest."""
    taken = [row for row in sorted(files, key=lambda row: row.position) if row.receipt is not None]
    rejected = [row for row in taken if row.status == "rejected"]
    held = [row for row in taken if row.status == "quarantined"]
    return BatchReceipt(
        batch_id=batch.batch_id,
        tenant_id=tenant_id,
        file_count=len(files),
        accepted=sum(row.status == "accepted" for row in taken),
        rejected=len(rejected),
        quarantined=len(held),
        receipts=[ReceiptRef(receipt_id=row.receipt["receipt_id"], file_id=row.file_id, status=row.status) for row in taken],  # type: ignore[index, arg-type]
        rejected_files=[
            RejectedFile(file_id=row.file_id, reason=_receipt_reason(row), message=row.message or "") for row in rejected
        ],
        quarantined_files=[
            QuarantinedFile(file_id=row.file_id, reason="MALWARE_DETECTED", message=row.message or "") for row in held
        ],
        received_at=batch.received_at,
    )


def _receipt_reason(row: FileRow) -> Any:
    """A receipt knows three reasons: bytes that are not those a file_id stands for are for it a CHECKSUM_MISMATCH, and a file
    that cannot be scanned is UNSUPPORTED_FORMAT. Its message and the report say which.
    """
    named = {"DUPLICATE_FILE_ID": "CHECKSUM_MISMATCH", "SERVICE_UNAVAILABLE": "UNSUPPORTED_FORMAT"}
    return named.get(str(row.reason), row.reason)


def batch_status(vault: Vault, batch_id: str) -> BatchStatus:
    """Where every file of a batch stands now. Raises NotFound."""
    batch, files = _load(vault, batch_id)
    entries = []
    for row in files:
        error = {k: v for k, v in row.error.items() if k != "first_attempt_at"} if row.error and row.outcome else None
        entries.append(
            FileStatus(
                file_id=row.file_id,
                original_filename=row.filename,
                stages=StageStates.from_json(row.stages),
                current_stage=row.current_stage,  # type: ignore[arg-type]  # the model checks it
                error=FileError.from_json(error) if error else _rejection(row),
            )
        )
    failed = sum(any(state == "failed" for state in row.stages.values()) for row in files)
    completed = sum(row.outcome in ("indexed", "quarantined") for row in files)
    queued = sum(row.status == "pending" for row in files)
    summary = BatchSummary(
        total_files=len(files),
        completed=completed,
        processing=len(files) - completed - failed - queued,
        queued=queued,
        failed=failed,
    )
    return BatchStatus(
        batch_id=batch_id,
        tenant_id=vault.tenant_id,
        status=batch.state,  # type: ignore[arg-type]  # the model checks it
        submitted_at=batch.submitted_at,
        updated_at=batch.updated_at,
        summary=summary,
        files=entries,
    )


def _rejection(row: FileRow) -> FileError | None:
    if row.outcome != "rejected":
        return None
    return FileError(
        stage="intake", code=row.reason or "REJECTED", message=message(row.reason or ""), retry_count=0, last_retry_at=None
    )


def finished_report(vault: Vault, batch_id: str) -> AcceptanceReport:
    """The report a batch ended with. Raises NotFound for an unknown batch, StateRefused for one that has not ended."""
    return stored_report(*_load(vault, batch_id))


def stored_report(batch: BatchRow, files: list[FileRow]) -> AcceptanceReport:
    """The report that was stored when the batch ended. Raises StateRefused where it has not: its counts could not add up."""
    if batch.report is None:
        done = sum(row.outcome is not None for row in files)
        raise StateRefused(
            f"batch {batch.batch_id!r} is not finished: {done} of {len(files)} files are done",
            hint="run the same `frostbyte ingest` again; it goes on where it stopped",
        )
    return AcceptanceReport.from_json(batch.report)


def acceptance_report(vault: Vault, batch_id: str, generated_at: str | None = None) -> AcceptanceReport:
    """The report of a batch whose files are all done. Raises NotFound for an unknown batch, ValueError for an unfinished one."""
    _, rows = _load(vault, batch_id)
    if unfinished := [row.file_id for row in rows if row.outcome is None]:
        raise ValueError(f"{len(unfinished)} files of batch {batch_id!r} are not done")
    documents = {
        row.file_id: _as_of(row, document)
        for row in rows
        if row.doc_id and (document := vault.catalog.document(row.doc_id)) is not None
    }
    rejected = [row for row in rows if row.outcome == "rejected"]
    quarantined = [row for row in rows if row.outcome == "quarantined"]
    accepted = [row for row in rows if row.outcome not in ("rejected", "quarantined") and row.status == "accepted"]
    files = [_file(row, documents[row.file_id]) for row in accepted]
    held = [documents[row.file_id] for row in quarantined]
    summary = _summary(rows, files, [documents[row.file_id] for row in accepted], held, len(rejected), len(quarantined))
    return AcceptanceReport(
        report_id=report_id(vault.tenant_id, batch_id),
        tenant_id=vault.tenant_id,
        batch_id=batch_id,
        generated_at=generated_at or timestamp(),
        summary=summary,
        files=files,
        rejected_files=[_refused(row) for row in rejected],
        quarantined_files=[_refused(row) for row in quarantined],
        dropped_content=[entry for row in (*accepted, *quarantined) for entry in _dropped(row, documents[row.file_id])],
    )


def _as_of(row: FileRow, document: DocumentRow) -> DocumentRow:
    """The document as this batch left it. One that another batch has begun anew since says nothing of this one's file."""
    if document.state == row.outcome:
        return document
    return replace(document, stats=None, policy=None, classification=None)


def _load(vault: Vault, batch_id: str) -> tuple[BatchRow, list[FileRow]]:
    batch = vault.catalog.batch(batch_id)
    if batch is None:
        raise NotFound(f"no batch {batch_id!r} in tenant {vault.tenant_id!r}", hint="`frostbyte ingest` prints the batch_id")
    return batch, sorted(vault.catalog.files(batch_id), key=lambda row: row.position)


def _summary(
    rows: list[FileRow],
    files: list[FileReport],
    documents: list[DocumentRow],
    held: list[DocumentRow],
    rejected: int,
    quarantined: int,
) -> ReportSummary:
    failed = sum(file.status == "parse_failed" for file in files)
    with_warnings = sum(file.status != "parse_failed" and _parsed_with_warnings(file) for file in files)
    # Only chunks this appliance can name are counted as held: those of held documents, and those a gate held out of others.
    held_chunks = sum((d.stats or _NOTHING_PARSED)["chunk_count"] for d in held)
    held_chunks += sum((d.policy or {}).get("chunks_quarantined", 0) for d in documents)
    classes = Counter(str(d.classification) for d in documents if d.classification)
    return ReportSummary(
        files_submitted=len(rows),
        files_accepted=len(files),
        files_rejected=rejected,
        files_quarantined=quarantined,
        files_parsed_successfully=len(files) - with_warnings - failed,
        files_parsed_with_warnings=with_warnings,
        files_parse_failed=failed,
        total_chunks_produced=sum((d.stats or _NOTHING_PARSED)["chunk_count"] for d in (*documents, *held)),
        total_chunks_indexed=sum(file.indexing.chunks_embedded for file in files if file.indexing),
        total_chunks_quarantined=held_chunks,
        classifications=dict(sorted(classes.items())),  # type: ignore[arg-type]
    )


def _parsed_with_warnings(file: FileReport) -> bool:
    """Warnings of the other stages say nothing about parsing."""
    return bool(file.parsing.dropped_content) or any(stage_of(entry) == "parse" for entry in file.parsing.warnings)


def _file(row: FileRow, document: DocumentRow) -> FileReport:
    stats = document.stats or {**_NOTHING_PARSED, "dropped_content": []}
    policy = document.policy or {}
    indexing = policy.get("indexing")
    receipt = row.receipt or {}
    return FileReport(
        file_id=row.file_id,
        original_filename=row.filename,
        status=row.outcome,  # type: ignore[arg-type]  # the model checks it
        intake=IntakePart(
            received_at=receipt["received_at"],
            mime_type=receipt["mime_type"],
            size_bytes=receipt["size_bytes"],
            sha256=receipt["sha256"],
            scan_result=receipt["scan_result"],
        ),
        parsing=ParsingPart(
            status="parsed" if row.stages["parse"] == "completed" else "parse_failed",
            page_count=stats["page_count"],
            section_count=stats["section_count"],
            table_count=stats["table_count"],
            figure_count=stats["figure_count"],
            chunk_count=stats["chunk_count"],
            dropped_content=stats["dropped_content"],
            warnings=[_warning(entry) for entry in row.warnings],
        ),
        policy=PolicyPart.from_json({k: policy[k] for k in PolicyPart.model_fields}) if "classification" in policy else None,
        indexing=IndexingPart.from_json(indexing) if indexing else None,
    )


def _warning(entry: dict[str, Any]) -> dict[str, Any]:
    code = str(entry["code"])
    return {**entry, "message": message(code), "remediation": remediation(code)}


def _refused(row: FileRow) -> RefusedFile:
    reason = row.reason or "REJECTED"
    return RefusedFile(
        file_id=row.file_id,
        original_filename=row.filename,
        reason=reason,
        message=row.message or message(reason),
        remediation=remediation(reason),
    )


def _dropped(row: FileRow, document: DocumentRow) -> list[DroppedReport]:
    found = (document.stats or {}).get("dropped_content", [])
    return [
        DroppedReport(
            file_id=row.file_id,
            original_filename=row.filename,
            page=entry["page"],
            element_type=entry["element_type"],
            reason=entry["reason"],
            remediation=remediation(entry["reason"]),
        )
        for entry in found
    ]
