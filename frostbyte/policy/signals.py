"""What the server's injection score cannot see (rulings A4, A5, F7): signals that can only raise the action.

A signal is a name: a rule of `phrases.py` that matched, or a way of hiding text. A rule that matches only once a disguise is
undone is worse than the same rule in plain sight: nobody spells "ignore safety" in Cyrillic look-alikes by accident. Signals
name rules, never text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from frostbyte.policy import borders, cues, disguise, injection, phrases, stray
from frostbyte.policy.injection import Action

DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
SPLIT_WORD = re.compile("[A-Za-z][\u180e\u200b-\u200d\u2060-\u2064\ufeff](?=[A-Za-z])")
# Categories of the server's score that honest documents do not hold: one hit is little to the server and enough here. The
# others count only in what was hidden.
_PLAIN_CATEGORIES = frozenset(
    {
        "direct_instruction_override",
        "system_prompt_leakage",
        "jailbreak_attempts",
        "multi_turn_manipulation",
        "second_person_command",
        "generic_override",
        "obfuscation_markers",
    }
)
STRAY = "stray_request"
MODEL = "model"
HEAD = "injection-1"
HEAD_LABEL = "attack"
MODEL_FLAG_AT = 0.8
MODEL_CUES = 5
"""How likely the head must hold a passage for an order to a machine, and what its words must weigh besides (`cues.py`): a second
witness, for neither is enough alone. Chosen on made-up texts (`./run models injection`)."""
_ONLY_HIDDEN = frozenset(f"server_{category}" for category, *_ in injection.PATTERNS if category not in _PLAIN_CATEGORIES)
_ANCHORED = tuple((anchor, number) for number, (_, _, anchors, _) in enumerate(phrases.RULES) for anchor in anchors)
_FAMILIES = tuple((len(cues.FAMILIES) - number, family) for number, family in enumerate(cues.FAMILIES))
_BEYOND_CORE = len(cues.FAMILIES) - len(cues.CORE)
USUAL_KINDS = frozenset({"alt_text"})
"""Ways of not showing text that honest documents are full of: only what it says counts against it."""


@dataclass(frozen=True)
class Verdict:
    """What the appliance's own detector makes of a chunk; `signals` are sorted names."""

    action: Action
    signals: tuple[str, ...]


@dataclass(frozen=True)
class HiddenText:
    """What of a chunk its source does not show, "" for nothing; `unusual` where honest documents hide nothing that way."""

    text: str
    unusual: bool


def look(texts: Sequence[str], chances: Sequence[float] = ()) -> list[Verdict]:
    """A verdict for each chunk of a document, phrases cut in two by a chunk border included.

    `chances` are the head's, for each chunk that it is an order to a machine; none where no head was asked.
    """
    found = [_signals(text) for text in texts]
    for text, signals, chance in zip(texts, found, chances or [0.0] * len(texts), strict=True):
        if chance >= MODEL_FLAG_AT and cue_weight(text) >= MODEL_CUES:
            _raise(signals, MODEL, "flag")
    for number, text in enumerate(texts):
        if stray.stray(text, "\n".join((*texts[max(0, number - 1) : number], *texts[number + 1 : number + 2]))):
            _raise(found[number], STRAY, "flag")
    for pieces, (name, action) in borders.across(texts, places):
        if len(pieces) > 1:
            for piece in pieces:
                _raise(found[piece.chunk], name, action)
    return [_verdict(signals) for signals in found]


def look_hidden(hidden: Sequence[HiddenText]) -> list[Verdict]:
    """A verdict on each chunk's hidden text: what a document keeps from its reader is judged more strictly than what it shows.

    Hidden text alone is worth a flag. Words to a machine in it are no accident, whatever rule they match, and are held.
    """
    found: list[dict[str, Action]] = [{"hidden_text": "flag"} if part.unusual else {} for part in hidden]
    for part, signals in zip(hidden, found, strict=True):
        if part.text and _instructs(part.text):
            signals["hidden_instruction"] = "quarantine"
    for pieces, _ in borders.across([part.text for part in hidden], places):
        for piece in pieces:
            found[piece.chunk]["hidden_instruction"] = "quarantine"
    return [_verdict(signals) for signals in found]


def detect(text: str, chances: Sequence[float] = ()) -> Verdict:
    """The verdict on one text, with the head's chance for it where there is one. Linear in its length."""
    return look([text], chances)[0]


def cue_weight(text: str) -> int:
    """What the families of a jailbreak's words in a text weigh together."""
    lowered = injection.lower(disguise.gentle(text))
    return sum(
        weight
        for _, weight, anchors, pattern in cues.FAMILIES
        if any(anchor in lowered for anchor in anchors) and pattern.search(text)
    )


def both(first: Verdict, second: Verdict) -> Verdict:
    """Two verdicts on one chunk as one: the stricter action, the signals of either."""
    return Verdict(injection.stricter(first.action, second.action), tuple(sorted({*first.signals, *second.signals})))


def _verdict(signals: dict[str, Action]) -> Verdict:
    action: Action = "pass"
    for raised in signals.values():
        action = injection.stricter(action, raised)
    return Verdict(action, tuple(sorted(signals)))


def _raise(signals: dict[str, Action], name: str, action: Action) -> None:
    signals[name] = injection.stricter(signals.get(name, "pass"), action)


def places(text: str, _joiner: str = "") -> Iterator[tuple[int, int, tuple[str, Action]]]:
    """Where the rules of `phrases.py` match in a text as it stands: start, end, and the rule's name and action."""
    lowered = injection.lower(text)
    for name, action, _, pattern in _rules(lowered):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), (name, action)


def _signals(text: str) -> dict[str, Action]:
    face = disguise.gentle(text)
    matching = _matching(face)
    signals = {name: action for name, action in matching.items() if name not in _ONLY_HIDDEN}
    for name, reading in disguise.readings(face):
        if not _matching(reading).keys() <= matching.keys():
            _raise(signals, f"hidden_{name}", "quarantine")
    if disguise.smuggled(text):
        _raise(signals, "smuggled_text", "quarantine")
    if disguise.mixed_words(face) >= 2:
        _raise(signals, "mixed_script", "flag")
    if len(DIRECTION.findall(text)) >= 2 and not _RIGHT_TO_LEFT.search(text):
        _raise(signals, "direction_control", "flag")
    if len(SPLIT_WORD.findall(text)) >= 3:
        _raise(signals, "split_words", "flag")
    return signals


def _rules(lowered: str) -> list[phrases.Rule]:
    """The rules of which an anchor occurs."""
    return [phrases.RULES[number] for number in sorted({n for anchor, n in _ANCHORED if anchor in lowered})]


def _instructs(text: str) -> bool:
    face = disguise.gentle(text)
    return bool(_matching(face)) or any(_matching(reading) for _, reading in disguise.readings(face))


def _matching(text: str) -> dict[str, Action]:
    signals: dict[str, Action] = {}
    lowered = injection.lower(text)
    for name, action, _, pattern in _rules(lowered):
        if pattern.search(text):
            _raise(signals, name, action)
    for category, words, pattern, _ in injection.PATTERNS:
        if any(word in lowered for word in words) and pattern.search(text):
            _raise(signals, f"server_{category}", "flag")
    action = _jailbreak(text, lowered)
    if action != "pass":
        _raise(signals, "jailbreak", action)
    return signals


def _jailbreak(text: str, lowered: str) -> Action:
    """What the families of a jailbreak's words in a text come to."""
    core, total = 0, 0
    for left, (family, weight, anchors, pattern) in _FAMILIES:
        # The core stands first, and most text is done with there: what is left could not make it enough.
        if core + max(0, left - _BEYOND_CORE) < cues.LEAST_CORE:
            return "pass"
        if any(anchor in lowered for anchor in anchors) and pattern.search(text):
            total += weight
            core += family in cues.CORE
    if total < cues.FLAG_AT:
        return "pass"
    return "quarantine" if total >= cues.QUARANTINE_AT else "flag"
