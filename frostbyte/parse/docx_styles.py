"""What a DOCX's style sheet and numbering say about a paragraph: heading level, list, label, hidden or not.

Properties come from the paragraph itself, else from its style, else from the style that one is based on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from frostbyte.parse.ooxml import Node, first, is_on

_HEADING_WORDS = (
    "heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|naslov|címsor|заголовок"
    "|επικεφαλίδα|başlık|標題|标题|見出し|제목|encabezado|cabeçalho|intestazione|pealkiri|virsraksts|antraštė"
)
_HEADING_NAME = re.compile(rf"(?:{_HEADING_WORDS})\s*([1-9])", re.IGNORECASE)
_TITLE_NAMES = {"title": 1, "subtitle": 2}
_CAPTION_NAMES = ("caption", "beschriftung", "légende", "bildetekst", "leyenda", "didascalia", "beskrivning", "bijschrift")
_NO_LEVEL = 9
_MAX_BASED_ON = 32
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class Style:
    """A style with what it inherits. `outline` is 0 to 8 for headings 1 to 9; `number` is (list id, level)."""

    name: str = ""
    outline: int | None = None
    number: tuple[str, int] | None = None
    hidden: bool | None = None
    bold: bool | None = None
    colour: str | None = None
    """Of the letters, as `w:color` states it."""
    size: str | None = None
    """In half points."""
    shade: str | None = None
    """Of the ground of the paragraph or run, as `w:shd` states it."""


class Styles:
    """The style sheet (`word/styles.xml`); an empty one where the part is missing."""

    def __init__(self, root: Node | None) -> None:
        self._nodes = {node.get("w:styleId", ""): node for node in (root if root is not None else ()) if node.tag == "w:style"}
        self._resolved: dict[str, Style] = {}
        defaults = (
            n for n in self._nodes.values() if n.get("w:type") == "paragraph" and is_on(n, "w:default") and n.get("w:default")
        )
        self.default = next((node.get("w:styleId", "") for node in defaults), "")

    def style(self, style_id: str) -> Style:
        """The style of that id; an empty one where there is none."""
        if style_id not in self._resolved:
            self._resolved[style_id] = self._resolve(style_id)
        return self._resolved[style_id]

    def _resolve(self, style_id: str) -> Style:
        chain: list[Node] = []
        node = self._nodes.get(style_id)
        while node is not None and node not in chain and len(chain) < _MAX_BASED_ON:
            chain.append(node)
            base = first(node, "w:basedOn")
            node = self._nodes.get(base.get("w:val", "")) if base is not None else None
        if not chain:
            return Style(name=style_id)
        name = first(chain[0], "w:name")
        outlines = (outline_of(first(node, "w:pPr")) for node in chain)
        numbers = (number_of(first(node, "w:pPr")) for node in chain)
        outline = next((value for value in outlines if value is not None), None)
        if outline is None:
            # A heading known only by the name of the style it is based on, built-in or localised.
            names = (first(node, "w:name") for node in chain)
            matches = (_HEADING_NAME.fullmatch(n.get("w:val", "")) for n in names if n is not None)
            outline = next((int(match[1]) - 1 for match in matches if match), None)
        return Style(
            name=name.get("w:val", "") if name is not None else style_id,
            outline=outline,
            number=next((value for value in numbers if value is not None), None),
            hidden=_switch(chain, "w:vanish"),
            bold=_switch(chain, "w:b"),
            colour=_stated(chain, ("w:rPr", "w:color"), "w:val"),
            size=_stated(chain, ("w:rPr", "w:sz"), "w:val"),
            shade=_stated(chain, ("w:rPr", "w:shd"), "w:fill") or _stated(chain, ("w:pPr", "w:shd"), "w:fill"),
        )

    def shaded(self, style_id: str) -> bool:
        """Whether the table style of that id puts a ground of its own under some cells."""
        node = self._nodes.get(style_id)
        for _ in range(_MAX_BASED_ON):
            if node is None:
                return False
            if any(shade.get("w:fill", "auto") != "auto" for shade in node.iter("w:shd")):
                return True
            base = first(node, "w:basedOn")
            node = self._nodes.get(base.get("w:val", "")) if base is not None else None
        return False


def _switch(chain: list[Node], name: str) -> bool | None:
    nodes = (first(node, "w:rPr", name) for node in chain)
    return next((is_on(node) for node in nodes if node is not None), None)


def _stated(chain: list[Node], path: tuple[str, str], attribute: str) -> str | None:
    nodes = (first(node, *path) for node in chain)
    return next((node.get(attribute) for node in nodes if node is not None and node.get(attribute)), None)


def outline_of(properties: Node | None) -> int | None:
    """The outline level a `w:pPr` states (0 to 9, 9 being body text), if any."""
    node = first(properties, "w:outlineLvl")
    return _integer(node, 0) if node is not None else None


def number_of(properties: Node | None) -> tuple[str, int] | None:
    """The list a `w:pPr` puts its paragraph in, as (list id, level); id "0" takes it out of its style's list."""
    node = first(properties, "w:numPr")
    list_id = first(node, "w:numId")
    if list_id is None:
        return None
    return list_id.get("w:val", "0"), _integer(first(node, "w:ilvl"), 0)


def heading_level(properties: Node | None, style: Style) -> int | None:
    """1 for the highest heading, None for body text."""
    direct = outline_of(properties)
    outline = style.outline if direct is None else direct
    if outline is not None:
        return outline + 1 if 0 <= outline < _NO_LEVEL else None
    return _TITLE_NAMES.get(style.name.lower())


def is_caption(style: Style) -> bool:
    """True for the built-in caption style, by its name in any of the common languages."""
    return style.name.lower().startswith(_CAPTION_NAMES)


@dataclass
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False


class Numbering:
    """The lists of a document (`word/numbering.xml`) and how far each has counted."""

    def __init__(self, root: Node | None) -> None:
        nodes = list(root if root is not None else ())
        abstract = {n.get("w:abstractNumId", ""): n for n in nodes if n.tag == "w:abstractNum"}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counter_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for node in nodes:
            if node.tag != "w:num":
                continue
            list_id = node.get("w:numId", "")
            reference = first(node, "w:abstractNumId")
            abstract_id = reference.get("w:val", "") if reference is not None else ""
            levels = _levels(abstract.get(abstract_id))
            overridden = False
            for override in (child for child in node if child.tag == "w:lvlOverride"):
                levels.update(_levels(override))
                index, start = override.get("w:ilvl", ""), first(override, "w:startOverride")
                if start is not None and index.isdecimal() and int(index) in levels:
                    levels[int(index)].start = _integer(start, 1)
                    overridden = True
            self._levels[list_id] = levels
            # Lists of one abstract list count on together, unless one states its own start.
            self._counter_of[list_id] = f"num:{list_id}" if overridden else f"abstract:{abstract_id}"

    def label(self, number: tuple[str, int]) -> str:
        """Count one paragraph and give its label as printed ("4.2", "(a)"); empty for bullets and unknown lists."""
        list_id, index = number
        levels = self._levels.get(list_id)
        if not levels or index not in levels:
            return ""
        counts = self._counts.setdefault(self._counter_of[list_id], {})
        counts[index] = counts.get(index, levels[index].start - 1) + 1
        for deeper in [level for level in counts if level > index]:
            del counts[deeper]
        level = levels[index]
        if level.format in ("bullet", "none"):
            return ""

        def numeral(match: re.Match[str]) -> str:
            of = int(match[1]) - 1
            shown = levels.get(of, level)
            return _numeral(counts.get(of, shown.start), "decimal" if level.legal else shown.format)

        return re.sub(r"%([1-9])", numeral, level.text)


def _levels(node: Node | None) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for child in node if node is not None else ():
        index = child.get("w:ilvl", "")
        if child.tag == "w:lvl" and index.isdecimal():
            form, text = first(child, "w:numFmt"), first(child, "w:lvlText")
            levels[int(index)] = _Level(
                form.get("w:val", "decimal") if form is not None else "decimal",
                text.get("w:val", "")[:64] if text is not None else "",
                _integer(first(child, "w:start"), 1),
                is_on(first(child, "w:isLgl")),
            )
    return levels


def _numeral(value: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 0 < value <= 780:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < value < 4000:
        roman = ""
        for size, digits in _ROMAN:
            roman += digits * (value // size)
            value %= size
        return roman if form == "lowerRoman" else roman.upper()
    return f"{value:02d}" if form == "decimalZero" else str(value)


def _integer(node: Node | None, default: int) -> int:
    value = node.get("w:val", "") if node is not None else ""
    return int(value) if value.lstrip("-").isdecimal() and len(value) < 10 else default
