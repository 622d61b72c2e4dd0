"""The server stack's injection score, to the last bit (rulings F1-F5, F8).

Chunks that pass here and pass on the server must be the same chunks, so the score is the server's: ten patterns, a class of
invisible characters, an imperative test and a length test, summed as IEEE-754 doubles in one fixed order. Its weaknesses
(ruling A4: a plain attack scores 0.08) stay as they are; `signals.py` looks for what this score cannot see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from frostbyte.errors import ConfigInvalid

Action = Literal["pass", "flag", "quarantine"]

FLAG_THRESHOLD = 0.3
QUARANTINE_THRESHOLD = 0.7

# Order is part of the score: floating-point addition is not associative. Source: contracts/injection_patterns.json. The words
# in front are literals of which every match holds one; where none occurs the pattern need not be tried.
PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str], float], ...] = (
    (
        "direct_instruction_override",
        ("ignore", "forget"),
        re.compile(r"(?i)(ignore\s+previous\s+instructions?|forget\s+(everything\s+)?above)"),
        1.0,
    ),
    (
        "role_assumption",
        ("now", "restrictions"),
        re.compile(r"(?i)(you\s+are\s+now\s+(a\s+)?|act\s+as\s+if\s+you\s+have\s+no\s+restrictions)"),
        1.0,
    ),
    (
        "system_prompt_leakage",
        ("prompt", "instructions"),
        re.compile(r"(?i)(repeat\s+your\s+system\s+prompt|what\s+are\s+your\s+instructions)"),
        0.8,
    ),
    (
        "delimiter_injection",
        ("```", "#", "<|im_start|>"),
        re.compile(r"(?i)(```\s*system|#{1,6}\s*instructions?\s*:)|<\|im_start\|>\s*system"),
        1.0,
    ),
    (
        "generic_override",
        ("disregard", "override", "instruction"),
        re.compile(r"(?i)(disregard\s+(all\s+)?(previous|above)|override\s+(all\s+)?(previous|above)|new\s+instructions?\s*:)"),
        1.0,
    ),
    (
        "jailbreak_attempts",
        ("policy", "safety"),
        re.compile(r"(?i)(you\s+have\s+no\s+(content\s+)?policy|ignore\s+safety)"),
        1.0,
    ),
    (
        "multi_turn_manipulation",
        ("response",),
        re.compile(r"(?i)in\s+your\s+next\s+response,?\s*(always|you\s+must)"),
        0.8,
    ),
    (
        "obfuscation_markers",
        ("decode", "execute"),
        re.compile(r"(?i)(decode\s+this\s*:|execute\s*:\s*[A-Za-z0-9+/=]{20,})"),
        0.8,
    ),
    (
        "instruction_like_imperative",
        ("mention", "reveal", "always", "respond"),
        re.compile(r"(?i)(do\s+not\s+mention|never\s+reveal|always\s+say|you\s+must\s+respond)"),
        0.7,
    ),
    (
        "second_person_command",
        ("role", "now"),
        re.compile(r"(?i)(your\s+new\s+role|from\s+now\s+on\s+you)"),
        0.7,
    ),
)

# The server's class, holes included: ruling F8 keeps it so (U+2066-2069 and others are left to signals.py).
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u034f]")
IMPERATIVE = re.compile(r"(?i)(you\s+must|do\s+not\s+\w+|never\s+\w+|always\s+\w+)")

# The only characters outside ASCII that Python's `re` takes for an ASCII letter when it ignores case (ruling F3).
_FOLDS = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})

_RANK: dict[Action, int] = {"pass": 0, "flag": 1, "quarantine": 2}


@dataclass(frozen=True)
class Match:
    """One pattern category that occurs in a text; `count` is its non-overlapping matches."""

    category: str
    count: int
    severity: float


@dataclass(frozen=True)
class Assessment:
    """A text's score (0..1) before any tenant's thresholds. `matches` is in the order of `PATTERNS`."""

    matches: tuple[Match, ...]
    invisible: int
    imperative: bool
    length: int
    """Code points."""
    score: float


def assess(text: str) -> Assessment:
    """Score a text as the server does. Linear in its length."""
    matches = []
    total = 0.0
    lowered = lower(text)
    for category, words, pattern, severity in PATTERNS:
        if not any(word in lowered for word in words):
            continue
        count = sum(1 for _ in pattern.finditer(text))
        if count:
            matches.append(Match(category, count, severity))
            total += severity * min(count * 0.2, 1.0)
    invisible = sum(1 for _ in INVISIBLE.finditer(text))
    imperative = IMPERATIVE.search(text) is not None
    score = min(total * 0.4, 0.4)
    score += min(invisible / max(len(text), 1) * 10, 0.3)
    score += 0.2 if imperative else 0.0
    score += 0.1 if len(matches) >= 3 and len(text) > 500 else 0.0
    return Assessment(tuple(matches), invisible, imperative, len(text), min(score, 1.0))


def lower(text: str) -> str:
    """`text` in lower case such that an ASCII word occurs in it wherever a pattern that ignores case could match the word."""
    return text.translate(_FOLDS).lower() if not text.isascii() else text.lower()


def check_thresholds(flag: float, quarantine: float) -> None:
    """Raise ConfigInvalid unless 0 <= flag < quarantine <= 1 (config.json)."""
    if not 0.0 <= flag < quarantine <= 1.0:
        raise ConfigInvalid(
            f"injection thresholds flag={flag!r} quarantine={quarantine!r} are not 0 <= flag < quarantine <= 1",
            details=[{"field": "injection_flag_threshold", "constraint": "0 <= flag < quarantine <= 1"}],
        )


def action(score: float, flag: float = FLAG_THRESHOLD, quarantine: float = QUARANTINE_THRESHOLD) -> Action:
    """What a score means under a tenant's thresholds; at exactly a threshold the stricter holds (ruling F1)."""
    if score < flag:
        return "pass"
    return "quarantine" if score >= quarantine else "flag"


def patterns_matched(assessment: Assessment, taken: Action) -> list[str]:
    """Categories for the record: none on pass (ruling F4), sorted so that hashes are stable (ruling F5)."""
    return [] if taken == "pass" else sorted(match.category for match in assessment.matches)


def stricter(first: Action, second: Action) -> Action:
    """The higher of two actions; how an appliance verdict raises the server's and can never lower it."""
    return first if _RANK[first] >= _RANK[second] else second
