"""Characters that show themselves and those that act on what is around them."""

from __future__ import annotations

import pytest

from frostbyte.contract.characters import shows_itself


@pytest.mark.parametrize("character", "aß№東🧊\u0301 \u00a0\u3000")
def test_letters_marks_and_spaces_show(character: str) -> None:
    assert shows_itself(character)


@pytest.mark.parametrize("character", "\n\t\x1b\x7f\x9b\u061c\u200b\u200e\u202e\u2028\u2066\ufeff\ud800\U000e0041")
def test_controls_and_format_characters_do_not(character: str) -> None:
    assert not shows_itself(character)
