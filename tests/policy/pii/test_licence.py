from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DL-123-456-789", "DL-123-456-789"),  # the contract's example shape
        ("driver's license number is D1234567", "D1234567"),
        ("Driving licence: MORGA657054SM9IJ", "MORGA657054SM9IJ"),
        ("MORGA657054SM9IJ", "MORGA657054SM9IJ"),
        ("drivers licence no. 12345678", "12345678"),
        ("Führerschein B072RRE2I55", "B072RRE2I55"),
    ],
)
def test_numbers_named_so(text: str, found: str) -> None:
    assert finds(text, "DRIVERS_LICENSE") == [found]


@pytest.mark.parametrize(
    "text", ["D1234567", "software license 12345678", "a driver's license is required by 2024", "IDL-123-456-789"]
)
def test_numbers_that_are_not(text: str) -> None:
    assert finds(text, "DRIVERS_LICENSE") == []
