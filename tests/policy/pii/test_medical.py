from __future__ import annotations

import pytest

from policy.pii.finds import finds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MRN-12345678", "MRN-12345678"),  # the contract's example shape
        ("MRN: 00123456", "MRN: 00123456"),
        ("medical record number 4472-11-90", "4472-11-90"),
        ("Patient ID: A1234567", "A1234567"),
        ("NHS number 943 476 5919", "943 476 5919"),
        ("Medicare ID 1EG4-TE5-MK73", "1EG4-TE5-MK73"),
    ],
)
def test_numbers_named_so(text: str, found: str) -> None:
    assert finds(text, "MEDICAL_RECORD") == [found]


@pytest.mark.parametrize(
    "text", ["the patient record was closed in the year after", "12345678", "case 12345678", "medical record. See page 3"]
)
def test_numbers_that_are_not(text: str) -> None:
    assert finds(text, "MEDICAL_RECORD") == []


def test_a_column_headed_so() -> None:
    assert finds("MRN\tward\n1234567\t2345678", "MEDICAL_RECORD") == ["1234567"]
