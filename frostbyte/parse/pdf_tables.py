"""Tables of a page: those drawn with ruling lines, and those that are only aligned. Pure geometry.

A ruled table is a net of rules that cross, or a stack of level ones. Where rules are missing (a frame, lines between rows alone,
a head and a foot as in books), columns and rows are told by the words. A cell without a rule to its neighbour in a net is merged
with it; its text stands in the first of the merged cells. An aligned table is a run of at least three lines whose segments share
columns, with cells short enough not to be columns of prose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from frostbyte.parse import table_rules, table_text
from frostbyte.parse.hyphens import join_lines
from frostbyte.parse.layout import Block
from frostbyte.parse.lines import Line, lines_of, segments_of
from frostbyte.parse.pdf_page import Rule
from frostbyte.parse.pdf_words import Word
from frostbyte.parse.table_rules import Net
from frostbyte.parse.table_text import CellLine

MAX_CELL_WORDS = 80.0
"""Average words a cell above which a net of rules is a page layout, not a table."""

_MIN_REGULARITY = 0.55
"""Of the places of a net those that are cells; below, it is a drawing or a form, whose boxes follow no rows."""
_NEAR = 40.0
"""Points: text so close beside the rules stands in the same table as what is between them."""
_MAX_LEADING = 1.45
"""Of the font size: lines further apart are not lines of one cell."""


def ruled(words: Sequence[Word], rules: Sequence[Rule]) -> tuple[list[Block], list[Word]]:
    """Tables drawn with rules, and the words outside them in their old order."""
    if not 2 <= len(rules) <= table_rules.MAX_RULES:
        return [], list(words)
    tables: list[Block] = []
    rest = list(words)
    nets, stacks = table_rules.nets_and_stacks(rules)
    for net in nets:
        table, rest = _read_net(net, rest)
        if table is not None:
            tables.append(table)
        elif len(net.xs) == 2:
            stacks.append([h for h in net.horizontal if not h.fill])
    for stack in (s for s in stacks if len(s) >= 2):
        found, rest = _read_stack(stack, rest)
        tables += found
    return tables, rest


def _read_net(net: Net, words: list[Word]) -> tuple[Block | None, list[Word]]:
    if not net.is_table:
        return None, words
    inside, outside = _within(words, net.xs[0], net.ys[0], net.xs[-1], net.ys[-1])
    if not inside:
        return None, words
    grid = _framed(net, inside) if len(net.xs) == 2 else _netted(net, inside)
    # A drawing or the layout of a page has boxes too, but hardly two of them side by side.
    if (
        grid is None
        or len(grid) < 2
        or len(grid[0]) < 2
        or sum(1 for row in grid if sum(map(bool, row)) >= 2) < min(2, len(grid) - 1)
    ):
        return None, words
    size = max(word.size for word in inside)
    return _table(grid, (net.xs[0], net.ys[0], net.xs[-1], net.ys[-1]), size, _looks_like_header(grid)), outside


def _within(words: Iterable[Word], x0: float, y0: float, x1: float, y1: float) -> tuple[list[Word], list[Word]]:
    inside: list[Word] = []
    outside: list[Word] = []
    for word in words:
        cx, cy = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        (inside if x0 - 1 <= cx <= x1 + 1 and y0 - 1 <= cy <= y1 + 1 else outside).append(word)
    return inside, outside


def _netted(net: Net, words: Sequence[Word]) -> list[list[str]] | None:
    """Cells between upright rules. What is merged stands in the first cell; rows without rules are told by text."""
    spans = list(pairwise(net.xs))
    cuts: list[float] = []
    for band in _bands(net, words):
        cells = [table_text.cell_lines(line, spans) for line in band]
        rows = table_text.rows(band, cells)
        if _are_rows(rows, cells, len(spans), len(net.ys) - 1):
            cuts += [(band[above[-1]].y1 + band[below[0]].y0) / 2 for above, below in pairwise(rows)]
    net = net.with_rules(Rule(net.xs[0], y, net.xs[-1], y) for y in cuts)
    places = (len(net.ys) - 1) * len(spans)
    if len(words) > MAX_CELL_WORDS * places or net.regularity < _MIN_REGULARITY:
        return None
    cells_of: dict[tuple[int, int], list[Word]] = {}
    for word in words:
        row = min(len(net.ys) - 2, max(0, bisect_right(net.ys, (word.y0 + word.y1) / 2) - 1))
        column = min(len(spans) - 1, max(0, bisect_right(net.xs, (word.x0 + word.x1) / 2) - 1))
        cells_of.setdefault(net.first(row, column), []).append(word)
    return _compact([[_cell_text(cells_of.get((r, c), ())) for c in range(len(spans))] for r in range(len(net.ys) - 1)])


def _framed(net: Net, words: Sequence[Word]) -> list[list[str]] | None:
    """Cells between level rules alone: columns are told by text, and rows where a band between two rules holds several."""
    bands = _bands(net, words)
    lines = [line for band in bands for line in band]
    if sum(len(line.segments) >= 2 for line in lines) < 2:
        return None
    spans = table_text.columns(lines)
    if len(spans) < 2 or len(words) > MAX_CELL_WORDS * len(spans) * len(bands):
        return None
    grid: list[list[str]] = []
    for number, band in enumerate(bands):
        cells = [table_text.cell_lines(line, spans) for line in band]
        rows = table_text.rows(band, cells)
        pitch = min((band[below[0]].y1 - band[above[-1]].y1 for above, below in pairwise(rows)), default=0.0)
        loose = len(rows) > 1 and pitch > _MAX_LEADING * band[0].size
        if number == 0 and not loose and not _are_rows(rows, cells, len(spans), len(bands)):
            if len(rows) > 3:
                return None  # neither rows nor the lines of a head: something else stands between the rules
            rows = [list(range(len(band)))]
        grid += [_row_text([cells[i] for i in row], len(spans)) for row in rows]
    return None if len(bands) <= 3 and _is_prose(grid, len(lines)) else _compact(grid)


def _bands(net: Net, words: Sequence[Word]) -> list[list[Line]]:
    lines = _lines(words)
    return [[line for line in lines if top <= (line.y0 + line.y1) / 2 < bottom] for top, bottom in pairwise(net.ys)]


def _row_text(lines: Sequence[dict[int, CellLine]], columns: int) -> list[str]:
    return [join_lines([line[c].text for line in lines if c in line]) for c in range(columns)]


def _are_rows(rows: Sequence[Sequence[int]], cells: Sequence[dict[int, CellLine]], columns: int, bands: int) -> bool:
    """True where what stands between two rules is several rows and not one of wrapped cells."""
    if len(rows) < 2 or (len(rows) < 3 and bands > 2):
        return False
    held = [{c: cells[i][c] for i in row for c in cells[i]} for row in rows]
    full = [row for row in held if len(row) >= max(2, columns / 2)]
    numbers = sum(1 for row in held if any(c.is_number for c in row.values()))
    return len(full) >= 0.6 * len(rows) and (columns > 2 or bands <= 2 or numbers * 2 >= len(rows))


def _read_stack(stack: Sequence[Rule], words: list[Word]) -> tuple[list[Block], list[Word]]:
    """Tables between rules that lie over each other and have no verticals: rows ruled off, or a head and a foot as in books."""
    left, right = min(r.x0 for r in stack), max(r.x1 for r in stack)
    ys = table_rules.positions(r.y0 for r in stack)
    column, _ = _within(words, left, 0.0, right, float("inf"))
    lines = _lines(column)
    tables: list[Block] = []
    rest = words
    run: list[float] = []
    for top, bottom in [*pairwise(ys), (ys[-1], ys[-1])]:
        band = [line for line in lines if top <= (line.y0 + line.y1) / 2 < bottom]
        if top < bottom and (_is_tabular(band, right - left) or (run and bottom - top < 6.0 and not band)):
            run = [*run, bottom] if run else [top, bottom]
            continue
        if run and not _is_part(run, left, right, words):
            table, rest = _read_net(_opened(run, left, right, lines), rest)
            if table is not None:
                tables.append(table)
        run = []
    return tables, rest


def _is_part(ys: Sequence[float], left: float, right: float, words: Sequence[Word]) -> bool:
    """True where the lines go on beside the rules: these underline some columns of a wider table."""
    inside, outside = _within(words, left, ys[0], right, ys[-1])
    beside = [w for w in outside if w.turn == 0 and (left - _NEAR < w.x1 <= left + 2 or right - 2 <= w.x0 < right + _NEAR)]
    lines = _lines(inside)
    return sum(1 for line in lines if any(abs(w.y1 - line.y1) < 0.2 * line.size for w in beside)) * 2 > len(lines)


def _is_tabular(band: Sequence[Line], width: float) -> bool:
    """True for lines of several short stretches, wrapped cells among them, and for a lone short heading between rules."""
    strong = [line for line in band if len(line.segments) >= 2]
    if not strong:
        return len(band) == 1 and band[0].x1 - band[0].x0 < 0.6 * width and len(band[0].text) <= 60
    loose = [line for line in band if len(line.segments) == 1 and not _fitting(line, strong)]
    return all(line.x1 - line.x0 <= 0.7 * width for line in loose) and len(loose) * 4 <= max(len(band), 4)


def _opened(ys: Sequence[float], left: float, right: float, lines: Sequence[Line]) -> Net:
    """The rules at `ys` with one added over a row that stands above the first, and under one that stands below the last."""
    above = [line for line in lines if (line.y0 + line.y1) / 2 < ys[0]]
    below = [line for line in lines if (line.y0 + line.y1) / 2 >= ys[-1]]
    edges = list(ys)
    if (head := _next_row(above[::-1], ys[0])) is not None:
        edges.insert(0, head.y0 - 1.5)
    if (last := _next_row(below, ys[-1])) is not None:
        edges.append(last.y1 + 1.5)
    return Net([Rule(left, y, right, y) for y in edges], [])


def _next_row(lines: Sequence[Line], y: float) -> Line | None:
    found = None
    for line in lines[:3]:
        distance = min(abs(line.y0 - y), abs(line.y1 - y))
        if distance > 0.8 * line.size:
            break
        if len(line.segments) >= 2 and all(len(s.text) <= 40 for s in line.segments):
            found = line
        y = line.y0 if line.y1 <= y else line.y1
    return found


def _lines(words: Iterable[Word]) -> list[Line]:
    return lines_of(segments_of(words))


def _cell_text(words: Sequence[Word]) -> str:
    """The text of a cell; the heads of narrow columns are often written sideways."""
    if len(words) == 1:
        return join_lines([words[0].text])
    turns = sorted({w.turn for w in words})
    return join_lines([line.text for turn in turns for line in _lines([_upright(w) for w in words if w.turn == turn])])


def _upright(word: Word) -> Word:
    """The word where it would stand if the page were turned so that it could be read."""
    x0, y0, x1, y1 = word.x0, word.y0, word.x1, word.y1
    if word.turn == 0:
        return word
    if word.turn == 90:
        x0, y0, x1, y1 = word.y0, -word.x1, word.y1, -word.x0
    elif word.turn == 180:
        x0, y0, x1, y1 = -word.x1, -word.y1, -word.x0, -word.y0
    elif word.turn == 270:
        x0, y0, x1, y1 = -word.y1, word.x0, -word.y0, word.x1
    return word._replace(x0=x0, y0=y0, x1=x1, y1=y1, turn=0)


def _compact(grid: list[list[str]]) -> list[list[str]]:
    """Drop rows and columns without any text, such as the gap between double rules."""
    grid = [row for row in grid if any(row)]
    keep = [c for c in range(len(grid[0])) if any(row[c] for row in grid)] if grid else []
    return [[row[c] for c in keep] for row in grid]


# Aligned


def aligned(lines: Sequence[Line]) -> list[tuple[int, int, Block]]:
    """Tables without rules among the lines of one column of the page: (first line, line after the last, table)."""
    result: list[tuple[int, int, Block]] = []
    position = 0
    while position < len(lines):
        end = _run_end(lines, position)
        table = _aligned_table(lines[position:end]) if end - position >= 3 else None
        if table is None:
            position += 1 if end - position < 3 else end - position
        else:
            result.append((position, end, table))
            position = end
    return result


def _run_end(lines: Sequence[Line], start: int) -> int:
    """Where the run of lines with several segments that begins at `start` ends; wrapped cells or a heading may stand between."""
    end = start
    strong: list[Line] = []
    weak = 0
    for position in range(start, len(lines)):
        line = lines[position]
        wide = len(line.segments) >= 3 and len(lines[position - 1].segments) >= 3
        if position > start and line.y0 - lines[position - 1].y1 > (3.5 if wide else 2.0) * line.size:
            break
        if _is_strong(line):
            strong.append(line)
            end, weak = position + 1, 0
            continue
        if not strong or len(line.segments) > 1:
            break
        column = _fitting(line, strong[-4:])
        if column is not None and column > 0 and weak == position - end:
            end = position + 1  # a wrapped cell, also under the last row
        elif weak >= (3 if column == 0 else 1) or len(line.text) > 60:
            break
        else:
            weak += 1
    return end


def _is_strong(line: Line) -> bool:
    return len(line.segments) >= 2 and all(len(s.text) <= 60 for s in line.segments[1:])


def _fitting(line: Line, above: Sequence[Line]) -> int | None:
    """The column of a line above that holds the whole of this one, or None."""
    for other in reversed(above):
        for column, segment in enumerate(other.segments):
            beyond = other.segments[column + 1].x0 - 0.4 * line.size if column + 1 < len(other.segments) else float("inf")
            if segment.x0 - 0.5 * line.size <= line.x0 < segment.x1 and line.x1 <= beyond:
                return column
    return None


def _aligned_table(lines: Sequence[Line]) -> Block | None:
    full = [line for line in lines if len(line.segments) >= 2]
    if len(full) < 3:
        return None
    spans = table_text.columns(lines)
    if len(spans) < 2:
        return None
    cells = [table_text.cell_lines(line, spans) for line in lines]
    grid = [_row_text([cells[i] for i in row], len(spans)) for row in table_text.rows(lines, cells)]
    filled = [sum(1 for row in grid if row[c]) for c in range(len(spans))]
    if len(grid) < 2 or sorted(filled)[-2] * 2 < len(grid) or sum(filled) < 1.5 * len(grid):
        return None
    if _is_prose(grid, len(lines)):
        return None
    if _is_list_of_marks(grid) or _is_unreadable(grid):
        return None
    box = (min(line.x0 for line in lines), lines[0].y0, max(line.x1 for line in lines), lines[-1].y1)
    return _table(grid, box, max(line.size for line in lines), _looks_like_header(grid))


def _is_prose(grid: Sequence[Sequence[str]], lines: int) -> bool:
    """True for columns of running text side by side: more than one is words, and no wrapped cells were told."""
    columns = [[row[c] for row in grid if row[c]] for c in range(len(grid[0]))]
    if len(columns) == 2:
        return sum(map(len, columns[1])) > 35 * len(columns[1]) or all(_is_wordy(column) for column in columns)
    return sum(map(_is_wordy, columns)) > 1 and len(grid) * 5 >= lines * 4


def _is_wordy(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return (
        len(filled) > 2
        and sum(map(len, filled)) >= 25 * len(filled)
        and sum(len(c.split()) >= 4 for c in filled) * 5 >= len(filled) * 3
    )


def _is_list_of_marks(grid: Sequence[Sequence[str]]) -> bool:
    """True for a list whose bullets or numbers stand apart from their text: two columns, the first of marks only."""
    return len(grid[0]) == 2 and sum(1 for row in grid if len(row[0].strip("().- ")) <= 3) * 3 >= 2 * len(grid)


def _is_unreadable(grid: Sequence[Sequence[str]]) -> bool:
    """True where most letters are ones that no font names: what parts them is no white, for blanks are not named either."""
    text = "".join(cell for row in grid for cell in row)
    return text.count("\ufffd") * 2 > len(text.replace(" ", ""))


def _looks_like_header(grid: Sequence[Sequence[str]]) -> bool:
    """True where no cell of the first row is a number."""
    first = [cell for cell in grid[0] if cell]
    return bool(first) and not any(table_text.is_number(cell) for cell in first)


def _table(grid: Sequence[Sequence[str]], box: tuple[float, float, float, float], size: float, header: bool) -> Block:
    cells = tuple(tuple(" ".join(cell.split()) for cell in row) for row in grid)
    text = "\n".join("\t".join(row) for row in cells)
    return Block("table", text, *box, size=size, bold=False, lines=len(cells), cells=cells, has_header=header)
