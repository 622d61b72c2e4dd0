"""Golden-vector rows through this room's own code, for `frostbyte parity run` (contracts/README.md names the fields)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frostbyte.errors import ConfigInvalid
from frostbyte.policy import classification, injection


def injection_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Score `row["text"]` under the defaults and each of `row["thresholds"]`.

    Thresholds that a configuration must refuse give `{"config_error": true}`.
    """
    assessed = injection.assess(row["text"])
    by_threshold = []
    for pair in row.get("thresholds", ()):
        flag, quarantine = pair["flag_threshold"], pair["quarantine_threshold"]
        try:
            injection.check_thresholds(flag, quarantine)
        except ConfigInvalid:
            return {"id": row.get("id"), "config_error": True}
        taken = injection.action(assessed.score, flag, quarantine)
        by_threshold.append(
            {
                "flag_threshold": flag,
                "quarantine_threshold": quarantine,
                "action": taken,
                "patterns_matched": injection.patterns_matched(assessed, taken),
            }
        )
    taken = injection.action(assessed.score)
    return {
        "id": row.get("id"),
        "matches": [{"category": m.category, "count": m.count, "severity": m.severity} for m in assessed.matches],
        "score": assessed.score,
        "default": {"action": taken, "patterns_matched": injection.patterns_matched(assessed, taken)},
        "thresholds": by_threshold,
    }


def classification_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Classify `row["filename"]` and `row["text_sample"]` by rule-v1."""
    found = classification.classify(row.get("filename"), row.get("text_sample") or "")
    return {"id": row.get("id"), "category": found.category, "confidence": found.confidence}
