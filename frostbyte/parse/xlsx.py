"""XLSX: each visible sheet is a page that opens with its name as a heading, then its tables.

A table is a block of rows with no blank row between, and blank columns part those of other rows; lone cells above it are text,
not header. Values are those the sheet shows (cached results, dates in ISO form, numbers whole with their currency or unit), never
formulas. A merged value stands once, at its first cell. Columns without any value in a block are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.delimited import has_header, is_value
from frostbyte.parse.elements import Dropped, Figure, Reading, Warning
from frostbyte.parse.ooxml import Node, Package, Relationship, chosen, first
from frostbyte.parse.pages import PageWriter
from frostbyte.parse.xlsx_cells import MAX_CELLS, MAX_CHARACTERS, Formats, SharedStrings, Sheet

_MAX_SHEETS = 1024
_MAX_GRID = 4_000_000
_MAX_TITLE_ROWS = 5
_MAX_BESIDE = 64
"""Runs of columns; where more stand beside each other, the cells are strewn about and no tables."""
_DROPPED_PARTS = {
    "vbaProject": ("macro", "MACRO"),
    "xlMacrosheet": ("macro", "MACRO"),
    "externalLink": ("external_link", "EXTERNAL_LINK"),
    "package": ("embedded_file", "EMBEDDED_FILE"),
    "oleObject": ("embedded_file", "EMBEDDED_FILE"),
    "control": ("active_content", "ACTIVE_CONTENT"),
    "comments": ("comment", "COMMENT"),
    "threadedComment": ("comment", "COMMENT"),
    "connections": ("external_link", "EXTERNAL_LINK"),
}

_Row = tuple[int, dict[int, str]]


def read(path: str) -> Reading:
    """Read an XLSX file. Raises ParseFailed FILE_CORRUPTED for an unsound package, PARSER_ERROR for one over the limits."""
    with Package(path) as package:
        return _Reader(package).reading()


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.main_part()
        workbook = package.tree(main)
        sheets = first(workbook, "x:sheets")
        if workbook is None or sheets is None:
            raise ParseFailed("the package holds no workbook", reason="FILE_CORRUPTED", detail="NO_WORKBOOK")
        self._sheets = [node for node in sheets if node.tag == "x:sheet"]
        if len(self._sheets) > _MAX_SHEETS:
            raise ParseFailed("the workbook has too many sheets", reason="PARSER_ERROR", detail="TOO_MANY_SHEETS")
        self._relationships = package.relationships(main)
        parts = {r.kind: r.target for r in self._relationships.values() if not r.external}
        strings = SharedStrings()
        if "sharedStrings" in parts:
            package.stream(parts["sharedStrings"], strings)
        self._strings = strings.texts
        properties = first(workbook, "x:workbookPr")
        from_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
        styles = package.tree(parts["styles"]) if "styles" in parts else None
        self._formats = Formats(styles, from_1904=from_1904)
        self._writer = PageWriter()
        self._figures: list[Figure] = []
        self._dropped: list[Dropped] = []
        self._warnings: dict[Warning, None] = {}
        self._cells_left = MAX_CELLS
        self._characters_left = MAX_CHARACTERS

    def reading(self) -> Reading:
        self._drop_parts(self._relationships, 1)
        for position, sheet in enumerate(self._sheets):
            if position:
                self._writer.turn()
            self._sheet(sheet)
        return Reading(
            pages=self._writer.pages,
            elements=tuple(self._writer.elements),
            figures=tuple(self._figures),
            dropped=tuple(self._dropped),
            warnings=tuple(self._warnings),
            reader_version=f"{PARSER_VERSION} xlsx",
        )

    def _drop_parts(self, relationships: dict[str, Relationship], page: int) -> None:
        for relationship in relationships.values():
            if relationship.kind in _DROPPED_PARTS:
                element_type, reason = _DROPPED_PARTS[relationship.kind]
                self._dropped.append(Dropped(element_type, page, reason))

    def _sheet(self, node: Node) -> None:
        page = self._writer.page
        target = self._relationships.get(node.get("r:id", ""))
        if node.get("state", "visible") != "visible":
            self._dropped.append(Dropped("sheet", page, "HIDDEN_SHEET"))
            return
        if target is None or target.external:
            self._dropped.append(Dropped("sheet", page, "SHEET_MISSING"))
            return
        relationships = self._package.relationships(target.target)
        self._drop_parts(relationships, page)
        if target.kind != "worksheet":
            # A chart sheet or a dialogue: it has no cells.
            self._writer.add("heading", node.get("name", ""), level=1)
            self._dropped.append(Dropped(target.kind, page, "CHART_NOT_READ" if target.kind == "chartsheet" else "NOT_READ"))
            return
        sheet = Sheet(self._strings, self._formats, self._cells_left, self._characters_left)
        if not self._package.stream(target.target, sheet):
            self._dropped.append(Dropped("sheet", page, "SHEET_MISSING"))
            return
        self._cells_left, self._characters_left = sheet.cells_left, sheet.characters_left
        drawings = [self._package.tree(r.target) for r in relationships.values() if r.kind == "drawing" and not r.external]
        if any(cells for _, cells in sheet.rows) or any(drawing is not None for drawing in drawings):
            self._writer.add("heading", node.get("name", ""), level=1)
        blocks = list(_blocks(sorted(sheet.rows, key=lambda row: row[0])))
        for position, block in enumerate(blocks):
            self._block(block, blocks[position + 1] if position + 1 < len(blocks) else [])
        for drawing in drawings:
            if drawing is not None:
                self._drawing(drawing)
        for seen, element_type, reason in (
            (sheet.hidden_row_seen, "table_row", "HIDDEN_ROW"),
            (sheet.hidden_column_seen, "table_column", "HIDDEN_COLUMN"),
            (sheet.margins, "header", "PRINT_HEADER"),
        ):
            if seen:
                self._dropped.append(Dropped(element_type, page, reason))
        if sheet.formula_without_value:
            self._warnings[Warning("FORMULA_WITHOUT_VALUE", page)] = None

    def _block(self, block: list[_Row], following: list[_Row]) -> None:
        lone = len(block) if _are_titles(block, following) else 0
        for _, cells in block[:lone]:
            self._writer.add("paragraph", next(iter(cells.values())))
        while lone < len(block) and len(block[lone][1]) == 1 and (lone + 1 == len(block) or _is_title(block, lone)):
            self._writer.add("paragraph", next(iter(block[lone][1].values())))
            lone += 1
        for rows in _side_by_side([cells for _, cells in block[lone:]]):
            self._table(rows)

    def _table(self, rows: list[dict[int, str]]) -> None:
        columns = sorted({column for cells in rows for column in cells})
        if len(columns) * len(rows) > _MAX_GRID:
            # A few cells strewn over a huge area: rows keep their cells, columns are given up.
            self._warnings[Warning("SPARSE_TABLE", self._writer.page)] = None
            self._writer.add_table([[cells[column] for column in sorted(cells)] for cells in rows], has_header=False)
            return
        grid = [[cells.get(column, "") for column in columns] for cells in rows]
        self._writer.add_table(grid, has_header=has_header(grid))

    def _drawing(self, root: Node) -> None:
        """Pictures as figures, text boxes as paragraphs; charts and diagrams are named as not read."""
        page = self._writer.page
        pending = list(reversed(list(root)))
        while pending:
            node = pending.pop()
            match node.tag:
                case "mc:AlternateContent":
                    pending.extend(reversed(list(chosen(node))))
                    continue
                case "xdr:pic":
                    named = first(node, "xdr:nvPicPr", "xdr:cNvPr")
                    text = (named.get("descr") or named.get("title") or "") if named is not None else ""
                    caption = " ".join(text.split()) or None
                    self._figures.append(Figure(page, caption, len(self._writer.elements)))
                    if caption:
                        self._writer.add("figure_caption", caption)
                    continue
                case "xdr:txBody":
                    lines = ("".join(t.text or "" for t in line.iter("a:t")) for line in node if line.tag == "a:p")
                    self._writer.add("paragraph", "\n".join(lines))
                    continue
                case "c:chart":
                    self._dropped.append(Dropped("chart", page, "CHART_NOT_READ"))
                case "dgm:relIds":
                    self._dropped.append(Dropped("diagram", page, "DIAGRAM_NOT_READ"))
            pending.extend(reversed(list(node)))


def _blocks(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Runs of rows that follow each other without a blank one; rows of hidden cells hold a run together and go."""
    block: list[_Row] = []
    last = 0
    for row in rows:
        if block and row[0] > last + 1:
            yield block
            block = []
        last = row[0]
        if row[1]:
            block.append(row)
    if block:
        yield block


def _are_titles(block: list[_Row], following: list[_Row]) -> bool:
    """A few lone texts, a blank row, then a table: the name of a report and what it covers."""
    if len(block) > _MAX_TITLE_ROWS or any(len(cells) != 1 for _, cells in block):
        return False
    texts = [next(iter(cells.values())) for _, cells in block]
    return any(len(cells) > 1 for _, cells in following) and not any(is_value(text) for text in texts)


def _side_by_side(rows: list[dict[int, str]]) -> Iterator[list[dict[int, str]]]:
    """Tables that stand beside each other: blank columns part them, and they do not begin and end in the same rows.

    A single column apart is no table of its own: it may be a remark on each row.
    """
    columns = sorted({column for cells in rows for column in cells})
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if len(runs) < 2 or len(runs) > _MAX_BESIDE:
        yield rows
        return
    run_of = {column: position for position, run in enumerate(runs) for column in run}
    first_row: dict[int, int] = {}
    last_row: dict[int, int] = {}
    for at, cells in enumerate(rows):
        for run in {run_of[column] for column in cells}:
            first_row.setdefault(run, at)
            last_row[run] = at
    tables = [(runs[0], first_row[0], last_row[0])]
    for position, run_columns in enumerate(runs[1:], 1):
        held, low, high = tables[-1]
        extent = first_row[position], last_row[position]
        if extent == (low, high) or len(run_columns) < 2 or len(held) < 2:
            tables[-1] = (held + run_columns, min(low, extent[0]), max(high, extent[1]))
        else:
            tables.append((run_columns, *extent))
    for of_table, low, high in tables:
        kept = frozenset(of_table)
        yield [{column: text for column, text in cells.items() if column in kept} for cells in rows[low : high + 1]]


def _is_title(block: list[_Row], position: int) -> bool:
    """A row of one cell is a title where a row of several follows at once or after more such rows."""
    following = next((cells for _, cells in block[position + 1 :] if len(cells) > 1), None)
    return following is not None and position < _MAX_TITLE_ROWS
