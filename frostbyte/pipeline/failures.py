"""A stage that raised: another attempt later, or a dead letter now (retries.json, PRD App. D).

Tried again is only what may end otherwise: a worker that was killed or ran out of time, a gate that could not run, an embedder
that failed. A file that is corrupt today is corrupt tomorrow; waiting six minutes for the same answer would help nobody.
"""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from frostbyte.contract.clock import timestamp
from frostbyte.contract.envelopes import DlqEntry, DlqError
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.contract.fields import Stage
from frostbyte.contract.ids import uuid7
from frostbyte.contract.retries import DEAD_LETTER, NO_RETRY, RETRIES
from frostbyte.errors import EmbedFailed, FrostbyteError, ParseFailed, PolicyFailed
from frostbyte.pipeline.records import Work, document_event
from frostbyte.pipeline.remedies import message
from frostbyte.vault.rows import FileRow


def wait_until_due(work: Work, row: FileRow) -> None:
    """Sleep until the row's next attempt may be made."""
    if row.retry_at is None:
        return
    left = (datetime.fromisoformat(row.retry_at) - work.clock.now()).total_seconds()
    if left > 0:
        work.progress.waiting(left, 1)
        work.clock.sleep(left)


def record(work: Work, row: FileRow, error: ParseFailed | PolicyFailed | EmbedFailed) -> FileRow:
    """Commit what a failed attempt means: a later attempt, or the end of the file with its event and dead letter."""
    stage = _stage(error)
    policy = RETRIES[stage]
    now = work.clock.now()
    known = row.error or {}
    first = known.get("first_attempt_at") or timestamp(now)
    code = error.contract_code
    last_retry = timestamp(now) if row.retry_count else None
    shown = {"stage": stage, "code": code, "message": _detail(error), "retry_count": row.retry_count, "last_retry_at": last_retry}
    if may_end_otherwise(error) and row.retry_count < policy.max:
        due = now + timedelta(seconds=policy.intervals_s[row.retry_count])
        after = replace(
            row,
            retry_count=row.retry_count + 1,
            retry_at=timestamp(due),
            error={**shown, "first_attempt_at": first},
            stages={**row.stages, stage: "processing"},
        )
        with work.vault.transaction() as tx:
            tx.put_file(after)
        return after
    outcome = DEAD_LETTER[stage]
    after = replace(
        row,
        outcome=outcome,
        reason=code,
        error={**shown, "first_attempt_at": first},
        retry_at=None,
        stages={**row.stages, stage: "failed"},
        warnings=[*row.warnings, {"code": _reason(error)}],
    )
    letter = DlqEntry(
        dlq_entry_id=uuid7(),
        tenant_id=work.vault.tenant_id,
        original_job_id=f"{row.batch_id}/{row.file_id}",
        stage=stage,
        resource_id=row.file_id,
        resource_type="document",
        first_attempt_at=first,
        last_attempt_at=timestamp(now),
        retry_count=row.retry_count,
        error=DlqError(code=code, message=_detail(error), stack_trace_hash=_trace_hash(error)),
        status="pending_review",
        resolved_at=None,
        resolution=None,
    )
    with work.vault.transaction() as tx:
        tx.append_event(_event(work, row, error, stage, code))
        tx.put_dead_letter(letter)
        document = work.vault.catalog.document(row.doc_id) if row.doc_id else None
        if document is not None:
            tx.put_document(replace(document, state=outcome))
        tx.put_file(after)
    return after


def _stage(error: FrostbyteError) -> Stage:
    if isinstance(error, ParseFailed):
        return "parse"
    return "embed" if isinstance(error, EmbedFailed) else "policy"


def may_end_otherwise(error: FrostbyteError) -> bool:
    """True where the contract's retries apply."""
    if isinstance(error, ParseFailed):
        return error.transient
    return error.contract_code not in NO_RETRY


def _reason(error: FrostbyteError) -> str:
    """The closest fixed word for what went wrong."""
    detail = error.detail if isinstance(error, ParseFailed) else None
    return detail or error.contract_code


def _detail(error: FrostbyteError) -> str:
    """A fixed sentence for the reason: the exception's own words may quote the document (ruling E8)."""
    return message(_reason(error))


def _trace_hash(error: BaseException) -> str:
    frames = "\n".join(f"{f.filename}:{f.lineno}:{f.name}" for f in traceback.extract_tb(error.__traceback__))
    return "sha256:" + hashlib.sha256(f"{type(error).__name__}\n{frames}".encode()).hexdigest()


def _event(work: Work, row: FileRow, error: FrostbyteError, stage: str, code: str) -> EventDraft:
    from frostbyte.parse import PARSER_VERSION

    document = work.vault.catalog.document(row.doc_id) if row.doc_id else None
    before = (document.canonical_sha256 if document and document.canonical_sha256 else None) or row.sha256
    if document is not None and stage == "embed":
        before = (document.policy or {}).get("enriched_sha256") or before
    if isinstance(error, ParseFailed):
        kind = EventType.DOCUMENT_PARSE_FAILED
        details: dict[str, Any] = {"failure_reason": code, "detail": error.detail, "parser_versions": {"stage2": PARSER_VERSION}}
    elif isinstance(error, PolicyFailed):
        kind = EventType.POLICY_GATE_FAILED
        gate = next((entry.get("value") for entry in error.details if entry.get("field") == "gate_name"), "unknown")
        details = {"gate_name": gate, "failure_reason": code, "action_taken": "policy_failed"}
    else:
        kind = EventType.EMBEDDING_FAILED
        details = {"failure_reason": code, "embed_model": work.model_name}
    return document_event(work, kind, row, (before, before), {"retry_count": row.retry_count, **details}, status="failure")
