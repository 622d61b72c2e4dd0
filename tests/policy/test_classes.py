"""The class the appliance tells: two witnesses, the server's verdict beside it, and no class where the head cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from frostbyte.contract.config import parse_config
from frostbyte.embed import Heads, shipped_encoder, shipped_encoder_digest, shipped_head
from frostbyte.errors import PolicyFailed
from frostbyte.policy import classes
from frostbyte.policy.classification import classify

LABELS = ("contract", "invoice", "SOP", "policy", "legal_filing", "correspondence", "other")


def sure(label: str, share: float = 0.7) -> Mapping[str, float]:
    return {other: share if other == label else (1 - share) / (len(LABELS) - 1) for other in LABELS}


def told(name: str, text: str) -> classes.Decision:
    heads = Heads(lambda texts: shipped_encoder().embed_documents(list(texts)).vectors, shipped_encoder_digest())
    return classes.decide(name, text, heads(classes.HEAD, [text]))


def test_without_the_head_the_rules_decide_as_on_the_server() -> None:
    found = classes.decide("lease_agreement.txt", "The tenant pays.")
    assert (found.category, found.confidence, found.decided_by) == ("contract", 0.85, "rule-v1")


def test_where_the_rules_are_silent_the_head_decides_and_theirs_stands_beside() -> None:
    found = classes.decide("scan0001.pdf", "Dear Ms. Olufsen,", [sure("correspondence")])
    assert (found.category, found.confidence, found.decided_by) == ("correspondence", 0.7, "classes-1")
    assert found.to_json()["rule_v1"] == {"classification": "other", "confidence": 0.5}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("philosophy.txt", "What can be known?", "SOP"),
        ("notes.txt", "A courtesy visit to the lake.", "other"),
        ("courtesy.txt", "A visit to the lake.", "legal_filing"),
        ("billboard.pdf", "Paint it blue.", "invoice"),
        ("a.txt", "The philosophy of science asks what a theory is.", "SOP"),
        ("disagreement.txt", "They did not speak for a year.", "contract"),
    ],
)
def test_a_word_inside_another_is_no_witness(name: str, text: str, said: str) -> None:
    assert classify(name, text).category == said  # the server's verdict, to the bit (ruling F17)
    found = classes.decide(name, text, [sure("other", 0.5)])
    assert (found.category, found.confidence, found.decided_by) == ("other", 0.5, "classes-1")
    assert found.rule == classify(name, text)


@pytest.mark.parametrize("name", ["invoice.pdf", "Invoice2024.pdf", "2024_INVOICES-march.pdf", "rechnung (invoice).txt"])
def test_a_whole_word_in_the_name_tips_a_doubtful_head(name: str) -> None:
    assert classes.decide("a.pdf", "x", [sure("other", 0.5)]).category == "other"
    found = classes.decide(name, "x", [sure("other", 0.3)])
    assert (found.category, found.decided_by) == ("invoice", "rule-v1")
    against = classes.decide(name, "x", [sure("correspondence", 0.97)])
    assert (against.category, against.decided_by) == ("correspondence", "classes-1")


def test_a_word_in_the_text_counts_less_than_one_in_the_name() -> None:
    chances = [sure("policy", 0.5)]
    silent = classes.decide("a", "x", chances)
    in_text = classes.decide("a", "This AGREEMENT is made", chances)
    in_name = classes.decide("agreement.pdf", "x", chances)
    assert silent.confidence > in_text.confidence
    assert (in_text.category, in_name.category) == ("policy", "contract" if classes.NAME_WEIGHT > 6 else "policy")


def test_one_sure_passage_does_not_outvote_the_others() -> None:
    found = classes.decide("a", "x", [sure("contract", 1.0), *[sure("policy", 0.7)] * 4])
    assert found.category == "policy"
    assert 0 < found.confidence < 1


def test_a_head_of_other_classes_is_refused() -> None:
    with pytest.raises(PolicyFailed, match="contract"):
        classes.decide("agreement.txt", "x", [{"yes": 0.5, "no": 0.5}])


def test_the_shipped_head_knows_the_contracts_classes_and_overrules_what_is_no_word() -> None:
    assert shipped_head(classes.HEAD, shipped_encoder_digest()).labels == LABELS
    essay = "The philosopher asks whether virtue can be taught, and what the old books say of courtesy and the good life."
    letter = "Dear Mr. Haddad,\n\nthank you for your letter of 3 May. I will call you.\n\nYours sincerely,\nIngrid Larsen"
    assert told("philosophy.txt", essay).category == "other"
    assert told("courtesy.txt", letter).category == "correspondence"
    assert told("a.txt", letter) == told("a.txt", letter)


def test_who_asks_for_review_is_told_of_doubt() -> None:
    doubtful = classes.decide("a", "x", [sure("policy", 0.6)])
    assert doubtful.needs_review(parse_config({}))
    assert not doubtful.needs_review(parse_config({"classification_threshold": 0.6}))
    assert not doubtful.needs_review(parse_config({"classification_review_enabled": False}))
