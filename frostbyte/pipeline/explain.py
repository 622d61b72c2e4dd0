"""Why a chunk of the vault was judged as it was, and whether the gates would say the same now. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frostbyte.contract.chunks import EnrichedChunk
from frostbyte.contract.events import EventType
from frostbyte.errors import NotFound, StateRefused
from frostbyte.pipeline import decisions, stages
from frostbyte.pipeline.records import Work

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument, Chunk
    from frostbyte.policy import Judgement
    from frostbyte.vault import Vault
    from frostbyte.vault.rows import DocumentRow

_GATE_EVENTS = (EventType.POLICY_GATE_PASSED, EventType.POLICY_GATE_FAILED)
_VERDICT = (
    *("pii_scan_result", "pii_types_found", "pii_action_taken", "redactions"),
    *("classification", "classification_confidence", "classifier_version", "rule_v1", "human_override", "review_suggested"),
    *("injection_score", "injection_patterns_matched", "injection_action_taken", "appliance_action", "appliance_signals"),
)
"""What of a chunk's metadata is a verdict: names, scores and offsets, never text."""


@dataclass(frozen=True)
class Verdict:
    """What became of one chunk: whether it is in the index or held, and what the gates left in its metadata (None: nothing)."""

    place: str
    metadata: dict[str, Any] | None

    def differences(self, other: Verdict) -> dict[str, dict[str, Any]]:
        """Field -> what stands here and there, where that is not the same."""
        here, there = self._fields(), other._fields()
        return {name: {"before": here[name], "now": there[name]} for name in here if here[name] != there[name]}

    def _fields(self) -> dict[str, Any]:
        return {"place": self.place, **{name: (self.metadata or {}).get(name) for name in _VERDICT}}

    def to_json(self) -> dict[str, Any]:
        return self._fields()


def explain(work: Work, chunk_id: str) -> dict[str, Any]:
    """Verdict, what it was judged with, what the gates would say now, and the evidence of now. Names, scores, spans; no text.

    Raises NotFound, StateRefused where no gate has judged the chunk's document, PolicyFailed where one cannot now, Damaged.
    """
    from frostbyte.policy import explain as witnesses
    from frostbyte.policy import judge
    from frostbyte.policy.judge import findings_of, hidden_texts
    from frostbyte.policy.signals import HEAD, HEAD_LABEL

    vault = work.vault
    row, document, number = _find(vault, chunk_id)
    chunk = document.chunks[number]
    config = work.config
    tagger, heads = stages.tagger_of(work), stages.heads_of(work, row)
    judgement = judge(
        document,
        filename=row.filename,
        config=config,
        config_version=work.config_version,
        tagger=tagger,
        heads=heads,
        given_class=decisions.given_class(row),
    )
    stored, now = stored_verdicts(vault, row, document)[chunk_id], verdicts(judgement, document)[chunk_id]
    found = witnesses.personal_data(
        findings_of([piece.text for piece in document.chunks], config.pii_types, tagger)[number], tagger.name if tagger else ""
    )
    judged = sorted((*judgement.chunks, *judgement.quarantined), key=lambda piece: piece.offsets.start_char)
    if judged:
        texts = [piece.text for piece in judged]
        seen = witnesses.orders(
            texts,
            number,
            chance=heads(HEAD, texts)[number][HEAD_LABEL],
            hidden=hidden_texts(document),
            flag=config.injection_flag_threshold,
            quarantine=config.injection_quarantine_threshold,
        )
        found += witnesses.kind(judged[number].metadata.to_json(), config.classification_threshold)
        found += witnesses.in_original(seen, judged[number].metadata.redactions)
    differences = stored.differences(now)
    return {
        "chunk_id": chunk_id,
        "doc_id": row.doc_id,
        "page": chunk.page,
        "start_char": chunk.start_char,
        "end_char": chunk.end_char,
        "verdict": stored.to_json(),
        "judged_with": _judged_with(work, row),
        "released_by_a_person": chunk_id in (row.policy or {}).get("released", []),
        "now": {
            "config_version": work.config_version,
            "detectors": stages.versions(tagger, heads),
            "classification_threshold": config.classification_threshold,
            "same": not differences,
            "differences": differences,
        },
        "evidence": [{**item.to_json(), **_source(document, chunk, item.start, item.end)} for item in found],
    }


def verdicts(judgement: Judgement, document: CanonicalDocument) -> dict[str, Verdict]:
    """The verdict on every chunk of a document, from what the gates said."""
    return _placed(document, judgement.chunks, judgement.quarantined)


def stored_verdicts(vault: Vault, row: DocumentRow, document: CanonicalDocument) -> dict[str, Verdict]:
    """The verdict on every chunk of a document, as it is recorded."""
    whole = row.state == "quarantined"
    judged = stages.kept_chunks(vault, row, "enriched_sha256")
    apart = stages.kept_chunks(vault, row, "held_sha256")
    return _placed(document, [] if whole else judged, judged if whole else apart)


def _placed(document: CanonicalDocument, passing: Iterable[EnrichedChunk], held: Iterable[EnrichedChunk]) -> dict[str, Verdict]:
    found = {chunk.chunk_id: Verdict("held", None) for chunk in document.chunks}
    for place, chunks in (("index", passing), ("held", held)):
        for chunk in chunks:
            found[chunk.chunk_id] = Verdict(place, chunk.metadata.to_json())
    return found


def _find(vault: Vault, chunk_id: str) -> tuple[DocumentRow, CanonicalDocument, int]:
    """The document of a chunk, whether it is indexed or held, and which of its chunks it is."""
    indexed = vault.catalog.chunk(chunk_id)
    rows = vault.catalog.documents() if indexed is None else [vault.catalog.document(indexed.doc_id)]
    for row in rows:
        if row is None or row.canonical_sha256 is None:
            continue
        if indexed is None and row.state == "indexed" and not (row.policy or {}).get("held_sha256"):
            continue  # every chunk of it is indexed, and this one is not
        document = stages.canonical(vault, row)
        for number, chunk in enumerate(document.chunks):
            if chunk.chunk_id == chunk_id:
                if (row.policy or {}).get("enriched_sha256") is None:
                    raise StateRefused(f"no gate has judged document {row.doc_id!r} of chunk {chunk_id!r}: it is {row.state}")
                return row, document, number
    raise NotFound(
        f"no chunk {chunk_id!r} in tenant {vault.tenant_id!r}", hint="see `frostbyte search` and `frostbyte quarantine list`"
    )


def _judged_with(work: Work, row: DocumentRow) -> dict[str, Any]:
    """What the last events that judged the document say: when, under which configuration, by which rules and models."""
    events = work.vault.catalog.chain_events(work.chain(row.file_id))
    for event in reversed(events):
        summary = event.details.get("result_summary", {})
        if event.event_type in _GATE_EVENTS and not {"human_release", "as_judged_before", "human_decision"} & summary.keys():
            return {
                "event_id": event.event_id,
                "timestamp": event.timestamp,
                "config_version": event.details.get("config_version"),
                "detectors": event.details.get("detectors"),
            }
    return {"config_version": row.config_version, "detectors": None}


def _source(document: CanonicalDocument, chunk: Chunk, start: int | None, end: int | None) -> dict[str, Any]:
    """Where a span of a chunk stands on the pages of the source; all of an element where its text was changed in between."""
    if start is None or end is None:
        return {}
    left, right = chunk.start_char + start, chunk.start_char + end
    places = []
    for span in document.source_map:
        if span.end_char <= left or right <= span.start_char:
            continue
        first, last = span.page_start, span.page_end
        if last - first == span.end_char - span.start_char:
            first, last = first + max(0, left - span.start_char), last - max(0, span.end_char - right)
        places.append({"page": span.page, "page_start": first, "page_end": last})
    return {"source": places}
