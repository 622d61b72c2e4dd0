"""Columns, lines and paragraphs, on geometry alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse import layout
from frostbyte.parse.layout import Block
from frostbyte.parse.lines import Segment, segments_of


def word(
    text: str, x: float, y: float, size: float = 10, bold: bool = False
) -> tuple[str, float, float, float, float, float, bool, int]:
    return (text, x, y, x + 0.5 * size * len(text), y + size, size, bold, 0)


def line(text: str, x: float, y: float, size: float = 10, bold: bool = False) -> Segment:
    return Segment(text, x, y, x + 0.5 * size * len(text), y + size, size, bold)


def test_a_bullet_larger_than_its_text_does_not_part_the_lines_of_an_item() -> None:
    rows = (["□", "They coordinate appointments of panel appoint-"], ["ments to cases"], ["□", "They supervise the others"])
    for gap in (14, 30):  # in one segment with the text, and in its own
        words = []
        for n, row in enumerate(rows):
            words += [word("□", 0, 14 * n - 2, 15)] * (len(row) == 2)
            words.append(word(row[-1], gap, 14 * n))
        blocks = layout.blocks_of(segments_of(words))
        assert [b.text for b in blocks] == ["□ They coordinate appointments of panel appointments to cases", "□ " + rows[2][1]]
        assert [(b.kind, b.size) for b in blocks] == [("list_item", 10)] * 2


def test_an_item_whose_line_has_room_left_does_not_take_in_what_returns_to_its_edge() -> None:
    segments = [line("☐ Written communications", 0, 0), line("Securities registered under the Act are named below, each", 0, 12)]
    assert [(b.kind, b.lines) for b in layout.blocks_of(segments)] == [("list_item", 1), ("text", 1)]


def test_a_wider_gap_ends_a_paragraph() -> None:
    tops = (0, 12, 24, 50, 62)
    segments = [line(f"Line {n} of the text as it goes on and on", 0, top) for n, top in enumerate(tops)]
    assert [b.lines for b in layout.blocks_of(segments)] == [3, 2]


def test_an_indented_line_begins_a_paragraph() -> None:
    texts = ["and so the first of them ended here, at the full", "width of the line. It was long."]
    segments = [line(texts[0], 0, 0), line(texts[1], 0, 12), line("The second is set in", 15, 24), line("and follows.", 0, 36)]
    assert [b.lines for b in layout.blocks_of(segments)] == [2, 2]


def test_contents_with_leaders_are_one_block_a_line() -> None:
    segments = [line(f"Chapter {n} ............ {n}", 0, 12 * n) for n in range(4)]
    assert len(layout.blocks_of(segments)) == 4


def test_a_title_between_columns_parts_them_into_bands() -> None:
    left, right = "left text that is long enough to fill", "right text that is long enough as well"
    segments = [line(f"{left} {n}", 0, 12 * n) for n in range(6)] + [line(f"{right} {n}", 230, 12 * n) for n in range(6)]
    segments.append(line("A title that goes over both of the columns and says what follows below", 20, 90))
    segments += [line(f"{left} {n}", 0, 120 + 12 * n) for n in range(6, 12)]
    segments += [line(f"{right} {n}", 230, 120 + 12 * n) for n in range(6, 12)]
    joined = " ".join(b.text for b in layout.blocks_of(segments))
    order = [f"{left} 0", f"{left} 5", f"{right} 0", f"{right} 5", "A title", f"{left} 6", f"{right} 11"]
    assert [joined.index(text) for text in order] == sorted(joined.index(text) for text in order)


def test_forms_side_by_side_are_read_one_after_the_other() -> None:
    """Boxes to tick and short answers between the questions: most lines are short, most letters are in long ones."""
    question = "If your clinic keeps vaccines, who looks after the"
    spread = [
        line(text, x + indent, 20 * row)
        for x in (0, 400)
        for row, (indent, text) in enumerate(
            [(0, f"{question} logger {x} {n}") if n % 3 == 0 else (20, f"answer {x} {n}") for n in range(12)]
        )
    ]
    boxes = [line("□", x, 20 * row) for x in (0, 400) for row in range(12) if row % 3]
    read = " ".join(block.text for block in layout.blocks_of([*spread, *boxes]))
    assert read.index("answer 0 11") < read.index("logger 400 0")


def test_rows_of_a_table_with_long_cells_are_no_columns() -> None:
    rows = [
        line(text, x, 20 * row)
        for row in range(10)
        for x, text in ((0, f"article {row}"), (220, f"{row} boxes"), (330, f"{row}.50"), (460, f"{row * 7}.00"))
    ]
    (block, *rest) = layout.blocks_of(rows)
    assert "article 1 1 boxes 1.50 7.00" in " ".join([block.text, *(other.text for other in rest)])


def test_short_cells_side_by_side_are_no_columns() -> None:
    segments = [line(f"key {n}", 0, 12 * n) for n in range(10)] + [line(f"value {n}", 200, 12 * n) for n in range(10)]
    text = " ".join(b.text for b in layout.blocks_of(segments))
    assert text.index("value 0") < text.index("key 1")


def test_a_fixed_block_stands_where_it_is_on_the_page() -> None:
    table = Block("table", "a\tb", 0, 30, 100, 60, 10, False)
    segments = [line("Above the table there is text.", 0, 0), line("Below it there is more of it.", 0, 70)]
    assert [b.kind for b in layout.blocks_of(segments, [table])] == ["text", "table", "text"]


COORDINATE = st.floats(0, 600, allow_nan=False)


@given(st.lists(st.tuples(COORDINATE, COORDINATE, st.integers(1, 40), st.floats(4, 40)), max_size=60))
def test_every_segment_is_in_exactly_one_block(places: list[tuple[float, float, int, float]]) -> None:
    segments = [line(f"s{n}x" + "y" * length, x, y, size) for n, (x, y, length, size) in enumerate(places)]
    blocks = layout.blocks_of(segments)
    got = sorted(word for b in blocks for word in b.text.split())
    assert got == sorted(s.text for s in segments)
