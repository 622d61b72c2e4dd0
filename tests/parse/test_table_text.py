"""Columns and rows told by words alone."""

from __future__ import annotations

from collections.abc import Sequence

from frostbyte.parse import table_text
from frostbyte.parse.lines import Line, lines_of, segments_of


def lines(rows: Sequence[Sequence[tuple[str, float]]], pitch: float = 14.0) -> list[Line]:
    """Rows of (text, left edge); a letter is 5 wide, a blank 3, the size 10. A negative edge is the right one."""
    words = []
    for n, row in enumerate(rows):
        for text, x in row:
            width = sum(5 * len(w) for w in text.split()) + 3 * text.count(" ")
            at = x if x >= 0 else -x - width
            for word in text.split():
                words.append((word, at, n * pitch, at + 5 * len(word), n * pitch + 10, 10.0, False, 0))
                at += 5 * len(word) + 3
    return lines_of(segments_of(words))


def cells(found: list[Line]) -> list[list[str]]:
    spans = table_text.columns(found)
    held = [table_text.cell_lines(line, spans) for line in found]
    rows = table_text.rows(found, held)
    return [[" ".join(held[i][c].text for i in row if c in held[i]) for c in range(len(spans))] for row in rows]


def test_columns_part_where_the_white_is_hardly_wider_than_a_blank_but_an_edge_is_in_line() -> None:
    found = (("9329", "Oak post"), ("12", "Elm"), ("771", "Ash bar"))
    rows = [[("Sales", 0), (number, -150), (label, 154.5)] for number, label in found]
    assert cells(lines(rows)) == [["Sales", "9329", "Oak post"], ["Sales", "12", "Elm"], ["Sales", "771", "Ash bar"]]


def test_a_blank_inside_labels_and_before_a_unit_parts_nothing() -> None:
    rows = [[("Oak post", 0), ("58.0 %", -200)], [("Elm bar", 0), ("7.1 %", -200)], [("Ash big log", 0), ("12.5 %", -200)]]
    assert cells(lines(rows)) == [["Oak post", "58.0 %"], ["Elm bar", "7.1 %"], ["Ash big log", "12.5 %"]]


def test_a_head_set_left_over_numbers_set_right_is_their_head() -> None:
    rows = [[("Name", 0), ("Sum", 100), ("Code", 203)]]
    rows += [[(name, 0), (number, -195), ("A", 203)] for name, number in (("Oak", "1234"), ("Elm", "99"), ("Ash", "5"))]
    assert cells(lines(rows))[0] == ["Name", "Sum", "Code"]


def test_wrapped_lines_are_put_to_the_row_they_continue() -> None:
    rows = [
        [("Item", 0), ("Why", 100), ("Sum", 300)],
        [("Oak", 0), ("bought for the new stair of", 100), ("12", 300)],
        [("the house in town", 100)],
        [("Elm", 0), ("left over", 100), ("7", 300)],
    ]
    assert cells(lines(rows)) == [
        ["Item", "Why", "Sum"],
        ["Oak", "bought for the new stair of the house in town", "12"],
        ["Elm", "left over", "7"],
    ]


def test_a_line_whose_word_had_room_above_is_a_row_of_its_own() -> None:
    rows = [[("a", 0), ("x", 100)], [("Group of all that follows", 0)], [("b", 0), ("y", 100)], [("c", 0), ("z", 100)]]
    assert [row[0] for row in cells(lines(rows))] == ["a", "Group of all that follows", "b", "c"]


def test_numbers_under_numbers_are_rows_however_close() -> None:
    rows = [[("Oak", 0), ("1,200", -200)], [("Elm", 0), ("1,300", -200)], [("Ash", 0), ("1,400", -200)]]
    assert len(cells(lines(rows, pitch=11.0))) == 3


def test_columns_are_cut_one_after_another_however_many_and_not_without_end() -> None:
    """By no function that calls itself: compiled, it would run over the end of the stack."""
    rows = [[*[("abcde", 31.0 * n) for n in range(table_text.MAX_COLUMNS + 50)], ("end", 1e6)]] * 3
    assert len(table_text.columns(lines(rows))) == table_text.MAX_COLUMNS + 2
