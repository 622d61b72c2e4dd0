"""The inside of a DOCX paragraph: its visible text, and what else hangs on it.

Visible is what a reader of the final document sees: insertions in, deletions out, hidden text out, field results in, field codes
out, one branch of alternative content. What is left out is named, never silently lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from frostbyte.parse.docx_math import linear_math
from frostbyte.parse.docx_styles import Style, Styles
from frostbyte.parse.docx_symbols import letter, plain
from frostbyte.parse.ooxml import Node, Relationship, chosen, first, is_on

_TEXT = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "\u2011", "w:softHyphen": ""}
_TRANSPARENT = frozenset(
    (
        *("w:hyperlink", "w:smartTag", "w:sdt", "w:sdtContent", "w:fldSimple", "w:customXml"),
        *("w:dir", "w:bdo", "w:ins", "w:moveTo", "w:ruby", "w:rubyBase"),
    )
)
_CHECKED, _UNCHECKED = "☒", "☐"
_TINY_HALF_POINTS = 4
_PRIVATE_USE = range(0xE000, 0xF900)


@dataclass
class Inline:
    """A paragraph's text and what was met in it, in order.

    `breaks_before`/`breaks_after`: page turns before and after its first visible character. `boxes`: text box contents.
    `pictures`: a caption (alternative text) or None each. `notes`: (kind, id). `dropped`: (element type, reason).
    """

    parts: list[str] = field(default_factory=list)
    breaks_before: int = 0
    breaks_after: int = 0
    boxes: list[Node] = field(default_factory=list)
    pictures: list[str | None] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    dropped: dict[tuple[str, str], None] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    bold: bool = True
    """Every visible character is bold; True for an empty paragraph."""

    @property
    def text(self) -> str:
        """The visible text; line breaks as newlines."""
        return "".join(self.parts)

    def drop(self, element_type: str, reason: str) -> None:
        """Note something left out, once a paragraph."""
        self.dropped[element_type, reason] = None


class InlineReader:
    """Reads paragraphs of one story (body, header, note): complex fields may span its paragraphs."""

    def __init__(self, styles: Styles, relationships: dict[str, Relationship]) -> None:
        self._styles = styles
        self._relationships = relationships
        self._fields: list[str] = []
        self._turned = False
        self._bold = self._run_bold = False

    def read(self, paragraph: Node, style: Style) -> Inline:
        """The visible content of a `w:p` of that style."""
        out = Inline()
        self._bold = bool(style.bold)
        self._children(paragraph, out, bool(style.hidden))
        # A field's code ends with its paragraph, whatever a broken document says: else the rest of the text would be lost.
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
                if any(leaf.tag in ("w:t", "w:delText") and leaf.text for leaf in node.iter()):
                    out.drop("paragraph", "TRACKED_DELETION")
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
            _warn_of_invisible(properties, out)
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
                    self._field(child.get("w:fldCharType", ""))
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
                out.drop("paragraph", "HIDDEN_TEXT")
            return
        out.parts.append(text)
        if text.strip():
            self._turned = False
            out.bold = out.bold and self._run_bold

    def _break(self, kind: str, out: Inline, hidden: bool) -> None:
        if kind == "page":
            _turn(out)
            self._turned = True
        else:
            self._say("\n", out, hidden)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append("code")
        elif self._fields and kind == "separate":
            self._fields[-1] = "result"
        elif self._fields and kind == "end":
            self._fields.pop()

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
        pending = [node]
        while pending:
            current = pending.pop()
            match current.tag:
                case "w:txbxContent":
                    out.boxes.append(current)
                    continue
                case "mc:AlternateContent":
                    pending.extend(reversed(list(chosen(current))))
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
            pending.extend(reversed(list(current)))

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


def _warn_of_invisible(properties: Node | None, out: Inline) -> None:
    """Warn of text that is there but cannot be seen: it stays in, so that the policy gates read it."""
    size, colour = first(properties, "w:sz"), first(properties, "w:color")
    if size is not None and size.get("w:val", "").isdecimal() and int(size.get("w:val", "0")[:6]) <= _TINY_HALF_POINTS:
        out.warnings.add("TINY_TEXT")
    unshaded = first(properties, "w:shd") is None and first(properties, "w:highlight") is None
    if colour is not None and colour.get("w:val", "").upper() == "FFFFFF" and unshaded:
        out.warnings.add("WHITE_TEXT")
