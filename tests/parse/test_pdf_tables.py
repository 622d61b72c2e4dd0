"""Tables by rules and by alignment, and what is taken for neither."""

from __future__ import annotations

from itertools import pairwise

from frostbyte.parse import pdf_tables
from frostbyte.parse.layout import Line, Segment
from frostbyte.parse.pdf_page import Rule, Word


def word(text: str, x: float, y: float) -> Word:
    return Word(text, x, y, x + 5 * len(text), y + 10, 10, False, 0)


def grid(xs: list[float], ys: list[float]) -> list[Rule]:
    """A full net of rules, drawn cell by cell as word processors do."""
    rules = [Rule(a, y, b, y) for y in ys for a, b in pairwise(xs)]
    return rules + [Rule(x, a, x, b) for x in xs for a, b in pairwise(ys)]


def lines(rows: list[list[tuple[str, float]]], pitch: float = 14) -> list[Line]:
    result = []
    for n, row in enumerate(rows):
        segments = tuple(Segment(t, x, n * pitch, x + 5 * len(t), n * pitch + 10, 10) for t, x in row)
        result.append(Line(segments, segments[0].x0, n * pitch, segments[-1].x1, n * pitch + 10, 10, False))
    return result


def test_words_outside_the_net_stay_in_their_order() -> None:
    words = [word("before", 0, 0), word("a", 5, 25), word("b", 55, 25), word("c", 5, 45), word("after", 0, 90)]
    (table,), rest = pdf_tables.ruled(words, grid([0, 50, 100], [20, 40, 60]))
    assert table.cells == (("a", "b"), ("c", ""))
    assert [w.text for w in rest] == ["before", "after"]


def test_a_merged_cell_holds_the_text_of_its_whole_width() -> None:
    rules = grid([0, 50, 100, 150], [0, 20, 40, 60])
    rules.remove(Rule(50, 0, 50, 20))
    rules.remove(Rule(100, 20, 100, 40))
    words = [word("Wide", 30, 5), word("head", 60, 5), word("x", 110, 5), word("1", 5, 25), word("2", 110, 25), word("3", 5, 45)]
    (table,), _ = pdf_tables.ruled(words, rules)
    assert table.cells == (("Wide head", "", "x"), ("1", "2", ""), ("3", "", ""))


def test_a_cell_over_two_rows_stands_in_the_first() -> None:
    rules = grid([0, 50, 100], [0, 20, 40, 60])
    rules.remove(Rule(0, 40, 50, 40))
    words = [word("h", 5, 5), word("v", 55, 5), word("both", 5, 45), word("1", 55, 25), word("2", 55, 45)]
    (table,), _ = pdf_tables.ruled(words, rules)
    assert table.cells == (("h", "v"), ("both", "1"), ("", "2"))


def test_lines_in_a_cell_are_joined() -> None:
    words = [word("tempera-", 5, 2), word("ture", 5, 14), word("b", 105, 2), word("c", 5, 42), word("d", 105, 42)]
    (table,), _ = pdf_tables.ruled(words, grid([0, 100, 200], [0, 40, 60]))
    assert table.cells is not None
    assert table.cells[0] == ("temperature", "b")


def test_a_frame_and_an_empty_net_are_no_tables() -> None:
    words = [word("framed", 20, 20)]
    assert pdf_tables.ruled(words, grid([0, 100], [0, 100])) == ([], words)
    assert pdf_tables.ruled(words, grid([200, 220, 240], [0, 20, 40])) == ([], words)


def test_two_tables_on_a_page_stay_two() -> None:
    words = [word(t, x, y) for y in (5, 25, 205, 225) for t, x in (("a", 5), ("b", 55))]
    tables, rest = pdf_tables.ruled(words, [*grid([0, 50, 100], [0, 20, 40]), *grid([0, 50, 100], [200, 220, 240])])
    assert len(tables) == 2
    assert rest == []


def test_a_drawing_of_many_rules_is_left_alone() -> None:
    words = [word("map", 5, 5)]
    rules = [Rule(0, y, 100, y) for y in range(pdf_tables.MAX_RULES + 1)]
    assert pdf_tables.ruled(words, rules) == ([], words)


def test_numbers_right_aligned_under_their_heads_are_a_table() -> None:
    rows = [
        [("Item", 0), ("2022", 200), ("2023", 300)],
        [("Sales", 0), ("1,200", 195), ("14", 310)],
        [("Costs", 0), ("9", 215), ("8", 315)],
    ]
    ((start, end, table),) = pdf_tables.aligned(lines(rows))
    assert (start, end) == (0, 3)
    assert table.cells == (("Item", "2022", "2023"), ("Sales", "1,200", "14"), ("Costs", "9", "8"))


def test_a_line_without_numbers_between_the_rows_stays_in_the_table() -> None:
    rows = [
        [("a", 0), ("1", 100), ("2", 200)],
        [("Group", 0)],
        [("b", 0), ("3", 100), ("4", 200)],
        [("c", 0), ("5", 100), ("6", 200)],
    ]
    ((_, _, table),) = pdf_tables.aligned(lines(rows))
    assert table.cells is not None
    assert table.cells[1] == ("Group", "", "")


def test_prose_and_lists_are_no_tables() -> None:
    prose = "a line of running text that is set in columns, and goes on"
    assert pdf_tables.aligned(lines([[(prose, 0), (prose, 310)]] * 5)) == []
    assert pdf_tables.aligned(lines([[(f"{n}.", 0), ("Wear gloves at all times", 30)] for n in range(5)])) == []
    assert pdf_tables.aligned(lines([[("Name", 0), ("Ellison", 100)]] * 2)) == []


def test_a_first_row_of_numbers_is_no_header() -> None:
    rows = [[("1,200", 0), ("14", 100), ("5", 200)]] * 3
    ((_, _, table),) = pdf_tables.aligned(lines(rows))
    assert not table.has_header
