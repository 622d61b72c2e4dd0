"""The rules of a token: whole scopes, its own tenant, not expired; anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.authorization import check_token

NOW = 1_000_000.0
GOOD = {"sub": "u1", "tenant_id": "tenant_abc", "scopes": ["ingest", "query"], "exp": NOW + 60}


def verdict(claims: Any, tenant: str | None = "tenant_abc", scope: Any = "ingest") -> tuple[int, str] | None:
    refusal = check_token(claims, tenant, scope, now=NOW)
    return None if refusal is None else (refusal.http_status, refusal.code)


def test_a_good_token() -> None:
    assert verdict(GOOD) is None
    assert verdict({**GOOD, "scopes": ("ingest",)}) is None
    assert verdict({**GOOD, "tenant_id": "x", "scopes": ["admin"]}, None, "admin") is None


def test_no_token() -> None:
    assert verdict(None) == (401, "AUTHENTICATION_REQUIRED")


@pytest.mark.parametrize("exp", [NOW, NOW - 1, 0, -1.5, float("nan"), float("-inf")])
def test_an_expired_token_comes_before_everything_else(exp: float) -> None:
    assert verdict({**GOOD, "exp": exp, "tenant_id": "other", "scopes": []}) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("exp", [None, "9999999999", True, [], {}])
def test_a_token_without_a_time_of_expiry(exp: Any) -> None:
    assert verdict({**GOOD, "exp": exp}) == (401, "AUTHENTICATION_REQUIRED")
    assert verdict({k: v for k, v in GOOD.items() if k != "exp"}) == (401, "AUTHENTICATION_REQUIRED")


@pytest.mark.parametrize("tenant", ["other", "", None, "TENANT_ABC", ["tenant_abc"], True])
def test_another_tenants_token(tenant: Any) -> None:
    assert verdict({**GOOD, "tenant_id": tenant}) == (403, "INSUFFICIENT_PERMISSIONS")


def test_no_tenant_is_not_replaced_by_the_subject() -> None:
    claims = {k: v for k, v in GOOD.items() if k != "tenant_id"} | {"sub": "tenant_abc"}
    assert verdict(claims) == (403, "INSUFFICIENT_PERMISSIONS")


def test_an_administrator_is_for_every_tenant_but_still_needs_the_scope() -> None:
    claims = {"sub": "a", "role": "admin", "exp": NOW + 1}
    assert verdict({**claims, "scopes": ["ingest"]}) is None
    assert verdict({**claims, "scopes": ["admin"]}) == (403, "INSUFFICIENT_PERMISSIONS")
    assert verdict({**claims, "role": ["admin"], "scopes": ["ingest"]}) == (403, "INSUFFICIENT_PERMISSIONS")


@pytest.mark.parametrize(
    "scopes", [["no-ingest"], ["ingest-lite"], ["INGEST"], ["ingest query"], [], [None, 1], {"ingest": 1}, 5, None, ""]
)
def test_scopes_are_compared_whole(scopes: Any) -> None:
    assert verdict({**GOOD, "scopes": scopes}) == (403, "INSUFFICIENT_PERMISSIONS")


@pytest.mark.parametrize(
    ("scope", "allowed"), [("ingest", True), ("query ingest", True), ("ingest-lite", False), ("no-ingest", False), ("", False)]
)
def test_a_scope_string_is_split_at_spaces(scope: str, allowed: bool) -> None:
    claims = {k: v for k, v in GOOD.items() if k != "scopes"} | {"scope": scope}
    assert (verdict(claims) is None) == allowed


def test_the_array_wins_over_the_string() -> None:
    assert verdict({**GOOD, "scopes": ["query"], "scope": "ingest"}) == (403, "INSUFFICIENT_PERMISSIONS")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=4
)


@given(st.dictionaries(st.sampled_from(["sub", "tenant_id", "role", "scopes", "scope", "exp"]), json))
def test_no_claims_raise_and_only_the_right_ones_pass(claims: dict[str, Any]) -> None:
    if verdict(claims) is None:
        assert claims["exp"] > NOW
        assert "ingest" in (claims.get("scopes") or claims.get("scope"))
