"""May this token do this here? The rules only: who checked the signature, and how, is the server's affair (rulings H1-H5).

Scopes are compared whole, never as substrings (H1). A token is for the tenant it names; one that names none is for none (H2),
except an administrator's, which is for all of them (H4). Missing, malformed or expired means refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Scope = Literal["ingest", "query", "admin", "audit"]


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused: HTTP status, contract error code and words for the error envelope."""

    http_status: int
    code: Literal["AUTHENTICATION_REQUIRED", "TOKEN_EXPIRED", "INSUFFICIENT_PERMISSIONS"]
    message: str


def check_token(claims: Mapping[str, Any] | None, tenant_id: str | None, scope: Scope, *, now: float) -> Refusal | None:
    """None where the claims allow `scope` on `tenant_id`, else the refusal.

    `claims` are those of a token whose signature held, None where there was no such token. `tenant_id` is the path's, None
    for endpoints of the whole appliance. `now` is in seconds since the epoch, as `exp` is; a token expires the moment `exp`
    is reached, and one without `exp` is no token.
    """
    if claims is None:
        return Refusal(401, "AUTHENTICATION_REQUIRED", "a valid token is required")
    expires = claims.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        return Refusal(401, "AUTHENTICATION_REQUIRED", "the token says no time of expiry")
    if not now < expires:
        return Refusal(401, "TOKEN_EXPIRED", "the token has expired")
    if tenant_id is not None and claims.get("role") != "admin" and claims.get("tenant_id") != tenant_id:
        return Refusal(403, "INSUFFICIENT_PERMISSIONS", "the token is for another tenant")
    if scope not in _scopes(claims):
        return Refusal(403, "INSUFFICIENT_PERMISSIONS", f"the token lacks the scope {scope!r}")
    return None


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """The token's scopes: the `scopes` array, or the `scope` string split at spaces where there is no array."""
    given = claims["scopes"] if "scopes" in claims else claims.get("scope")
    if isinstance(given, str):
        return frozenset(given.split(" "))
    if isinstance(given, list | tuple):
        return frozenset(entry for entry in given if isinstance(entry, str))
    return frozenset()
