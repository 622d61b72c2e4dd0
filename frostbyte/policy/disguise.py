"""Readings of a text that its writer hid: look-alike letters, invisible characters, encodings.

Each reading is what a language model may still understand although no plain pattern matches. All maps are one character to at
most one character, so a reading is never longer than its text: `unicodedata.normalize` may grow a text eighteenfold and takes
quadratic time over long runs of combining marks.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Letters of other scripts that are drawn like Latin ones (Unicode confusables, the single-letter part).
_LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҮԌԚԜаеѕіјкмнорстухүԛԝһӏԁѡвгѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχγϲϳыʏɡɩıƖǃ",
        "ABESIJKMHOPCTYXYGQWaesijkmhopctyxyqwhldwbrvABEZHIKMNOPTYXaeiknoptuxycjbygiiI!",
        strict=False,
    )
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff]"
)
# What honest documents are full of: soft hyphens and ligatures from typesetting, no-break blanks.
_TYPESETTING = str.maketrans(
    {"\xad": "", "\xa0": " ", "\u202f": " ", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬆ": "st"}
)
# Where letters and marks that fold to ASCII live; the large blocks of Han and Hangul are left out.
_FOLDED_BLOCKS = ((0xA0, 0x3400), (0xA000, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1F100, 0x1F200))
_TAG = re.compile("[\U000e0020-\U000e007e]{8,}")
_SELECTOR_RUN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}){12,}(?![0-9A-Za-z])")
_MIXED = re.compile(r"[^\W\d_]{3,40}")
_CYRILLIC_GREEK = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z]")
_MOSTLY_TEXT = 0.85


@lru_cache(maxsize=1)
def _folds() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(strange): plain for strange, plain in _LOOKALIKES.items()}
    for code in itertools.chain.from_iterable(range(first, past) for first, past in _FOLDED_BLOCKS):
        if code in table:
            continue
        character = chr(code)
        if unicodedata.category(character) == "Mn" and code < 0x0370:
            table[code] = None
            continue
        plain = unicodedata.normalize("NFKD", character)[:1]
        if plain != character and plain.isascii() and (plain.isalnum() or plain in " <>|#`:[]/_-"):
            table[code] = plain
    return table


def gentle(text: str) -> str:
    """`text` without the marks of typesetting: what an honest document looks like on paper. At most three times as long."""
    return text if text.isascii() else text.translate(_TYPESETTING)


def folded(text: str, gap: str = "") -> str:
    """`text` without accents, `gap` for invisible characters, look-alikes and compatibility forms as the Latin they imitate."""
    return text if text.isascii() else _INVISIBLE.sub(gap, text).translate(_folds())


def readings(text: str) -> Iterator[tuple[str, str]]:
    """(name, text) of every way to read `text` that differs from its face: folded, tags, selectors, base64, hex, rot13."""
    face = folded(text)
    if face != text:
        yield "folded", face
        if _INVISIBLE.search(text):
            yield "folded", folded(text, " ")
        for run in _TAG.findall(text):
            yield "tags", "".join(chr(ord(character) - 0xE0000) for character in run)
        for run in _SELECTOR_RUN.findall(text):
            yield "selectors", "".join(_selector(character) for character in run)
    for match in _BASE64.finditer(face):
        decoded = _from_base64(match.group())
        if decoded:
            yield "base64", decoded
    for match in _HEX.finditer(face):
        decoded = _as_text(binascii.unhexlify(match.group()))
        if decoded:
            yield "hex", decoded
    yield "rot13", codecs.encode(face, "rot13")


def smuggled(text: str) -> bool:
    """True where characters that nothing draws spell something out: tag characters beyond a flag emoji, runs of selectors."""
    return not text.isascii() and (_TAG.search(text) is not None or _SELECTOR_RUN.search(text) is not None)


def mixed_words(text: str) -> int:
    """Words that mix Latin with Cyrillic or Greek letters; honest text has almost none."""
    if text.isascii() or not _CYRILLIC_GREEK.search(text):
        return 0
    return sum(
        1
        for match in _MIXED.finditer(text)
        if not match.group().isascii() and _CYRILLIC_GREEK.search(match.group()) and _LATIN.search(match.group())
    )


def _selector(character: str) -> str:
    code = ord(character)
    return chr(code - 0xFE00 if code <= 0xFE0F else code - 0xE0100 + 16)


def _from_base64(token: str) -> str:
    body = token.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[: len(body) - (len(body) % 4 == 1)]
    try:
        return _as_text(base64.b64decode(body + "=" * (-len(body) % 4)))
    except binascii.Error:
        return ""


def _as_text(data: bytes) -> str:
    """The bytes as text when they mostly are: a stray tail of a cut or odd payload must not hide the rest."""
    text = data.decode("utf-8", errors="replace")
    readable = sum(1 for character in text if (character.isprintable() and character != "\ufffd") or character in "\n\t\r")
    return text if len(text) >= 8 and readable >= _MOSTLY_TEXT * len(text) else ""
