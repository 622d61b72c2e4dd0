"""Every offset leads back to its source, over a sample of other people's files; pypdfium2 is the witness for boxes of PDFs."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from tests.hostile.offsets import MIMES, faults, read, witnessed

SAMPLED = {"docx": 10, "xlsx": 12, "csv": 13, "txt": 15, "pdf/invoice-x__invoice2data": 5}
MOST_BYTES = 65_000
WITNESSED = 0.97


@pytest.mark.parametrize("place", SAMPLED)
def test_spans_boxes_and_pages_are_those_of_the_source(shared: Path, place: str) -> None:
    suffix = f".{place.partition('/')[0]}"
    folder = shared / "corpora" / "files" / place
    small = [path for path in sorted(folder.rglob(f"*{suffix}")) if path.stat().st_size < MOST_BYTES]
    step = max(len(small) // SAMPLED[place], 1)
    wrong, held, words, checked = {}, 0, 0, 0
    for path in small[::step][: SAMPLED[place]]:
        try:
            reading, document = read(path, MIMES[suffix])
        except ParseFailed:
            continue
        checked += 1
        if found := list(faults(reading, document)):
            wrong[path.name] = found[:3]
        if MIMES[suffix] == formats.PDF:
            seen, counted = witnessed(path, document)
            held, words = held + seen, words + counted
    assert checked
    assert not wrong
    if MIMES[suffix] == formats.PDF:
        assert words > 1000
        assert held / words >= WITNESSED
