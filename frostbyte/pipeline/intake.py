"""Stage one: an untrusted file becomes a receipt and a sealed original, or a reasoned refusal.

The verdict and its audit event are one commit (ruling C18).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.contract.clock import timestamp
from frostbyte.contract.envelopes import DlqEntry
from frostbyte.contract.events import INTAKE, EventType
from frostbyte.contract.ids import doc_id, quarantine_storage_path, raw_storage_path, uuid7
from frostbyte.contract.receipts import IntakeReceipt, ManifestFile
from frostbyte.pipeline.decisions import decision_of
from frostbyte.pipeline.earlier import NEXT_STAGE, ended
from frostbyte.pipeline.records import Work, batch_event, chain_details, document_event
from frostbyte.pipeline.stages import superseded, superseded_mark
from frostbyte.vault.rows import DocumentRow, FileRow

if TYPE_CHECKING:
    from frostbyte.intake import Admission


_CHECK = {
    "UNSUPPORTED_FORMAT": "mime_type",
    "SIZE_EXCEEDED": "size",
    "CHECKSUM_MISMATCH": "checksum",
    "MALWARE_DETECTED": "malware",
    "SERVICE_UNAVAILABLE": "malware",
    "DUPLICATE_FILE_ID": "file_id",
}


def take_in(work: Work, row: FileRow, entry: ManifestFile, path: Path | None, root: Path) -> FileRow:
    """Judge one file of the manifest and commit the verdict.

    Raises StorageFailed when its bytes cannot be kept, ScanFailed when the malware scan is broken: nothing is committed then.
    """
    from frostbyte.intake import SourceChanged, admit

    began = time.perf_counter()
    admission = admit(entry, path, work.config, work.scan, root=root)
    if admission.status == "rejected":
        return _reject(work, row, admission)
    known = work.vault.catalog.document(doc_id(row.file_id))
    if known is not None and known.sha256 != admission.sha256:
        return _reject_reused(work, row, admission, known)
    try:
        _keep(work, admission)
    except SourceChanged as change:
        return _reject(work, row, replace(admission, status="rejected", reason="CHECKSUM_MISMATCH", message=change.message))
    elapsed = (time.perf_counter() - began) * 1000
    if admission.status == "quarantined":
        return _quarantine(work, row, admission, elapsed, known)
    if known is None:
        return _accept(work, row, admission, elapsed)
    if known.state in NEXT_STAGE or known.state == "indexed":
        return _accept_again(work, row, admission, known)
    return _accept_anew(work, row, admission, elapsed, known)


def _keep(work: Work, admission: Admission) -> None:
    """Seal the original, once per content (ruling C16).

    Raises SourceChanged, with nothing kept, when it is no longer what was checked.
    """
    # Only a recorded original counts as kept: one that a killed run left behind is not in any commit.
    if work.vault.catalog.object(f"raw:{admission.sha256}") is None:
        work.vault.objects.put(f"raw:{admission.sha256}", admission.blocks())


def _receipt(work: Work, row: FileRow, admission: Admission) -> IntakeReceipt:
    sha256 = str(admission.sha256)
    path = quarantine_storage_path if admission.status == "quarantined" else raw_storage_path
    return IntakeReceipt(
        receipt_id=uuid7(),
        tenant_id=work.vault.tenant_id,
        batch_id=row.batch_id,
        file_id=row.file_id,
        original_filename=row.filename,
        mime_type=admission.mime_type,  # type: ignore[arg-type]  # an accepted file has one of the platform's types; the model checks it
        size_bytes=admission.size_bytes,
        sha256=sha256,
        scan_result=admission.scan_result,
        received_at=timestamp(work.clock.now()),
        storage_path=path(work.vault.tenant_id, row.file_id, sha256),
        status=admission.status,
    )


def _accepted_row(row: FileRow, receipt: IntakeReceipt, warnings: list[dict[str, Any]]) -> FileRow:
    return replace(
        row,
        mime=receipt.mime_type,
        size_bytes=receipt.size_bytes,
        sha256=receipt.sha256,
        status="accepted",
        receipt=receipt.to_json(),
        warnings=warnings,
        stages={**row.stages, "intake": "completed", "parse": "processing"},
        current_stage="parse",
    )


def _warnings(admission: Admission) -> list[dict[str, Any]]:
    return [{"code": warning.code} for warning in admission.warnings]


def _accept(work: Work, row: FileRow, admission: Admission, elapsed_ms: float) -> FileRow:
    receipt = _receipt(work, row, admission)
    warnings = _warnings(admission)
    twins = [d.file_id for d in work.vault.catalog.documents_with_sha256(receipt.sha256) if d.file_id != row.file_id]
    if twins:
        warnings.append({"code": "DUPLICATE_CONTENT", "file_ids": twins[:10]})
    work.custody[row.file_id] = row.file_id
    return _begin(work, row, receipt, warnings, elapsed_ms, scanned_with=admission.scanned_with)


def _accept_anew(work: Work, row: FileRow, admission: Admission, elapsed_ms: float, known: DocumentRow) -> FileRow:
    """A file that came to another end than the index comes again: it is taken through every stage under what holds now.

    Its document begins anew, and with it its custody, in an audit chain of its own: hashes cannot go on from a judgement that
    led nowhere. Its dead letters are thereby dealt with.
    """
    receipt = _receipt(work, row, admission)
    warnings = [*_warnings(admission), {"code": "TRIED_AGAIN", "batch_id": known.batch_id}]
    work.custody[row.file_id] = f"{row.file_id}/{row.batch_id}"
    open_letters = [
        letter
        for letter in work.vault.catalog.dead_letters()
        if letter.resource_id == row.file_id and letter.status == "pending_review"
    ]
    resolved = {"status": "resolved", "resolution": "reprocessed", "resolved_at": receipt.received_at}
    letters = [letter.model_copy(update=resolved) for letter in open_letters]
    return _begin(
        work,
        row,
        receipt,
        warnings,
        elapsed_ms,
        letters,
        scanned_with=admission.scanned_with,
        known=known,
        already_ingested_in=known.batch_id,
    )


def _begin(
    work: Work,
    row: FileRow,
    receipt: IntakeReceipt,
    warnings: list[dict[str, Any]],
    elapsed_ms: float,
    letters: Sequence[DlqEntry] = (),
    scanned_with: str = "",
    known: DocumentRow | None = None,
    **details: str,
) -> FileRow:
    """Commit a document at the start of its way. What a person said of its class when it was `known` stands."""
    after = _accepted_row(row, receipt, warnings)
    forgotten = superseded(work.vault, known, {}) if known else []
    kept = {**decision_of(known), **superseded_mark(known, forgotten)} if known else {}
    document = replace(_document(row, receipt, "ingested"), policy=kept or None)
    with work.vault.transaction() as tx:
        tx.append_event(
            document_event(
                work,
                EventType.DOCUMENT_INGESTED,
                row,
                (receipt.sha256, receipt.sha256),
                {**_ingested(receipt, scanned_with), **details},
                duration_ms=elapsed_ms,
            )
        )
        for name in forgotten:
            tx.remove_object(name)
        for letter in letters:
            tx.put_dead_letter(letter)
        tx.put_document(document)
        tx.put_file(after)
    return after


def _document(row: FileRow, receipt: IntakeReceipt, state: str) -> DocumentRow:
    return DocumentRow(
        doc_id=doc_id(row.file_id),
        file_id=row.file_id,
        batch_id=row.batch_id,
        sha256=receipt.sha256,
        filename=row.filename,
        mime_type=receipt.mime_type,
        size_bytes=receipt.size_bytes,
        received_at=receipt.received_at,
        canonical_sha256=None,
        parser_version=None,
        stats=None,
        classification=None,
        policy=None,
        state=state,
        config_version=None,
    )


def _quarantine(work: Work, row: FileRow, admission: Admission, elapsed_ms: float, known: DocumentRow | None) -> FileRow:
    """Keep a file that the malware scan recognised, sealed and never parsed (ruling C14), and say so.

    A document that the same bytes became under earlier rules stays what it is; the event stands in the batch's chain then.
    """
    receipt = _receipt(work, row, admission)
    after = replace(
        row,
        mime=receipt.mime_type,
        size_bytes=receipt.size_bytes,
        sha256=receipt.sha256,
        status="quarantined",
        outcome="quarantined",
        reason=admission.reason,
        message=admission.message,
        receipt=receipt.to_json(),
        warnings=_warnings(admission),
        stages={**row.stages, "intake": "completed"},
    )
    hashes = (receipt.sha256, receipt.sha256)
    details = {
        **_ingested(receipt, admission.scanned_with),
        "component": INTAKE,
        "quarantine_reason": admission.reason,
        "message": admission.message,
    }
    with work.vault.transaction() as tx:
        if known is None:
            work.custody[row.file_id] = row.file_id
            kind = EventType.DOCUMENT_QUARANTINED
            tx.append_event(document_event(work, kind, row, hashes, details, duration_ms=elapsed_ms, status="quarantined"))
            tx.put_document(_document(row, receipt, "quarantined"))
        else:
            about = {**chain_details(hashes, elapsed_ms, "quarantined"), **details, "already_ingested_in": known.batch_id}
            event = batch_event(
                work, EventType.DOCUMENT_QUARANTINED, row.batch_id, about, file_id=row.file_id, status="quarantined"
            )
            tx.append_event(event)
        tx.put_file(after)
    return after


def _ingested(receipt: IntakeReceipt, scanned_with: str) -> dict[str, Any]:
    """What the audit chain keeps of a receipt, and what looked for malware."""
    return {
        **({"scanned_with": scanned_with} if scanned_with else {}),
        "doc_id": doc_id(receipt.file_id),
        "batch_id": receipt.batch_id,
        "receipt_id": receipt.receipt_id,
        "sha256": receipt.sha256,
        "mime_type": receipt.mime_type,
        "size_bytes": receipt.size_bytes,
        "storage_path": receipt.storage_path,
        "scan_result": receipt.scan_result,
    }


def _accept_again(work: Work, row: FileRow, admission: Admission, known: DocumentRow) -> FileRow:
    """The same file_id with the same bytes in another batch: a new receipt, the old document (ruling B1).

    The event stands in the batch's chain, not the document's: the document's custody goes on unbroken from its first intake.
    A document that is still on its way is caught up with when its file is walked.
    """
    receipt = _receipt(work, row, admission)
    after = _accepted_row(row, receipt, [*_warnings(admission), {"code": "ALREADY_INGESTED", "batch_id": known.batch_id}])
    if known.state == "indexed":
        after = ended(work, after, known.state)
    with work.vault.transaction() as tx:
        tx.append_event(
            batch_event(
                work,
                EventType.DOCUMENT_INGESTED,
                row.batch_id,
                {
                    **chain_details((receipt.sha256, receipt.sha256), 0.0, "success"),
                    **_ingested(receipt, admission.scanned_with),
                    "already_ingested_in": known.batch_id,
                },
                file_id=row.file_id,
            )
        )
        tx.put_file(after)
    return after


def _reject_reused(work: Work, row: FileRow, admission: Admission, known: DocumentRow) -> FileRow:
    """Other bytes under a known file_id would silently stand for the first (ruling B1), so nothing of them is kept."""
    message = f"file_id {row.file_id!r} stands for other content, taken in with batch {known.batch_id!r}"
    return _reject(work, row, replace(admission, status="rejected", message=message), reason="DUPLICATE_FILE_ID")


def _reject(work: Work, row: FileRow, admission: Admission, *, reason: str | None = None) -> FileRow:
    """Nothing of the file is kept but the reason. Its receipt has an id, so that a vendor can ask about it (ruling C15)."""
    reason = reason or admission.reason
    receipt = {"receipt_id": uuid7(), "file_id": row.file_id, "status": "rejected"}
    after = replace(
        row,
        mime=admission.mime_type,
        status="rejected",
        outcome="rejected",
        reason=reason,
        message=admission.message,
        receipt=receipt,
        stages={**row.stages, "intake": "failed"},
    )
    with work.vault.transaction() as tx:
        tx.append_event(
            batch_event(
                work,
                EventType.DOCUMENT_REJECTED,
                row.batch_id,
                {
                    "batch_id": row.batch_id,
                    "receipt_id": receipt["receipt_id"],
                    "rejection_reason": reason,
                    "failed_check": _CHECK.get(str(reason), "unknown"),
                },
                file_id=row.file_id,
                status="failure",
            )
        )
        tx.put_file(after)
    return after
