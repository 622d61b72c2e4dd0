"""Which characters show themselves: a name made of them looks like what it is, and no terminal obeys it."""

from __future__ import annotations

import unicodedata


def shows_itself(character: str) -> bool:
    """False for controls, direction marks and other format characters, line separators, surrogates and unassigned ones.

    True for spaces of any width, as company names in Japanese have them.
    """
    return character.isprintable() or unicodedata.category(character) == "Zs"
