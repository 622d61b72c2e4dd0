"""What an XLSX's cell styles keep from being seen: letters in the colour of their cell or too small, numbers formatted away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from frostbyte.parse.ooxml import Node, first

_ALIKE = 24
"""Of 255: letters nearer than this to their ground in every channel cannot be read."""
_TINY_POINTS = 2.0
_WHITE = (255, 255, 255)
_INDEXED = {0: (0, 0, 0), 1: _WHITE, 8: (0, 0, 0), 9: _WHITE, 64: (0, 0, 0), 65: _WHITE}
_THEME = {0: _WHITE, 1: (0, 0, 0)}
"""Light and dark of nearly every theme; the other colours are somewhere between."""

_T = TypeVar("_T")
_Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    """What a cell style hides. `kind`: how its letters are hidden, `colour`, `tiny` or ""."""

    kind: str = ""
    numbers: bool = False
    """No number is shown, whatever its sign."""
    texts: bool = False


class Looks:
    """The looks of a style sheet (`xl/styles.xml`), by the index a cell gives."""

    def __init__(self, styles: Node | None) -> None:
        codes = {node.get("numFmtId", ""): node.get("formatCode", "") for node in _children(styles, "x:numFmts")}
        fonts = [(_colour(first(font, "x:color")), _size(font)) for font in _children(styles, "x:fonts")]
        grounds = [_ground(fill) for fill in _children(styles, "x:fills")]
        self._looks = [_look(xf, codes, fonts, grounds) for xf in _children(styles, "x:cellXfs") if xf.tag == "x:xf"]
        self.filling = frozenset(
            str(index) for index, node in enumerate(_children(styles, "x:dxfs")) if first(node, "x:fill") is not None
        )
        """Conditional formats that put a ground of their own under a cell."""

    def of(self, style: str) -> Look:
        """The look of the style of that index."""
        known = style.isdecimal() and len(style) < 9 and int(style) < len(self._looks)
        return self._looks[int(style)] if known else _PLAIN


_PLAIN = Look()


def _look(
    xf: Node, codes: dict[str, str], fonts: list[tuple[_Colour | None, float | None]], grounds: list[_Colour | None]
) -> Look:
    numbers, texts = _blanks(codes.get(xf.get("numFmtId", ""), "General"))
    colour, size = _at(fonts, xf.get("fontId", ""), (None, None))
    ground = _at(grounds, xf.get("fillId", ""), _WHITE)
    kind = ""
    if size is not None and size <= _TINY_POINTS:
        kind = "tiny"
    elif colour is not None and ground is not None and all(abs(a - b) < _ALIKE for a, b in zip(colour, ground, strict=True)):
        kind = "colour"
    return Look(kind, numbers, texts) if kind or numbers or texts else _PLAIN


def _blanks(code: str) -> tuple[bool, bool]:
    """Whether a number format shows no number at all, and whether it shows no text."""
    sections = [section.strip() for section in code.replace('""', "").split(";")]
    numbers = len(sections) >= 3 and not any(sections[:3])
    return numbers, len(sections) >= 4 and not sections[3]


def _at(values: list[_T], index: str, default: _T) -> _T:
    return values[int(index)] if index.isdecimal() and len(index) < 9 and int(index) < len(values) else default


def _ground(fill: Node) -> _Colour | None:
    """The colour of a cell; None where it is not one colour or not known."""
    pattern = first(fill, "x:patternFill")
    if pattern is None:
        return None if len(fill) else _WHITE
    match pattern.get("patternType", "none"):
        case "none":
            return _WHITE
        case "solid":
            return _colour(first(pattern, "x:fgColor"))
        case _:
            return None


def _colour(node: Node | None) -> _Colour | None:
    if node is None:
        return None
    stated = node.get("rgb", "")[-6:]
    try:
        if len(stated) == 6:
            return int(stated[:2], 16), int(stated[2:4], 16), int(stated[4:], 16)
        table, key = (_THEME, "theme") if node.get("theme") else (_INDEXED, "indexed")
        base = table.get(int(node.get(key, "-1")))
        tint = float(node.get("tint", "0"))
    except ValueError:
        return None
    if base is None or not -1.0 <= tint <= 1.0:
        return None
    red, green, blue = (round(c * (1 + tint) if tint < 0 else c + (255 - c) * tint) for c in base)
    return red, green, blue


def _size(font: Node) -> float | None:
    node = first(font, "x:sz")
    try:
        return float(node.get("val", "")) if node is not None else None
    except ValueError:
        return None


def _children(root: Node | None, name: str) -> list[Node]:
    node = first(root, name)
    return list(node) if node is not None else []
