"""Lines as running text: words cut at a line's end are made whole, and a compound keeps the hyphen that is its own.

A hyphen at a line's end does not say which of the two it is. A compound that the same document holds inside a line, and nowhere
as one word, tells; else the word is taken for a cut one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

_SOFT = "\u00ad"
_HYPHENS = frozenset(("-", _SOFT))
_PLAIN = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_COMPOUND_END = re.compile(r"(?<![^\W_])[^\W\d_]+(?:-[^\W\d_]+)*\Z")


def compounds_of(texts: Iterable[str]) -> frozenset[str]:
    """The words that stand in the texts with a hyphen inside and nowhere without it, case folded."""
    tokens = set("\n".join(texts).casefold().split())
    hyphened = [token for token in tokens if "-" in token]
    found = set(_COMPOUND.findall("\n".join(hyphened)))
    if not found:
        return frozenset()
    plain = {token for token in tokens if token.isalpha()}
    plain.update(_PLAIN.findall("\n".join(tokens - plain)))
    return frozenset(word for word in found if word.replace("-", "") not in plain)


def join_lines(lines: Sequence[str], compounds: Collection[str] = ()) -> str:
    """Lines of one paragraph as running text: a word cut at the line's end is made whole again, one of the `compounds` at its
    own hyphen.
    """
    text = ""
    for line in lines:
        if not text:
            text = line
        elif compounds and text[-1] in _HYPHENS and _meeting_word(text, line) in compounds:
            text = f"{text[:-1]}-{line}"
        elif text.endswith(_SOFT) or (text.endswith("-") and len(text) > 2 and text[-2].isalpha() and line[:1].islower()):
            text = text[:-1] + line
        elif _is_wide(text[-1]) and _is_wide(line[:1]):
            text += line
        else:
            text += " " + line
    return text.replace(_SOFT, "-") if text.endswith(_SOFT) else text.replace(_SOFT, "")


def _meeting_word(text: str, line: str) -> str:
    """The word that a hyphen at the end of `text` and the beginning of `line` make together, case folded."""
    before, after = _COMPOUND_END.search(text[:-1]), _COMPOUND.match(line) or _PLAIN.match(line)
    return f"{before[0]}-{after[0]}".casefold() if before and after else ""


def _is_wide(character: str) -> bool:
    """Characters of scripts written without spaces between words."""
    return bool(character) and ("\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef")
