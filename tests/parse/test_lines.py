"""Words to segments, segments to lines, on geometry alone."""

from __future__ import annotations

from frostbyte.parse.lines import segments_of


def word(
    text: str, x: float, y: float, size: float = 10, bold: bool = False
) -> tuple[str, float, float, float, float, float, bool, int]:
    return (text, x, y, x + 0.5 * size * len(text), y + size, size, bold, 0)


def test_words_near_each_other_are_one_segment_and_a_gap_parts_them() -> None:
    words = [word("cold", 0, 0), word("store", 23, 0), word("12", 120, 0), word("next", 0, 14)]
    assert [s.text for s in segments_of(words)] == ["cold store", "12", "next"]


def test_a_segment_is_its_text_at_its_place() -> None:
    words = [word("TOTAL", 5, 5), word("TOTAL", 5, 5), word("TOTAL", 5, 5, size=11), word("TOTAL", 6, 5)]
    one, again, larger, moved = (segment for each in words for segment in segments_of([each]))
    assert one == again  # drawn twice, to look bold
    assert len({one, again}) == 1
    assert one not in (larger, moved, ("TOTAL", 5.0, 5.0))


def test_words_that_do_not_stand_upright_are_left_out() -> None:
    words = [word("cold", 0, 0), ("turned", 22.0, 0.0, 30.0, 60.0, 10.0, False, 90), word("store", 23, 0)]
    assert [s.text for s in segments_of(words)] == ["cold store"]


def test_words_of_right_to_left_writing_keep_the_order_they_came_in() -> None:
    words = [word("שלום", 100, 0), word("עולם", 76, 0)]
    (segment,) = segments_of(words)
    assert segment.text == "שלום עולם"
    assert (segment.x0, segment.x1) == (76, 120)


def test_a_raised_mark_stays_in_its_line() -> None:
    words = [word("note", 0, 10), ("1", 21, 8, 24, 14, 6, False, 0), word("here", 27, 10)]
    assert [s.text for s in segments_of(words)] == ["note 1 here"]
