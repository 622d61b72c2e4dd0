from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(555) 123-4567", "(555) 123-4567"),  # the contract's example shapes
        ("+1-555-123-4567", "+1-555-123-4567"),
        ("212.555.0100", "212.555.0100"),
        ("713/853-5419", "713/853-5419"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("+47 22 12 34 56", "+47 22 12 34 56"),
        ("+49 (0)30 901820", "+49 (0)30 901820"),
        ("020 7946 0958", "020 7946 0958"),
        ("01 42 68 53 00", "01 42 68 53 00"),
        ("001-748-088-2851x818", "001-748-088-2851x818"),
        ("Tel. 22 12 34 56", "22 12 34 56"),
        ("call me on 450 0840?", "450 0840"),
        ("5551234567 (fax)", "5551234567"),
        ("Mobiltelefon: 91234567", "91234567"),
        ("fax 555-123-4567 50 pages", "555-123-4567"),
        ("case 12 +1-555-123-4567", "+1-555-123-4567"),
    ],
)
def test_numbers_that_are(text: str, found: str) -> None:
    assert found in finds(text, "PHONE")[0]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15", "15.03.1985", "192.168.100.200", "1.234.567,89", "EUR 1.234.567", "123-45-6789", "4111 1111 1111 1111",
        "12345678", "Section 4.2.1.10", "ISBN 978-3-16-148410-0", "03262 2437 Main St", "10 20 30 40", "v1.2.3-4567", "$555-123",
        "12:30-14:45", "order 2024/0012/334455",
    ],
)  # fmt: skip
def test_digits_that_are_not(text: str) -> None:
    assert finds(text, "PHONE") == []


def test_a_column_headed_so() -> None:
    assert finds("name\tphone\tqty\nBob\t5550100\t1234567", "PHONE") == ["5550100"]
