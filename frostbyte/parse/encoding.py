"""Bytes of a text file into text. The whole file decides, never its first bytes: one late letter is enough to tell.

Order: byte order mark, UTF-16 or UTF-32 by where the NULs stand, UTF-8 (strict), then the old code pages. For those
charset-normalizer says which script fits; among the Latin ones it cannot tell neighbours apart (Polish in cp1250 is valid
cp1252), so the alphabets of languages decide. Everything but a mark or valid UTF-8 is a guess and is reported as one.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "cp850", "mac_roman")
_OTHER = ("cp1251", "cp1253", "cp1255", "cp1256", "cp866", "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp874")
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçéèêëîïôœùûüÿ",  # French
        "äöüß",  # German
        "áéíñóúüªº",  # Spanish
        "áâãàçéêíóôõúªº",  # Portuguese
        "àèéìòùî",  # Italian
        "åäöæøéüóòôêà",  # Nordic
        "áéíóúýðþæö",  # Icelandic
        "éëïöüèêóáç",  # Dutch, Catalan
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșşțţ",  # Romanian
        "čćđšž",  # Croatian, Slovene
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
        "äöõüšž",  # Estonian
        "çğıöşüâîû",  # Turkish
    )
)
_SAMPLE_BYTES = 1 << 17
_AROUND = 64
_HIGH = re.compile(rb"[\x80-\xff]")
_BLANK = re.compile(rb"[\x09-\x0d\x20]")
_ODD_IN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’‘´`\-–—­.,;:!?/&()@·\x00-\x7f]+(?=[^\W\d_])"  # a sign between two letters
    r"|(?<!\b[mM])(?<!\b[cdkm]m)(?<!\bft)(?<=[^\W\d_])[²³]|(?<=[^\W\d_])¹"  # raised figures, but for m² and the like
)


@dataclass(frozen=True)
class Decoded:
    """Text without a byte order mark. `certain`: not guessed; `replaced`: U+FFFD stands for undecodable bytes."""

    text: str
    encoding: str
    certain: bool = True
    replaced: bool = False


def decode(data: bytes) -> Decoded:
    """Decode a whole file. Never fails: what no encoding explains is read as cp1252 with replacements."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict_or_replaced(data[len(mark) :], encoding)
    wide = _wide(data)
    if wide is not None:
        return Decoded(data.decode(wide), wide, certain=False)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    return _guess(data)


def _strict_or_replaced(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return Decoded(data.decode(encoding, "replace"), encoding, replaced=True)


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by NULs standing at the same place of nearly every unit; None otherwise."""
    if b"\0" not in data or len(data) < 4:
        return None
    for encoding, width, nul_at in (
        ("utf-32-le", 4, (2, 3)),
        ("utf-32-be", 4, (0, 1)),
        ("utf-16-le", 2, (1,)),
        ("utf-16-be", 2, (0,)),
    ):
        units = len(data) // width
        if len(data) % width or any(data[at::width].count(0) < 0.5 * units for at in nul_at):
            continue
        # Text holds no NUL character: the lowest byte of a unit is hardly ever one.
        if data[0 if encoding.endswith("le") else width - 1 :: width].count(0) > 0.05 * units:
            continue
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _guess(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    sample = _sample(data)
    best = from_bytes(sample, cp_isolation=[*_LATIN, *_OTHER]).best()
    if best is not None and best.encoding in _OTHER:
        candidates = [best.encoding, "cp1252"]
    else:
        candidates = sorted(_LATIN, key=lambda encoding: -_latin_fit(sample, encoding))
    for encoding in candidates:
        try:
            return Decoded(data.decode(encoding), encoding, certain=False)
        except UnicodeDecodeError:
            continue
    return Decoded(data.decode("cp1252", "replace"), "cp1252", certain=False, replaced=True)


def _sample(data: bytes) -> bytes:
    """The words that hold bytes over 127 with a little around them, up to 128 KiB: the rest is the same in each code page."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    found: list[bytes] = []
    size = end = 0
    while size < _SAMPLE_BYTES and (high := _HIGH.search(data, end)) is not None:
        # Only ASCII stands between two samples, and a blank is never the second byte of a character: both cuts are safe.
        start = max(end, high.start() - _AROUND)
        blank = _BLANK.search(data, high.start() + _AROUND, high.start() + _SAMPLE_BYTES)
        end = blank.end() if blank is not None else min(high.start() + _SAMPLE_BYTES, len(data))
        found.append(data[start:end])
        size += end - start
    return b"\n".join(found)


def _latin_fit(sample: bytes, encoding: str) -> float:
    """How well one language explains the letters over 127: 1.0 for all of them; signs inside words count against."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    letters = [character for character in text if ord(character) > 127 and character.isalpha()]
    covered = max(sum(letter in alphabet for letter in letters) for alphabet in _ALPHABETS) / len(letters) if letters else 1.0
    odd = len(_ODD_IN_WORD.findall(text)) + sum(1 for c in text if "\x80" <= c <= "\x9f" or "\u2500" <= c <= "\u25ff")
    return covered - odd / (len(letters) + 1)
