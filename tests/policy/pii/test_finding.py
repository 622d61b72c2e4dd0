from __future__ import annotations

import re

from frostbyte.policy.pii.finding import labelled, near
from frostbyte.policy.pii.view import View

LABEL = re.compile(r"key")
VALUE = re.compile(r"\d+")


def spans(text: str) -> list[str]:
    return [text[start:end] for start, end in labelled(View(text), ("key",), LABEL, VALUE)]


def test_the_first_value_after_a_label_is_its_own() -> None:
    assert spans("key no. is 12 and 34") == ["12"]


def test_a_value_may_stand_on_the_next_line_not_after_a_blank_one() -> None:
    assert spans("key\n12") == ["12"]
    assert spans("key\n\n12") == []


def test_a_value_out_of_reach_is_left() -> None:
    assert spans("key " + "x " * 30 + "12") == []


def test_every_value_in_a_labelled_column_counts() -> None:
    assert spans("key\tother\n12\t9\n34\t9") == ["12", "34"]


def test_near_looks_both_ways() -> None:
    assert near(View("key 12"), 4, 6, LABEL)
    assert near(View("12 key"), 0, 2, LABEL)
    assert not near(View("12" + " " * 40 + "key"), 0, 2, LABEL)
