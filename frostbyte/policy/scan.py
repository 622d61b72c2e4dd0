"""A dry run of the gates over one text, for `frostbyte policy scan`: nothing is stored, nothing is redacted."""

from __future__ import annotations

from typing import Any

from frostbyte.policy import classes, injection, pii, signals
from frostbyte.policy.judge import Heads


def scan(text: str, filename: str = "", tagger: pii.Tagger | None = None, heads: Heads | None = None) -> dict[str, Any]:
    """The line of `policy scan` (design/cli.md) without its id, at default thresholds.

    Names and addresses are looked for with a tagger; with heads, classes and orders to a machine are told by meaning too.
    `classification` is the appliance's verdict, `rule_v1` the server's.
    """
    types = pii.PATTERNED if tagger is None else pii.TYPES
    assessed = injection.assess(text)
    server = injection.action(assessed.score)
    chances = [row[signals.HEAD_LABEL] for row in heads(signals.HEAD, [text])] if heads else []
    verdict = signals.detect(text, chances)
    kind = classes.decide(filename, text, heads(classes.HEAD, [text]) if heads else [])
    return {
        "pii": [{"type": f.type, "start": f.start, "end": f.end, "score": f.score} for f in pii.find(text, types, tagger)],
        "injection": {
            "score": assessed.score,
            "patterns": injection.patterns_matched(assessed, server),
            "action": server,
            "appliance_action": injection.stricter(server, verdict.action),
            "signals": list(verdict.signals),
        },
        **kind.to_json(),
    }
