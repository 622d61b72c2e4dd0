"""Audit events of the pipeline, in the contract's words, and the work of one ingest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from frostbyte import __version__
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import EMBEDDING, INTAKE, PARSE, POLICY, RESOURCE_TYPES, EventDraft, EventType
from frostbyte.contract.hashing import tagged
from frostbyte.pipeline.progress import Clock, Progress

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.embed import Embedder, Head, Tagger
    from frostbyte.intake.scan.verdict import Scan
    from frostbyte.pipeline.ahead import ParseAhead
    from frostbyte.policy import GateResult, Judgement
    from frostbyte.vault import Vault
    from frostbyte.vault.rows import DocumentRow, FileRow

DROPPED_EVENTS_MAX = 100
"""Kinds of dropped content recorded one by one for a document; beyond that one event says how many more there are."""
PIPELINE_VERSION = f"frostbyte/{__version__}"

_COMPONENT = {
    EventType.BATCH_RECEIVED: INTAKE,
    EventType.BATCH_COMPLETED: INTAKE,
    EventType.DOCUMENT_INGESTED: INTAKE,
    EventType.DOCUMENT_REJECTED: INTAKE,
    EventType.DOCUMENT_PARSED: PARSE,
    EventType.DOCUMENT_PARSE_FAILED: PARSE,
    EventType.CONTENT_DROPPED: PARSE,
    EventType.POLICY_GATE_PASSED: POLICY,
    EventType.POLICY_GATE_FAILED: POLICY,
    EventType.PII_DETECTED: POLICY,
    EventType.DOCUMENT_QUARANTINED: POLICY,
    EventType.DOCUMENT_EMBEDDED: EMBEDDING,
    EventType.EMBEDDING_FAILED: EMBEDDING,
    EventType.INDEX_WRITTEN: EMBEDDING,
}


@dataclass(frozen=True)
class Work:
    """What every stage of one ingest shares. Models are called for by the first document that needs them."""

    vault: Vault
    config: TenantConfig
    config_version: int
    ahead: ParseAhead
    embedder: Callable[[], Embedder]
    tagger: Callable[[], Tagger]
    head: Callable[[str, str], Head]
    """A head by its name and the digest of the encoder that it is to judge by."""
    clock: Clock
    progress: Progress
    actor: str
    model_name: str
    scan: Scan | None = None
    """Looks for malware in every file; None where the operator switched that off."""
    custody: dict[str, str] = field(default_factory=dict)
    """The audit chain of each document, by file id, as far as it was looked up."""

    def chain(self, file_id: str) -> str:
        """The key of a document's audit chain: its file id (ruling G1), or the one it began anew under."""
        if file_id not in self.custody:
            self.custody[file_id] = self.vault.catalog.custody(file_id) or file_id
        return self.custody[file_id]


def batch_event(
    work: Work, kind: EventType, batch_id: str, details: Mapping[str, Any], *, file_id: str | None = None, status: str = "success"
) -> EventDraft:
    """An event of a batch's chain: about the batch, or about a file of it that has no chain of its own."""
    return EventDraft(
        event_type=kind,
        resource_type=RESOURCE_TYPES[kind],
        resource_id=file_id or batch_id,
        actor=work.actor,
        chain=f"batch:{batch_id}",
        details={"component": _COMPONENT[kind], "status": status, **details},
    )


def document_event(
    work: Work,
    kind: EventType,
    row: FileRow,
    hashes: tuple[str, str],
    details: Mapping[str, Any],
    *,
    duration_ms: float = 0.0,
    status: str = "success",
) -> EventDraft:
    """An event of a document's chain. `hashes` are input and output, bare hex."""
    kept = RESOURCE_TYPES[kind] == "document"
    return EventDraft(
        event_type=kind,
        resource_type=RESOURCE_TYPES[kind],
        resource_id=row.file_id if kept else str(row.doc_id),
        actor=work.actor,
        chain=work.chain(row.file_id),
        details={"component": _COMPONENT[kind], **chain_details(hashes, duration_ms, status), **details},
    )


def chain_details(hashes: tuple[str, str], duration_ms: float, status: str) -> dict[str, Any]:
    """What the contract wants of every event that carries a document from one state to the next."""
    return {
        "input_hash": tagged(hashes[0]),
        "output_hash": tagged(hashes[1]),
        "pipeline_version": PIPELINE_VERSION,
        "duration_ms": round(duration_ms, 3),
        "status": status,
    }


def dropped_events(work: Work, row: FileRow, document: CanonicalDocument, digest: str) -> Iterator[EventDraft]:
    """CONTENT_DROPPED, one for each kind of content left out of a page."""
    found = [((d["element_type"], d["page"], d["reason"]), d.get("characters", 0)) for d in document.dropped]
    characters: Counter[tuple[str, int, str]] = Counter()
    for key, size in found:
        characters[key] += size
    counted = list(Counter(key for key, _ in found).items())
    said = counted[:DROPPED_EVENTS_MAX]
    if rest := counted[DROPPED_EVENTS_MAX:]:
        said.append((("various", rest[0][0][1], "MORE_DROPPED"), sum(count for _, count in rest)))
    for (element_type, page, reason), count in said:
        details = {"dropped_element_type": element_type, "page": page, "reason": reason, "count": count}
        if size := characters[element_type, page, reason]:
            details["characters"] = size
        yield document_event(work, EventType.CONTENT_DROPPED, row, (digest, digest), details)


def gate_events(
    work: Work, row: FileRow, document_row: DocumentRow, judgement: Judgement, detectors: Mapping[str, str]
) -> Iterator[EventDraft]:
    """Three gate events whose hashes go on from the canonical document to the enriched chunks, and what they found.

    `detectors` are the rules and models that judged, each with its version.
    """
    summary = judgement.summary
    before = str(document_row.canonical_sha256)
    for gate in judgement.gates:
        after = gate.output_chunks_hash or before
        yield _gate_event(work, row, gate, (before, after), detectors)
        if gate.gate_name == "pii" and summary["pii_found"]:
            found = {"pii_types_found": summary["pii_types"], "action_taken": summary["pii_action"]}
            yield document_event(work, EventType.PII_DETECTED, row, (after, after), found)
        before = after
    if judgement.outcome != "proceed":
        held = {
            "quarantine_reason": judgement.reason,
            "gate_name": judgement.gates[-1].gate_name,
            "injection_score": summary["injection_max_score"],
        }
        yield document_event(work, EventType.DOCUMENT_QUARANTINED, row, (before, before), held, status="quarantined")


def _gate_event(work: Work, row: FileRow, gate: GateResult, hashes: tuple[str, str], detectors: Mapping[str, str]) -> EventDraft:
    details = {
        "gate_name": gate.gate_name,
        "result_summary": gate.result_summary,
        "config_version": work.config_version,
        "detectors": dict(detectors),
    }
    if gate.passed:
        return document_event(work, EventType.POLICY_GATE_PASSED, row, hashes, details, duration_ms=gate.duration_ms)
    why = {"failure_reason": gate.failure_reason, "action_taken": gate.action_taken}
    return document_event(
        work, EventType.POLICY_GATE_FAILED, row, hashes, details | why, duration_ms=gate.duration_ms, status="quarantined"
    )
