"""Letters of the fonts Symbol and Wingdings, which stand in a document as private code points that mean nothing elsewhere.

Symbol is known whole but for its pieces of large brackets; of Wingdings the boxes, ticks and bullets that forms are made of.
"""

from __future__ import annotations

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
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x71: "❑", 0x72: "❒", 0x76: "❖", 0x78: "☒", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢",
    0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☒",
}  # fmt: skip
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
