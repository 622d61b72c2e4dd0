"""The character error rate: edits (insert, delete, replace) that turn what was read into what was written, per letter written."""

from __future__ import annotations

import unicodedata
from collections import Counter


def error_rate(found: str, truth: str) -> float:
    """Blanks count as letters, however wide; composed forms and kinds of quotation marks and dashes are no error."""
    wanted = _folded(truth)
    return distance(_folded(found), wanted) / len(wanted) if wanted else float(bool(found))


def words_found(found: str, truth: str) -> float:
    """The share of the words written that were read, in whatever order: an error of layout is none here."""
    wanted = Counter(_folded(truth).split())
    return (Counter(_folded(found).split()) & wanted).total() / wanted.total() if wanted else 1.0


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def distance(a: str, b: str) -> int:
    """Levenshtein's distance, a row of the table at a time held in the bits of two numbers (Myers 1999, Hyyrö 2003)."""
    if not a or not b:
        return max(len(a), len(b))
    places: dict[str, int] = {}
    for index, letter in enumerate(a):
        places[letter] = places.get(letter, 0) | 1 << index
    mask, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    plus, minus, result = mask, 0, len(a)
    for letter in b:
        match = places.get(letter, 0)
        diagonal = (((match & plus) + plus) ^ plus) | match | minus
        rising = minus | ~(diagonal | plus) & mask
        falling = diagonal & plus
        if rising & last:
            result += 1
        elif falling & last:
            result -= 1
        rising = (rising << 1 | 1) & mask
        falling = falling << 1 & mask
        plus = falling | ~(diagonal | rising) & mask
        minus = rising & diagonal
    return result
