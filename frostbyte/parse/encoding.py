"""Bytes of a text file into text. The whole file decides, never its first bytes: one late letter is enough to tell.

Order: byte order mark, escape sequences, UTF-16 or UTF-32 by their control bytes, UTF-8 (strict), UTF-8 that is damaged or mixed
with an old code page, then the old code pages and the large Asian sets: the letters and words of languages decide (`alphabets`).
Everything but a mark or valid UTF-8 is a guess and is reported as one; a guess that another reading comes near to is reported
as doubtful.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from frostbyte.parse.alphabets import fit, fit_of_set
from frostbyte.parse.elements import Warning

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PAGES = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *(
        "iso8859_2",
        "iso8859_15",
        "iso8859_13",
        "iso8859_5",
        "iso8859_6",
        "iso8859_7",
        "koi8_r",
        "koi8_u",
        "mac_roman",
        "mac_cyrillic",
    ),
    *("cp850", "cp852", "cp857", "cp866"),
)
"""Old code pages of one byte a character; of two that read equally well the first is taken."""
_MULTIBYTE = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_EARLIER_BY = 0.0005
"""What a page's place in the list above is worth: enough to part equals, no more."""
_DOUBTFUL_FIT = 0.9
_DOUBTFUL_LETTERS = 1.5
_MIXED_MARGIN = 0.3
_DAMAGED_FIT = 0.7
_CONTROLS_OF_WIDE = 0.02
_CONTROLS_OF_WIDE_ASCII = 0.2
_LEAST_OF_A_SET = 0.75
_SURE_OF_A_SET = 1.0
_SAMPLE_BYTES = 1 << 15
_AROUND = 64
_HIGH = re.compile(rb"[\x80-\xff]")
_BLANK = re.compile(rb"[\x09-\x0d\x20]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ESCAPED_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\(J")
_CONTROLS = bytes((*range(0x07), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_HIGHS = bytes(range(0x80, 0x100))
_NOT_IN_TEXT = frozenset(("Cc", "Cn", "Co", "Cs"))
_BREAKS = frozenset("\t\n\v\f\r\x1b\x07\x08")


@dataclass(frozen=True)
class Decoded:
    """Text without a byte order mark. `certain`: not guessed; `doubtful`: guessed, and another reading is about as good;
    `mixed`: parts of the file are in another encoding than the rest; `replaced`: U+FFFD stands for undecodable bytes.
    """

    text: str
    encoding: str
    certain: bool = True
    doubtful: bool = False
    mixed: bool = False
    replaced: bool = False

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What a reader of the document should know of the guess."""
        said = {
            "ENCODING_GUESSED": not self.certain,
            "ENCODING_DOUBTFUL": self.doubtful,
            "ENCODING_MIXED": self.mixed,
            "CHARACTERS_REPLACED": self.replaced,
        }
        return tuple(Warning(code) for code, so in said.items() if so)


def decode(data: bytes) -> Decoded:
    """Decode a whole file. Never fails: what no encoding explains is read as cp1252 with replacements."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    found = _escaped(data) or _wide(data)
    if found is not None:
        return found
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _broken_utf8(data, error) or _guess(data)


def _marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        broken = _broken_utf8(data, error) if encoding == "utf-8" else None
        return broken or Decoded(data.decode(encoding, "replace"), encoding, replaced=True)


def _escaped(data: bytes) -> Decoded | None:
    """Japanese mail text: seven bits, and escape sequences say what is a letter. UTF-8 takes it for ASCII."""
    if _ESCAPED_JAPANESE.search(data) is None:
        return None
    for encoding in ("iso2022_jp", "iso2022_jp_ext"):
        try:
            return Decoded(data.decode(encoding), encoding, certain=False)
        except UnicodeDecodeError:
            continue
    return None


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 without a mark. Text of one byte a character holds no control characters, wide text is full of them:
    NULs in a Latin script, others elsewhere. The right order of bytes is the one whose text is of fewest kinds.
    """
    controls = len(data) - len(data.translate(None, _CONTROLS))
    least = _CONTROLS_OF_WIDE_ASCII if data.isascii() else _CONTROLS_OF_WIDE
    if len(data) < 4 or controls < len(data) * least or (not data.isascii() and _is_utf8(data)):
        return None
    best: Decoded | None = None
    fewest = 0
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        whole = len(data) - len(data) % width
        try:
            text = data[:whole].decode(encoding)
        except UnicodeDecodeError:
            continue
        characters = set(text)
        if any(unicodedata.category(c) in _NOT_IN_TEXT and c not in _BREAKS for c in characters):
            continue
        kinds = len({ord(character) >> 8 for character in characters})
        if best is None or kinds < fewest:
            cut = whole < len(data)
            best = Decoded(text + "\ufffd" * cut, encoding, certain=False, doubtful=cut, replaced=cut)
            fewest = kinds
    return best


def _broken_utf8(data: bytes, error: UnicodeDecodeError) -> Decoded | None:
    """UTF-8 that was cut off, damaged, or mixed with lines of an old code page; None for what was never UTF-8."""
    good = sum(found.end() - found.start() for found in _UTF8_SEQUENCE.finditer(data))
    if good == 0:
        return None
    if error.reason == "unexpected end of data" and error.end == len(data):
        return Decoded(data.decode("utf-8", "replace"), "utf-8", replaced=True)
    lines = data.splitlines(keepends=True)
    utf8 = _sample(b"".join(line for line in lines if not line.isascii() and _is_utf8(line)))
    other = b"".join(line for line in lines if not _is_utf8(line))
    guessed = _guess(other)
    large = guessed.encoding in _MULTIBYTE
    if utf8:
        # Lines that only happen to be valid UTF-8 read better as what the others are.
        as_other = utf8.decode(guessed.encoding, "replace")
        score = fit(utf8.decode("utf-8", "replace"))
        rival = fit_of_set(as_other, guessed.encoding) if large else fit(as_other)
        is_mixed = score > max(rival + _MIXED_MARGIN, _DOUBTFUL_FIT)
    else:
        is_mixed = not large and good > 3 * (len(data) - len(data.translate(None, _HIGHS)) - good)
    if not is_mixed:
        return None
    if large:
        text = "".join(line.decode("utf-8" if _is_utf8(line) else guessed.encoding, "replace") for line in lines)
        return Decoded(text, "utf-8", certain=False, doubtful=guessed.doubtful, mixed=True, replaced="\ufffd" in text)
    # Only the words that are no UTF-8 say which page they are of. A letter cut in two is none of any page.
    words = _sample(b" ".join(word for word in other.split() if not _is_utf8(word)))
    best, page = max((fit(words.decode("utf-8", _STRAYS[page])) - place * _EARLIER_BY, page) for place, page in enumerate(_PAGES))
    if best < _DAMAGED_FIT:
        return Decoded(data.decode("utf-8", "replace"), "utf-8", replaced=True)
    text = data.decode("utf-8", _STRAYS[page])
    return Decoded(text, "utf-8", certain=False, doubtful=best < _DOUBTFUL_FIT, mixed=True, replaced="\ufffd" in text)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _stray(encoding: str) -> str:
    """The name of an error handler that reads bytes which are no UTF-8 as that code page."""
    name = f"frostbyte.stray.{encoding}"

    def handler(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return error.object[error.start : error.end].decode(encoding, "replace"), error.end

    codecs.register_error(name, handler)
    return name


_STRAYS = {encoding: _stray(encoding) for encoding in _PAGES}


def _guess(data: bytes) -> Decoded:
    sample = _sample(data)
    read = ((encoding, _read(sample, encoding)) for encoding in _PAGES)
    fits = sorted(
        ((fit(text) - place * _EARLIER_BY, encoding, text) for place, (encoding, text) in enumerate(read) if text is not None),
        key=lambda entry: -entry[0],
    )
    best = fits[0][0] if fits else 0.0
    candidates = [encoding for _, encoding, _ in fits]
    margin = next((best - score for score, _, text in fits if text != fits[0][2]), best)
    # Neighbours differ in few letters: how many speak for the best matters, not their share of a long text.
    doubtful = best < _DOUBTFUL_FIT or margin * (len(sample) - len(sample.translate(None, _HIGHS)) + 1) < _DOUBTFUL_LETTERS
    in_sets = ((_read(sample, page), page) for page in _MULTIBYTE)
    large = max(((fit_of_set(text, page), page) for text, page in in_sets if text is not None), default=None)
    if large is not None and large[0] > max(best, _LEAST_OF_A_SET):
        candidates, doubtful = [large[1], *candidates], large[0] < _SURE_OF_A_SET
    for encoding in candidates:
        try:
            return Decoded(data.decode(encoding), encoding, certain=False, doubtful=doubtful)
        except UnicodeDecodeError:
            doubtful = True
    return Decoded(data.decode("cp1252", "replace"), "cp1252", certain=False, doubtful=True, replaced=True)


def _read(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None


def _sample(data: bytes) -> bytes:
    """The words that hold bytes over 127 with a little around them, up to 32 KiB: the rest is the same in each code page."""
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
