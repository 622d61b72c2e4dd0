"""Audit events of the pipeline, in the contract's words, and the work of one ingest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frostbyte import __version__
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.contract.fields import ResourceType
from frostbyte.contract.hashing import tagged
from frostbyte.pipeline.progress import Clock, Progress

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.embed import Embedder
    from frostbyte.parse.worker import Worker
    from frostbyte.policy import GateResult, Judgement
    from frostbyte.vault import Vault
    from frostbyte.vault.rows import DocumentRow, FileRow

DROPPED_EVENTS_MAX = 100
"""Kinds of dropped content recorded one by one for a document; beyond that one event says how many more there are."""
PIPELINE_VERSION = f"frostbyte/{__version__}"

_COMPONENT = {
    "intake": "intake-gateway",
    "parse": "parse-worker",
    "policy": "policy-engine",
    "embed": "embedding-service",
    "index": "embedding-service",
}


@dataclass(frozen=True)
class Work:
    """What every stage of one ingest shares. `embedder` is called for when the first document needs vectors."""

    vault: Vault
    config: TenantConfig
    config_version: int
    worker: Worker
    embedder: Callable[[], Embedder]
    clock: Clock
    progress: Progress
    parse_timeout_s: float
    actor: str
    model_name: str


def document_event(
    kind: EventType,
    *,
    file_id: str,
    stage: str,
    input_hash: str,
    output_hash: str,
    duration_ms: float,
    actor: str,
    status: str = "success",
    resource_type: ResourceType = "document",
    resource_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> EventDraft:
    """An event of a document's chain (chain key: its file id, ruling G1). Hashes are bare hex."""
    return EventDraft(
        event_type=kind,
        resource_type=resource_type,
        resource_id=resource_id or file_id,
        actor=actor,
        chain=file_id,
        details={
            "component": _COMPONENT[stage],
            "input_hash": tagged(input_hash),
            "output_hash": tagged(output_hash),
            "pipeline_version": PIPELINE_VERSION,
            "duration_ms": round(duration_ms, 3),
            "status": status,
            **(details or {}),
        },
    )


def dropped_events(work: Work, row: FileRow, document: CanonicalDocument, digest: str) -> Iterator[EventDraft]:
    """CONTENT_DROPPED, one for each kind of content left out of a page."""
    counted = Counter((d.element_type, d.page, d.reason) for d in document.stats.dropped_content)
    kinds = list(counted.items())
    for (element_type, page, reason), count in kinds[:DROPPED_EVENTS_MAX]:
        yield _dropped(work, row, digest, {"dropped_element_type": element_type, "page": page, "reason": reason, "count": count})
    rest = kinds[DROPPED_EVENTS_MAX:]
    if rest:
        more = sum(count for _, count in rest)
        yield _dropped(
            work, row, digest, {"dropped_element_type": "various", "page": rest[0][0][1], "reason": "MORE_DROPPED", "count": more}
        )


def _dropped(work: Work, row: FileRow, digest: str, details: dict[str, Any]) -> EventDraft:
    return document_event(
        EventType.CONTENT_DROPPED,
        file_id=row.file_id,
        stage="parse",
        input_hash=digest,
        output_hash=digest,
        duration_ms=0,
        actor=work.actor,
        details=details,
    )


def gate_events(work: Work, row: FileRow, document_row: DocumentRow, judgement: Judgement) -> Iterator[EventDraft]:
    """Three gate events whose hashes go on from the canonical document to the enriched chunks, and what they found."""
    before = str(document_row.canonical_sha256)
    for gate in judgement.gates:
        after = gate.output_chunks_hash or before
        yield _gate_event(work, row, gate, before, after)
        if gate.gate_name == "pii" and judgement.summary["pii_found"]:
            yield document_event(
                EventType.PII_DETECTED,
                file_id=row.file_id,
                stage="policy",
                input_hash=after,
                output_hash=after,
                duration_ms=0,
                actor=work.actor,
                details={"pii_types_found": judgement.summary["pii_types"], "action_taken": judgement.summary["pii_action"]},
            )
        before = after
    if judgement.outcome != "proceed":
        yield document_event(
            EventType.DOCUMENT_QUARANTINED,
            file_id=row.file_id,
            stage="policy",
            input_hash=before,
            output_hash=before,
            duration_ms=0,
            actor=work.actor,
            status="quarantined",
            details={
                "quarantine_reason": judgement.reason,
                "gate_name": judgement.gates[-1].gate_name,
                "injection_score": judgement.summary["injection_max_score"],
            },
        )


def _gate_event(work: Work, row: FileRow, gate: GateResult, before: str, after: str) -> EventDraft:
    if gate.passed:
        return document_event(
            EventType.POLICY_GATE_PASSED,
            file_id=row.file_id,
            stage="policy",
            input_hash=before,
            output_hash=after,
            duration_ms=gate.duration_ms,
            actor=work.actor,
            details={"gate_name": gate.gate_name, "result_summary": gate.result_summary, "config_version": work.config_version},
        )
    return document_event(
        EventType.POLICY_GATE_FAILED,
        file_id=row.file_id,
        stage="policy",
        input_hash=before,
        output_hash=after,
        duration_ms=gate.duration_ms,
        actor=work.actor,
        status="quarantined",
        details={
            "gate_name": gate.gate_name,
            "failure_reason": gate.failure_reason,
            "action_taken": gate.action_taken,
            "result_summary": gate.result_summary,
            "config_version": work.config_version,
        },
    )
