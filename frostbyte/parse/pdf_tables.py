"""Tables of a page: those drawn with ruling lines, and those that are only aligned. Pure geometry, first solid level.

A ruled table is a connected net of horizontal and vertical rules with at least two rows and two columns. A cell without a
rule to its neighbour is merged with it; its text stands in the first of the merged cells. An aligned table is a run of at
least three lines whose segments share columns, with cells short enough not to be columns of prose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from frostbyte.parse.layout import Block, Line, Segment, join_lines, lines_of, segments_of
from frostbyte.parse.pdf_page import Rule, Word

_SNAP = 3.0
MAX_RULES = 3_000
"""More rules on a page than this are a drawing, not a table."""
MAX_CELL_WORDS = 80.0
"""Average words a cell above which a net of rules is a page layout, not a table."""


def ruled(words: Sequence[Word], rules: Sequence[Rule]) -> tuple[list[Block], list[Word]]:
    """Tables drawn with rules, and the words outside them in their old order."""
    if not 4 <= len(rules) <= MAX_RULES:
        return [], list(words)
    tables: list[Block] = []
    rest = list(words)
    for horizontal, vertical in _nets(rules):
        table, rest = _read_net(horizontal, vertical, rest)
        if table is not None:
            tables.append(table)
    return tables, rest


def _nets(rules: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that touch each other, as (horizontal, vertical) lists; nets too small for a table are left out."""
    horizontal = _merge([r for r in rules if r.y0 == r.y1])
    vertical = [_turned(r) for r in _merge([_turned(r) for r in rules if r.y0 != r.y1])]
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # Sweep: horizontals sorted by height, so that each vertical meets only those within its span.
    order = sorted(range(len(horizontal)), key=lambda i: horizontal[i].y0)
    heights = [horizontal[i].y0 for i in order]
    for j, v in enumerate(vertical):
        for position in range(bisect_right(heights, v.y0 - _SNAP), bisect_right(heights, v.y1 + _SNAP)):
            h = horizontal[order[position]]
            if h.x0 - _SNAP <= v.x0 <= h.x1 + _SNAP:
                parent[root(order[position])] = root(len(horizontal) + j)
    nets: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, h in enumerate(horizontal):
        nets.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(vertical):
        nets.setdefault(root(len(horizontal) + j), ([], []))[1].append(v)
    return [net for net in nets.values() if len(net[0]) >= 3 and len(net[1]) >= 2]


def _turned(rule: Rule) -> Rule:
    return Rule(rule.y0, rule.x0, rule.y1, rule.x1)


def _merge(rules: Iterable[Rule]) -> list[Rule]:
    """Join rules on one height that touch: a table's line is often drawn cell by cell, and twice."""
    result: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (r.y0, r.x0)):
        for position in range(len(result) - 1, max(-1, len(result) - 40), -1):
            other = result[position]
            if rule.y0 - other.y0 <= 1.5 and rule.x0 <= other.x1 + 2.0 and other.x0 <= rule.x1 + 2.0:
                result[position] = Rule(min(rule.x0, other.x0), other.y0, max(rule.x1, other.x1), other.y0)
                break
        else:
            result.append(rule)
    return result


def _positions(values: Iterable[float]) -> list[float]:
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > _SNAP:
            result.append(value)
    return result


def _read_net(horizontal: list[Rule], vertical: list[Rule], words: list[Word]) -> tuple[Block | None, list[Word]]:
    ys, xs = _positions(h.y0 for h in horizontal), _positions(v.x0 for v in vertical)
    # A table may be open at its sides: its horizontal rules then reach further than its vertical ones.
    edges = [min(h.x0 for h in horizontal), max(h.x1 for h in horizontal)]
    xs = _positions([*xs, *edges])
    if len(ys) < 3 or len(xs) < 3:
        return None, words
    inside: list[Word] = []
    outside: list[Word] = []
    for word in words:
        cx, cy = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        within = xs[0] - 1 <= cx <= xs[-1] + 1 and ys[0] - 1 <= cy <= ys[-1] + 1 and word.turn == 0
        (inside if within else outside).append(word)
    rows, columns = len(ys) - 1, len(xs) - 1
    if not inside or len(inside) > MAX_CELL_WORDS * rows * columns:
        return None, words
    at_x = [[v for v in vertical if abs(v.x0 - x) <= _SNAP] for x in xs]
    at_y = [[h for h in horizontal if abs(h.y0 - y) <= _SNAP] for y in ys]
    cells: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        row = min(rows - 1, max(0, bisect_right(ys, (word.y0 + word.y1) / 2) - 1))
        column = min(columns - 1, max(0, bisect_right(xs, (word.x0 + word.x1) / 2) - 1))
        middle = (ys[row] + ys[row + 1]) / 2
        while column and not any(v.y0 - 1 <= middle <= v.y1 + 1 for v in at_x[column]):
            column -= 1
        middle = (xs[column] + xs[column + 1]) / 2
        while row and not any(h.x0 - 1 <= middle <= h.x1 + 1 for h in at_y[row]):
            row -= 1
        cells.setdefault((row, column), []).append(word)
    grid = _compact([[_cell_text(cells.get((r, c), ())) for c in range(columns)] for r in range(rows)])
    if len(grid) < 2 or len(grid[0]) < 2 or sum(1 for row in grid for cell in row if cell) < 3:
        return None, words
    size = max(word.size for word in inside)
    return _table(grid, (xs[0], ys[0], xs[-1], ys[-1]), size, _looks_like_header(grid)), outside


def _cell_text(words: Sequence[Word]) -> str:
    segments = segments_of((w.text, w.x0, w.y0, w.x1, w.y1, w.size, w.bold) for w in words)
    return join_lines([line.text for line in lines_of(segments)])


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
    """Where the run of lines with several short segments that begins at `start` ends; one single line may stand between."""
    position, end = start, start
    while position < len(lines):
        line = lines[position]
        wide = len(line.segments) >= 3 and len(lines[position - 1].segments) >= 3
        if position > start and line.y0 - lines[position - 1].y1 > (3.5 if wide else 2.0) * line.size:
            break
        if len(line.segments) >= 2 and all(len(s.text) <= 60 for s in line.segments[1:]):
            end = position + 1
        elif position == start or position - end >= 1 or len(line.text) > 60:
            break
        position += 1
    return end


def _aligned_table(lines: Sequence[Line]) -> Block | None:
    full = [line for line in lines if len(line.segments) >= 2]
    columns = _columns(full)
    if len(columns) < 2 or len(full) < 3:
        return None
    starts = [c[0] for c in columns]
    grid: list[list[str]] = []
    for line in lines:
        row = [""] * len(columns)
        for segment in line.segments:
            column = _column_of(segment, columns, starts)
            row[column] = f"{row[column]} {segment.text}".strip()
        grid.append(row)
    filled = [sum(1 for row in grid if row[c]) for c in range(len(columns))]
    if sorted(filled)[-2] * 2 < len(grid) or sum(filled) < 1.5 * len(grid):
        return None
    texts = [cell for row in grid for cell in row[1:] if cell]
    if len(columns) == 2 and sum(map(len, texts)) > 35 * len(texts):
        return None  # two columns of prose
    if _is_list_of_marks(grid):
        return None
    box = (min(line.x0 for line in lines), lines[0].y0, max(line.x1 for line in lines), lines[-1].y1)
    return _table(grid, box, max(line.size for line in lines), _looks_like_header(grid))


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Spans of x that segments share over most lines. A segment over several columns (a heading) does not join them."""
    events: list[tuple[float, int]] = []
    for line in lines:
        for segment in line.segments:
            events.append((segment.x0, 1))
            events.append((segment.x1, -1))
    events.sort()
    allowed = len(lines) // 8
    spans: list[tuple[float, float]] = []
    depth, begin = 0, None
    for x, step in events:
        depth += step
        if depth > allowed and begin is None:
            begin = x
        elif depth <= allowed and begin is not None:
            spans.append((begin, x))
            begin = None
    return [s for s in spans if s[1] - s[0] > 0.5]


def _column_of(segment: Segment, columns: Sequence[tuple[float, float]], starts: Sequence[float]) -> int:
    overlaps = [min(segment.x1, c[1]) - max(segment.x0, c[0]) for c in columns]
    best = max(overlaps)
    if best <= 0:
        return max(0, bisect_right(starts, segment.x0) - 1)
    return overlaps.index(best)


def _is_list_of_marks(grid: Sequence[Sequence[str]]) -> bool:
    """True for a list whose bullets or numbers stand apart from their text: two columns, the first of marks only."""
    return len(grid[0]) == 2 and sum(1 for row in grid if len(row[0].strip("().- ")) <= 3) * 3 >= 2 * len(grid)


def _looks_like_header(grid: Sequence[Sequence[str]]) -> bool:
    """True where no cell of the first row is a number."""
    first = [cell for cell in grid[0] if cell]
    return bool(first) and not any(_is_number(cell) for cell in first)


def _is_number(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    return digits > 0 and digits * 2 >= len(text.replace(" ", ""))


def _table(grid: Sequence[Sequence[str]], box: tuple[float, float, float, float], size: float, header: bool) -> Block:
    cells = tuple(tuple(" ".join(cell.split()) for cell in row) for row in grid)
    text = "\n".join("\t".join(row) for row in cells)
    return Block("table", text, *box, size=size, bold=False, lines=len(cells), cells=cells, has_header=header)
