"""A dry run of the gates over one text, for `frostbyte policy scan`: nothing is stored, nothing is redacted."""

from __future__ import annotations

from typing import Any

from frostbyte.contract.config import TenantConfig
from frostbyte.policy import classes, explain, injection, pii, signals
from frostbyte.policy.judge import Heads

_PASSAGE = 1500
"""Code points of a passage."""


def scan(
    text: str, filename: str = "", tagger: pii.Tagger | None = None, heads: Heads | None = None, *, evidence_of: str | None = None
) -> dict[str, Any]:
    """The line of `policy scan` (design/cli.md) without its id, at default thresholds.

    Names and addresses are looked for with a tagger; with heads, classes and orders to a machine are told by meaning too.
    `classification` is the appliance's verdict, `rule_v1` the server's.
    `evidence_of`, the tagger's name, asks for `evidence` too: each rule, recogniser and model that spoke, and where.
    """
    types = pii.PATTERNED if tagger is None else pii.TYPES
    assessed = injection.assess(text)
    server = injection.action(assessed.score)
    chances = [row[signals.HEAD_LABEL] for row in heads(signals.HEAD, [text])] if heads else []
    verdict = signals.detect(text, chances)
    found = pii.find(text, types, tagger)
    kind = classes.decide(filename, text, heads(classes.HEAD, _passages(text)) if heads else [])
    line: dict[str, Any] = {
        "pii": [{"type": f.type, "start": f.start, "end": f.end, "score": f.score} for f in found],
        "injection": {
            "score": assessed.score,
            "patterns": injection.patterns_matched(assessed, server),
            "action": server,
            "appliance_action": injection.stricter(server, verdict.action),
            "signals": list(verdict.signals),
        },
        **kind.to_json(),
    }
    if evidence_of is not None:
        hidden = [signals.HiddenText("", unusual=False)]
        seen = explain.orders([text], 0, chance=chances[0] if chances else None, hidden=hidden)
        decided = explain.kind(line, TenantConfig().classification_threshold)
        line["evidence"] = [item.to_json() for item in (*explain.personal_data(found, evidence_of), *decided, *seen)]
    return line


def _passages(text: str) -> list[str]:
    """A text in pieces about as long as the chunks of a document, as the head is asked about them in an ingest; none for blanks.

    Cut at the last white space that leaves a piece within the length; of a long text, as many as the head's verdict rests on.
    """
    pieces: list[str] = []
    at = 0
    while at < len(text) and len(pieces) < classes.PASSAGES:
        end = at + _PASSAGE
        if end < len(text):
            end = max(text.rfind(" ", at + 1, end), text.rfind("\n", at + 1, end)) + 1 or end
        if piece := text[at:end].strip():
            pieces.append(piece)
        at = end
    return pieces
