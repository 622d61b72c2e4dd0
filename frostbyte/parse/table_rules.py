"""Rules of a page sorted into what may be tables: nets, whose rules cross, and stacks of level rules alone. Pure geometry."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

from frostbyte.parse.pdf_page import Rule

_SNAP = 3.0
_MIN_STACK = 120.0
"""Points; shorter level rules underline a head or a sum."""
MAX_RULES = 3_000
"""More rules on a page than this are a drawing, not a table."""

MAX_PLACES = 20_000
"""Rows times columns of one table; a net with more is squared paper."""
MAX_STACKS = 100
"""On one page; more are lines to write on, or a drawing."""


class Net:
    """Rules of one table. Rows lie between its heights `ys`, columns between `xs`; without a rule between, cells are merged."""

    def __init__(self, horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> None:
        self.horizontal, self.vertical = horizontal, vertical
        self.ys = positions([h.y0 for h in horizontal])
        """Heights of its level rules."""
        self.xs = positions([*[v.x0 for v in vertical], min([h.x0 for h in horizontal]), max([h.x1 for h in horizontal])])
        """Places of its upright rules, and where its level ones end: a table may be open at its sides."""
        self._walls: list[list[tuple[float, float]]] = []
        self._floors: list[list[tuple[float, float]]] = []

    @property
    def is_table(self) -> bool:
        """False where there are too few rules for two rows, too many for cells, or only backgrounds with white rows between."""
        if len(self.ys) * len(self.xs) > MAX_PLACES:
            return False
        drawn = [rule for rule in (*self.horizontal, *self.vertical) if not rule.fill]
        return len(self.ys) >= (3 if drawn else 5)

    @property
    def regularity(self) -> float:
        """The share of places that are a cell of their own or the first of merged ones."""
        places = [(row, column) for row in range(len(self.ys) - 1) for column in range(len(self.xs) - 1)]
        return len({self.first(row, column) for row, column in places}) / len(places)

    def with_rules(self, horizontal: Iterable[Rule]) -> Net:
        """The same net with more level rules."""
        return Net([*self.horizontal, *horizontal], self.vertical)

    def first(self, row: int, column: int) -> tuple[int, int]:
        """The first of the cells that the cell is merged with, itself where it stands alone."""
        if not self._walls:  # most nets are no tables, and nobody asks
            self._walls = [[(v.y0 - 1, v.y1 + 1) for v in self.vertical if abs(v.x0 - x) <= _SNAP] for x in self.xs]
            self._floors = [[(h.x0 - 1, h.x1 + 1) for h in self.horizontal if abs(h.y0 - y) <= _SNAP] for y in self.ys]
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        while column and not any(top <= middle <= bottom for top, bottom in self._walls[column]):
            column -= 1
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        while row and not any(left <= middle <= right for left, right in self._floors[row]):
            row -= 1
        return row, column


def nets_and_stacks(rules: Sequence[Rule]) -> tuple[list[Net], list[list[Rule]]]:
    """Rules that touch each other, and level rules of one width that touch no upright one."""
    level = _merge([(y0, x0, x1, fill) for x0, y0, x1, y1, fill in rules if y0 == y1])
    upright = _merge([(x0, y0, y1, fill) for x0, y0, x1, y1, fill in rules if y0 != y1])
    horizontal = [Rule(x0, y, x1, y, fill) for y, x0, x1, fill in level]
    vertical = [Rule(x, y0, x, y1, fill) for x, y0, y1, fill in upright]
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # Sweep: horizontals sorted by height, so that each vertical meets only those within its span.
    order = sorted(range(len(horizontal)), key=lambda i: level[i][0])
    heights = [level[i][0] for i in order]
    for j, (x, y0, y1, _) in enumerate(upright):
        for position in range(bisect_right(heights, y0 - _SNAP), bisect_right(heights, y1 + _SNAP)):
            _, x0, x1, _ = level[order[position]]
            if x0 - _SNAP <= x <= x1 + _SNAP:
                parent[root(order[position])] = root(len(horizontal) + j)
    members: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, h in enumerate(horizontal):
        members.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(vertical):
        members.setdefault(root(len(horizontal) + j), ([], []))[1].append(v)
    nets = [Net(h, v) for h, v in members.values() if len(h) >= 2 and len(v) >= 2]
    loose = [r for h, v in members.values() if not v for r in h if not r.fill and r.x1 - r.x0 >= _MIN_STACK]
    return nets, _stacks(loose)


def positions(values: Iterable[float]) -> list[float]:
    """Distinct places in ascending order; what is closer than a rule is thick is one."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > _SNAP:
            result.append(value)
    return result


def _stacks(rules: Iterable[Rule]) -> list[list[Rule]]:
    stacks: list[list[Rule]] = []
    for rule in rules:
        for stack in stacks:
            if abs(stack[0].x0 - rule.x0) <= 2 * _SNAP and abs(stack[0].x1 - rule.x1) <= 2 * _SNAP:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    tall = [stack for stack in stacks if len(stack) >= 2]
    return tall if len(tall) <= MAX_STACKS else []


def _merge(rules: list[tuple[float, float, float, bool]]) -> list[tuple[float, float, float, bool]]:
    """Join rules of one direction that touch: a table's line is often drawn cell by cell, and twice.

    Each is where it lies, where it begins and ends along its line, and whether it is the edge of a fill.
    """
    rules = sorted(rules, key=itemgetter(0, 1))
    places: list[float] = []
    begins: list[float] = []
    ends: list[float] = []
    fills: list[bool] = []
    for place, begin, end, fill in rules:
        at = len(places) - 1
        last = max(-1, at - 39)
        while at > last:
            if place - places[at] > 1.5:
                at = -1  # and those before stand higher still
            elif begin <= ends[at] + 2.0 and begins[at] <= end + 2.0:
                break
            else:
                at -= 1
        if at > last:
            begins[at], ends[at], fills[at] = min(begin, begins[at]), max(end, ends[at]), fill and fills[at]
        else:
            places.append(place)
            begins.append(begin)
            ends.append(end)
            fills.append(fill)
    return list(zip(places, begins, ends, fills, strict=True))
