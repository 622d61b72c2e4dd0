"""PDFs whose tables are known, as they are made here: `./run fidelity --made` sets them with LibreOffice and reads them back.

The same seed gives the same documents. Each holds prose, headings and tables of one style; the styles come in families (ruled,
aligned, merged, and pages with no table at all), and some of each are held out: whoever
improves the parser looks at the others.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

from tests.fidelity.truth import Cells, Truth

_WORDS = re.findall(
    r"\w+",
    """
account address annual area asset audit average balance bank base board branch budget building capital case cash
centre change charge claim class client code community company contract control cost council country credit current customer data
date debt demand deposit design direct district document duty energy entry equity estimate event exchange expense export factor
field figure final finance fixed force form fund future general grant group growth health holder housing import income increase
index industry interest inventory issue item job labour land law lease level liability licence limit line list loan local loss
machine main manager margin market material measure member method mine model month mortgage net note number office order output
owner paper part party payment pension period person plan plant policy position power price process product profit programme
project property public purchase quality quantity quarter rate ratio record region rent report reserve result return revenue risk
road rule sale saving scale school sector security series service share sheet site source staff standard state statement stock
store study sum supply surplus survey system tax term test total trade training transport trust type union unit use value volume
wage water week weight work year""",
)
_SMALL = re.findall(r"\w+", "of the and for in by to with from on at under")
_UNITS = ["kg", "%", "EUR", "m²", "h", "pcs."]


@dataclass(frozen=True)
class Style:
    """How the tables of one document look. Borders are ODF border words, or none."""

    name: str
    family: str
    held_out: bool = False
    grid: str = ""
    """Around every cell."""
    row_line: str = ""
    """Under every row."""
    head_line: str = ""
    """Over and under the header row and under the last one, as in books."""
    column_line: str = ""
    """Between columns."""
    frame: str = ""
    fill: str = ""
    """Behind the header row."""
    stripe: str = ""
    """Behind every other row."""
    padding: float = 0.08
    """Around the text of a cell, cm."""
    font: str = "DejaVu Sans"
    size: float = 9.5
    numbers: str = "end"
    labels: str = "start"
    head: str = ""
    """The side its column stands on, unless named."""
    bold_head: bool = True
    columns: tuple[int, int] = (3, 6)
    long_cells: bool = False
    spans: str = ""
    """Of: head (a header over several columns), side (a label over several rows), band (a row of one cell)."""
    page_columns: int = 1
    empty: float = 0.05
    landscape: bool = False
    tables: int = 2


_HAIR, _THIN, _THICK, _DOUBLE = "0.25pt solid #000000", "0.5pt solid #000000", "1.5pt solid #333333", "1.5pt double #000000"
_GREY = "0.5pt solid #bbbbbb"

STYLES: tuple[Style, ...] = (
    Style("grid", "ruled", grid=_THIN, head="start"),
    Style("grid-long", "ruled", grid=_THIN, long_cells=True, columns=(3, 4)),
    Style("grid-grey-fill", "ruled", grid=_GREY, fill="#d0d8e8", numbers="center"),
    Style("grid-thick-serif", "ruled", grid=_THICK, font="DejaVu Serif", size=11, columns=(2, 4)),
    Style("frame-rows", "ruled", frame=_THIN, row_line=_HAIR),
    Style("frame-columns", "ruled", frame=_THIN, column_line=_THIN, head_line=_THIN),
    Style("rows", "ruled", row_line=_GREY, long_cells=True, columns=(3, 4)),
    Style("grid-double", "ruled", held_out=True, grid=_DOUBLE, padding=0.12),
    Style("grid-wide", "ruled", held_out=True, grid=_HAIR, columns=(8, 10), size=7, landscape=True),
    Style("grid-two-columns", "ruled", held_out=True, grid=_THIN, columns=(2, 3), page_columns=2, size=8.5),
    Style("grid-tight", "ruled", held_out=True, grid=_HAIR, padding=0.02, size=8, empty=0.25, font="DejaVu Sans Condensed"),
    Style("rows-fill", "ruled", held_out=True, row_line=_THIN, fill="#404040", long_cells=True, columns=(3, 5)),
    Style("book", "aligned", head_line=_THIN, head="start"),
    Style("bare", "aligned"),
    Style("bare-long", "aligned", long_cells=True, columns=(3, 4), padding=0.15),
    Style("stripes", "aligned", stripe="#e8e8e8", fill="#c0c0c0"),
    Style("bare-centred", "aligned", labels="center", numbers="center", head="center"),
    Style("bare-mono", "aligned", font="DejaVu Sans Mono", size=8),
    Style("book-serif", "aligned", held_out=True, head_line=_THICK, font="DejaVu Serif", size=10, padding=0.04),
    Style("bare-small", "aligned", held_out=True, size=7, columns=(6, 9), padding=0.1, bold_head=False),
    Style("bare-sparse", "aligned", held_out=True, empty=0.3, columns=(4, 7)),
    Style("stripes-long", "aligned", held_out=True, stripe="#dfefff", long_cells=True, columns=(3, 4), padding=0.12),
    Style("bare-in-column", "aligned", held_out=True, columns=(2, 3), page_columns=2, size=8.5),
    Style("head-over", "merged", grid=_THIN, spans="head"),
    Style("side-over", "merged", grid=_THIN, spans="side"),
    Style("bands", "merged", grid=_THIN, spans="band", fill="#e0e0e0"),
    Style("head-over-book", "merged", head_line=_THIN, spans="head"),
    Style("head-side", "merged", held_out=True, grid=_GREY, spans="head side", size=8.5),
    Style("bands-rows", "merged", held_out=True, row_line=_THIN, spans="band"),
    Style("side-long", "merged", held_out=True, grid=_HAIR, spans="side", long_cells=True, columns=(3, 4)),
    Style("head-over-bare", "merged", held_out=True, spans="head", padding=0.1),
    Style("prose", "none", tables=0),
    Style("prose-two", "none", tables=0, page_columns=2),
    Style("prose-three", "none", held_out=True, tables=0, page_columns=3, size=8.5),
    Style("prose-two-serif", "none", held_out=True, tables=0, page_columns=2, font="DejaVu Serif"),
)


@dataclass(frozen=True)
class _Cell:
    text: str = ""
    across: int = 1
    down: int = 1
    covered: bool = False


def documents(seed: int, each: int) -> Iterator[tuple[Style, str, Truth, str]]:
    """(style, name, truth, flat ODF text) of `each` documents of every style."""
    for style in STYLES:
        for number in range(each):
            dice = random.Random(f"{seed}/{style.name}/{number}")
            truth = Truth(pages=None)
            body = list(_body(style, dice, truth))
            yield style, f"{style.name}-{number}", truth, _flat(style, "".join(body))


def make(folder: Path, seed: int, each: int) -> list[tuple[Style, Path, Truth]]:
    """The documents as PDFs in `folder`. Raises OSError or subprocess.CalledProcessError where LibreOffice fails."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    sources = []
    for style, name, truth, text in documents(seed, each):
        source = folder / f"{name}.fodt"
        source.write_text(text, encoding="utf-8")
        sources.append(str(source))
        made.append((style, folder / f"{name}.pdf", truth))
    profile = (folder / "profile").resolve().as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *sources], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return made


def _phrase(dice: random.Random, low: int, high: int) -> str:
    words = [dice.choice(_WORDS) for _ in range(dice.randint(low, high))]
    for place in range(1, len(words) - 1):
        if dice.random() < 0.3:
            words[place] = dice.choice(_SMALL)
    return " ".join(words).capitalize()


def _sentences(dice: random.Random, low: int, high: int) -> str:
    return " ".join(
        _phrase(dice, 7, 18) + dice.choice(("", f" in {dice.randint(1950, 2030)}")) + "." for _ in range(dice.randint(low, high))
    )


def _value(dice: random.Random, kind: str) -> str:
    match kind:
        case "label":
            return _phrase(dice, 1, 3)
        case "long":
            return _phrase(dice, 6, 22) + dice.choice((".", ""))
        case "count":
            return str(dice.randint(0, 9_999))
        case "money":
            return f"{dice.choice(('', '', '-', '('))}{dice.randint(0, 999):,}.{dice.randint(0, 99):02}".replace("(", "−")
        case "large":
            return f"{dice.randint(1_000, 99_999_999):,}"
        case "share":
            return f"{dice.randint(0, 100)}.{dice.randint(0, 9)} %"
        case "date":
            return f"{dice.randint(1, 28):02}.{dice.randint(1, 12):02}.{dice.randint(1990, 2030)}"
        case "mark":
            return dice.choice(("x", "yes", "no", "–", "n/a"))
        case _:
            return f"{dice.choice('ABCDEFGH')}{dice.randint(100, 9999)}-{dice.choice(_UNITS)}"


_KINDS = ("label", "count", "money", "large", "share", "date", "mark", "code")
_NUMERIC = frozenset({"count", "money", "large", "share"})


def _grid(style: Style, dice: random.Random) -> tuple[list[list[_Cell]], list[str]]:
    count = dice.randint(*style.columns)
    rows = dice.randint(4, 14)
    kinds = ["label", *(dice.choice(_KINDS[1:]) if dice.random() < 0.8 else "label" for _ in range(count - 1))]
    if style.long_cells:
        kinds[dice.randrange(1, count)] = "long"
    grid = [[_Cell(_phrase(dice, 1, 2)) for _ in range(count)]]
    for _ in range(rows):
        row = [_Cell("" if place and dice.random() < style.empty else _value(dice, kind)) for place, kind in enumerate(kinds)]
        grid.append(row)
    if "head" in style.spans and count >= 3:
        first = dice.randint(1, count - 2)
        across = dice.randint(2, count - first)
        top = [_Cell() for _ in range(count)]
        top[first] = _Cell(_phrase(dice, 1, 3), across=across)
        for place in range(first + 1, first + across):
            top[place] = _Cell(covered=True)
        grid.insert(0, top)
    if "side" in style.spans:
        row = len(grid) - rows
        while row < len(grid):
            down = min(dice.randint(1, 3), len(grid) - row)
            grid[row][0] = replace(grid[row][0], down=down)
            for below in range(row + 1, row + down):
                grid[below][0] = _Cell(covered=True)
            row += down
    if "band" in style.spans:
        for place in (1, 1 + rows // 2):
            grid.insert(place, [_Cell(_phrase(dice, 2, 4), across=count), *[_Cell(covered=True)] * (count - 1)])
    return grid, kinds


def _body(style: Style, dice: random.Random, truth: Truth) -> Iterator[str]:
    def said(text: str, kind: str = "Body") -> str:
        truth.text.append(text)
        if kind.startswith("Head"):
            truth.headings.append(text)
            return f'<text:h text:style-name="{kind}" text:outline-level="{kind[-1]}">{escape(text)}</text:h>'
        return f'<text:p text:style-name="{kind}">{escape(text)}</text:p>'

    yield said(_phrase(dice, 3, 7), "Head1")
    if style.page_columns > 1:
        yield '<text:section text:style-name="Columns" text:name="s">'
    sections = max(style.tables, 1) if style.tables else dice.randint(4, 7)
    for number in range(sections):
        yield said(f"{number + 1}. {_phrase(dice, 2, 5)}" if dice.random() < 0.5 else _phrase(dice, 2, 5), "Head2")
        for _ in range(dice.randint(1, 3)):
            yield said(_sentences(dice, 2, 6))
        if style.tables:
            yield said(f"Table {number + 1}: {_phrase(dice, 3, 8)}", "Caption")
            grid, kinds = _grid(style, dice)
            cells: Cells = [[cell.text for cell in row] for row in grid]
            truth.tables.append(cells)
            truth.text += [cell for row in cells for cell in row if cell]
            yield _table(style, grid, kinds, number)
            yield said(_sentences(dice, 1, 3))
    if style.page_columns > 1:
        yield "</text:section>"


def _table(style: Style, grid: Sequence[Sequence[_Cell]], kinds: Sequence[str], number: int) -> str:
    heads = next(i for i, row in enumerate(grid) if all(cell.text and cell.across == 1 for cell in row)) + 1
    parts = [f'<table:table table:name="t{number}" table:style-name="Table">']
    # A name's column is wider than a number's, as whoever sets a table makes it.
    parts += [
        f'<table:table-column table:style-name="Col{ {"long": 8, "label": 4, "mark": 2}.get(kind, 3) }"/>' for kind in kinds
    ]
    for index, row in enumerate(grid):
        parts.append('<table:table-row table:style-name="Row">')
        kind = "h" if index < heads else "s" if style.stripe and index % 2 else "b"
        edges = ("t" if index == 0 else "") + ("l" if index == len(grid) - 1 else "") + ("u" if index == heads - 1 else "")
        for place, cell in enumerate(row):
            if cell.covered:
                parts.append("<table:covered-table-cell/>")
                continue
            side = ("f" if place == 0 else "") + ("r" if place + cell.across == len(row) else "")
            last = "l" if index + cell.down == len(grid) and "l" not in edges else ""
            spans = (
                f' table:number-columns-spanned="{cell.across}" table:number-rows-spanned="{cell.down}"'
                if cell.across + cell.down > 2
                else ""
            )
            name = f"C{kind}{edges}{last}{side}"
            to = style.numbers if kinds[place] in _NUMERIC and cell.across == 1 else style.labels
            to = (style.head or to) if kind == "h" else to
            parts.append(
                f'<table:table-cell table:style-name="{name}"{spans}>'
                f'<text:p text:style-name="P{"h" if kind == "h" else "b"}{to}">'
            )
            parts.append(f"{escape(cell.text)}</text:p></table:table-cell>")
        parts.append("</table:table-row>")
    return "".join(parts) + "</table:table>"


def _cell_styles(style: Style) -> Iterator[str]:
    for kind in "hbs":
        for vertical in ("", "t", "l", "u", "tl", "tu", "lu", "tlu"):
            for side in ("", "f", "r", "fr"):
                edges = {"top": style.grid, "bottom": style.grid, "left": style.grid, "right": style.grid}
                if style.grid and not style.grid.endswith("double"):  # each line once, as word processors write it
                    edges["left"] = style.grid if "f" in side else ""
                    edges["top"] = style.grid if "t" in vertical else ""
                if style.row_line:
                    edges["bottom"] = style.row_line
                if style.column_line and "r" not in side:
                    edges["right"] = style.column_line
                if style.head_line:
                    edges["top"] = edges["top"] or (style.head_line if "t" in vertical else "")
                    edges["bottom"] = edges["bottom"] or (style.head_line if set(vertical) & {"l", "u"} else "")
                if style.frame:
                    for edge, mark in (("left", "f"), ("right", "r"), ("top", "t"), ("bottom", "l")):
                        edges[edge] = style.frame if mark in side + vertical else edges[edge]
                borders = " ".join(f'fo:border-{edge}="{line or "none"}"' for edge, line in edges.items())
                fill = style.fill if kind == "h" else style.stripe if kind == "s" else ""
                background = f' fo:background-color="{fill}"' if fill else ""
                yield (
                    f'<style:style style:name="C{kind}{vertical}{side}" style:family="table-cell">'
                    f'<style:table-cell-properties fo:padding="{style.padding}cm" {borders}{background}/></style:style>'
                )


def _flat(style: Style, body: str) -> str:
    width, height = ("29.7cm", "21cm") if style.landscape else ("21cm", "29.7cm")
    dark = ' fo:color="#ffffff"' if style.fill == "#404040" else ""

    def paragraph(name: str, size: float, *, bold: bool = False, space: float = 0.0, to: str = "start", more: str = "") -> str:
        weight = ' fo:font-weight="bold"' if bold else ""
        return (
            f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties fo:text-align="{to}" '
            f'fo:margin-top="{space}cm" fo:margin-bottom="{space / 2}cm"/><style:text-properties '
            f'style:font-name="{style.font}" fo:font-family="\'{style.font}\'" fo:font-size="{size}pt"'
            f"{weight}{more}/></style:style>"
        )

    styles = [
        paragraph("Head1", style.size + 6, bold=True, space=0.4),
        paragraph("Head2", style.size + 3, bold=True, space=0.3),
        paragraph("Body", style.size, space=0.2),
        paragraph("Caption", style.size - 0.5, space=0.2),
        *(paragraph(f"Ph{to}", style.size, bold=style.bold_head, to=to, more=dark) for to in ("start", "end", "center")),
        *(paragraph(f"Pb{to}", style.size, to=to) for to in ("start", "end", "center")),
        *_cell_styles(style),
        *(
            f'<style:style style:name="Col{n}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{n}cm" style:rel-column-width="{n * 1000}*"/></style:style>'
            for n in (2, 3, 4, 8)
        ),
        '<style:style style:name="Table" style:family="table"><style:table-properties style:width="17cm" table:align="margins" '
        f'table:border-model="{"separating" if style.grid == _DOUBLE else "collapsing"}"/></style:style>',
        '<style:style style:name="Columns" style:family="section"><style:section-properties><style:columns '
        f'fo:column-count="{style.page_columns}" fo:column-gap="0.7cm"/></style:section-properties></style:style>',
        '<style:style style:name="Row" style:family="table-row">'
        '<style:table-row-properties fo:keep-together="always"/></style:style>',
        f'<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}" '
        'fo:margin="2cm"/></style:page-layout>',
    ]
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"),
        )
    )  # fmt: skip
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:automatic-styles>{''.join(styles)}</office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page"/></office:master-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )
