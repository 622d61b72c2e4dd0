from __future__ import annotations

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.fields import PiiType
from frostbyte.errors import PolicyFailed
from frostbyte.policy import pii
from frostbyte.policy.pii import Finding

PRIVATE = [
    "123-45-6789",
    "bob@example.org",
    "born 1985-03-15",
    "4111 1111 1111 1111",
    "+1 212 555 0100",
    "MRN-12345678",
    "\u00ad",
    "é ",
]


def test_every_type_of_the_contract_is_looked_for() -> None:
    assert set(pii.TYPES) == set(get_args(PiiType))
    assert set(pii.TYPES) - set(pii.PATTERNED) == {"NAME", "ADDRESS"}
    assert pii.needs_tagger(["SSN", "ADDRESS"])
    assert not pii.needs_tagger(pii.PATTERNED)


@pytest.mark.parametrize("kinds", [["EMAIL", "NAME"], ["ADDRESS"], ["FACE"]])
def test_a_type_that_cannot_be_looked_for_is_refused(kinds: list[str]) -> None:
    with pytest.raises(PolicyFailed) as failure:
        pii.find("clean", kinds)
    assert failure.value.contract_code == "PII_TYPE_UNSUPPORTED"


def test_overlaps_become_one_span_named_by_the_surest() -> None:
    found = pii.merged([Finding(0, 5, "PHONE", 0.6), Finding(3, 9, "SSN", 0.9), Finding(9, 12, "DOB", 0.5)])
    assert found == [Finding(0, 9, "SSN", 0.9), Finding(9, 12, "DOB", 0.5)]


def test_a_card_is_not_called_a_telephone() -> None:
    assert [f.type for f in pii.find("call about card 4111 1111 1111 1111")] == ["FINANCIAL_ACCOUNT"]


def test_no_types_find_nothing() -> None:
    assert pii.find("bob@example.org", []) == []


@given(st.lists(st.sampled_from(PRIVATE) | st.text(max_size=10), max_size=8).map(" ".join))
def test_findings_are_ordered_apart_and_within_the_text(text: str) -> None:
    found = pii.find(text)
    assert all(0 <= f.start < f.end <= len(text) and 0 < f.score <= 1 for f in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(st.text(max_size=40), st.sampled_from(["123-45-6789", "bob@example.org"]))
def test_what_is_private_is_found_in_any_company(prose: str, private: str) -> None:
    text = f"{prose}\n {private} \n{prose}"
    at = text.index(private, len(prose))
    assert any(f.start <= at and at + len(private) <= f.end for f in pii.find(text))
