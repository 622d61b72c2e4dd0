"""What the server's injection score cannot see (rulings A4, A5, F7): signals that can only raise the action.

A signal is a name: a rule of `phrases.py` that matched, or a way of hiding text. A rule that matches only once a disguise is
undone is worse than the same rule in plain sight: nobody spells "ignore safety" in Cyrillic look-alikes by accident. Signals
name rules, never text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from frostbyte.policy import borders, disguise, injection, phrases
from frostbyte.policy.injection import Action

_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SPLIT_WORD = re.compile("[A-Za-z][\u180e\u200b-\u200d\u2060-\u2064\ufeff](?=[A-Za-z])")
# Categories of the server's score that honest documents do not hold; one hit is little to the server and enough here.
_SERVER_ANCHORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("direct_instruction_override", ("ignore", "forget")),
    ("system_prompt_leakage", ("repeat", "what")),
    ("jailbreak_attempts", ("policy", "safety")),
    ("multi_turn_manipulation", ("response",)),
    ("second_person_command", ("your", "from")),
    ("generic_override", ("disregard", "override", "new ")),
    ("obfuscation_markers", ("decode", "execute")),
    ("role_assumption", ("you", "act")),
    ("delimiter_injection", ("```", "#", "<|")),
    ("instruction_like_imperative", ("not", "never", "always", "must")),
)
_PLAIN_CATEGORIES = 7
"""How many of the categories above count in plain sight; the rest only in what was hidden."""
_SERVER = {category: pattern for category, pattern, _ in injection.PATTERNS}
_CORE_CUES = frozenset({"unbound", "role", "refusal"})


@dataclass(frozen=True)
class Verdict:
    """What the appliance's own detector makes of a chunk; `signals` are sorted names."""

    action: Action
    signals: tuple[str, ...]


def look(texts: Sequence[str]) -> list[Verdict]:
    """A verdict for each chunk of a document, phrases cut in two by a chunk border included."""
    found = [_signals(text) for text in texts]
    for pieces, (name, action) in borders.across(texts, _places):
        if len(pieces) > 1:
            for piece in pieces:
                _raise(found[piece.chunk], name, action)
    return [_verdict(signals) for signals in found]


def detect(text: str) -> Verdict:
    """The verdict on one text. Linear in its length."""
    return _verdict(_signals(text))


def _verdict(signals: dict[str, Action]) -> Verdict:
    action: Action = "pass"
    for raised in signals.values():
        action = injection.stricter(action, raised)
    return Verdict(action, tuple(sorted(signals)))


def _raise(signals: dict[str, Action], name: str, action: Action) -> None:
    signals[name] = injection.stricter(signals.get(name, "pass"), action)


def _places(text: str) -> Iterator[tuple[int, int, tuple[str, Action]]]:
    lowered = text.lower()
    for name, action, anchors, pattern in phrases.RULES:
        if any(anchor in lowered for anchor in anchors):
            for match in pattern.finditer(text):
                yield match.start(), match.end(), (name, action)


def _signals(text: str) -> dict[str, Action]:
    face = disguise.gentle(text)
    signals = _matching(face, hidden=False)
    plain = set(signals)
    for name, reading in disguise.readings(face):
        if not _matching(reading, hidden=True).keys() <= plain:
            _raise(signals, f"hidden_{name}", "quarantine")
    if disguise.smuggled(text):
        _raise(signals, "smuggled_text", "quarantine")
    if disguise.mixed_words(face) >= 2:
        _raise(signals, "mixed_script", "flag")
    if len(_DIRECTION.findall(text)) >= 2 and not _RIGHT_TO_LEFT.search(text):
        _raise(signals, "direction_control", "flag")
    if len(_SPLIT_WORD.findall(text)) >= 3:
        _raise(signals, "split_words", "flag")
    return signals


def _matching(text: str, *, hidden: bool) -> dict[str, Action]:
    signals: dict[str, Action] = {}
    lowered = text.lower()
    for name, action, anchors, pattern in phrases.RULES:
        if any(anchor in lowered for anchor in anchors) and pattern.search(text):
            _raise(signals, name, action)
    for category, anchors in _SERVER_ANCHORS[: None if hidden else _PLAIN_CATEGORIES]:
        if any(anchor in lowered for anchor in anchors) and _SERVER[category].search(text):
            _raise(signals, f"server_{category}", "flag")
    cues = {family for family, cue in phrases.CUES if cue.search(text)}
    if len(cues) >= 3 and len(cues & _CORE_CUES) >= 2:
        _raise(signals, "jailbreak", "quarantine" if len(cues) >= 4 and "unbound" in cues else "flag")
    return signals
