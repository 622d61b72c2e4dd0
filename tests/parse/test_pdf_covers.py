"""What may hide a text object, told by places and colours alone."""

from __future__ import annotations

import pytest

from frostbyte.parse.pdf_covers import UNKNOWN, WHITE, Cover, Text, kinds_of

BLACK, NAVY = 0, 0x102080
BOX = (100.0, 100.0, 200.0, 112.0)
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
AROUND, BESIDE, PART = (90.0, 90.0, 300.0, 120.0), (300.0, 90.0, 400.0, 120.0), (150.0, 90.0, 300.0, 120.0)


@pytest.mark.parametrize(
    ("colour", "covers", "kind"),
    [
        (BLACK, [], ""),
        (WHITE, [], "colour"),
        (BLACK, [Cover(3, AROUND, UNKNOWN)], "covered"),
        (BLACK, [Cover(3, PART, WHITE)], "covered"),
        (BLACK, [Cover(3, BESIDE, WHITE)], ""),
        (BLACK, [Cover(1, AROUND, NAVY)], ""),
        (NAVY + 5, [Cover(1, AROUND, NAVY)], "colour"),
        (WHITE, [Cover(1, AROUND, NAVY)], ""),
        (WHITE, [Cover(1, PART, NAVY)], "colour"),
        (BLACK, [Cover(1, AROUND, UNKNOWN)], "colour"),
    ],
)
def test_a_text_is_suspect_for_what_is_over_or_under_it(colour: int, covers: list[Cover], kind: str) -> None:
    assert kinds_of([Text(7, 2, IDENTITY, colour, "", None)], [BOX], covers) == [kind]


def test_a_clip_that_leaves_part_of_a_text_out_is_told_first() -> None:
    frames = [PART, AROUND, None]
    texts = [Text(7 + i, 2, IDENTITY, BLACK, "", frame) for i, frame in enumerate(frames)]
    assert kinds_of(texts, [BOX] * 3, [Cover(1, AROUND, WHITE)]) == ["clipped", "", ""]
