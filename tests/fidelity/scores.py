"""How close a reading comes to the truth. Every score is a share between 0 and 1.

Tokens are words and single marks of scripts without spaces, case and compatibility forms folded (NFKC), so that a ligature or a
full-width letter is no error while a lost word is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[぀-ヿ㐀-鿿가-힯]|[^\W_]+")


def tokens(texts: Sequence[str]) -> list[str]:
    return _TOKEN.findall(unicodedata.normalize("NFKC", " ".join(texts)).casefold().replace("\u00ad", ""))


def recall(found: Sequence[str], wanted: Sequence[str]) -> float:
    """The share of wanted items that were found, repeated ones as often as they are wanted; 1.0 when nothing is wanted."""
    both = Counter(found) & Counter(wanted)
    return both.total() / len(wanted) if wanted else 1.0


def f1(found: Sequence[object], wanted: Sequence[object]) -> float:
    both = (Counter(found) & Counter(wanted)).total()
    return 2 * both / (len(found) + len(wanted)) if found or wanted else 1.0


def order(found: Sequence[str], wanted: Sequence[str]) -> float:
    """The share of the tokens both hold that stand in one common order (longest matching blocks), whatever either lacks."""
    shared = Counter(found) & Counter(wanted)
    a, b = _only(found, shared), _only(wanted, shared)
    if not b:
        return 1.0
    return sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()) / len(b)


def held(text: str, fields: Sequence[str]) -> float:
    """The share of fields that stand in the text, whatever marks and blanks stand between their letters and digits."""
    whole = "".join(tokens([text]))
    return sum("".join(tokens([field])) in whole for field in fields) / len(fields)


def _only(sequence: Sequence[str], shared: Counter[str]) -> list[str]:
    left = Counter(shared)
    kept = []
    for item in sequence:
        if left[item] > 0:
            left[item] -= 1
            kept.append(item)
    return kept


def cells(tables: Sequence[Sequence[Sequence[str]]]) -> list[tuple[int, str]]:
    """Cells as (column, text): one is right when its text stands in the right column; rows may be numbered otherwise."""
    return [
        (column, " ".join(tokens([cell])))
        for table in tables
        for row in table
        for column, cell in enumerate(row)
        if tokens([cell])
    ]
