"""Names and addresses: what a model makes of each word, put together to spans. No pattern can be written down for them.

The model is handed in (ruling F10: where it is missing, a text is not checked, and never clean). It is trained on made-up texts
alone; how it is made and what it finds: docs/personal-data.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from frostbyte.policy.pii.features import features, words
from frostbyte.policy.pii.finding import Finding
from frostbyte.policy.pii.view import View

Tagger = Callable[[Sequence[Sequence[int]]], Any]
"""Features of each word -> chances (words, 5) of: neither, a name begins, goes on, an address begins, goes on."""

TYPES = ("NAME", "ADDRESS")
LEAST = 0.35
"""Of being one of the two: below this chance a word is neither. A miss costs more than a false alarm (F-beta, beta 2)."""
SURE_AT_MOST = 0.6  # below any pattern with a check digit or a label: where both see something, the pattern names it


def recognise(view: View, tagger: Tagger) -> Iterator[Finding]:
    """Names and addresses of a text, in order of place."""
    text = view.text
    spans = words(text)
    if not spans:
        return
    chances = tagger(features(text, spans))
    kind, start, end, total, count = "", 0, 0, 0.0, 0
    for (left, right), (neither, name, more_name, address, more_address) in zip(spans, chances.tolist(), strict=True):
        if text[left] == "\n":  # within an address on several lines, never at an end of anything
            continue
        named, placed = name + more_name, address + more_address
        found = "" if neither > 1 - LEAST else "NAME" if named >= placed else "ADDRESS"
        begins = (name > more_name) if found == "NAME" else (address > more_address)
        if kind and (found != kind or begins):
            yield from _enough(text, Finding(start, end, kind, _score(total, count)))
            kind = ""
        if found and not kind:
            kind, start, total, count = found, left, 0.0, 0
        if found:
            end, total, count = right, total + max(named, placed), count + 1
    if kind:
        yield from _enough(text, Finding(start, end, kind, _score(total, count)))


def _enough(text: str, finding: Finding) -> Iterator[Finding]:
    """The finding, unless it is too little to be anybody's: one letter is no name, three marks are no address."""
    marks = sum(map(str.isalnum, text[finding.start : finding.end]))
    if marks >= (2 if finding.type == "NAME" else 4):
        yield finding


def _score(total: float, count: int) -> float:
    return round(min(1.0, total / count) * SURE_AT_MOST, 4)
