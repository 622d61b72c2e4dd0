"""Readings of a text that its writer hid: look-alike letters, invisible characters, encodings.

Each reading is what a language model may still understand although no plain pattern matches. All maps are one character to at
most one character, so a reading is never longer than its text: `unicodedata.normalize` may grow a text eighteenfold and takes
quadratic time over long runs of combining marks.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import itertools
import re
import unicodedata
import urllib.parse
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
    ""
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
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:\\?\\x|0x)?[0-9A-Fa-f]{2}[\s:]?){12,}(?![0-9A-Za-z])")
_LEET = re.compile(
    r"(?<![\w@$!|])(?=[\w@$!|]{0,20}[A-Za-z])(?=[\w@$!|]{0,20}[0134578@$!|][A-Za-z])"
    r"[A-Za-z0134578@$!|]{3,20}(?![\w@$!|])"
)
_LEAST_LEET = 2
_FIGURES = {ord(figure): letter for figure, letter in zip("034578@$!", "oeastbasi", strict=True)}
_APART = re.compile(r"(?<!\w)\w(?:[ ._*-]{1,4}\w(?!\w)){7,}")
_MARK_BETWEEN = re.compile(r"(?<=\w)[._*-](?=\w(?!\w))")
_MORSE_RUN = re.compile(r"(?<!\S)(?:[.·•\-–—−_]{1,6}(?:\s?/\s?|\s{1,4})){12,}(?:[.·•\-–—−_]{1,6}(?!\S))?")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"\\u\{?00([0-7][0-9A-Fa-f])\}?|\\x([0-7][0-9A-Fa-f])")
_LEAST_ESCAPES = 6
_RUN = re.compile(r"\w{2,40}")
_LETTERS_IN_MORSE = (
    "a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- w.-- x-..-"
    " y-.-- z--.."
)

_MORSE = {sign[1:]: sign[0] for sign in _LETTERS_IN_MORSE.split()}
# Of these an order to a machine holds one. Looked for first: every text can be read from its end, and is gibberish then.
_TELLING_WORDS = (
    "ignor disregard forget overrid bypass prompt instru system pretend restrict guideline response answer"
    " assistant chatgpt language reveal persona vergiss anweis oubli consigne olvid dimentic istruz esque negeer"
    " vergeet polece"
)
_TURNED_ABOUT = tuple(codecs.encode(word, "rot13") for word in _TELLING_WORDS.split())
_TURNED_ROUND = tuple(word[::-1] for word in _TELLING_WORDS.split())
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
    """(name, text) of every way to read `text` that differs from its face: by what undoes it."""
    face = folded(text)
    if face != text:
        yield "folded", face
        if _INVISIBLE.search(text):
            yield "folded", folded(text, " ")
        for run in _TAG.findall(text):
            yield "tags", "".join(chr(ord(character) - 0xE0000) for character in run)
        for run in _SELECTOR_RUN.findall(text):
            yield "selectors", "".join(_selector(character) for character in run)
    yield from _decoded(face)
    yield from _spelled(face)
    yield from _turned(face)


def _decoded(face: str, *, nested: bool = False) -> Iterator[tuple[str, str]]:
    """What base64 and hex hold; and once more what is so hidden in that."""
    for match in _BASE64.finditer(face):
        yield from _opened("base64", _from_base64(match.group()), nested=nested)
    for match in _HEX.finditer(face):
        yield from _opened("hex", _as_text(binascii.unhexlify(re.sub(r"[\s:]|\\\\?x|0x", "", match.group()))), nested=nested)


def _opened(name: str, text: str, *, nested: bool) -> Iterator[tuple[str, str]]:
    if text:
        yield name, text
        if not nested:
            yield from ((name, inner) for _, inner in itertools.chain(_decoded(text, nested=True), _turned(text)))


def _spelled(face: str) -> Iterator[tuple[str, str]]:
    """Readings of what is spelled otherwise: figures for letters, letters apart, Morse, references to characters."""
    if len(_LEET.findall(face)) >= _LEAST_LEET:
        for one in "il":
            yield "leet", face.translate(_FIGURES | {ord("1"): one, ord("|"): one})
    if _APART.search(face):
        yield "spaced", _APART.sub(lambda run: _together(run.group()), face)
    for run in _MORSE_RUN.findall(face):
        yield "morse", "".join(_MORSE.get(sign, " ") for sign in re.split(r"(\s{2,}|\s?/\s?)|\s", run) if sign)
    if "&#" in face:
        yield "references", html.unescape(face)
    if len(_PERCENT.findall(face)) >= _LEAST_ESCAPES:
        yield "percent", urllib.parse.unquote(face, errors="replace")
    if len(_ESCAPE.findall(face)) >= _LEAST_ESCAPES:
        yield "escapes", _ESCAPE.sub(lambda escape: chr(int(escape.group(1) or escape.group(2), 16)), face)


def _turned(face: str) -> Iterator[tuple[str, str]]:
    lowered = face.lower()
    if any(word in lowered for word in _TURNED_ABOUT):
        yield "rot13", codecs.encode(face, "rot13")
    if any(word in lowered for word in _TURNED_ROUND):
        yield "reversed", face[::-1]
        yield "reversed", _RUN.sub(lambda word: word.group()[::-1], face)


def _together(run: str) -> str:
    """ "i g n o r e   a l l" as "ignore all": one separator joins, more of them part."""
    if _MARK_BETWEEN.search(run):  # "i.g.n.o.r.e a.l.l": the mark joins, the blank parts
        return _MARK_BETWEEN.sub("", run)
    return re.sub(r"[ ._*-]{2,}", " ", re.sub(r"(?<=\w)[ ._*-](?=\w(?!\w))", "", run))


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
