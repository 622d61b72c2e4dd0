"""DOCX: body text in order, with what hangs on it, straight from the package's XML.

Pages are those Word wrote down when it last laid the document out (`lastRenderedPageBreak`), else explicit breaks only; a
paragraph or table belongs to the page it starts on. The page text is the elements laid down one after another (`pages`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.docx_inline import Inline, InlineReader
from frostbyte.parse.docx_shapes import covers, hexadecimal, page_ground
from frostbyte.parse.docx_styles import Numbering, Style, Styles, heading_level, is_caption, number_of
from frostbyte.parse.elements import Dropped, Element, Figure, Kind, Property, Reading, Warning
from frostbyte.parse.ooxml import Node, Package, Relationship, chosen, first, is_on
from frostbyte.parse.pages import PageWriter
from frostbyte.parse.text import title_level

_BLOCK_CONTAINERS = ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag", "w:ins", "w:moveTo")
_HEADING_MAX_CHARACTERS = 250
_MAX_COLUMNS = 1024
_CERTAINLY_ONE_PAGE = 3000
"""Characters. A longer document without Word's own page marks has more pages than are counted, and a warning says so."""
_FIRST_ROW_LOOK = 0x0020
_HIDING_LOOKS = {"colour": "WHITE_TEXT", "tiny": "TINY_TEXT"}
_PART_DROPS = {
    "vbaProject": ("macro", "MACRO"),
    "control": ("active_content", "ACTIVE_CONTENT"),
    "aFChunk": ("embedded_file", "EMBEDDED_FILE"),
    "package": ("embedded_file", "EMBEDDED_FILE"),
    "oleObject": ("embedded_file", "EMBEDDED_FILE"),
}


def read(path: str) -> Reading:
    """Read a DOCX file. Raises ParseFailed FILE_CORRUPTED for a package that is not one, is too large, or is a bomb."""
    with Package(path) as package:
        main = package.main_part()
        root = package.tree(main)
        body = first(root, "w:body")
        if root is None or body is None:
            raise ParseFailed("the package holds no document", reason="FILE_CORRUPTED", detail="NO_DOCUMENT_BODY")
        return _Reader(package, main, root, body).reading()


@dataclass(frozen=True)
class _Story:
    """A part that holds text: its paragraphs' reader and its relationships."""

    inline: InlineReader
    relationships: dict[str, Relationship]


class _Reader:
    def __init__(self, package: Package, main: str, root: Node, body: Node) -> None:
        self._package = package
        self._main = main
        self._body = body
        self._relationships = package.relationships(main)
        inside = [r for r in self._relationships.values() if not r.external]
        parts = {r.kind: r.target for r in inside}
        self._styles = Styles(self._part(parts.get("styles")))
        self._numbering = Numbering(self._part(parts.get("numbering")))
        self._settings = self._part(parts.get("settings"))
        self._ground = page_ground(root, self._settings)
        margins = [self._part(r.target) for r in inside if r.kind in ("header", "footer")]
        self._floor = None if covers([body, *(part for part in margins if part is not None)]) else self._ground
        self._notes = {kind: self._note_part(parts.get(kind + "s"), kind) for kind in ("footnote", "endnote")}
        self._writer = PageWriter()
        self._figures: list[Figure] = []
        self._dropped: list[Dropped] = []
        self._warnings: dict[Warning, None] = {}
        self._custom: tuple[Property, ...] = ()
        self._told: Counter[tuple[str, int | None]] = Counter()
        self._paragraphs = 0
        self._flat_hidden: list[str] = []
        self._rendered = next(body.iter("w:lastRenderedPageBreak"), None) is not None
        earlier = {id(old) for change in body.iter("w:sectPrChange") for old in change}
        self._sections = [node for node in body.iter("w:sectPr") if id(node) not in earlier]
        self._section = 0
        self._margins: set[tuple[Kind, str]] = set()
        self._margin_parts: set[tuple[str, bool]] = set()
        self._has_headings = any(
            heading_level(first(node, "w:pPr"), self._style_of(first(node, "w:pPr"))) is not None for node in body.iter("w:p")
        )

    def reading(self) -> Reading:
        story = self._story(self._relationships)
        self._drop_parts()
        self._margin("header")
        self._blocks(self._body, story, self._ground)
        self._section = len(self._sections) - 1
        self._margin("footer")
        elements = tuple(self._writer.elements)
        self._warnings.update({Warning(code, page, "", size): None for (code, page), size in self._told.items()})
        if not self._rendered and sum(len(element.text) for element in elements) > _CERTAINLY_ONE_PAGE:
            self._warnings[Warning("PAGES_NOT_RENDERED")] = None
        properties = self._package.properties(self._warnings) + self._custom
        return Reading(
            pages=self._writer.pages,
            elements=elements,
            figures=tuple(_captioned(figure, elements) for figure in self._figures),
            dropped=tuple(self._dropped),
            warnings=tuple(self._warnings),
            hidden=tuple(self._writer.hidden),
            properties=properties,
            reader_version=f"{PARSER_VERSION} docx",
        )

    def _part(self, name: str | None) -> Node | None:
        return self._package.tree(name) if name is not None else None

    def _story(self, relationships: dict[str, Relationship]) -> _Story:
        return _Story(InlineReader(self._styles, relationships, self._floor), relationships)

    def _note_part(self, name: str | None, kind: str) -> dict[str, tuple[Node, _Story]]:
        root = self._part(name)
        if root is None or name is None:
            return {}
        relationships = self._package.relationships(name)
        story = self._story(relationships)
        return {n.get("w:id", ""): (n, story) for n in root if n.tag == f"w:{kind}" and "w:type" not in n.attrib}

    def _drop_parts(self) -> None:
        for relationship in self._relationships.values():
            if relationship.kind in _PART_DROPS:
                self._dropped.append(Dropped(*_at_page(_PART_DROPS[relationship.kind], 1)))
            elif relationship.external and relationship.kind not in ("hyperlink", "image"):
                self._dropped.append(Dropped("link", 1, "EXTERNAL_LINK"))
        for part in self._package.names():
            # Templates hang on the settings, further macros on the macros.
            folder, _, name = part.rpartition("/")
            if name.endswith(".rels") and folder.endswith("_rels") and part != _rels_of(self._main):
                owner = folder.removesuffix("_rels") + name.removesuffix(".rels")
                for relationship in self._package.relationships(owner).values():
                    if relationship.external and relationship.kind == "attachedTemplate":
                        self._dropped.append(Dropped("template", 1, "EXTERNAL_TEMPLATE"))
                    elif relationship.external and relationship.kind not in ("hyperlink", "image"):
                        self._dropped.append(Dropped("link", 1, "EXTERNAL_LINK"))
        self._custom, size = self._package.custom_data(self._warnings)
        if size:
            self._dropped.append(Dropped("custom_xml", 1, "CUSTOM_XML", characters=size))

    # Blocks

    def _blocks(self, container: Iterable[Node], story: _Story, ground: str | None) -> None:
        for node in container:
            match node.tag:
                case "w:p":
                    self._paragraph(node, story, ground)
                case "w:tbl":
                    self._table(node, story, ground)
                case "mc:AlternateContent":
                    self._blocks(chosen(node), story, ground)
                case "w:del" | "w:moveFrom":
                    self._dropped.append(Dropped("paragraph", self._writer.page, "TRACKED_DELETION"))
                case name if name in _BLOCK_CONTAINERS:
                    self._blocks(node, story, ground)

    def _paragraph(self, node: Node, story: _Story, ground: str | None) -> None:
        properties = first(node, "w:pPr")
        style = self._style_of(properties)
        if not self._rendered and is_on(first(properties, "w:pageBreakBefore")):
            self._writer.turn()
        self._paragraphs += 1
        inline = story.inline.read(node, style, ground)
        self._turn(inline.breaks_before)
        kind, level = self._kind(properties, style, inline)
        text = inline.text.strip()
        if text:
            label = self._label(properties, style)
            self._writer.add(kind, f"{label} {text}" if label else text, level=level)
            shift = (len(label) + 1 if label else 0) - (len(inline.text) - len(inline.text.lstrip()))
            for start, end, how in inline.hidden:
                self._writer.hide(how, start + shift, end + shift)
        self._hanging(inline, story)
        self._turn(inline.breaks_after)
        if first(properties, "w:sectPr") is not None:
            self._next_section()

    def _style_of(self, properties: Node | None) -> Style:
        reference = first(properties, "w:pStyle")
        return self._styles.style(reference.get("w:val", "") if reference is not None else self._styles.default)

    def _kind(self, properties: Node | None, style: Style, inline: Inline) -> tuple[Kind, int | None]:
        level = heading_level(properties, style)
        text = inline.text.strip()
        if level is not None and len(text) <= _HEADING_MAX_CHARACTERS:
            return "heading", level
        if is_caption(style):
            return "figure_caption", None
        if not self._has_headings and inline.bold and "\n" not in text:
            # A document that knows no heading styles: bold lines that read like titles are its headings.
            level = title_level(text)
            if level is not None:
                return "heading", level
        number = number_of(properties) or style.number
        return ("list_item", None) if number is not None and number[0] != "0" and level is None else ("paragraph", None)

    def _label(self, properties: Node | None, style: Style) -> str:
        number = number_of(properties) or style.number
        return self._numbering.label(number) if number is not None and number[0] != "0" else ""

    def _hanging(self, inline: Inline, story: _Story) -> None:
        """What hangs on a paragraph follows it: pictures, text boxes, notes; and what was left out is noted."""
        page = self._writer.page
        place = f"paragraph {self._paragraphs}"
        self._dropped += [Dropped(kind, page, reason, place, size) for (kind, reason), size in inline.dropped.items()]
        for start, end, how in inline.hidden:
            self._told[_HIDING_LOOKS[how], page] += end - start
        if inline.inserted:
            self._told["TRACKED_INSERTION", page] += inline.inserted
        for caption in inline.pictures:
            self._figures.append(Figure(page, caption, len(self._writer.elements)))
            if caption:
                self._writer.add("figure_caption", caption)
                self._writer.hide("alt_text")
                self._told["ALT_TEXT", page] += len(caption)
        for box in inline.boxes:
            self._blocks(box.content, story, box.ground)
        for kind, note_id in inline.notes:
            # Taken once: a second reference, or one inside the note itself, finds nothing.
            note, note_story = self._notes[kind].pop(note_id, (None, story))
            if note is not None:
                self._add_flat("paragraph", self._flat(note, note_story, self._ground))

    def _add_flat(self, kind: Kind, text: str) -> None:
        """Lay down what `_flat` gave; where some of it cannot be seen, all of it is judged so."""
        before = len(self._writer.elements)
        self._writer.add(kind, text)
        if self._flat_hidden and len(self._writer.elements) > before:
            self._writer.hide(self._flat_hidden[0])
        self._flat_hidden = []

    def _flat(self, container: Iterable[Node], story: _Story, ground: str | None) -> str:
        """The text of everything in a note, page header or cell; its pictures and drops are recorded."""
        texts: list[str] = []
        for paragraph in _paragraphs(container):
            style = self._style_of(first(paragraph, "w:pPr"))
            self._paragraphs += 1
            inline = story.inline.read(paragraph, style, ground)
            self._flat_hidden += [how for _, _, how in inline.hidden]
            label = self._label(first(paragraph, "w:pPr"), style) if inline.text.strip() else ""
            texts.append(f"{label} {inline.text.strip()}" if label else inline.text.strip())
            texts += [self._flat(box.content, story, box.ground) for box in inline.boxes]
            self._hanging(replace(inline, boxes=[]), story)
        return "\n".join(text for text in texts if text)

    # Tables

    def _table(self, table: Node, story: _Story, ground: str | None) -> None:
        rows = list(_of(table, "w:tr"))
        cells_of = [list(_of(row, "w:tc")) for row in rows]
        if len(rows) == 1 and len(cells_of[0]) == 1:
            # A single cell is a frame round ordinary text.
            self._blocks(cells_of[0][0], story, self._cell_ground(table, cells_of[0][0], ground))
            return
        grid: list[list[str]] = []
        hidden: dict[tuple[int, int], str] = {}
        later: list[tuple[Inline, _Story]] = []
        nested: list[Node] = []
        turns = 0
        for row, cells in zip(rows, cells_of, strict=True):
            properties = first(row, "w:trPr")
            if first(properties, "w:del") is not None or is_on(first(properties, "w:hidden")):
                reason = "HIDDEN_TEXT" if first(properties, "w:del") is None else "TRACKED_DELETION"
                self._dropped.append(Dropped("table_row", self._writer.page, reason))
                continue
            line = [""] * min(_number(first(properties, "w:gridBefore")), _MAX_COLUMNS)
            row_turns = 0
            for cell in cells:
                texts: list[str] = []
                cell_turns = 0
                for paragraph in _paragraphs(cell, nested):
                    style = self._style_of(first(paragraph, "w:pPr"))
                    self._paragraphs += 1
                    inline = story.inline.read(paragraph, style, self._cell_ground(table, cell, ground))
                    label = self._label(first(paragraph, "w:pPr"), style) if inline.text.strip() else ""
                    texts.append(f"{label} {inline.text}" if label else inline.text)
                    cell_turns += inline.breaks_before + inline.breaks_after
                    hidden.update({(len(grid), len(line)): how for _, _, how in inline.hidden})
                    later.append((inline, story))
                row_turns = max(row_turns, cell_turns)
                line += _cell(cell, " ".join(texts))
            turns += row_turns
            grid.append(line[:_MAX_COLUMNS])
        self._writer.add_table(grid, has_header=_has_header(table, rows), hidden=hidden)
        for inline, at in later:
            self._hanging(inline, at)
        for inner in nested:
            self._table(inner, story, ground)
        self._turn(turns)

    def _cell_ground(self, table: Node, cell: Node, under: str | None) -> str | None:
        """The colour under a cell's text; None where the table's style decides, which shades some of its rows and columns."""
        shade = first(cell, "w:tcPr", "w:shd")
        stated = shade.get("w:fill", "auto") if shade is not None else "auto"
        if stated != "auto":
            return hexadecimal(stated)
        named = first(table, "w:tblPr", "w:tblStyle")
        return None if named is not None and self._styles.shaded(named.get("w:val", "")) else under

    # Pages and sections

    def _turn(self, times: int) -> None:
        for _ in range(times):
            self._writer.turn()

    def _next_section(self) -> None:
        self._margin("footer")
        self._section = min(self._section + 1, len(self._sections) - 1)
        kind = first(self._sections[self._section], "w:type")
        if not self._rendered and (kind is None or kind.get("w:val") not in ("continuous", "nextColumn")):
            self._writer.turn()
        self._margin("header")

    def _margin(self, kind: Kind) -> None:
        """The page headers or footers of the section at hand, each distinct text once in a document."""
        if not self._sections:
            return
        section = self._sections[self._section]
        for reference in (child for child in section if child.tag == f"w:{kind}Reference"):
            target = self._relationships.get(reference.get("r:id", ""))
            shown = self._is_shown(section, reference.get("w:type", "default"))
            if target is None or target.external or (target.target, shown) in self._margin_parts:
                continue
            self._margin_parts.add((target.target, shown))
            root = self._part(target.target)
            if root is None:
                continue
            relationships = self._package.relationships(target.target)
            if not shown:
                if any(leaf.tag == "w:t" and (leaf.text or "").strip() for leaf in root.iter()):
                    self._dropped.append(Dropped(kind, self._writer.page, "NOT_SHOWN"))
                continue
            text = self._flat(root, self._story(relationships), self._ground).strip()
            if text and (kind, text) not in self._margins:
                self._margins.add((kind, text))
                self._add_flat(kind, text)
            self._flat_hidden = []

    def _is_shown(self, section: Node, variant: str) -> bool:
        if variant == "first":
            return is_on(first(section, "w:titlePg"))
        return variant != "even" or is_on(first(self._settings, "w:evenAndOddHeaders"))


def _rels_of(part: str) -> str:
    folder, slash, name = part.rpartition("/")
    return f"{folder}{slash}_rels/{name}.rels".lower()


def _at_page(entry: tuple[str, str], page: int) -> tuple[str, int, str]:
    return entry[0], page, entry[1]


def _captioned(figure: Figure, elements: tuple[Element, ...]) -> Figure:
    """A picture without alternative text takes the caption that stands right after or before it."""
    if figure.caption is not None:
        return figure
    for index in (figure.after_element, figure.after_element - 1):
        if 0 <= index < len(elements) and elements[index].kind == "figure_caption":
            return replace(figure, caption=elements[index].text)
    return figure


def _of(parent: Node, tag: str) -> Iterator[Node]:
    """Rows of a table or cells of a row, those inside content controls and insertions too."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _BLOCK_CONTAINERS:
            yield from _of(child, tag)


def _paragraphs(container: Iterable[Node], nested: list[Node] | None = None) -> Iterator[Node]:
    """All paragraphs in reading order. Tables go to `nested` where that is given, else their paragraphs are taken too."""
    for node in container:
        if node.tag == "w:p":
            yield node
        elif node.tag == "w:tbl" and nested is not None:
            nested.append(node)
        elif node.tag == "mc:AlternateContent":
            yield from _paragraphs(chosen(node), nested)
        elif node.tag in ("w:tbl", "w:tr", "w:tc", *_BLOCK_CONTAINERS):
            yield from _paragraphs(node, nested)


def _cell(cell: Node, text: str) -> list[str]:
    """A cell as its columns: text in the first, blanks where it spans more; all blank where it continues the cell above."""
    properties = first(cell, "w:tcPr")
    merge = first(properties, "w:vMerge")
    continued = merge is not None and merge.get("w:val", "continue") == "continue"
    span = min(max(_number(first(properties, "w:gridSpan")), 1), _MAX_COLUMNS)
    return ["" if continued else text] + [""] * (span - 1)


def _has_header(table: Node, rows: list[Node]) -> bool:
    """True unless the table says that its first row is like the others."""
    if rows and is_on(first(rows[0], "w:trPr", "w:tblHeader")):
        return True
    look = first(table, "w:tblPr", "w:tblLook")
    if look is None:
        return True
    if look.get("w:firstRow") is not None:
        return is_on(look, "w:firstRow")
    try:
        return bool(int(look.get("w:val", "0020"), 16) & _FIRST_ROW_LOOK)
    except ValueError:
        return True


def _number(node: Node | None) -> int:
    value = node.get("w:val", "") if node is not None else ""
    return int(value) if value.isdecimal() and len(value) < 8 else 0
