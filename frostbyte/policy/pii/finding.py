"""A finding, and the two ways of finding most recognisers share: a value after its label, a value under its column header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from frostbyte.policy.pii.view import View

REACH = 48
"""How far after a label, in code points, its value may begin."""


@dataclass(frozen=True, order=True)
class Finding:
    """A span of personal data in a text: code-point offsets, contract type, and how sure the recogniser is (0..1).

    Never the matched text, which may be logged.
    """

    start: int
    end: int
    type: str
    score: float


Recogniser = Callable[[View], Iterator[Finding]]


def near(view: View, start: int, end: int, words: re.Pattern[str], *, before: int = 60, after: int = 24) -> bool:
    """True when `words` occur close before or after a span; both looks are bounded."""
    if words.search(view.words, view.back(start, before), start):
        return True
    return words.search(view.words, end, min(len(view.words), end + after)) is not None


def labelled(
    view: View, stems: tuple[str, ...], label: re.Pattern[str], value: re.Pattern[str], *, reach: int = REACH
) -> Iterator[tuple[int, int]]:
    """Spans of the first `value` that begins within `reach` of each `label`, and of every `value` in a column so headed.

    A value may stand on the next line (forms) but not beyond a blank one, nor beyond its row in a table. `stems` are literals of
    which every label holds one: most text holds none, and is not searched.
    """
    if not view.may_hold(stems):
        return
    text = view.text
    for match in label.finditer(view.words):
        window = min(len(text), match.end() + reach + 40)
        stop = text.find("\n" if view.in_row(match.start()) else "\n\n", match.end(), window)
        found = value.search(text, match.end(), window if stop < 0 else stop)
        if found and found.start() <= match.end() + reach:
            yield found.span()
    for start, end in view.cells_under(label):
        found = value.search(text, start, min(end, start + 200))
        if found:
            yield found.span()
