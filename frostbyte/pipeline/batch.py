"""A batch from manifest to acceptance report: intake of every file, then each file through its stages, retries last.

Parsers do not wait for the whole intake: a file whose acceptance is committed is parsed while the next are scanned and sealed.

The same drop again finds its batch: finished files are left alone, unfinished ones go on where their last commit left them.
"""

from __future__ import annotations

import functools
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from frostbyte.contract.clock import timestamp
from frostbyte.contract.events import EventType
from frostbyte.contract.ids import doc_id
from frostbyte.contract.receipts import BatchReceipt
from frostbyte.embed import shipped_head, shipped_tagger
from frostbyte.errors import EmbedFailed, ManifestInvalid, ParseFailed, PermissionRefused, PolicyFailed, StorageFailed
from frostbyte.pipeline import failures, intake, stages
from frostbyte.pipeline.ahead import ParseAhead, Task
from frostbyte.pipeline.earlier import NEXT_STAGE, catch_up
from frostbyte.pipeline.progress import Clock, Progress, Silent, SystemClock
from frostbyte.pipeline.records import Work, batch_event
from frostbyte.pipeline.report import acceptance_report, batch_receipt, report_id, stored_report
from frostbyte.vault.rows import BatchRow, FileRow

if TYPE_CHECKING:
    from pathlib import Path

    from frostbyte.contract.reports import AcceptanceReport
    from frostbyte.embed import Embedder, Head, Tagger
    from frostbyte.intake.drop import Drop
    from frostbyte.intake.scan.verdict import Scan
    from frostbyte.pipeline.ahead import Parser
    from frostbyte.vault import Vault


@dataclass(frozen=True)
class IngestResult:
    """What intake said, what became of every file, and whether the whole batch had been taken in before."""

    receipt: BatchReceipt
    report: AcceptanceReport
    repeated: bool

    @property
    def complete(self) -> bool:
        """True when every file of the batch is indexed."""
        summary = self.report.summary
        indexed = sum(1 for file in self.report.files if file.status == "indexed")
        return indexed == summary.files_submitted


def ingest(
    vault: Vault,
    drop: Drop,
    *,
    worker: Parser,
    parsers: int = 1,
    embedder: Callable[[], Embedder],
    tagger: Callable[[], Tagger] = shipped_tagger,
    scan: Scan | None = None,
    head: Callable[[str, str], Head] = shipped_head,
    clock: Clock | None = None,
    progress: Progress | None = None,
    parse_timeout_s: float = 300.0,
    model_name: str = "unknown",
    actor: str = "operator",
) -> IngestResult:
    """Take in a drop whose manifest is valid. The tenant's state is the caller's to check before (`tenants.require_active`).

    `worker` parses up to `parsers` files at once, ahead of their turn; every commit is made in the order of the manifest.

    `scan` looks for malware in every file before it is sealed; None where the operator switched that off.

    Raises ScanFailed where the scan is broken: the batch stays open, and the same command goes on with it later. Raises
    ManifestInvalid for a batch or file id that was used for other content (ruling B1), PermissionRefused over quota,
    StateRefused where the index was made by another model, StorageFailed when the disk is full: then the same command finishes
    the batch later.
    """
    with ParseAhead(worker, parsers, parse_timeout_s) as ahead:
        work = Work(
            vault=vault,
            config=vault.config(),
            config_version=vault.config_version,
            ahead=ahead,
            embedder=functools.cache(embedder),
            tagger=functools.cache(tagger),
            head=functools.cache(head),
            clock=clock or SystemClock(),
            progress=progress or Silent(),
            actor=actor,
            scan=scan,
            model_name=model_name,
        )
        return _ingest(work, drop)


def _ingest(work: Work, drop: Drop) -> IngestResult:
    vault = work.vault
    batch = vault.catalog.batch(drop.manifest.batch_id)
    if batch is not None and batch.manifest_sha256 != drop.manifest_sha256:
        raise ManifestInvalid(
            f"batch {batch.batch_id!r} was received before with another manifest",
            details=[{"field": "batch_id", "value": batch.batch_id, "constraint": "one manifest per batch_id"}],
            hint="give the changed drop a new batch_id",
        )
    repeated = batch is not None and batch.state == "completed"
    if not repeated:
        stages.require_model_of_index(work)
        _refuse_over_quota(work, drop, batch)
    if batch is None:
        _refuse_reused_file_ids(vault, drop)
        batch = _receive(work, drop)
    if not repeated:
        batch = _run(work, drop, batch)
    files = vault.catalog.files(batch.batch_id)
    return IngestResult(batch_receipt(batch, files, vault.tenant_id), stored_report(batch, files), repeated)


def _refuse_reused_file_ids(vault: Vault, drop: Drop) -> None:
    """A file_id names one content for good: other bytes under it would silently stand for the first (ruling B1).

    It does so from the moment a batch announces it, for a batch that was interrupted goes on later.
    """
    announced = {row.file_id: row for row in vault.catalog.pending_files()}
    clashes: list[tuple[str, str]] = []
    for entry in drop.manifest.files:
        known = vault.catalog.document_by_file(entry.file_id) or announced.get(entry.file_id)
        if known is not None and known.sha256 != entry.sha256.lower():
            clashes.append((entry.file_id, known.batch_id))
    if clashes:
        file_id, batch_id = clashes[0]
        raise ManifestInvalid(
            f"{len(clashes)} file_id(s) stand for other content, the first is {file_id!r} since batch {batch_id!r}",
            code="DUPLICATE_FILE_ID",
            details=[{"field": "file_id", "value": name, "constraint": "one content per file_id"} for name, _ in clashes[:100]],
            hint="send changed files under new file_ids",
        )


def _refuse_over_quota(work: Work, drop: Drop, batch: BatchRow | None) -> None:
    """Judged by what lies there, not by what the manifest says (ruling C10). A content counts once, as it is stored once."""
    from frostbyte.intake.admit import MEGABYTE

    left = [f.file_id for f in work.vault.catalog.files(batch.batch_id) if f.status == "pending"] if batch else list(drop.files)
    digests = {entry.file_id: entry.sha256.lower() for entry in drop.manifest.files}
    largest = int(work.config.max_file_size_mb * MEGABYTE)
    sizes: dict[str, int] = {}
    for file_id in left:
        digest, size = digests[file_id], _size(drop.files[file_id])
        if size <= largest and not work.vault.catalog.documents_with_sha256(digest):
            sizes[digest] = max(size, sizes.get(digest, 0))
    used, coming = work.vault.catalog.stored_bytes(), sum(sizes.values())
    quota = work.config.storage_quota_gb * 1e9
    if used + coming > quota:
        raise PermissionRefused(
            f"the batch ({coming} bytes) does not fit the tenant's quota ({used} of {quota:.0f} bytes are used)",
            code="STORAGE_QUOTA_EXCEEDED",
            hint="ask the operator to raise storage_quota_gb",
        )


def _size(path: Path | None) -> int:
    """Bytes of a regular file, 0 of anything else: intake stores nothing of that."""
    try:
        found = path.lstat() if path else None
    except (OSError, ValueError):
        return 0
    return found.st_size if found and stat.S_ISREG(found.st_mode) else 0


def _receive(work: Work, drop: Drop) -> BatchRow:
    """Record the batch and its files before any of them is touched: from here on a kill is resumed, not forgotten."""
    manifest, now = drop.manifest, timestamp(work.clock.now())
    batch = BatchRow(
        batch_id=manifest.batch_id,
        manifest_sha256=drop.manifest_sha256,
        manifest=manifest.to_json(),
        source=drop.source,
        state="processing",
        submitted_at=manifest.submitted_at or now,
        received_at=now,
        updated_at=now,
        receipt=None,
        report=None,
    )
    with work.vault.transaction() as tx:
        tx.put_batch(batch)
        for position, entry in enumerate(manifest.files):
            tx.put_file(
                FileRow(
                    batch_id=batch.batch_id,
                    file_id=entry.file_id,
                    position=position,
                    filename=entry.filename,
                    declared_mime=entry.mime_type,
                    mime=None,
                    size_bytes=entry.size_bytes,
                    sha256=entry.sha256.lower(),
                    status="pending",
                    reason=None,
                    message=None,
                    receipt=None,
                    doc_id=doc_id(entry.file_id),
                    stages=dict.fromkeys(("intake", "parse", "policy", "embed", "index"), "queued"),
                    current_stage="intake",
                    outcome=None,
                    error=None,
                    retry_count=0,
                    retry_at=None,
                    warnings=[],
                )
            )
        tx.append_event(
            batch_event(
                work,
                EventType.BATCH_RECEIVED,
                batch.batch_id,
                {
                    "file_count": manifest.file_count,
                    "submitter": manifest.submitter or work.actor,
                    "manifest_sha256": drop.manifest_sha256,
                },
            )
        )
    return batch


def _run(work: Work, drop: Drop, batch: BatchRow) -> BatchRow:
    entries = {entry.file_id: entry for entry in drop.manifest.files}
    rows = sorted(work.vault.catalog.files(batch.batch_id), key=lambda row: row.position)
    work.progress.start(len(rows))
    work.ahead.expect(_to_parse(work, rows))
    for row in rows:
        if row.status == "pending":
            work.progress.stage(row.file_id, row.filename, "intake")
            taken = intake.take_in(work, row, entries[row.file_id], drop.files.get(row.file_id), drop.root)
            work.ahead.add(_to_parse(work, [taken]))
    if batch.receipt is None:
        batch = _put_receipt(work, batch)
    left = [row for row in work.vault.catalog.files(batch.batch_id) if row.outcome is None]
    for row in work.vault.catalog.files(batch.batch_id):
        if row.outcome is not None:
            work.progress.finished(row.file_id, row.filename, row.outcome)
    while left:
        left.sort(key=_due)
        work.ahead.expect(_to_parse(work, left))
        left = [after for row in left if (after := _walk(work, row)).outcome is None]
    return _complete(work, batch)


def _due(row: FileRow) -> tuple[str, int]:
    return (row.retry_at or "", row.position)


def _to_parse(work: Work, rows: Sequence[FileRow]) -> list[Task]:
    """The files that wait for nothing but a parser, in the order of their turns."""
    waiting = [row for row in rows if row.current_stage == "parse" and row.outcome is None and row.retry_at is None]
    documents = [document for row in waiting if (document := work.vault.catalog.document(doc_id(row.file_id)))]
    return [stages.parse_task(work, document) for document in documents if NEXT_STAGE.get(document.state) == "parse"]


def _walk(work: Work, row: FileRow) -> FileRow:
    """Take a file through its stages until it has an outcome or must be tried again later."""
    failures.wait_until_due(work, row)
    row = catch_up(work, row)
    while row.outcome is None:
        work.progress.stage(row.file_id, row.filename, row.current_stage)
        try:
            row = stages.STAGES[row.current_stage](work, row)
        except (ParseFailed, PolicyFailed, EmbedFailed) as error:
            row = failures.record(work, row, error)
            if row.outcome is None:
                return row
    work.progress.finished(row.file_id, row.filename, row.outcome)
    return row


def _put_receipt(work: Work, batch: BatchRow) -> BatchRow:
    receipt = batch_receipt(batch, work.vault.catalog.files(batch.batch_id), work.vault.tenant_id)
    after = replace(batch, receipt=receipt.to_json(), updated_at=timestamp(work.clock.now()))
    with work.vault.transaction() as tx:
        tx.put_batch(after)
    return after


def _complete(work: Work, batch: BatchRow) -> BatchRow:
    at = timestamp(work.clock.now())
    report = acceptance_report(work.vault, batch.batch_id, generated_at=at)
    after = replace(batch, state="completed", report=report.to_json(), updated_at=at)
    with work.vault.transaction() as tx:
        tx.put_batch(after)
        tx.append_event(
            batch_event(
                work,
                EventType.BATCH_COMPLETED,
                batch.batch_id,
                {
                    "report_id": report_id(work.vault.tenant_id, batch.batch_id),
                    "summary": report.summary.to_json(),
                },
            )
        )
    # A kill between a document's commit and the end of its drafts left them; those of a batch still under way are of use.
    if all(other.state == "completed" for other in work.vault.catalog.batches()):
        with suppress(StorageFailed):
            work.vault.objects.remove_drafts()
    return after
