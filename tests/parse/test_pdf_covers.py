"""What may hide a text object, told by places and colours alone."""

from __future__ import annotations

import numpy as np
import pytest

from frostbyte.parse import pdf_covers
from frostbyte.parse.pdf_covers import KINDS, SEEN, UNKNOWN, WHITE, Cover, Rect, Texts, kinds_of

BLACK, NAVY = 0, 0x102080
BOX = (100.0, 100.0, 200.0, 112.0)
EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)
AROUND, BESIDE, PART = (90.0, 90.0, 300.0, 120.0), (300.0, 90.0, 400.0, 120.0), (150.0, 90.0, 300.0, 120.0)


def texts_of(colour: int, frames: list[Rect]) -> Texts:
    """Texts drawn second, of one colour, whose clips leave those frames."""
    count = len(frames)
    names, orders, colours = np.arange(count, dtype=np.uint64), np.full(count, 2), np.full(count, colour)
    return Texts(names, orders, colours, np.full(count, SEEN), np.array(frames), np.zeros(count, int), np.zeros(count, bool))


def kinds(colour: int, covers: list[Cover], frames: list[Rect]) -> list[str]:
    return [KINDS[kind] for kind in kinds_of(texts_of(colour, frames), np.array([BOX] * len(frames)), covers).tolist()]


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
    assert kinds(colour, covers, [EVERYWHERE]) == [kind]


def test_a_clip_that_leaves_part_of_a_text_out_is_told_first() -> None:
    assert kinds(BLACK, [Cover(1, AROUND, WHITE)], [PART, AROUND, EVERYWHERE]) == ["clipped", "", ""]


def test_of_several_areas_under_a_text_the_last_counts_however_many_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Areas drawn first, second and third: with one pair at a time, and with all together."""
    areas = [Cover(0, AROUND, NAVY), Cover(0, AROUND, UNKNOWN), Cover(1, AROUND, WHITE)]
    wanted = [(NAVY, areas, ""), (WHITE, areas, "colour"), (NAVY, areas[:2], "colour"), (WHITE, areas[:1], "")]
    for colour, covers, kind in wanted:
        for pairs in (1, 3, 1000):
            monkeypatch.setattr(pdf_covers, "_PAIRS_AT_ONCE", pairs)
            assert kinds(colour, covers, [EVERYWHERE] * 3) == [kind] * 3
