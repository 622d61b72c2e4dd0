from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.rules.rule import config_of, counts_as, free_of

JSON = st.recursive(
    st.none() | st.integers() | st.text("ab", max_size=4), lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner)
)


@given(JSON, st.lists(st.sampled_from(["", "z", "zz"])))
def test_what_is_not_there_is_not_found(value: object, secrets: list[str]) -> None:
    assert free_of(value, secrets)


@given(JSON)
def test_a_secret_is_found_at_any_depth_in_keys_and_values(value: object) -> None:
    assert not free_of([{"deep": (1, value, "a z b")}], ["z"])
    assert not free_of({"a": [{"z": value}]}, ["z"])


@pytest.mark.parametrize("given_", [TenantConfig(), TenantConfig().to_json()])
def test_a_configuration_comes_typed_or_as_json(given_: object) -> None:
    assert config_of({"config": given_}) == TenantConfig().to_json()


def test_no_configuration_is_none() -> None:
    assert config_of({}) is None


@pytest.mark.parametrize(("count", "holds"), [(1, False), (2, True), (3, False)])
def test_an_array_is_counted(count: int, holds: bool) -> None:
    assert counts_as("files", "summary", "total")({"files": [1, 2], "summary": {"total": count}}, {}) is holds
