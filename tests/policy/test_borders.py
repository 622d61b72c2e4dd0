from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.policy import borders
from frostbyte.policy.borders import Piece


def numbers(text: str, _joiner: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"\d+(?: \d+)*", text):
        yield match.start(), match.end(), "number"


def test_what_is_cut_in_two_leaves_a_piece_in_each_chunk() -> None:
    found = {pieces for pieces, _ in borders.across(["call 12", "34 now"], numbers)}
    assert (Piece(0, 5, 7), Piece(1, 0, 2)) in found


def test_the_blank_that_the_chunker_drops_is_tried() -> None:
    def look(text: str, _joiner: str) -> Iterator[tuple[int, int, str]]:
        return ((m.start(), m.end(), "x") for m in re.finditer("one two", text))

    assert [pieces for pieces, _ in borders.across(["is one", "two is"], look)] == [(Piece(0, 3, 6), Piece(1, 0, 3))]


def test_a_find_over_many_small_chunks_has_a_piece_in_each() -> None:
    found = [pieces for pieces, _ in borders.across(["1", "2", "3"], numbers)]
    assert found[0] == (Piece(0, 0, 1), Piece(1, 0, 1), Piece(2, 0, 1))


def test_a_find_that_the_window_cuts_is_left_to_the_chunk_itself() -> None:
    text = "9" * 400
    assert list(borders.across([text, "x"], lambda t, _: [(m.start(), m.end(), 0) for m in re.finditer("9+", t)])) == []


def test_one_chunk_has_no_border() -> None:
    assert list(borders.across(["12 34"], numbers)) == []


@given(st.lists(st.text(alphabet="ab1 ", max_size=300), max_size=6))
def test_pieces_lie_within_their_chunks_and_hold_what_was_found(texts: list[str]) -> None:
    for pieces, _ in borders.across(texts, numbers):
        for piece in pieces:
            assert 0 <= piece.start < piece.end <= len(texts[piece.chunk])
        assert re.fullmatch(r"[\d ]+", "".join(texts[p.chunk][p.start : p.end] for p in pieces))
