"""The documents of a batch, judged again under the tenant's present configuration.

A judgement is superseded, never rewritten: the document's custody goes on in an audit chain of its own that names the last event
of the former one. What people said of a document stands. The command may be given again: what a kill left between its commits is
finished, and what the former judgement left in files is removed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from frostbyte.errors import EmbedFailed, NotFound, PolicyFailed, StateRefused
from frostbyte.pipeline import stages
from frostbyte.pipeline.earlier import stage_of
from frostbyte.pipeline.explain import stored_verdicts, verdicts
from frostbyte.pipeline.quarantine import interrupted, row_of

if TYPE_CHECKING:
    from frostbyte.pipeline.explain import Verdict
    from frostbyte.pipeline.records import Work
    from frostbyte.policy import Judgement
    from frostbyte.vault import Vault
    from frostbyte.vault.rows import BatchRow, DocumentRow

NOT_JUDGED = "not judged"
UNCHANGED, CHANGED = "unchanged", "changed"


@dataclass(frozen=True)
class Reapplied:
    """What judging a document again changes: verdicts before and now, as names and counts. `reason` where it is not judged."""

    document: DocumentRow
    outcome: str
    reason: str | None = None
    before: dict[str, Any] | None = None
    now: dict[str, Any] | None = None
    chunks_changed: int = 0
    fields_changed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "doc_id": self.document.doc_id,
            "file_id": self.document.file_id,
            "original_filename": self.document.filename,
            "outcome": self.outcome,
            "reason": self.reason,
            "before": self.before,
            "now": self.now,
            "chunks_changed": self.chunks_changed,
            "fields_changed": list(self.fields_changed),
        }


def preview(work: Work, batch_id: str) -> list[Reapplied]:
    """What `reapply` would change, document by document. Changes nothing. Raises as `reapply` does."""
    return [_each(work, document, batch_id, None) for document in _documents(work.vault, batch_id)]


def reapply(work: Work, batch_id: str, operator: str) -> list[Reapplied]:
    """Judge a batch's documents again, one after the other, and let what is superseded leave every file in the end.

    A document that cannot be judged now keeps its former judgement; one that cannot be embedded now waits for the same command.
    Raises NotFound, StateRefused for a batch that is under way or a model that is not the index's, Damaged, StorageFailed.
    """
    vault = work.vault
    documents = _documents(vault, batch_id)
    stages.require_model_of_index(work)
    found = [_each(work, document, batch_id, operator) for document in documents]
    # On every repeat too: a kill may have come before what is superseded was gone.
    for document in _documents(vault, batch_id):
        stages.remove_superseded(vault, document)
    vault.purge()
    return found


def _each(work: Work, document: DocumentRow, batch_id: str, operator: str | None) -> Reapplied:
    if document.batch_id != batch_id:
        return Reapplied(document, NOT_JUDGED, f"it belongs to batch {document.batch_id}")
    if document.canonical_sha256 is None or document.state not in ("indexed", "quarantined", "judged"):
        return Reapplied(document, NOT_JUDGED, f"it is {document.state} and no gate has judged it")
    waited = interrupted(work.vault, document)
    try:
        if operator is None:
            found = _compared(work, document, stages.judge_document(work, document)[0])
        else:
            found = _again(work, document, operator)
    except (PolicyFailed, EmbedFailed) as error:
        return Reapplied(document, NOT_JUDGED, f"{error.contract_code}: {error.message}")
    return replace(found, outcome=CHANGED, reason="an earlier command on it was interrupted") if waited else found


def _again(work: Work, document: DocumentRow, operator: str) -> Reapplied:
    vault = work.vault
    if interrupted(vault, document):
        stages.embed_and_index(work, row_of(vault, document))
        document = _present(vault, document)
    judgement, detectors = stages.judge_document(work, document)
    found = _compared(work, document, judgement)
    if found.outcome == UNCHANGED and document.config_version == work.config_version:
        return found
    row = row_of(vault, document)
    last = vault.catalog.chain_events(work.chain(row.file_id))[-1]
    work.custody[row.file_id] = f"{row.file_id}/reapply-{vault.head.events + 1}"
    again = replace(
        row,
        outcome=None,
        reason=None,
        error=None,
        current_stage="policy",
        stages={**row.stages, "policy": "processing", "embed": "queued", "index": "queued"},
        warnings=[warning for warning in row.warnings if stage_of(warning) not in ("policy", "embed")],
    )
    by = {"reapplied_by": operator, "superseded_event_id": last.event_id}
    after = stages.policy(work, again, by, judged=(judgement, detectors))
    if after.outcome is None:
        stages.embed_and_index(work, after)
    return replace(found, document=_present(vault, document))


def _compared(work: Work, document: DocumentRow, judgement: Judgement) -> Reapplied:
    canonical = stages.canonical(work.vault, document)
    stored, now = stored_verdicts(work.vault, document, canonical), verdicts(judgement, canonical)
    changes = {chunk_id: stored[chunk_id].differences(now[chunk_id]) for chunk_id in stored}
    changed = [chunk_id for chunk_id, fields in changes.items() if fields]
    policy = document.policy or {}
    before = _state("held" if document.state == "quarantined" else "indexed", policy, stored)
    after = _state("indexed" if judgement.outcome == "proceed" else "held", judgement.summary, now)
    return Reapplied(
        document,
        UNCHANGED if before == after and not changed else CHANGED,
        before=before,
        now=after,
        chunks_changed=len(changed),
        fields_changed=tuple(sorted({field for fields in changes.values() for field in fields})),
    )


def _state(place: str, summary: dict[str, Any], chunks: dict[str, Verdict]) -> dict[str, Any]:
    """A document's verdict as it is shown: where it is, its class, what was found in it, and how many chunks are where."""
    indexed = sum(verdict.place == "index" for verdict in chunks.values())
    return {
        "document": place,
        "classification": summary["classification"],
        "pii_action": summary["pii_action"],
        "pii_types": summary["pii_types"],
        "redactions": sum(len((verdict.metadata or {}).get("redactions", [])) for verdict in chunks.values()),
        "chunks_indexed": indexed,
        "chunks_held": len(chunks) - indexed,
    }


def _documents(vault: Vault, batch_id: str) -> list[DocumentRow]:
    """The documents of a batch that has ended, in the order of its manifest."""
    batch: BatchRow | None = vault.catalog.batch(batch_id)
    if batch is None:
        raise NotFound(f"no batch {batch_id!r} in tenant {vault.tenant_id!r}", hint="`frostbyte ingest` prints the batch_id")
    if batch.state != "completed":
        raise StateRefused(
            f"batch {batch_id!r} is not finished", hint="run the same `frostbyte ingest` again; it goes on where it stopped"
        )
    found = (vault.catalog.document(row.doc_id) for row in vault.catalog.files(batch_id) if row.doc_id)
    return [document for document in found if document is not None and document.state != "erased"]


def _present(vault: Vault, document: DocumentRow) -> DocumentRow:
    found = vault.catalog.document(document.doc_id)
    assert found is not None
    return found
