"""Documents whose class is in doubt, and what a person says of it: confirmed, or another class.

A decision holds for good: it stands in the document's row, and the gates keep it whenever they judge the document again. Every
place that carries the class is rewritten in the commit that records the decision, so that a search sees the old one or the new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from frostbyte.contract.chunks import EnrichedChunk
from frostbyte.contract.clock import timestamp
from frostbyte.contract.events import EventType
from frostbyte.contract.fields import Classification
from frostbyte.contract.hashing import canonical_json, sha256_hex
from frostbyte.contract.reasons import accept_reason
from frostbyte.errors import NotFound, StateRefused, UsageError
from frostbyte.pipeline import stages
from frostbyte.pipeline.decisions import DECISION
from frostbyte.pipeline.quarantine import (
    SHOWN_CHARACTERS,
    SHOWN_CHUNKS,
    last_hash,
    row_of,
    seal_chunks,
)
from frostbyte.pipeline.records import document_event

if TYPE_CHECKING:
    from frostbyte.pipeline.records import Work
    from frostbyte.vault import Transaction, Vault
    from frostbyte.vault.rows import ChunkRow, DocumentRow

CLASSES: tuple[str, ...] = get_args(Classification)
_KEPT = ("enriched_sha256", "held_sha256")


@dataclass(frozen=True)
class Decided:
    """What holds of a document's class after a person decided. `now` is False where that was decided before: nothing changed."""

    document: DocumentRow
    now: bool

    def to_json(self) -> dict[str, Any]:
        policy = self.document.policy or {}
        return {
            "doc_id": self.document.doc_id,
            "classification": self.document.classification,
            "machine_classification": policy["machine_classification"],
            "decision": policy[DECISION]["decision"],
            "decided_now": self.now,
        }


def queue(vault: Vault) -> list[dict[str, Any]]:
    """Documents whose class is in doubt and that nobody has decided about, the least certain first. Names and numbers alone."""
    waiting = [row for row in vault.catalog.documents() if _waits(row)]
    waiting.sort(key=lambda row: (row.policy or {})["classification_confidence"])
    return [_about(row) for row in waiting]


def show(work: Work, resource: str) -> dict[str, Any]:
    """What both stages say of a document's class, what a person said, and how its text begins, redacted as for the index.

    Raises NotFound, StateRefused where no gate has told its class, PolicyFailed where the head cannot be asked, Damaged.
    """
    from frostbyte.policy.classes import HEAD, PASSAGES, head_says

    vault = work.vault
    row = _find(vault, resource)
    passing, held = _chunks(vault, row)
    chunks = sorted([*passing, *held], key=lambda chunk: chunk.offsets.start_char)
    texts = [chunk.text for chunk in chunks[:PASSAGES]]
    heads = stages.heads_of(work, row)
    shown = [
        {
            "chunk_id": chunk.chunk_id,
            "page": chunk.offsets.page,
            "held": chunk in held,
            "beginning": chunk.text[:SHOWN_CHARACTERS],
            "characters_not_shown": max(0, len(chunk.text) - SHOWN_CHARACTERS),
        }
        for chunk in chunks[:SHOWN_CHUNKS]
    ]
    return {
        **_about(row),
        "waits_for_review": _waits(row),
        "human_decision": (row.policy or {}).get(DECISION),
        "head": {"name": HEAD, "classes": head_says(heads(HEAD, texts)) if texts else {}},
        "chunks": shown,
        "chunks_not_shown": max(0, len(chunks) - SHOWN_CHUNKS),
    }


def approve(work: Work, resource: str, reason: str, operator: str) -> Decided:
    """Record that a person holds the class that a document has to be right. See `override`.

    Raises StateRefused where a person gave the document its class: that is settled by giving it another.
    """
    row = _find(work.vault, resource)
    earlier = (row.policy or {}).get(DECISION)
    if earlier and earlier["decision"] == "overridden":
        raise StateRefused(
            f"the class of document {row.doc_id!r} was decided by a person: {row.classification}",
            hint="give it another with `frostbyte review override`",
        )
    return _decide(work, row, str(row.classification), reason, operator)


def override(work: Work, resource: str, classification: str, reason: str, operator: str) -> Decided:
    """Record the class that a person gives a document, and write it everywhere the class stands, in one commit.

    The same decision again changes nothing. Raises NotFound, UsageError for a class or reason that is none, StateRefused where
    no gate has told the document's class, Damaged.
    """
    if classification not in CLASSES:
        raise UsageError(f"there is no class {classification!r}", hint=f"the classes are {', '.join(CLASSES)}")
    return _decide(work, _find(work.vault, resource), classification, reason, operator)


def _decide(work: Work, document: DocumentRow, classification: str, reason: str, operator: str) -> Decided:
    vault, reason, policy = work.vault, accept_reason(reason), document.policy or {}
    if policy.get(DECISION, {}).get("classification") == classification:
        return Decided(document, now=False)
    machine = policy.get("machine_classification", policy["classification"])
    passing, held = ([_decided(chunk, classification, machine) for chunk in chunks] for chunks in _chunks(vault, document))
    kept = {"enriched_sha256": held} if document.state == "quarantined" else {"enriched_sha256": passing, "held_sha256": held}
    digests = {key: seal_chunks(work, chunks) for key, chunks in kept.items() if key in policy}
    verdict = {"classification": classification, "human_override": True, "machine_classification": machine}
    decision = {
        "decision": "confirmed" if classification == machine else "overridden",
        "classification": classification,
        "decided_by": operator,
        "decided_at": timestamp(work.clock.now()),
        "operator_reason": reason,
    }
    names = stages.superseded(vault, document, {**policy, **digests})
    marks = {"review_suggested": False, **stages.superseded_mark(document, names), DECISION: decision}
    after = replace(document, classification=classification, policy={**policy, **verdict, **digests, **marks})
    enriched = {chunk.chunk_id: chunk for chunk in passing}
    rows = [
        replace(row, classification=classification, enriched=enriched[row.chunk_id].metadata.to_json())
        for row in vault.catalog.chunks(document.doc_id)
    ]
    said = {
        "result_summary": {**verdict, DECISION: decision["decision"]},
        **{key: decision[key] for key in ("decided_by", "operator_reason")},
    }
    with vault.transaction() as tx:
        _record(work, tx, document, rows, digests["enriched_sha256"], said)
        tx.reclassify_chunks(rows)
        tx.put_document(after)
        for file in vault.catalog.file_rows(document.file_id):
            others = [warning for warning in file.warnings if warning["code"] != "CLASSIFICATION_REVIEW"]
            if len(others) < len(file.warnings):
                tx.put_file(replace(file, warnings=others))
        for name in names:
            tx.remove_object(name)
    return Decided(after, now=True)


def _record(
    work: Work, tx: Transaction, document: DocumentRow, rows: list[ChunkRow], digest: str, verdict: dict[str, Any]
) -> None:
    """Write the decision into the document's chain, and for an indexed document that the index was written.

    A chain shows three gates passed for each time it leads to the index (ruling G2): the two that stand are said again.
    """
    row = row_of(work.vault, document)
    before = last_hash(work, row)
    indexed = document.state == "indexed"
    for gate in ("pii", "classification", "injection") if indexed else ("classification",):
        said = verdict if gate == "classification" else {"result_summary": {"as_judged_before": True}}
        details = {"gate_name": gate, "config_version": document.config_version, **said}
        tx.append_event(document_event(work, EventType.POLICY_GATE_PASSED, row, (before, digest), details))
        before = digest
    if indexed:
        written = {"chunk_ids": [r.chunk_id for r in rows], "vector_sha256": [r.vector_sha256 for r in rows]}
        details = {
            "doc_id": document.doc_id,
            "chunk_ids": written["chunk_ids"],
            "store_writes": {"catalog": len(rows), "vectors": len(rows)},
        }
        hashes = (digest, sha256_hex(canonical_json(written)))
        tx.append_event(document_event(work, EventType.INDEX_WRITTEN, row, hashes, details))


def _decided(chunk: EnrichedChunk, classification: str, machine: str) -> EnrichedChunk:
    data = chunk.to_json()
    verdict = {"classification": classification, "human_override": True, "machine_classification": machine}
    return EnrichedChunk.from_json({**data, "metadata": {**data["metadata"], **verdict, "review_suggested": False}})


def _chunks(vault: Vault, row: DocumentRow) -> tuple[list[EnrichedChunk], list[EnrichedChunk]]:
    """The chunks of a document that pass, and those that are held."""
    judged, apart = (stages.kept_chunks(vault, row, key) for key in _KEPT)
    return ([], judged) if row.state == "quarantined" else (judged, apart)


def _waits(row: DocumentRow) -> bool:
    policy = row.policy or {}
    return row.state in ("indexed", "quarantined") and bool(policy.get("review_suggested")) and DECISION not in policy


def _find(vault: Vault, resource: str) -> DocumentRow:
    row = vault.catalog.document(resource) or vault.catalog.document_by_file(resource)
    if row is None:
        raise NotFound(f"no document {resource!r} in tenant {vault.tenant_id!r}", hint="see `frostbyte review list`")
    if row.state not in ("indexed", "quarantined") or not (row.policy or {}).get("classification"):
        raise StateRefused(f"document {resource!r} has no class to review: it is {row.state}")
    return row


def _about(row: DocumentRow) -> dict[str, Any]:
    policy = row.policy or {}
    return {
        "doc_id": row.doc_id,
        "file_id": row.file_id,
        "batch_id": row.batch_id,
        "original_filename": row.filename,
        "state": row.state,
        "classification": row.classification,
        "machine_classification": policy.get("machine_classification", policy["classification"]),
        "classification_confidence": policy["classification_confidence"],
        "classifier_version": policy["classifier_version"],
        "rule_v1": policy["rule_v1"],
    }
