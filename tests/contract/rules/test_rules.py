"""Every rule of every schema is judged, holds on whole samples, and is the one thing wrong with its broken object."""

from __future__ import annotations

from typing import Any

import pytest

from frostbyte.contract import schema
from frostbyte.contract.rules import RULES, broken_rules

from .breaking import BREAKING

ALL = [(name, rule) for name, rules in RULES.items() for rule in rules]


def test_every_rule_of_every_schema_has_a_function() -> None:
    assert set(RULES) == set(schema.NAMES)
    for name in schema.NAMES:
        assert set(schema.schema(name)["x-rules"]) <= set(RULES[name]), name


def test_what_is_added_names_its_ruling() -> None:
    added = {rule for name, rule in ALL if rule not in schema.schema(name)["x-rules"]}
    assert all("(ruling " in rule for rule in added)
    assert len(added) == 4


def test_every_rule_has_its_broken_object() -> None:
    assert {name: set(rules) for name, rules in RULES.items() if rules} == {name: set(rules) for name, rules in BREAKING.items()}


@pytest.mark.parametrize("size", ["least", "most"])
@pytest.mark.parametrize("name", schema.NAMES)
def test_whole_objects_break_nothing(name: str, size: str, sample: Any) -> None:
    assert broken_rules(name, sample(name, size)) == []


@pytest.mark.parametrize(("name", "rule"), ALL)
def test_rule(name: str, rule: str, sample: Any) -> None:
    value = sample(name)
    context = BREAKING[name][rule](value)
    assert broken_rules(name, value, **context) == [rule]


def test_an_unknown_schema_is_a_bug() -> None:
    with pytest.raises(KeyError):
        broken_rules("tenant", {})
