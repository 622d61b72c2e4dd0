"""Letters of the fonts Symbol and Wingdings, which stand in a document as codes that mean nothing elsewhere.

A DOCX has them as private code points. So has a PDF, or it has letters, where the font names no signs: a ticked box is an `x`.
Symbol is known whole but for its pieces of large brackets; of Wingdings the boxes, ticks, bullets and arrows of forms.
"""

from __future__ import annotations

import re

UNKNOWN = "\u25a1"
_PRIVATE = range(0xF020, 0xF100)
# From 0x20 and from 0xA1 on; a blank where a font has no letter of its own or a piece of a larger sign.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_ αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
_SYMBOL = {
    **{0x20 + at: letter for at, letter in enumerate(_SYMBOL_LOW)},
    **{0xA1 + at: letter for at, letter in enumerate(_SYMBOL_HIGH)},
}
_WINGDINGS = {
    0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥",
    0x78: "☒", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FAMILY = re.compile(r"symbol(?=mt|std|neu|ps|[^a-z]|$)|wingdings ?[23]?|webdings")
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}


def letter(code: int, font: str) -> str:
    """What a code of that font shows, whether private or not; `UNKNOWN` for a font or a sign that is not known."""
    known = _FONTS.get(font.strip().lower(), {})
    found = known.get(code - 0xF000 if code in _PRIVATE else code, "")
    return found if found.strip() or code in (0x20, 0xF020) else UNKNOWN


def plain(text: str, font: str) -> str:
    """Text of a run in that font: private code points of a font that is known become what they show."""
    if font.strip().lower() not in _FONTS:
        return text
    return "".join(letter(ord(character), font) if ord(character) in _PRIVATE else character for character in text)


def family(name: str) -> str:
    """Which fonts of signs one of that name in a PDF ("ABCDEF+Wingdings-Regular") belongs to; empty for a font of letters."""
    found = _FAMILY.match(name.rpartition("+")[2].lower())
    return found[0] if found else ""


def shown(letters: str, family: str) -> str:
    """What letters of a PDF show that are set in a font of that family, one for each.

    Letters of Symbol are told rightly where they are told at all, and so are signs that a file names: these are kept.
    """
    return "".join(letter(code, family) if (code := _code(c, family)) else c for c in letters)


def _code(character: str, family: str) -> int:
    """The code of a character that says nothing but its code; 0 of one that says what it shows."""
    point = ord(character)
    if point in _PRIVATE or (point < 0x100 and family != "symbol"):
        return point
    if family == "symbol" or not character.isalpha():
        return 0
    return character.encode("cp1252", "replace")[0]  # the letter of Windows that stands for the code where nothing names it
