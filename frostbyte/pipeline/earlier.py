"""A file that came before, in another batch: what was done for its document then is neither done twice nor forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from frostbyte.contract.retries import STAGES
from frostbyte.errors import Damaged
from frostbyte.pipeline.records import Work
from frostbyte.vault.rows import DocumentRow, FileRow

NEXT_STAGE = {"ingested": "parse", "parsed": "policy", "judged": "embed"}
"""The stage a document of this state waits for. In every other state it has come to an end."""

_STAGE_OF_WARNING = {
    **dict.fromkeys(("SCAN_SKIPPED", "SIZE_MISMATCH", "ALREADY_INGESTED", "TRIED_AGAIN", "DUPLICATE_CONTENT"), "intake"),
    **dict.fromkeys(("CLASSIFICATION_REVIEW", "CHUNKS_QUARANTINED", "POLICY_FAILED", "PII_TYPE_UNSUPPORTED"), "policy"),
    **dict.fromkeys(("TEXT_TRUNCATED", "EMBEDDING_FAILED", "DIMENSION_MISMATCH"), "embed"),
}


def stage_of(warning: dict[str, Any]) -> str:
    """The stage that gave a file's warning: parse, unless it is known to be another's."""
    return _STAGE_OF_WARNING.get(str(warning["code"]), "parse")


def document_of(work: Work, row: FileRow) -> DocumentRow:
    """The document of an accepted file. Raises Damaged when there is none."""
    found = work.vault.catalog.document(row.doc_id) if row.doc_id else None
    if found is None:
        raise Damaged(f"file {row.file_id!r} was accepted but its document is not in the catalog")
    return found


def catch_up(work: Work, row: FileRow) -> FileRow:
    """A row whose document another batch took further, or began anew, in the meantime: it goes on from where that stands."""
    state = document_of(work, row).state
    following = NEXT_STAGE.get(state)
    if following == row.current_stage or row.outcome is not None:
        return row
    after = ended(work, row, state) if following is None else _at(work, row, following)
    with work.vault.transaction() as tx:
        tx.put_file(after)
    return after


def ended(work: Work, row: FileRow, state: str) -> FileRow:
    """The row with the end its document came to in another batch, with the reason and warnings of then."""
    before = _latest(work, row, lambda other: other.outcome == ("quarantined" if state == "erased" else state))
    if before is None:
        raise Damaged(f"the document of file {row.file_id!r} is {state}, and no batch says so")
    return replace(
        row,
        outcome=before.outcome,
        reason=before.reason,
        error=before.error,
        stages=before.stages,
        current_stage=before.current_stage,
        retry_at=None,
        warnings=_warnings(row, before, STAGES),
    )


def _at(work: Work, row: FileRow, stage: str) -> FileRow:
    done = STAGES[: [str(name) for name in STAGES].index(stage)]
    before = _latest(work, row, lambda other: other.stages[done[-1]] == "completed")
    return replace(
        row,
        stages={name: "completed" if name in done else "processing" if name == stage else "queued" for name in STAGES},
        current_stage=stage,
        retry_count=0,
        retry_at=None,
        warnings=_warnings(row, before or row, done),
    )


def _latest(work: Work, row: FileRow, fits: Callable[[FileRow], bool]) -> FileRow | None:
    others = [other for other in work.vault.catalog.file_rows(row.file_id) if other.batch_id != row.batch_id]
    return next((other for other in reversed(others) if fits(other)), None)


def _warnings(row: FileRow, before: FileRow, stages: tuple[str, ...]) -> list[dict[str, Any]]:
    """Intake's warnings are each batch's own; those of the later stages are the document's."""
    own = [warning for warning in row.warnings if stage_of(warning) == "intake"]
    return own + [warning for warning in before.warnings if stage_of(warning) in stages and stage_of(warning) != "intake"]
