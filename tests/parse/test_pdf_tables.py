"""Tables by rules and by alignment, and what is taken for neither."""

from __future__ import annotations

from itertools import pairwise

from frostbyte.parse import pdf_tables, table_rules
from frostbyte.parse.lines import Line, Segment
from frostbyte.parse.pdf_page import Rule
from frostbyte.parse.pdf_words import Word


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
    rules = [Rule(0, y, 100, y) for y in range(table_rules.MAX_RULES + 1)]
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


def test_letters_that_nobody_can_name_make_no_table() -> None:
    rows = [[("\ufffd\ufffd", 0), ("\ufffd\ufffd\ufffd", 100), ("\ufffd", 200)] for _ in range(5)]
    assert pdf_tables.aligned(lines(rows)) == []


def test_a_first_row_of_numbers_is_no_header() -> None:
    rows = [[("1,200", 0), ("14", 100), ("5", 200)]] * 3
    ((_, _, table),) = pdf_tables.aligned(lines(rows))
    assert not table.has_header


def level(ys: list[float], x1: float = 300) -> list[Rule]:
    return [Rule(0, y, x1, y) for y in ys]


def cells_at(xs: list[float], rows: list[tuple[float, list[str]]]) -> list[Word]:
    return [word(text, x, y) for y, row in rows for x, text in zip(xs, row, strict=True)]


def test_a_head_between_rules_and_a_foot_make_a_table_of_the_lines_between() -> None:
    words = cells_at([0, 120, 240], [(2, ["Item", "Code", "Sum"]), (25, ["Oak", "A1", "12"]), (45, ["Elm", "B2", "7"])])
    (table,), rest = pdf_tables.ruled(words, level([0, 18, 62]))
    assert table.cells == (("Item", "Code", "Sum"), ("Oak", "A1", "12"), ("Elm", "B2", "7"))
    assert rest == []


def test_a_head_above_the_first_rule_belongs_to_the_table() -> None:
    words = cells_at([0, 120, 240], [(2, ["Item", "Code", "Sum"]), (20, ["Oak", "A1", "12"]), (38, ["Elm", "B2", "7"])])
    (table,), _ = pdf_tables.ruled(words, level([15, 33, 51]))
    assert table.cells is not None
    assert table.cells[0] == ("Item", "Code", "Sum")


def test_upright_rules_without_level_ones_between_rows_leave_the_rows_to_the_text() -> None:
    rules = [*level([0, 20, 100]), *(Rule(x, 0, x, 100) for x in (0, 100, 200, 300))]
    words = cells_at([5, 105, 205], [(5, ["Item", "Code", "Sum"]), *((y, ["Oak", "A1", "12"]) for y in (25, 45, 65, 85))])
    (table,), _ = pdf_tables.ruled(words, rules)
    assert table.cells == (("Item", "Code", "Sum"), *(("Oak", "A1", "12"),) * 4)


def test_a_head_written_sideways_stands_in_its_cell() -> None:
    head = [Word("Total", 62, 2, 72, 38, 10, False, 270), Word("due", 74, 2, 84, 38, 10, False, 270)]
    words = [*head, word("a", 5, 45), word("1", 62, 45), word("b", 5, 65), word("2", 62, 65)]
    (table,), rest = pdf_tables.ruled(words, grid([0, 50, 100], [0, 40, 60, 80]))
    assert table.cells == (("", "Total due"), ("a", "1"), ("b", "2"))
    assert rest == []


def test_rules_over_and_under_a_page_of_prose_make_no_table_of_it() -> None:
    words = [word("running", 8 * 5 * i, y) for y in (25, 39, 53, 67) for i in range(7)]
    assert pdf_tables.ruled(words, level([0, 90])) == ([], words)


def test_rules_under_the_sums_of_a_wider_table_are_no_table_of_their_own() -> None:
    words = [w for y in (5, 25, 45) for w in (word("Sales", 0, y), word("$", 45, y), word("120", 150, y))]
    assert pdf_tables.ruled(words, [Rule(40, y, 180, y) for y in (0, 20, 40, 60)]) == ([], words)


def test_boxes_that_follow_no_rows_are_a_drawing() -> None:
    rules = [*grid([0, 100], [0, 20]), *grid([100, 220], [20, 40]), *grid([220, 330], [40, 60]), Rule(0, 20, 330, 20)]
    words = [word("start", 10, 5), word("then", 120, 25), word("end", 240, 45)]
    assert pdf_tables.ruled(words, rules) == ([], words)
