from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123-45-6789", "123-45-6789"),  # the contract's example shape
        ("His social security number is 081-80-5372.", "081-80-5372"),
        ("SSN: 123 45 6789", "123 45 6789"),
        ("SSN 123456789", "123456789"),
        ("TIN 912-70-1234", "912-70-1234"),
        ("123-\n45-6789", "123-\n45-6789"),
        ("１２３-４５-６７８９", "１２３-４５-６７８９"),
        ("123\u00ad-45-6789", "123\u00ad-45-6789"),
    ],
)
def test_numbers_that_are(text: str, found: str) -> None:
    assert finds(text, "SSN") == [found]


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456", "666-12-3456", "912-34-5678", "123-00-4567", "123-45-0000", "part 1123-45-6789", "123-45-67890",
        "123-45-6789-1", "tel 555-123-4567", "2024-10-2000", "order 123 45 6789", "123456789",
        "ISBN 978-12-3456-7", "A123-45-6789",
    ],
)  # fmt: skip
def test_numbers_that_are_not(text: str) -> None:
    assert finds(text, "SSN") == []


def test_a_column_headed_ssn() -> None:
    assert finds("Name\tSSN\nBob\t123456789\nAnn\t234567891", "SSN") == ["123456789", "234567891"]
