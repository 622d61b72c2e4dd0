"""The class of a document as the appliance tells it: the head `classes-1` and the rules of `rule-v1`, two witnesses (ruling F17).

The rules are *sound* where one of their words stands as a word, in the file's name or in the text; what they find inside another
word ("philosophy", "courtesy", "billboard") is no witness. Where they are silent or unsound the head decides alone. Where they
are sound, the head's probability of their class is weighed up by how far such a word is to be believed, and the likeliest class
is the verdict: the rules decide where the head does not contradict them clearly, and the head where it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

from frostbyte.contract.config import TenantConfig
from frostbyte.errors import PolicyFailed
from frostbyte.policy.classification import BY_NAME, BY_TEXT, CLASSIFIER_VERSION, WINDOW, Classification, classify

HEAD = "classes-1"
PASSAGES = 24
"""How many of a document's first passages the head is asked about: how a document opens says what it is."""
NAME_WEIGHT = 8.0
TEXT_WEIGHT = 2.0
"""By how much a sound word in the file's name, or in the text, raises the odds of its class."""

_FLOOR = 1e-4
"""No passage rules a class out alone, however sure the head is of it."""


@dataclass(frozen=True)
class Decision:
    """The appliance's verdict and, beside it, the server's: `rule` is what `rule-v1` says, to the bit."""

    category: str
    confidence: float
    """0..1: how often verdicts as sure as this are right (docs/classification.md)."""
    decided_by: str
    """`rule-v1` where the rules are sound and the verdict is theirs, else `classes-1`."""
    rule: Classification
    given: str | None = None
    """The class that a person gave the document: it holds, and the two witnesses stand beside it."""

    def to_json(self) -> dict[str, Any]:
        """As it stands in metadata, a document's row and the gate's event: the verdict, who decided, and the server's.

        Under a person's class confidence and version are still the classifier's, whose own verdict is `machine_classification`.
        """
        by_person = {} if self.given is None else {"human_override": True, "machine_classification": self.category}
        return {
            **by_person,
            "classification": self.given or self.category,
            "classification_confidence": self.confidence,
            "classifier_version": self.decided_by,
            "rule_v1": {"classification": self.rule.category, "confidence": self.rule.confidence},
        }

    def needs_review(self, config: TenantConfig) -> bool:
        """True where the tenant wants documents looked at whose class is less certain than this (ruling F16), and nobody has."""
        return self.given is None and config.classification_review_enabled and self.confidence < config.classification_threshold


def decide(filename: str, text: str, chances: Sequence[Mapping[str, float]] = ()) -> Decision:
    """The class of a document by its name, the beginning of its text, and what the head makes of its first passages.

    `chances` are the head's, a row a passage; where no head was asked, and for a document without text, the rules decide alone
    as on the server. Raises PolicyFailed where the head knows other classes than the rules.
    """
    rule = classify(filename, text)
    if not chances:
        return Decision(rule.category, rule.confidence, CLASSIFIER_VERSION, rule)
    odds = _odds(chances)
    weight = _weight(rule.category, filename, text)
    if weight > 1.0:
        if rule.category not in odds:
            raise PolicyFailed(f"the head {HEAD!r} does not know the class {rule.category!r}")
        odds[rule.category] += log(weight)
    shares = _shares(odds)
    category = max(shares, key=lambda label: shares[label])
    confidence = round(shares[category], 4)
    by_rule = weight > 1.0 and category == rule.category
    return Decision(category, confidence, CLASSIFIER_VERSION if by_rule else HEAD, rule)


def head_says(chances: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What the head alone makes of a document, class -> 0..1, likeliest first; nothing of one without text."""
    shares = _shares(_odds(chances[:PASSAGES])) if chances else {}
    return {label: round(shares[label], 4) for label in sorted(shares, key=lambda label: (-shares[label], label))}


def _odds(chances: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Logarithms of the geometric means, passage by passage."""
    return {label: sum(log(max(row[label], _FLOOR)) for row in chances) / len(chances) for label in chances[0]}


def _shares(odds: Mapping[str, float]) -> dict[str, float]:
    highest = max(odds.values())
    raised = {label: exp(value - highest) for label, value in odds.items()}
    total = sum(raised.values())
    return {label: value / total for label, value in raised.items()}


def _weight(category: str, filename: str, text: str) -> float:
    """How far the rules' verdict is to be believed beside the head; 1.0 where no whole word bears it out."""
    named = next((words for label, words in BY_NAME if label == category), ())
    if _stands(named, filename.lower()):
        return NAME_WEIGHT
    said = next((words for label, words in BY_TEXT if label == category), ())
    return TEXT_WEIGHT if _stands(said, text[:WINDOW].upper()) else 1.0


def _stands(words: Sequence[str], where: str) -> bool:
    """Whether one of the words stands in a text by itself, or as a plural."""
    return any(re.search(rf"(?<![^\W\d_]){re.escape(word)}s?(?![^\W\d_])", where, re.IGNORECASE) for word in words)
