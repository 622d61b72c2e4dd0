from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Passport AB1234567", "AB1234567"),  # the contract's example shape
        ("passport no. is 123456789", "123456789"),
        ("Passport number:\nC01X00T47", "C01X00T47"),
        ("Reisepass: C01X00T47", "C01X00T47"),
        ("her passport, ab1234567", "ab1234567"),
    ],
)
def test_numbers_named_so(text: str, found: str) -> None:
    assert finds(text, "PASSPORT") == [found]


def test_a_machine_readable_zone_with_right_check_digits() -> None:
    zone = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert finds(f"P<UTOERIKSSON<<ANNA<MARIA\n{zone}\n", "PASSPORT") == [zone]
    assert finds(zone.replace("L8989", "L8988"), "PASSPORT") == []


@pytest.mark.parametrize("text", ["AB1234567", "invoice AB1234567", "passport control is on page 12345", "passport\n\nAB1234567"])
def test_numbers_that_are_not(text: str) -> None:
    assert finds(text, "PASSPORT") == []
