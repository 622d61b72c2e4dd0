"""The inside of a DOCX paragraph: its visible text, and what else hangs on it.

Visible is what a reader of the final document sees: insertions in, deletions out, hidden text out, field results in, field codes
out, one branch of alternative content. What is left out is named, never silently lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from frostbyte.parse.docx_math import linear_math
from frostbyte.parse.docx_shapes import BOX, WHITE, hexadecimal, is_shape, shape_ground
from frostbyte.parse.docx_styles import Style, Styles
from frostbyte.parse.ooxml import Node, Relationship, chosen, first, is_on
from frostbyte.parse.symbols import letter, plain

_TEXT = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "\u2011", "w:softHyphen": ""}
_TRANSPARENT = frozenset(
    (
        *("w:smartTag", "w:sdt", "w:sdtContent", "w:customXml"),
        *("w:dir", "w:bdo", "w:ruby", "w:rubyBase"),
    )
)
_CHECKED, _UNCHECKED = "☒", "☐"
_TINY_HALF_POINTS = 4
_ALIKE = 24
"""Of 255: letters nearer than this to their ground in every channel cannot be read."""
_ACTIVE_FIELDS = frozenset(
    ("dde", "ddeauto", "include", "includetext", "includepicture", "import", "link", "macrobutton", "database", "embed", "rd")
)
_PLAIN_FIELDS = frozenset(
    (
        *("advance", "author", "autonum", "autonumlgl", "autonumout", "autotext", "autotextlist", "bookmark", "comments"),
        *("createdate", "date", "docproperty", "docvariable", "edittime", "eq", "filename", "filesize", "formcheckbox"),
        *("formdropdown", "formtext", "gotobutton", "greetingline", "index", "info", "keywords", "lastsavedby", "listnum"),
        *("mergefield", "mergerec", "mergeseq", "next", "nextif", "noteref", "numchars", "numpages", "numwords"),
        *("page", "pageref", "printdate", "ref", "revnum", "savedate", "section", "sectionpages", "seq", "skipif"),
        *("styleref", "subject", "symbol", "ta", "tc", "template", "time", "title", "toa", "toc", "username", "userinitials"),
        *("xe", "="),
    )
)
"""Fields whose code is a name and switches, and says nothing that a reader would miss."""
_NARROW = 10
"""Per cent of a letter's own width: less is a line, not a letter."""
_PRIVATE_USE = range(0xE000, 0xF900)


@dataclass(frozen=True)
class Box:
    """A text box: its content, and the colour it stands on, None where that is not known."""

    content: Node
    ground: str | None


@dataclass
class Inline:
    """A paragraph's text and what was met in it, in order.

    `breaks_before`/`breaks_after`: page turns before and after its first visible character. `boxes`: text boxes.
    `pictures`: a caption (alternative text) or None each. `notes`: (kind, id). `dropped`: (element type, reason) and how many
    characters. `hidden`: stretches of `text` that are there but cannot be seen, and how (`colour`, `tiny`).
    """

    parts: list[str] = field(default_factory=list)
    breaks_before: int = 0
    breaks_after: int = 0
    boxes: list[Box] = field(default_factory=list)
    pictures: list[str | None] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    dropped: dict[tuple[str, str], int] = field(default_factory=dict)
    hidden: list[tuple[int, int, str]] = field(default_factory=list)
    inserted: int = 0
    """Characters that a tracked change puts in."""
    length: int = 0
    bold: bool = True
    """Every visible character is bold; True for an empty paragraph."""

    @property
    def text(self) -> str:
        """The visible text; line breaks as newlines."""
        return "".join(self.parts)

    def drop(self, element_type: str, reason: str, characters: int = 0) -> None:
        """Note something left out, one entry for each kind in a paragraph."""
        self.dropped[element_type, reason] = self.dropped.get((element_type, reason), 0) + characters


class InlineReader:
    """Reads paragraphs of one story (body, header, note): complex fields may span its paragraphs."""

    def __init__(self, styles: Styles, relationships: dict[str, Relationship], floor: str | None = WHITE) -> None:
        """`floor`: the colour under what floats over the page, None where that may be a picture."""
        self._styles = styles
        self._floor = floor
        self._relationships = relationships
        self._fields: list[str] = []
        self._turned = False
        self._bold = self._run_bold = False
        self._style = Style()
        self._ground: str | None = WHITE
        self._look = ""
        self._code: list[str] = []

    def read(self, paragraph: Node, style: Style, ground: str | None = WHITE) -> Inline:
        """The visible content of a `w:p` of that style, on a ground of that colour, None where that is not known."""
        out = Inline()
        self._bold = bool(style.bold)
        self._style = style
        self._ground = _shade(first(paragraph, "w:pPr", "w:shd")) or hexadecimal(style.shade) or ground
        self._children(paragraph, out, bool(style.hidden))
        # A field's code ends with its paragraph, whatever a broken document says: else the rest of the text would be lost.
        self._end_of_code(out)
        self._fields = ["result"] * len(self._fields)
        return out

    def _children(self, node: Node, out: Inline, hidden: bool) -> None:
        for child in node:
            self._child(child, out, hidden)

    def _child(self, node: Node, out: Inline, hidden: bool) -> None:
        match node.tag:
            case "w:r":
                self._run(node, out, hidden)
            case "w:del" | "w:moveFrom":
                size = sum(len(leaf.text or "") for leaf in node.iter() if leaf.tag in ("w:t", "w:delText"))
                if size:
                    out.drop("paragraph", "TRACKED_DELETION", size)
            case "w:ins" | "w:moveTo":
                before = out.length
                self._children(node, out, hidden)
                out.inserted += out.length - before
            case "w:hyperlink" | "w:fldSimple":
                self._link(node, out)
                self._children(node, out, hidden)
            case "mc:AlternateContent":
                for child in chosen(node):
                    self._child(child, out, hidden)
            case "m:oMath" | "m:oMathPara":
                self._say(linear_math(node), out, hidden)
            case name if name in _TRANSPARENT:
                self._children(node, out, hidden)

    def _run(self, run: Node, out: Inline, hidden: bool) -> None:
        properties = first(run, "w:rPr")
        hidden = self._property(properties, "w:vanish", hidden)
        if not hidden:
            self._run_bold = self._property(properties, "w:b", self._bold)
            self._look = self._hiding_look(properties)
        fonts = first(properties, "w:rFonts")
        font = fonts.get("w:ascii", "") if fonts is not None else ""
        for child in run:
            match child.tag:
                case "w:t":
                    self._say(plain((child.text or "").replace("\n", " "), font), out, hidden)
                case "w:br":
                    self._break(child.get("w:type", ""), out, hidden)
                case "w:lastRenderedPageBreak":
                    # Word also marks the page an explicit break has just begun.
                    if not self._turned:
                        _turn(out)
                    self._turned = False
                case "w:fldChar":
                    self._say(_form_value(child), out, hidden)
                    self._field(child.get("w:fldCharType", ""), out)
                case "w:instrText" if "code" in self._fields:
                    self._code.append(child.text or "")
                case "w:sym":
                    self._say(_symbol(child.get("w:char", ""), child.get("w:font", "")), out, hidden)
                case "w:footnoteReference" | "w:endnoteReference":
                    out.notes.append((child.tag[2:-9], child.get("w:id", "")))
                case "w:commentReference":
                    out.drop("comment", "COMMENT")
                case "w:drawing" | "w:pict" | "w:object":
                    self._drawing(child, out)
                case "mc:AlternateContent":
                    for part in chosen(child):
                        if part.tag in ("w:drawing", "w:pict", "w:object"):
                            self._drawing(part, out)
                case "w:ruby":
                    self._children(child, out, hidden)
                case name if name in _TEXT:
                    self._say(_TEXT[name], out, hidden)

    def _say(self, text: str, out: Inline, hidden: bool) -> None:
        if not text or "code" in self._fields:
            return
        if hidden:
            if text.strip():
                out.drop("paragraph", "HIDDEN_TEXT", len(text))
            return
        if self._look and text.strip():
            out.hidden.append((out.length, out.length + len(text), self._look))
        out.parts.append(text)
        out.length += len(text)
        if text.strip():
            self._turned = False
            out.bold = out.bold and self._run_bold

    def _break(self, kind: str, out: Inline, hidden: bool) -> None:
        if kind == "page":
            _turn(out)
            self._turned = True
        else:
            self._say("\n", out, hidden)

    def _field(self, kind: str, out: Inline) -> None:
        self._end_of_code(out)
        if kind == "begin":
            self._fields.append("code")
        elif self._fields and kind == "separate":
            self._fields[-1] = "result"
        elif self._fields and kind == "end":
            self._fields.pop()

    def _end_of_code(self, out: Inline) -> None:
        """Name a field's code that runs, leads elsewhere or holds words; the document shows none of it."""
        code = "".join(self._code).strip()
        self._code = []
        if code:
            _note_code(code, out)

    def _link(self, node: Node, out: Inline) -> None:
        target = self._relationships.get(node.get("r:id", ""))
        if target is not None and target.external:
            out.drop("link", "LINK_TARGET", len(target.target))
        if node.get("w:instr", "").strip():
            _note_code(node.get("w:instr", "").strip(), out)

    def _hiding_look(self, properties: Node | None) -> str:
        """How a run's letters are kept from being seen, `colour`, `tiny` or ""; they stay in, for the policy gates to read."""
        reference = first(properties, "w:rStyle")
        character = self._styles.style(reference.get("w:val", "")) if reference is not None else Style()
        size = _value(first(properties, "w:sz")) or character.size or self._style.size
        if size is not None and size[:6].isdecimal() and int(size[:6]) <= _TINY_HALF_POINTS:
            return "tiny"
        width = _value(first(properties, "w:w"))
        if width is not None and width.rstrip("%").isdecimal() and int(width.rstrip("%")[:6]) <= _NARROW:
            return "tiny"
        colour = hexadecimal(_value(first(properties, "w:color")) or character.colour or self._style.colour)
        if first(properties, "w:highlight") is not None:
            return ""
        ground = _shade(first(properties, "w:shd")) or hexadecimal(character.shade) or self._ground
        return "colour" if colour is not None and ground is not None and _alike(colour, ground) else ""

    def _property(self, properties: Node | None, name: str, inherited: bool) -> bool:
        """An on/off property of a run: its own, else its character style's, else its paragraph's."""
        direct = first(properties, name)
        if direct is not None:
            return is_on(direct)
        character = first(properties, "w:rStyle")
        style = self._styles.style(character.get("w:val", "")) if character is not None else None
        styled = None if style is None else style.hidden if name == "w:vanish" else style.bold
        return inherited if styled is None else styled

    def _drawing(self, node: Node, out: Inline) -> None:
        label = next(
            (_alternative(child) for child in node.iter() if child.tag in ("wp:docPr", "v:shape") and _alternative(child)), None
        )
        pictures = 0
        floats = first(node, "wp:inline") is None
        pending = [(node, self._floor if floats else self._ground)]
        while pending:
            current, ground = pending.pop()
            if is_shape(current):
                ground = shape_ground(current, ground)
            match current.tag:
                case name if name == BOX:
                    out.boxes.append(Box(current, ground))
                    continue
                case "mc:AlternateContent":
                    pending.extend((part, ground) for part in reversed(list(chosen(current))))
                    continue
                case "pic:pic" | "v:imagedata":
                    pictures += 1
                    own = next(
                        (_alternative(child) for child in current.iter() if child.tag == "pic:cNvPr" and _alternative(child)),
                        None,
                    )
                    self._picture(current, own or (label if pictures == 1 else None), out)
                case "c:chart":
                    out.drop("chart", "CHART_NOT_READ")
                case "dgm:relIds":
                    out.drop("diagram", "DIAGRAM_NOT_READ")
                case "o:OLEObject":
                    out.drop("embedded_object", "EMBEDDED_FILE")
            pending.extend((part, ground) for part in reversed(list(current)))

    def _picture(self, node: Node, caption: str | None, out: Inline) -> None:
        pointers = [child for child in node.iter() if child.tag in ("a:blip", "v:imagedata")]
        ids = [p.get(key, "") for p in pointers for key in ("r:embed", "r:id", "r:link") if p.get(key)]
        external = [self._relationships[i].external for i in ids if i in self._relationships]
        if external and all(external):
            out.drop("image", "EXTERNAL_LINK")
        out.pictures.append(caption)


def _turn(out: Inline) -> None:
    if any(part.strip() for part in out.parts):
        out.breaks_after += 1
    else:
        out.breaks_before += 1


def _alternative(node: Node) -> str:
    text = node.get("descr") or node.get("alt") or node.get("title") or ""
    return " ".join(text.split())


def _form_value(node: Node) -> str:
    """What a box or list of an old form shows: it stands in the field's settings, and no text repeats it."""
    settings = first(node, "w:ffData")
    box, choice = first(settings, "w:checkBox"), first(settings, "w:ddList")
    if box is not None:
        state = first(box, "w:checked")
        return _CHECKED if is_on(state if state is not None else first(box, "w:default")) else _UNCHECKED
    if choice is not None:
        picked = first(choice, "w:result") if first(choice, "w:result") is not None else first(choice, "w:default")
        entries = [entry.get("w:val", "") for entry in choice if entry.tag == "w:listEntry"]
        index = picked.get("w:val", "0") if picked is not None else "0"
        return entries[int(index)] if index.isdecimal() and len(index) < 5 and int(index) < len(entries) else ""
    return ""


def _symbol(code: str, font: str) -> str:
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    # Symbol fonts use private code points, which mean nothing outside their font.
    if point in _PRIVATE_USE or not 0x20 <= point < 0xD800:
        return letter(point, font)
    return chr(point)


def _note_code(code: str, out: Inline) -> None:
    name = code.split(maxsplit=1)[0].lower()
    if name in _ACTIVE_FIELDS:
        out.drop("field", "ACTIVE_FIELD", len(code))
    elif name == "hyperlink":
        if "\\l" not in code.split('"')[0]:
            out.drop("link", "LINK_TARGET", len(code))
    elif name not in _PLAIN_FIELDS and not name.startswith("="):
        out.drop("field", "FIELD_CODE", len(code))


def _value(node: Node | None) -> str | None:
    return node.get("w:val") if node is not None else None


def _shade(node: Node | None) -> str | None:
    return hexadecimal(node.get("w:fill")) if node is not None else None


def _alike(a: str, b: str) -> bool:
    return all(abs(int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) < _ALIKE for i in (0, 2, 4))
