from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Date of birth: 1985-03-15", "1985-03-15"),
        ("DOB March 15, 1985", "March 15, 1985"),
        ("D.O.B.: 03/15/85", "03/15/85"),
        ("She was born on 2/7/1961.", "2/7/1961"),
        ("born in Oslo, the 15th of March, 1985", "15th of March, 1985"),
        ("birthday\n15 Mar 1985", "15 Mar 1985"),
        ("15.03.1985 (DOB)", "15.03.1985"),
        ("geboren am 15. März 1985", "15. März 1985"),
        ("née le 1er", None),
        ("né le 15 mars 1985", "15 mars 1985"),
        ("fecha de nacimiento: 15 de marzo de 1985", "15 de marzo de 1985"),
        ("fødselsdato 15.03.1985", "15.03.1985"),
        ("date_of_birth: 19850315", "19850315"),
        ("DOB 1985\u201103\u201115", "1985\u201103\u201115"),
    ],
)
def test_dates_that_words_call_a_birth(text: str, found: str | None) -> None:
    assert finds(text, "DOB") == ([found] if found else [])


@pytest.mark.parametrize(
    "text",
    [
        "Signed on 15 March 1985", "1985-03-15", "DOB: unknown\n\n1985-03-15", "airborne on 1985-03-15",
        "born leader of the team that shipped the release after many long and hard months of work on 1985-03-15",
        "DOB 1985-13-45",
    ],
)  # fmt: skip
def test_a_date_alone_is_none(text: str) -> None:
    assert finds(text, "DOB") == []


def test_the_next_date_is_another_matter() -> None:
    assert finds("DOB: 1985-03-15, admitted 2024-01-02", "DOB") == ["1985-03-15"]


def test_a_column_headed_so() -> None:
    assert finds("name\tdate of birth\thired\nBob\t1985-03-15\t2020-01-01", "DOB") == ["1985-03-15"]
