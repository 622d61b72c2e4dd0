"""UTF-16 and UTF-32 without a byte order mark: told only where the bytes leave no doubt.

Text of one byte a character holds neither NULs nor many control characters; bytes without them are not asked further. Then both
orders of bytes are tried. What is taken must decode without error to assigned characters alone and look like writing, and the
other order must not. What is not sure is no wide text, and is refused for its control characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Final

_MOSTLY: Final = 0.9
"""Share of characters from one alphabet and from ASCII, at least."""
_FEWEST: Final = 8
"""Characters below which wide text is not told from chance."""
_FEWEST_LETTERS: Final = 16
"""The same for UTF-16 in an alphabet that is not Latin."""
_FEWEST_SIGNS: Final = 32
"""The same for scripts of thousands of signs, which chance hits more often."""
_NEARLY_ALL: Final = 0.97
_TELLING: Final = 0.04
"""Share of the signs that no running text of its language lacks."""
# As in the parser, which must read what is taken here (tests/intake/test_wide.py holds the two together).
_CONTROLS: Final = bytes((*range(0x07), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_CONTROLS_OF_WIDE: Final = 0.02
_CONTROLS_OF_WIDE_ASCII: Final = 0.2
_NOT_IN_TEXT: Final = frozenset(("Cc", "Cn", "Co", "Cs"))
_BREAKS: Final = frozenset("\t\n\v\f\r\x1b\x07\x08")
_LATIN: Final = (0x00, 0x01, 0x02, 0x03, 0x1E)
_ALPHABETS: Final = range(0x01, 0x20)
"""Blocks of 256 characters that hold the alphabets, from Latin with accents to Greek with accents."""
_SIGNS: Final = (range(0x3000, 0x3100), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4), range(0xFF00, 0xFFF0))
_COMMON_SIGNS: Final = frozenset("。、，：的是不一了在有我他這这中大来來上国國")


def unmarked(block: bytes, size: int) -> str | None:
    """The encoding of a file of `size` bytes that begins with `block` and has no mark, None where it is not surely wide."""
    block = block[: len(block) - len(block) % 4] if len(block) < size else block
    if size % 2 or size < 2 * _FEWEST or (b"\0" not in block and not _is_controlled(block)):
        return None
    if size % 4 == 0 and size >= 4 * _FEWEST:
        for encoding in ("utf-32-le", "utf-32-be"):
            text = _read(block, encoding)
            if text is not None:
                return encoding  # one number in four thousand stands for a character: chance does not write many
    even, odd = block[0::2], block[1::2]
    for units, zeros, encoding in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        if zeros.count(0) >= _MOSTLY * len(zeros) and 0 not in units:
            return encoding
    if not _is_controlled(block):
        return None
    orders = [encoding for encoding in ("utf-16-le", "utf-16-be") if _is_writing(_read(block, encoding) or "")]
    return orders[0] if len(orders) == 1 else None


def is_text(text: str) -> bool:
    """Whether all characters are such as text holds: assigned, for public use, no control but those that part lines."""
    return all(character in _BREAKS or unicodedata.category(character) not in _NOT_IN_TEXT for character in set(text))


def _is_controlled(block: bytes) -> bool:
    """Whether there are more control characters than text of one byte a character could hold."""
    least = _CONTROLS_OF_WIDE_ASCII if block.isascii() else _CONTROLS_OF_WIDE
    return len(block) - len(block.translate(None, _CONTROLS)) >= len(block) * least


def _read(block: bytes, encoding: str) -> str | None:
    try:
        text = block.decode(encoding)
    except UnicodeDecodeError as error:
        # The block may end inside a pair.
        if error.start < len(block) - 2:
            return None
        text = block[: error.start].decode(encoding)
    return text if is_text(text) else None


def _is_writing(text: str) -> bool:
    """Words of one alphabet between ASCII blanks, or signs among which are those that no such text lacks."""
    if len(text) < _FEWEST_LETTERS:
        return False
    blocks = Counter(ord(character) >> 8 for character in text)
    latin = sum(blocks[block] for block in _LATIN)
    if max(latin, *(blocks[0] + blocks[block] for block in _ALPHABETS)) >= _MOSTLY * len(text):
        return " " in text and sum(map(str.isalpha, text)) * 2 >= len(text)
    signs = sum(any(ord(character) in signs for signs in _SIGNS) for character in text)
    ascii_or_signs = signs + sum(character < "\x7f" for character in text)
    telling = sum(c in _COMMON_SIGNS or "\u3040" <= c < "\u3100" or "\uac00" <= c < "\ud7a4" for c in text)
    return (
        len(text) >= _FEWEST_SIGNS
        and ascii_or_signs >= _NEARLY_ALL * len(text)
        and signs * 2 >= len(text)
        and telling >= _TELLING * len(text)
    )
