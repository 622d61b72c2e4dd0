"""Why the gates said what they said of a chunk: which rule, recogniser or model, how sure, and where. Never what stands there.

Offsets are code points of the chunk's original text. A witness without a span is about the whole chunk: a model judges a passage,
and what was hidden in another spelling stands at no place of the text as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from frostbyte.policy import borders, classification, cues, injection, pii, redaction, signals
from frostbyte.policy.pii import tagged

MOST_SPANS = 20
"""Spans shown of one name; how many there are is said besides."""

Kind = Literal["recogniser", "model", "server_pattern", "server_score", "rule", "word_family", "signal"]


@dataclass(frozen=True)
class Evidence:
    """One witness. `score` and `threshold` mean what `kind` says: a chance, a weight, or the server's score."""

    gate: str
    kind: Kind
    name: str
    start: int | None = None
    end: int | None = None
    score: float | None = None
    threshold: float | None = None
    action: str | None = None
    """What this witness alone asks for."""
    count: int = 1
    """How often the name occurs, where not every span is shown."""

    def to_json(self) -> dict[str, Any]:
        """Without what is not known."""
        return {key: value for key, value in asdict(self).items() if value is not None and (key, value) != ("count", 1)}


def personal_data(findings: Iterable[pii.Finding], model: str) -> list[Evidence]:
    """What was found of each type; names and addresses by the `model` of that name."""
    least = round(tagged.LEAST * tagged.SURE_AT_MOST, 4)
    found = [
        Evidence("pii", "model", f"{model}:{f.type}", f.start, f.end, f.score, least)
        if f.type in tagged.TYPES
        else Evidence("pii", "recogniser", f.type, f.start, f.end, f.score)
        for f in findings
    ]
    return _bounded(found)


def kind(decided: Mapping[str, Any], threshold: float) -> list[Evidence]:
    """Who decided the class, and what the server's rules say; `decided` is a chunk's metadata. Below `threshold`: to review."""
    rule = decided["rule_v1"]
    by, sure = str(decided["classifier_version"]), float(decided["classification_confidence"])
    witness: Kind = "rule" if by == classification.CLASSIFIER_VERSION else "model"
    return [
        Evidence("classification", witness, f"{by}:{decided['classification']}", None, None, sure, threshold),
        Evidence("classification", "server_score", f"rule_v1:{rule['classification']}", None, None, rule["confidence"]),
    ]


def orders(
    texts: Sequence[str],
    number: int,
    *,
    chance: float | None,
    hidden: Sequence[signals.HiddenText],
    flag: float = injection.FLAG_THRESHOLD,
    quarantine: float = injection.QUARANTINE_THRESHOLD,
) -> list[Evidence]:
    """Why chunk `number` of a document's `texts`, as the injection gate read them, is held for an order to a machine or not.

    `chance` is the head's, `hidden` what of each chunk its source does not show; offsets are those of `texts[number]`.
    """
    text = texts[number]
    assessed = injection.assess(text)
    verdict = injection.action(assessed.score, flag, quarantine)
    least = quarantine if verdict == "quarantine" else flag
    said = Evidence("injection", "server_score", "injection_score", None, None, assessed.score, least, verdict)
    found = []
    for category, words, pattern, severity in injection.PATTERNS:
        if any(word in injection.lower(text) for word in words):
            for match in pattern.finditer(text):
                found.append(Evidence("injection", "server_pattern", category, *match.span(), severity))
    if assessed.invisible:
        found.append(Evidence("injection", "server_pattern", "invisible_characters", count=assessed.invisible))
    if imperative := injection.IMPERATIVE.search(text):
        found.append(Evidence("injection", "server_pattern", "imperative", *imperative.span(), 0.2))
    if chance is not None:
        weight = signals.cue_weight(text)
        raised = chance >= signals.MODEL_FLAG_AT and weight >= signals.MODEL_CUES
        action = "flag" if raised else "pass"
        found.append(Evidence("injection", "model", signals.HEAD, None, None, round(chance, 4), signals.MODEL_FLAG_AT, action))
        found.append(Evidence("injection", "word_family", "all", None, None, weight, signals.MODEL_CUES))
    return [said, *_bounded([*found, *_signals(texts, number, chance, hidden)])]


def in_original(evidence: Iterable[Evidence], redactions: Iterable[redaction.Span]) -> list[Evidence]:
    """The same with offsets of the text before its personal data was taken out; a span within a token is the whole redaction."""
    spans = sorted(redactions, key=lambda span: span.start)

    def back(at: int, *, end: bool) -> int:
        shift = 0
        for span in spans:
            size, start = len(redaction.token(span.type)), span.start + shift
            if at < start or (at == start and not end):
                break
            if at < start + size or (at == start + size and end):
                return span.end if end and at > start else span.start
            shift += size - (span.end - span.start)
        return at - shift

    return [
        item
        if item.start is None or item.end is None
        else replace(item, start=back(item.start, end=False), end=back(item.end, end=True))
        for item in evidence
    ]


def _signals(texts: Sequence[str], number: int, chance: float | None, hidden: Sequence[signals.HiddenText]) -> Iterator[Evidence]:
    """The appliance's own: every name in the chunk's verdict, at its places where it has any."""
    text = texts[number]
    # The chunk's neighbours are all that borders and stray requests look at.
    first = max(0, number - 1)
    near, at = texts[first : number + 2], number - first
    chances = [0.0] * len(near)
    chances[at] = chance or 0.0
    seen = signals.look(near, chances)[at]
    unseen = signals.look_hidden(hidden[first : number + 2])[at]
    spans: dict[str, dict[tuple[int, int], injection.Action]] = {}
    rules = [(start, end, *rule) for start, end, rule in signals.places(text)]
    for pieces, rule in borders.across(near, signals.places):
        rules += [(piece.start, piece.end, *rule) for piece in pieces if len(pieces) > 1 and piece.chunk == at]
    for start, end, name, action in rules:
        there = spans.setdefault(name, {})
        there[start, end] = injection.stricter(there.get((start, end), "pass"), action)
    for category, _, pattern, _ in injection.PATTERNS:
        if f"server_{category}" in seen.signals:
            spans[f"server_{category}"] = {match.span(): "flag" for match in pattern.finditer(text)}
    for name, characters in (("direction_control", signals.DIRECTION), ("split_words", signals.SPLIT_WORD)):
        if name in seen.signals:
            spans[name] = {match.span(): "flag" for match in characters.finditer(text)}
    for name in (*seen.signals, *(name for name in unseen.signals if name not in seen.signals)):
        if name == signals.MODEL:
            continue  # said with its chance
        kind: Kind = "rule" if name in spans else "signal"
        for (start, end), action in spans.get(name, {}).items():
            yield Evidence("injection", kind, name, start, end, action=action)
        if name not in spans:
            yield Evidence("injection", kind, name)
    if "jailbreak" in seen.signals:
        for family, weight, _, pattern in cues.FAMILIES:
            if match := pattern.search(text):
                yield Evidence("injection", "word_family", family, *match.span(), weight)


def _bounded(found: Iterable[Evidence]) -> list[Evidence]:
    """The first spans of each name, the last of them saying how many there are."""
    listed = sorted(set(found), key=lambda item: (item.kind, item.name, item.start or 0, item.end or 0))
    counted = Counter((item.kind, item.name) for item in listed)
    shown: Counter[tuple[str, str]] = Counter()
    result = []
    for item in listed:
        key = (item.kind, item.name)
        shown[key] += 1
        if shown[key] < MOST_SPANS or counted[key] == MOST_SPANS == shown[key]:
            result.append(item)
        elif shown[key] == MOST_SPANS:
            result.append(replace(item, count=counted[key]))
    return result
