"""The three gates, in order: personal data, classification, injection. Pure: text in, verdict out.

A gate that cannot run fails the document (ruling F10); it never means clean. After a block the later gates do not run
(ruling F14). The hashes of the gates are continuous (ruling G2): gate 1 turns the canonical document into chunks with their
personal data dealt with, gate 2 hands the same on, gate 3 gives the enriched chunks that leave the room.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from frostbyte.contract.chunks import EnrichedChunk
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.documents import CanonicalDocument, Chunk
from frostbyte.contract.hashing import chunks_hash
from frostbyte.errors import EmbedFailed, PolicyFailed
from frostbyte.policy import borders, classes, classification, injection, pii, redaction, signals

POLICY_VERSION = "frostbyte-policy/1"

Outcome = Literal["proceed", "quarantined"]
PII_BLOCK_POLICY = "PII_BLOCK_POLICY"
INJECTION_HIGH_SCORE = "INJECTION_HIGH_SCORE"

Heads = Callable[[str, Sequence[str]], Sequence[Mapping[str, float]]]
"""What a head makes of texts, by the head's name: for each text its labels and how likely they are. Texts are embedded once,
however many heads are asked about them."""

_Result = TypeVar("_Result")
_DONE = {"redact": ("redacted", "redacted"), "flag": ("pii_found", "flagged"), "block": ("blocked", "blocked")}


@dataclass(frozen=True)
class GateResult:
    """One gate's record for the audit chain; counts and codes only, never text.

    `output_chunks_hash` is 64 hex digits over the chunks as the gate handed them on (contract.hashing.chunks_hash). For the
    injection gate these are the chunks that proceed, or the quarantined ones when the whole document is held.
    """

    gate_name: str
    passed: bool
    result_summary: dict[str, Any]
    failure_reason: str | None
    action_taken: str
    duration_ms: float
    output_chunks_hash: str


@dataclass(frozen=True)
class Judgement:
    """What the gates decided. `chunks` may be embedded; `quarantined` are held with their document and never embedded.

    A document blocked for personal data has neither: gates 2 and 3 did not run, so no enriched chunk exists.
    """

    gates: tuple[GateResult, ...]
    chunks: tuple[EnrichedChunk, ...]
    quarantined: tuple[EnrichedChunk, ...]
    outcome: Outcome
    reason: str | None
    summary: dict[str, Any]


@dataclass(frozen=True)
class _Cleared:
    """A chunk after gate 1."""

    source: Chunk
    text: str
    section_title: str | None
    metadata: dict[str, Any]

    def to_json(self, document: CanonicalDocument) -> dict[str, Any]:
        return {
            "chunk_id": self.source.chunk_id,
            "doc_id": document.doc_id,
            "tenant_id": document.tenant_id,
            "text": self.text,
            "metadata": self.metadata,
            "offsets": {"page": self.source.page, "start_char": self.source.start_char, "end_char": self.source.end_char},
            "element_type": self.source.element_type,
            "section_title": self.section_title,
        }


def judge(
    document: CanonicalDocument,
    *,
    filename: str,
    config: TenantConfig,
    config_version: int,
    tagger: pii.Tagger | None = None,
    heads: Heads | None = None,
    given_class: str | None = None,
) -> Judgement:
    """Put a document through the gates of its tenant's configuration.

    `tagger` finds names and addresses; it is needed where the configuration asks for them (`pii.needs_tagger`). `heads` judge
    by meaning; without them the rules alone do, as on the server. `given_class` is the class a person gave the document: it
    holds, whatever the classifier says. Raises PolicyFailed, naming the gate in its details, when a
    gate cannot run, and EmbedFailed when the heads' encoder cannot.
    """
    cleared, pii_gate = _timed("pii", lambda: _pii_gate(document, config, tagger))
    summary: dict[str, Any] = {
        "pii_found": bool(pii_gate.result_summary["pii_types_found"]),
        "pii_types": pii_gate.result_summary["pii_types_found"],
        "pii_action": pii_gate.result_summary["pii_action_taken"],
        "classification": None,
        "classification_confidence": None,
        "classifier_version": None,
        "rule_v1": None,
        "review_suggested": False,
        "injection_max_score": None,
        "chunks_quarantined": 0,
    }
    if not pii_gate.passed:
        return Judgement((pii_gate,), (), (), "quarantined", PII_BLOCK_POLICY, summary)

    kind, class_gate = _timed(
        "classification", lambda: _classification_gate(cleared, filename, config, pii_gate, heads, given_class)
    )
    summary |= kind.to_json()
    summary["review_suggested"] = kind.needs_review(config)

    verdict, injection_gate = _timed("injection", lambda: _injection_gate(document, cleared, kind, config, config_version, heads))
    summary |= {
        "injection_max_score": injection_gate.result_summary["max_score"],
        "chunks_quarantined": len(verdict.quarantined),
    }
    gates = (pii_gate, class_gate, injection_gate)
    if not injection_gate.passed:
        return Judgement(gates, (), verdict.quarantined, "quarantined", INJECTION_HIGH_SCORE, summary)
    return Judgement(gates, verdict.proceeding, verdict.quarantined, "proceed", None, summary)


def _timed(gate: str, run: Callable[[], tuple[_Result, GateResult]]) -> tuple[_Result, GateResult]:
    """Run a gate and note how long it took. Whatever goes wrong inside becomes PolicyFailed: this is a gate's outermost edge."""
    started = time.perf_counter()
    try:
        result, record = run()
    except PolicyFailed as failure:
        named = ({"field": "gate_name", "value": gate}, *failure.details)
        raise PolicyFailed(failure.message, code=failure.contract_code, hint=failure.hint, details=named) from failure
    except EmbedFailed:
        raise  # no text could be judged by its meaning: the document fails as one that cannot be embedded
    except Exception as failure:
        # The exception's own words may quote the document (ruling E8): only its kind goes on.
        raise PolicyFailed(
            f"the {gate} gate could not check the document: {type(failure).__name__}",
            details=[{"field": "gate_name", "value": gate}, {"field": "failure", "value": type(failure).__name__}],
        ) from failure
    elapsed = round((time.perf_counter() - started) * 1000, 3)
    return result, GateResult(**{**vars(record), "duration_ms": elapsed})


def _record(gate: str, summary: dict[str, Any], action: str, output: str, failure: str | None = None) -> GateResult:
    return GateResult(gate, failure is None, summary, failure, action, 0.0, output)


def _pii_gate(
    document: CanonicalDocument, config: TenantConfig, tagger: pii.Tagger | None
) -> tuple[tuple[_Cleared, ...], GateResult]:
    texts = [chunk.text for chunk in document.chunks]
    found = findings_of(texts, config.pii_types, tagger)
    titles = {chunk.metadata.section_title for chunk in document.chunks if chunk.metadata.section_title}
    titles_with_pii = {title: spans for title in titles if (spans := pii.find(title, config.pii_types, tagger))}
    scan_result, action = _DONE[config.pii_policy]
    cleared = []
    totals: Counter[str] = Counter()
    for chunk, findings in zip(document.chunks, found, strict=True):
        counts = Counter(finding.type for finding in findings)
        totals.update(counts)
        metadata: dict[str, Any] = {
            "pii_scan_result": scan_result if findings else "clean",
            "pii_types_found": sorted(counts),
            "pii_action_taken": action if findings else "none",
            "pii_spans": dict(sorted(counts.items())),
            "redactions": [],
        }
        text, title = chunk.text, chunk.metadata.section_title
        if config.pii_policy == "redact":
            metadata["redactions"] = [record.to_json() for record in redaction.records(findings)]
            text = redaction.apply(text, findings)
            title = redaction.apply(title, titles_with_pii[title]) if title in titles_with_pii else title
        cleared.append(_Cleared(chunk, text, title, metadata))
    in_titles = {finding.type for spans in titles_with_pii.values() for finding in spans}
    kinds = sorted({*totals, *in_titles})
    said = {kind for item in document.lineage.properties for kind in item.pii_types or ()}
    in_properties = sorted(said.intersection(config.pii_types))
    blocked = bool(kinds or in_properties) and config.pii_policy == "block"
    output = chunks_hash(chunk.to_json(document) for chunk in cleared)
    return tuple(cleared), _record(
        "pii",
        {
            "pii_scan_result": scan_result if kinds or blocked else "clean",
            "pii_types_found": kinds,
            "pii_types_in_properties": in_properties,
            "pii_action_taken": action if kinds or blocked else "none",
            "pii_types_scanned": list(config.pii_types),
            "findings": dict(sorted(totals.items())),
            "chunks_affected": sum(1 for findings in found if findings),
        },
        action if kinds or blocked else "none",
        output,
        PII_BLOCK_POLICY if blocked else None,
    )


def findings_of(texts: Sequence[str], types: Sequence[str], tagger: pii.Tagger | None) -> list[list[pii.Finding]]:
    """Findings of every chunk, those across its borders included, in offsets of that chunk's text."""
    found = [pii.find(text, types, tagger) for text in texts]

    def look(text: str, joiner: str) -> list[tuple[int, int, pii.Finding]]:
        # Joined with nothing a number is whole again; names and addresses are words, and those are joined with a blank.
        wanted = types if joiner else [kind for kind in types if kind in pii.PATTERNED]
        return [(finding.start, finding.end, finding) for finding in pii.find(text, wanted, tagger)]

    own = [list(findings) for findings in found]
    for pieces, finding in borders.across(texts, look):
        # Joining may also grow what a chunk already showed whole ("bob@x.org." + "The end"): the chunk's own reading stands.
        if any(seen.type == finding.type and _meet(seen, piece) for piece in pieces for seen in own[piece.chunk]):
            continue
        for piece in pieces:
            found[piece.chunk].append(pii.Finding(piece.start, piece.end, finding.type, finding.score))
    return [pii.merged(findings) for findings in found]


def _meet(finding: pii.Finding, piece: borders.Piece) -> bool:
    return finding.start < piece.end and piece.start < finding.end


def _classification_gate(
    cleared: Sequence[_Cleared],
    filename: str,
    config: TenantConfig,
    before: GateResult,
    heads: Heads | None,
    given_class: str | None,
) -> tuple[classes.Decision, GateResult]:
    texts, sample = [chunk.text for chunk in cleared], ""
    for text in texts:
        sample += text
        if len(sample) >= classification.WINDOW:
            break
    # The head is asked about every passage, as the injection gate's is, so that the texts are embedded once for both.
    chances = heads(classes.HEAD, texts) if heads and texts else []
    kind = replace(classes.decide(filename, sample, chances[: classes.PASSAGES]), given=given_class)
    # Without a reviewer a doubtful document goes on under its category and says so (ruling F16).
    review = kind.needs_review(config)
    found = kind.to_json()
    return kind, _record(
        "classification",
        {
            "classification": found.pop("classification"),
            "confidence": found.pop("classification_confidence"),
            **found,
            "review_suggested": review,
        },
        "flagged" if review else "none",
        before.output_chunks_hash,
    )


@dataclass(frozen=True)
class _Verdict:
    proceeding: tuple[EnrichedChunk, ...]
    quarantined: tuple[EnrichedChunk, ...]


def hidden_texts(document: CanonicalDocument) -> list[signals.HiddenText]:
    """For each chunk what of its text the source does not show: as the source has it, personal data and all, and never kept.
    With the first chunk's stand the file's properties.
    """
    spans = sorted(document.hidden, key=lambda span: span.start_char)
    texts = []
    at = 0
    for chunk in document.chunks:
        while at < len(spans) and spans[at].end_char <= chunk.start_char:
            at += 1
        inside = list(itertools.takewhile(lambda span: span.start_char < chunk.end_char, spans[at:]))  # noqa: B023 - used at once
        cut = [chunk.text[max(s.start_char - chunk.start_char, 0) : s.end_char - chunk.start_char] for s in inside]
        texts.append(signals.HiddenText("\n".join(cut), any(span.kind not in signals.USUAL_KINDS for span in inside)))
    if texts and (said := [item.text for item in document.lineage.properties]):
        # They stand on no page: the document's beginning answers for them, and only for what they say.
        texts[0] = signals.HiddenText("\n\n".join((*said, texts[0].text)), texts[0].unusual)
    return texts


def _injection_gate(
    document: CanonicalDocument,
    cleared: Sequence[_Cleared],
    kind: classes.Decision,
    config: TenantConfig,
    config_version: int,
    heads: Heads | None,
) -> tuple[_Verdict, GateResult]:
    injection.check_thresholds(config.injection_flag_threshold, config.injection_quarantine_threshold)
    texts = [chunk.text for chunk in cleared]
    chances = [row[signals.HEAD_LABEL] for row in heads(signals.HEAD, texts)] if heads and texts else []
    in_sight, hidden = signals.look(texts, chances), signals.look_hidden(hidden_texts(document))
    verdicts = [signals.both(seen, unseen) for seen, unseen in zip(in_sight, hidden, strict=True)]
    enriched: list[tuple[EnrichedChunk, injection.Action]] = []
    taken: Counter[str] = Counter()
    for chunk, verdict in zip(cleared, verdicts, strict=True):
        assessed = injection.assess(chunk.text)
        server = injection.action(assessed.score, config.injection_flag_threshold, config.injection_quarantine_threshold)
        final = injection.stricter(server, verdict.action)
        taken[final] += 1
        metadata = {
            **chunk.metadata,
            "human_override": False,
            **kind.to_json(),
            "review_suggested": kind.needs_review(config),
            "injection_score": assessed.score,
            "injection_patterns_matched": injection.patterns_matched(assessed, server),
            "injection_action_taken": server,
            "appliance_action": final,
            "appliance_signals": list(verdict.signals),
            "config_version": config_version,
        }
        enriched.append((EnrichedChunk.from_json({**chunk.to_json(document), "metadata": metadata}), final))
    held = tuple(chunk for chunk, final in enriched if final == "quarantine")
    passing = tuple(chunk for chunk, final in enriched if final != "quarantine")
    whole = bool(held) and (config.injection_per_document_quarantine or not passing)
    if whole:
        held, passing = tuple(chunk for chunk, _ in enriched), ()
    leaving = held if whole else passing
    server_max = max((chunk.metadata.injection_score for chunk, _ in enriched), default=0.0)
    return _Verdict(passing, held), _record(
        "injection",
        {
            "max_score": server_max,
            "patterns_matched": sorted({name for chunk, _ in enriched for name in chunk.metadata.injection_patterns_matched}),
            "appliance_signals": sorted({name for chunk, _ in enriched for name in chunk.metadata.appliance_signals}),
            "chunks_passed": taken["pass"],
            "chunks_flagged": taken["flag"],
            "chunks_quarantined": len(held),
            "quarantined_chunk_ids": [chunk.chunk_id for chunk in held],
        },
        "quarantine" if held else "flag" if taken["flag"] else "pass",
        chunks_hash(chunk.to_json() for chunk in leaving),
        INJECTION_HIGH_SCORE if whole else None,
    )
