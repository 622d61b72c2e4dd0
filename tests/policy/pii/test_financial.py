from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from frostbyte.policy.pii import financial
from policy.pii.finds import finds

KIND = "FINANCIAL_ACCOUNT"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("5500-0000-0000-0004", "5500-0000-0000-0004"),
        ("340000000000009", "340000000000009"),
        ("Card 503802053770", "503802053770"),
        ("credit card number 4111111111111112", "4111111111111112"),  # a digit mistyped next to the word is still a card
        ("GB82 WEST 1234 5698 7654 32 is ours", "GB82 WEST 1234 5698 7654 32"),
        ("iban de89370400440532013000", "de89370400440532013000"),
        ("NO9386011117947", "NO9386011117947"),
        ("account number 4430-817214", "4430-817214"),
        ("Acct #: 12345678", "12345678"),
        ("sort code 12-34-56", "12-34-56"),
        ("routing number 021000021", "021000021"),
    ],
)
def test_accounts(text: str, found: str) -> None:
    assert finds(text, KIND) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112", "0000 0000 0000 0000", "GB82 WEST 1234 5698 7654 33", "order 1234567890123", "account ••7681",
        "on account of 2024 results", "3.14159265358979", "AB12 CDEF",
    ],
)  # fmt: skip
def test_numbers_that_are_not(text: str) -> None:
    assert finds(text, KIND) == []


@given(st.sampled_from(["4", "51", "37", "6011", "2221"]), st.text("0123456789", min_size=15, max_size=15))
def test_every_card_with_a_right_check_digit_is_found(prefix: str, digits: str) -> None:
    size = 15 if prefix == "37" else 16
    body = (prefix + digits)[: size - 1]
    number = body + luhn.calc_check_digit(body)
    assert finds(f"paid with {number} today", KIND) == [number]


def test_iban_lengths_are_the_registrys() -> None:
    from stdnum import numdb

    registry = numdb.get("iban")
    for country, size in financial._LENGTH_OF.items():
        structure = registry.info(country + "00")[0][1]["bban"]
        assert size == 4 + sum(int(part[:-1]) for part in structure.replace("n", " ").replace("a", " ").replace("c", " ").split())
