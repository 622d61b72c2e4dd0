"""Names and addresses are found by the model that comes with the program; patterns keep what is theirs."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.embed import shipped_tagger
from frostbyte.policy import pii


def found(text: str, *kinds: str) -> list[tuple[str, str]]:
    return [(f.type, text[f.start : f.end]) for f in pii.find(text, kinds or pii.TYPES, shipped_tagger())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please ask Margarethe Olufsen whether the lease is signed.", "Margarethe Olufsen"),
        ("Dear Mr. Kowalczyk,\n\nthank you for your letter.", "Kowalczyk"),
        ("Minutes of 3 May. Present: Ingrid Vestergaard (chair), Tomasz Zielinski", "Tomasz Zielinski"),
        ("Kind regards,\nPriya Raghunathan\nHead of Sales", "Priya Raghunathan"),
        ("Name: \u00c9lodie Marchand-Duval\nRole: nurse", "\u00c9lodie Marchand-Duval"),
    ],
)
def test_names_are_found_whole(text: str, name: str) -> None:
    assert ("NAME", name) in [(kind, value.removeprefix("Mr. ")) for kind, value in found(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("The parcel goes to 48 Larchwood Crescent, Flat 3.", "48 Larchwood Crescent"),
        ("Ihre Anschrift: Lindenstra\u00dfe 27, 10969 Berlin", "Lindenstra\u00dfe 27"),
        ("We moved to 12 rue des Capucins, 69001 Lyon.", "12 rue des Capucins"),
        ("Send the form to P.O. Box 4417, Springfield.", "P.O. Box 4417"),
    ],
)
def test_addresses_are_found(text: str, address: str) -> None:
    at = text.index(address)
    spans = [f for f in pii.find(text, ["ADDRESS"], shipped_tagger()) if f.start < at + len(address) and at < f.end]
    assert spans
    assert sum(f.end - f.start for f in spans) >= len(address) * 0.8


@pytest.mark.parametrize(
    "text",
    [
        "The quarterly report shows higher revenue in the northern region.",
        "Section 4.2 of the Data Protection Policy applies to all departments.",
        "Press the green button and wait until the machine has stopped.",
        "1.1 Scope\n1.2 Definitions\n1.3 Responsibilities",
    ],
)
def test_plain_text_has_neither(text: str) -> None:
    assert found(text, "NAME", "ADDRESS") == []


def test_a_number_at_the_end_of_an_address_stays_a_number() -> None:
    text = "Margarethe Olufsen, 48 Larchwood Crescent, Portland OR 97205, +1 212 555 0100, molufsen@example.org"
    kinds = dict(found(text))
    assert kinds["PHONE"] == "+1 212 555 0100"
    assert kinds["EMAIL"] == "molufsen@example.org"
    assert {"NAME", "ADDRESS"} <= kinds.keys()


def test_only_what_is_asked_for_is_given() -> None:
    text = "Margarethe Olufsen lives at 48 Larchwood Crescent, Portland."
    assert {kind for kind, _ in found(text, "NAME")} == {"NAME"}
    assert {kind for kind, _ in found(text, "ADDRESS")} == {"ADDRESS"}


@settings(max_examples=60)
@given(st.text(max_size=200) | st.text(alphabet="aZ.\n\t '-9\u00e9\u0301\ud800", max_size=400))
def test_any_text_gives_ordered_spans_within_it(text: str) -> None:
    spans = pii.find(text, pii.TYPES, shipped_tagger())
    assert all(0 <= f.start < f.end <= len(text) and 0 < f.score <= 1 for f in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
