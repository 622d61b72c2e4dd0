"""Readings and Office packages for the parser's tests, written part by part, so that each test says what is in its file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from frostbyte.parse.elements import Kind, Reading
from frostbyte.parse.pages import PageWriter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:x="{X}" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Link = tuple[str, str] | tuple[str, str, str]
"""Relationship kind and target; a third member makes it external."""


def links(entries: Mapping[str, Link]) -> str:
    """A relationships part: id to (kind, target)."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{R}/{entry[0]}" Target="{escape(entry[1])}"'
        + (' TargetMode="External"/>' if len(entry) > 2 else "/>")
        for key, entry in entries.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'


def package(path: Path, parts: Mapping[str, str | bytes]) -> str:
    """A zip archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return str(path)


def docx(folder: Path, body: str, *, links_to: Mapping[str, Link] | None = None, **parts: str) -> str:
    """A DOCX of this body XML. `parts` (styles, numbering, footnotes, header1, ...) are the inner XML of parts of that name."""
    kinds = {name: (name.rstrip("0123456789"), f"{name}.xml") for name in parts}
    files: dict[str, str | bytes] = {
        "_rels/.rels": links({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": links({**kinds, **(links_to or {})}),
    }
    roots = {"header": "hdr", "footer": "ftr"}
    for name, inner in parts.items():
        root = roots.get(name.rstrip("0123456789"), name)
        files[f"word/{name}.xml"] = f"<w:{root} {NAMESPACES}>{inner}</w:{root}>"
    return package(folder / "made.docx", files)


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; a run that is not XML is plain text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tbl(*rows: Sequence[str]) -> str:
    """A table of cells; a cell that is not XML is one plain paragraph."""
    cells = ("".join(f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def xlsx(
    folder: Path,
    *sheets: str,
    names: Sequence[str] = (),
    attributes: Mapping[int, str] | None = None,
    strings: Sequence[str] = (),
    styles: str = "",
    properties: str = "",
    more: Mapping[str, str | bytes] | None = None,
    links_to: Mapping[str, Link] | None = None,
) -> str:
    """An XLSX of worksheets, each the inner XML of its `worksheet`; sheet 1 first. `attributes`: of the sheet of that number."""
    titles = [names[i] if i < len(names) else f"Sheet{i + 1}" for i in range(len(sheets))]
    listed = "".join(
        f'<x:sheet name="{title}" sheetId="{i}" r:id="s{i}" {(attributes or {}).get(i, "")}/>'
        for i, title in enumerate(titles, 1)
    )
    kinds: dict[str, Link] = {f"s{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)}
    files: dict[str, str | bytes] = {
        "_rels/.rels": links({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<x:workbook {NAMESPACES}>{properties}<x:sheets>{listed}</x:sheets></x:workbook>",
    }
    for i, sheet in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{i}.xml"] = f"<x:worksheet {NAMESPACES}>{sheet}</x:worksheet>"
    if strings:
        items = "".join(s if s.startswith("<") else f"<x:si><x:t>{escape(s)}</x:t></x:si>" for s in strings)
        files["xl/sharedStrings.xml"] = f"<x:sst {NAMESPACES}>{items}</x:sst>"
        kinds["strings"] = ("sharedStrings", "sharedStrings.xml")
    if styles:
        files["xl/styles.xml"] = f"<x:styleSheet {NAMESPACES}>{styles}</x:styleSheet>"
        kinds["styles"] = ("styles", "styles.xml")
    files["xl/_rels/workbook.xml.rels"] = links({**kinds, **(links_to or {})})
    return package(folder / "made.xlsx", {**files, **(more or {})})


def rows(*lines: Sequence[str | int | float], start: int = 1) -> str:
    """`sheetData` of inline strings and numbers; an empty string leaves the cell out."""
    out = []
    for number, line in enumerate(lines, start):
        cells = ""
        for column, value in enumerate(line):
            at = f"{chr(ord('A') + column)}{number}"
            if isinstance(value, str):
                cells += f'<x:c r="{at}" t="inlineStr"><x:is><x:t>{escape(value)}</x:t></x:is></x:c>' if value else ""
            else:
                cells += f'<x:c r="{at}"><x:v>{value}</x:v></x:c>'
        out.append(f'<x:row r="{number}">{cells}</x:row>')
    return "<x:sheetData>" + "".join(out) + "</x:sheetData>"


def reading(*blocks: tuple[Kind, str] | list[list[str]] | None, version: str = "test 1") -> Reading:
    """A reading of (kind, text), tables as rows of cells, and None for a page turn. Headings are of level 1 + leading `>`s."""
    writer = PageWriter()
    for block in blocks:
        if block is None:
            writer.turn()
        elif isinstance(block, list):
            writer.add_table(block, has_header=True)
        else:
            kind, text = block
            level = 1 + len(text) - len(text.lstrip(">")) if kind == "heading" else None
            writer.add(kind, text.lstrip(">"), level=level)
    return Reading(writer.pages, tuple(writer.elements), reader_version=version)


_LENGTHS = st.one_of(st.integers(1, 60), st.sampled_from([398, 399, 400, 401, 1198, 1200, 1201, 1499, 1500, 1501, 3100]))
_WORDS = st.sampled_from(["pump ", "é ", "契約", "x", "line\n", "tab\t", "a\u00a0b ", "𝛼 "])
_TEXTS = st.builds(lambda word, length: (word * (length // len(word) + 1))[:length], _WORDS, _LENGTHS)
_KINDS: st.SearchStrategy[Kind] = st.sampled_from(
    ["paragraph", "paragraph", "paragraph", "heading", "list_item", "figure_caption", "header", "footer"]
)
_CELLS = st.one_of(st.text("ab 1", max_size=12), st.sampled_from(["", "cell " * 70, "y" * 1600, "word " * 400]))
_TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_CELLS, min_size=width, max_size=width), min_size=1, max_size=40)
)
readings = st.lists(st.one_of(st.tuples(_KINDS, _TEXTS), st.tuples(_KINDS, _TEXTS), _TABLES, st.none()), max_size=14).map(
    lambda blocks: reading(*blocks)
)
"""Readings of any mix of elements, with lengths at the edges of the chunking rules."""
