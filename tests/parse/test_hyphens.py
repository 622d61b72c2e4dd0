"""Words cut at line ends are read whole."""

from __future__ import annotations

import pytest

from frostbyte.parse import hyphens


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["a tempera-", "ture"], "a temperature"),
        (["a tempera\u00ad", "ture"], "a temperature"),
        (["Ward-", "Brown"], "Ward- Brown"),
        (["from 3 -", "to 4"], "from 3 - to 4"),
        (["soft at the end\u00ad"], "soft at the end-"),
        (["冷蔵", "倉庫"], "冷蔵倉庫"),
        ([], ""),
    ],
)
def test_lines_are_joined_as_they_are_read(lines: list[str], joined: str) -> None:
    assert hyphens.join_lines(lines) == joined


def test_a_compound_seen_elsewhere_keeps_its_hyphen_at_a_lines_end() -> None:
    known = hyphens.compounds_of(["Long-term debt, a re-entry and its reentry", "state-of-the-art, Ward-Brown"])
    assert known == {"long-term", "state-of-the-art", "ward-brown"}
    lines = ["of long-", "term state-of\u00ad", "the-art by Ward-", "Brown at the re-", "entry of tempera-", "ture"]
    assert hyphens.join_lines(lines, known) == "of long-term state-of-the-art by Ward-Brown at the reentry of temperature"
