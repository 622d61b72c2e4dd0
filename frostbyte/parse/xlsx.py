"""XLSX: each visible sheet is a page that opens with its name as a heading, then its tables.

A table is a block of rows with no blank row between, and blank columns part those of other rows; lone cells above it are text,
not header. Values are those the sheet shows (cached results, dates in ISO form, numbers whole with their currency or unit), never
formulas. A merged value stands once, at its first cell. Columns without any value in a block are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from frostbyte.errors import ParseFailed
from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.delimited import has_header, is_value
from frostbyte.parse.elements import Dropped, Figure, Reading, Warning
from frostbyte.parse.ooxml import Node, Package, Relationship, chosen, first
from frostbyte.parse.pages import PageWriter
from frostbyte.parse.xlsx_cells import MAX_CELLS, MAX_CHARACTERS, Formats, SharedStrings, Sheet, area, letters
from frostbyte.parse.xlsx_styles import Looks

_MAX_SHEETS = 1024
_MAX_GRID = 4_000_000
_MAX_TITLE_ROWS = 5
_MAX_BESIDE = 64
"""Runs of columns; where more stand beside each other, the cells are strewn about and no tables."""
_MAX_PLACES = 10
_AUTO_NAMES = ("auto_open", "auto_close", "auto_activate", "auto_deactivate")
_WORDS = re.compile(r'"[^"]*\w[^"]{6,}"')
"""A text of some length within a formula."""
_SHEET_KINDS = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
"""What stands among the sheets and has no cells to read."""
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
_Unseen = dict[tuple[int, int], str]


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
        self._formats, self._looks = Formats(styles, from_1904=from_1904), Looks(styles)
        names = first(workbook, "x:definedNames")
        self._defined = list(names) if names is not None else []
        self._writer = PageWriter()
        self._figures: list[Figure] = []
        self._dropped: list[Dropped] = []
        self._warnings: dict[Warning, None] = {}
        self._cells_left = MAX_CELLS
        self._characters_left = MAX_CHARACTERS

    def reading(self) -> Reading:
        self._drop_parts(self._relationships, 1)
        self._drop_names()
        custom, size = self._package.custom_data(self._warnings)
        if size:
            self._dropped.append(Dropped("custom_xml", 1, "CUSTOM_XML", characters=size))
        for position, sheet in enumerate(self._sheets):
            if position:
                self._writer.turn()
            self._sheet(sheet)
        properties = self._package.properties(self._warnings) + custom
        return Reading(
            pages=self._writer.pages,
            elements=tuple(self._writer.elements),
            figures=tuple(self._figures),
            dropped=tuple(self._dropped),
            warnings=tuple(self._warnings),
            hidden=tuple(self._writer.hidden),
            properties=properties,
            reader_version=f"{PARSER_VERSION} xlsx",
        )

    def _drop_parts(self, relationships: dict[str, Relationship], page: int) -> None:
        for relationship in relationships.values():
            if relationship.kind in _DROPPED_PARTS:
                element_type, reason = _DROPPED_PARTS[relationship.kind]
                if reason == "COMMENT":
                    self._drop_comments(relationship, page)
                elif relationship.kind == "externalLink" and self._is_dde(relationship):
                    self._dropped.append(Dropped(element_type, page, "DDE_LINK"))
                else:
                    self._dropped.append(Dropped(element_type, page, reason))
            elif relationship.kind == "hyperlink" and relationship.external:
                self._dropped.append(Dropped("link", page, "LINK_TARGET", characters=len(relationship.target)))

    def _drop_comments(self, relationship: Relationship, page: int) -> None:
        """Each comment with its cell; a thread stands in the old comments too, for programs that know no threads."""
        root = None if relationship.external else self._package.tree(relationship.target)
        notes = (
            [node for node in root.iter() if node.tag.rpartition(":")[2] in ("comment", "threadedComment")]
            if root is not None
            else []
        )
        for note in notes:
            size = sum(len(leaf.text or "") for leaf in note.iter())
            self._dropped.append(Dropped("comment", page, "COMMENT", _cell_place(note.get("ref", "")), size))
        if not notes:
            self._dropped.append(Dropped("comment", page, "COMMENT"))

    def _is_dde(self, relationship: Relationship) -> bool:
        root = None if relationship.external else self._package.tree(relationship.target)
        return root is not None and next(root.iter("x:ddeLink"), None) is not None

    def _drop_names(self) -> None:
        """Names that run something or hold words; most only name cells."""
        for node in self._defined:
            value = (node.text or "").strip()
            name = node.get("name", "").lower().removeprefix("_xlnm.")
            if name.startswith(_AUTO_NAMES) or "1" in (node.get("xlm"), node.get("vbProcedure"), node.get("function")):
                self._dropped.append(Dropped("defined_name", 1, "AUTO_MACRO_NAME"))
            elif _WORDS.search(value):
                self._dropped.append(Dropped("defined_name", 1, "DEFINED_NAME", characters=len(value)))

    def _sheet(self, node: Node) -> None:
        page = self._writer.page
        target = self._relationships.get(node.get("r:id", ""))
        if node.get("state", "visible") != "visible":
            reason = "VERY_HIDDEN_SHEET" if node.get("state") == "veryHidden" else "HIDDEN_SHEET"
            self._dropped.append(Dropped("sheet", page, reason, f"sheet {page}", self._size(target)))
            return
        if target is None or target.external:
            self._dropped.append(Dropped("sheet", page, "SHEET_MISSING"))
            return
        relationships = self._package.relationships(target.target)
        self._drop_parts(relationships, page)
        if target.kind != "worksheet":
            # A chart sheet or a dialogue: it has no cells.
            self._writer.add("heading", node.get("name", ""), level=1)
            chart = target.kind == "chartsheet"
            kind = target.kind if target.kind in _SHEET_KINDS else "sheet"  # the file may say anything
            self._dropped.append(Dropped(kind, page, "CHART_NOT_READ" if chart else "NOT_READ"))
            return
        sheet = Sheet(self._strings, self._formats, self._looks, self._cells_left, self._characters_left)
        if not self._package.stream(target.target, sheet):
            self._dropped.append(Dropped("sheet", page, "SHEET_MISSING"))
            return
        self._cells_left, self._characters_left = sheet.cells_left, sheet.characters_left
        drawings = [self._package.tree(r.target) for r in relationships.values() if r.kind == "drawing" and not r.external]
        if any(cells for _, cells in sheet.rows) or any(drawing is not None for drawing in drawings):
            self._writer.add("heading", node.get("name", ""), level=1)
        unseen = self._really_unseen(sheet, relationships)
        before = len(self._writer.hidden)
        blocks = list(_blocks(sorted(sheet.rows, key=lambda row: row[0])))
        for position, block in enumerate(blocks):
            self._block(block, blocks[position + 1] if position + 1 < len(blocks) else [], unseen)
        for kind, code in (("colour", "WHITE_TEXT"), ("tiny", "TINY_TEXT")):
            if size := sum(span.page_end - span.page_start for span in self._writer.hidden[before:] if span.kind == kind):
                self._warnings[Warning(code, page, "", size)] = None
        for drawing in drawings:
            if drawing is not None:
                self._drawing(drawing)
        columns = {letters(column): size for column, size in sorted(sheet.left_columns.items())}
        for left, element_type, reason, places in (
            (sheet.hidden_rows, "table_row", "HIDDEN_ROW", "rows"),
            (columns, "table_column", "HIDDEN_COLUMN", "columns"),
            (sheet.left_cells, "table_cell", "HIDDEN_CELL", "cells"),
            (sheet.active_formulas, "formula", "ACTIVE_FORMULA", "cells"),
        ):
            if left:
                self._dropped.append(Dropped(element_type, page, reason, _places(places, list(left)), sum(left.values())))
        if sheet.link_formulas:
            self._dropped.append(Dropped("link", page, "LINK_TARGET", characters=sheet.link_formulas))
        if sheet.prompts:
            self._dropped.append(Dropped("data_validation", page, "DATA_VALIDATION", characters=sheet.prompts))
        if sheet.margins:
            self._dropped.append(Dropped("header", page, "PRINT_HEADER"))
        if sheet.formula_without_value:
            self._warnings[Warning("FORMULA_WITHOUT_VALUE", page)] = None

    def _size(self, target: Relationship | None) -> int:
        """Characters in the cells of a sheet that is left out; 0 where they cannot be counted."""
        if target is None or target.external or target.kind != "worksheet":
            return 0
        sheet = Sheet(self._strings, self._formats, self._looks)
        try:
            self._package.stream(target.target, sheet)
        except ParseFailed:
            return 0
        shown = sum(len(text) for _, cells in sheet.rows for text in cells.values())
        return shown + sum(map(sum, (d.values() for d in (sheet.hidden_rows, sheet.left_columns, sheet.left_cells))))

    def _really_unseen(self, sheet: Sheet, relationships: dict[str, Relationship]) -> dict[tuple[int, int], str]:
        """The sheet's unseen cells, without those to which a table or a conditional format may give a darker ground."""
        areas = [area(reference) for reference in sheet.filled]
        for relationship in relationships.values() if sheet.unseen else ():
            table = (
                self._package.tree(relationship.target) if relationship.kind == "table" and not relationship.external else None
            )
            style = first(table, "x:tableStyleInfo")
            if table is not None and style is not None and style.get("name"):
                rows, columns = area(table.get("ref", ""))
                areas.append((rows if "Dark" in style.get("name", "") else rows[:1], columns))
        return {
            (row, column): kind
            for (row, column), kind in sheet.unseen.items()
            if kind != "colour" or not any(row in rows and column in columns for rows, columns in areas)
        }

    def _block(self, block: list[_Row], following: list[_Row], unseen: _Unseen) -> None:
        lone = len(block) if _are_titles(block, following) else 0
        while lone < len(block) and len(block[lone][1]) == 1 and (lone + 1 == len(block) or _is_title(block, lone)):
            lone += 1
        for row, cells in block[:lone]:
            (column, text) = next(iter(cells.items()))
            self._writer.add("paragraph", text)
            if kind := unseen.get((row, column)):
                self._writer.hide(kind)
        for rows in _side_by_side(block[lone:]):
            self._table(rows, unseen)

    def _table(self, rows: list[_Row], unseen: _Unseen) -> None:
        columns = sorted({column for _, cells in rows for column in cells})
        if len(columns) * len(rows) > _MAX_GRID:
            # A few cells strewn over a huge area: rows keep their cells, columns are given up.
            self._warnings[Warning("SPARSE_TABLE", self._writer.page)] = None
            at = [[(row, column) for column in sorted(cells)] for row, cells in rows]
            packed = [[cells[column] for column in sorted(cells)] for _, cells in rows]
            self._writer.add_table(packed, has_header=False, hidden=_placed(at, unseen))
            return
        grid = [[cells.get(column, "") for column in columns] for _, cells in rows]
        at = [[(row, column) for column in columns] for row, _ in rows] if unseen else []
        self._writer.add_table(grid, has_header=has_header(grid), hidden=_placed(at, unseen))

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
                        self._writer.hide("alt_text")
                        self._warnings[Warning("ALT_TEXT", page)] = None
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


def _placed(at: list[list[tuple[int, int]]], unseen: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """The unseen cells by their row and column in a table whose cells have those addresses."""
    cells = ((i, j, unseen.get(address)) for i, line in enumerate(at if unseen else ()) for j, address in enumerate(line))
    return {(i, j): kind for i, j, kind in cells if kind}


def _places(what: str, at: list[Any]) -> str:
    more = f" and {len(at) - _MAX_PLACES} more" if len(at) > _MAX_PLACES else ""
    return f"{what} {', '.join(map(str, at[:_MAX_PLACES]))}{more}"


def _cell_place(reference: str) -> str:
    return f"cell {reference}" if re.fullmatch("[A-Z]{1,3}[0-9]{1,7}", reference) else ""


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


def _side_by_side(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Tables that stand beside each other: blank columns part them, and they do not begin and end in the same rows.

    A single column apart is no table of its own: it may be a remark on each row.
    """
    columns = sorted({column for _, cells in rows for column in cells})
    if not columns:
        return
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
    for at, (_, cells) in enumerate(rows):
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
        yield [(row, {column: text for column, text in cells.items() if column in kept}) for row, cells in rows[low : high + 1]]


def _is_title(block: list[_Row], position: int) -> bool:
    """A row of one cell is a title where a row of several follows at once or after more such rows."""
    following = next((cells for _, cells in block[position + 1 :] if len(cells) > 1), None)
    return following is not None and position < _MAX_TITLE_ROWS
