"""Formulas of a DOCX on one line, as they would be typed: (a+b)/2, x_i^2, √(x), sum as ∑_(i=1)^n.

Signs that Word keeps in properties, not in the text (brackets, sums, accents) are written out: without them a formula reads as
another one.
"""

from __future__ import annotations

import unicodedata

from frostbyte.parse.ooxml import Node, first, is_on

_HAT, _OVERLINE, _UNDERLINE = "\u0302", "\u0305", "\u0332"


def linear_math(node: Node) -> str:
    """A formula, or a part of one, on one line."""
    match node.tag:
        case "m:t":
            return node.text or ""
        case "m:f":
            kind = _value(node, "m:fPr", "m:type", "bar")
            top, bottom = _part(node, "m:num"), _part(node, "m:den")
            return f"{top}¦{bottom}" if kind == "noBar" else f"({top})/({bottom})"
        case "m:sSup":
            return f"{_part(node, 'm:e')}^{_grouped(node, 'm:sup')}"
        case "m:sSub":
            return f"{_part(node, 'm:e')}_{_grouped(node, 'm:sub')}"
        case "m:sSubSup":
            return f"{_part(node, 'm:e')}_{_grouped(node, 'm:sub')}^{_grouped(node, 'm:sup')}"
        case "m:sPre":
            return f"_{_grouped(node, 'm:sub')}^{_grouped(node, 'm:sup')}{_part(node, 'm:e')}"
        case "m:rad":
            degree = _part(node, "m:deg")
            return f"{_grouped(node, 'm:deg') if degree else ''}√({_part(node, 'm:e')})"
        case "m:nary":
            sign = _value(node, "m:naryPr", "m:chr", "∫")
            low, high = _part(node, "m:sub"), _part(node, "m:sup")
            bounds = (f"_{_grouped(node, 'm:sub')}" if low else "") + (f"^{_grouped(node, 'm:sup')}" if high else "")
            return f"{sign}{bounds} {_part(node, 'm:e')}"
        case "m:d":
            return _delimited(node)
        case "m:func":
            return f"{_part(node, 'm:fName')} {_part(node, 'm:e')}"
        case "m:limLow":
            return f"{_part(node, 'm:e')}_{_grouped(node, 'm:lim')}"
        case "m:limUpp":
            return f"{_part(node, 'm:e')}^{_grouped(node, 'm:lim')}"
        case "m:m":
            rows = [", ".join(map(linear_math, _all(row, "m:e"))) for row in _all(node, "m:mr")]
            return f"[{'; '.join(rows)}]"
        case "m:eqArr":
            return "; ".join(map(linear_math, _all(node, "m:e")))
        case "m:acc":
            return unicodedata.normalize("NFC", _part(node, "m:e") + _value(node, "m:accPr", "m:chr", _HAT))
        case "m:bar":
            over = _value(node, "m:barPr", "m:pos", "bot") == "top"
            return f"{_part(node, 'm:e')}{_OVERLINE if over else _UNDERLINE}"
        case "m:phant":
            shown = first(node, "m:phantPr", "m:show")
            return _part(node, "m:e") if shown is None or is_on(shown, "m:val") else ""
        case "w:del" | "w:moveFrom":
            return ""
        case "m:oMathPara":
            return "\n".join(map(linear_math, _all(node, "m:oMath")))
        case _:
            return "".join(map(linear_math, node))


def _delimited(node: Node) -> str:
    opening = _value(node, "m:dPr", "m:begChr", "(")
    closing = _value(node, "m:dPr", "m:endChr", ")")
    between = _value(node, "m:dPr", "m:sepChr", "|")
    return f"{opening}{between.join(map(linear_math, _all(node, 'm:e')))}{closing}"


def _all(node: Node, name: str) -> list[Node]:
    return [child for child in node if child.tag == name]


def _part(node: Node, name: str) -> str:
    child = first(node, name)
    return linear_math(child) if child is not None else ""


def _grouped(node: Node, name: str) -> str:
    """A bound or an index; in brackets where it is more than one sign or number, so that it shows where it ends."""
    text = _part(node, name)
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def _value(node: Node, properties: str, name: str, default: str) -> str:
    """What a property says; said to be empty it is (a bracket left out)."""
    found = first(node, properties, name)
    return found.get("m:val", default) if found is not None else default
