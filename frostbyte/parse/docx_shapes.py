"""The colour that text in a DOCX stands on: of the page, and of the shape a text box hangs in.

A colour is six upper-case hexadecimal digits. None means that it is not known: a theme's fill, a gradient, a picture, or whatever
lies under a shape without a fill. Text on a ground that is not known is never called hidden by its colour.

Source: ECMA-376 part 1, 17.2.1 (background) and 20.1.8 (fills); for VML, ECMA-376 part 4, 19.1.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from frostbyte.parse.ooxml import Node, first, is_on

WHITE: Final = "FFFFFF"
BOX: Final = "w:txbxContent"
_VML_SHAPES: Final = frozenset(
    ("v:shape", "v:rect", "v:roundrect", "v:oval", "v:arc", "v:curve", "v:line", "v:polyline", "v:image")
)
_NAMED: Final = dict.fromkeys(("white", "window", "lt1", "bg1"), WHITE) | dict.fromkeys(
    ("black", "windowText", "dk1", "tx1"), "000000"
)
"""Preset, system and theme colours that hardly any document gives another value."""
_PAINTS: Final = frozenset(("a:gradFill", "a:blipFill", "a:pattFill", "a:grpFill"))
_OFF: Final = frozenset(("f", "false", "0", "off"))


def page_ground(root: Node, settings: Node | None) -> str | None:
    """The colour of the pages of a `w:document`: white, unless its settings have the background shown."""
    background = first(root, "w:background")
    if background is None or not is_on(first(settings, "w:displayBackgroundShape")):
        return WHITE
    if len(background):  # a picture or a pattern
        return None
    stated = background.get("w:color", "auto")
    return WHITE if stated == "auto" else hexadecimal(stated)


def is_shape(node: Node) -> bool:
    """True for what can hold a text box and has a fill of its own."""
    return node.tag == "wps:wsp" or node.tag in _VML_SHAPES


def shape_ground(shape: Node, under: str | None) -> str | None:
    """The colour of a shape's inside; `under` where it is not filled."""
    return _drawn(shape, under) if shape.tag == "wps:wsp" else _vector(shape, under)


def covers(roots: Iterable[Node]) -> bool:
    """True where a picture or a filled shape floats in these parts, on which another shape's text may lie."""
    for root in roots:
        for node in root.iter():
            if node.tag == "wp:anchor":
                inside = list(node.iter())
                shapes = [shape for shape in inside if is_shape(shape)]
                if any(part.tag == "pic:pic" for part in inside) or any(shape_ground(s, "") != "" for s in shapes):
                    return True
            elif node.tag == "w:pict":
                shapes = [shape for shape in node.iter() if shape.tag in _VML_SHAPES]
                if any(first(s, "v:imagedata") is not None or shape_ground(s, "") != "" for s in shapes):
                    return True
    return False


def hexadecimal(stated: str | None) -> str | None:
    """Six hexadecimal digits in capitals, or None for `auto` and for what is no colour."""
    if stated is None or len(stated) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in stated):
        return None
    return stated.upper()


def _drawn(shape: Node, under: str | None) -> str | None:
    properties = first(shape, "wps:spPr")
    for fill in properties if properties is not None else ():
        if fill.tag == "a:noFill":
            return under
        if fill.tag == "a:solidFill":
            return _colour(fill)
        if fill.tag in _PAINTS:
            return None
    reference = first(shape, "wps:style", "a:fillRef")
    return under if reference is None or reference.get("idx", "0") == "0" else None


def _colour(fill: Node) -> str | None:
    for stated in fill:
        if len(stated):  # made lighter, darker or see-through
            return None
        match stated.tag:
            case "a:srgbClr":
                return hexadecimal(stated.get("val"))
            case "a:sysClr":
                return hexadecimal(stated.get("lastClr")) or _NAMED.get(stated.get("val", ""))
            case "a:schemeClr" | "a:prstClr":
                return _NAMED.get(stated.get("val", ""))
    return None


def _vector(shape: Node, under: str | None) -> str | None:
    fill = first(shape, "v:fill")
    if shape.get("filled", "t") in _OFF or (fill is not None and fill.get("on", "t") in _OFF):
        return under
    if fill is not None and (fill.get("type", "solid") != "solid" or fill.get("opacity", "1") not in ("1", "100%", "65536f")):
        return None
    stated = (fill.get("color") if fill is not None else None) or shape.get("fillcolor") or "white"
    word = stated.split()[0] if stated.split() else ""
    if word.startswith("#"):
        digits = word[1:]
        return hexadecimal("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)
    return _NAMED.get(word)
