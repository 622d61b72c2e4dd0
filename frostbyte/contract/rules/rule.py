"""What a rule is, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from frostbyte.contract.config import TenantConfig

Json = Mapping[str, Any]
Rule = Callable[[Json, Json], bool]
"""(object, context) -> does the rule hold. A rule whose counterpart is not in the context holds."""


def counts_as(array: str, part: str, count: str) -> Rule:
    """The rule that an array is as long as the count in `part` says."""
    return lambda o, _: len(o[array]) == o[part][count]


def config_of(context: Json) -> Json | None:
    """The tenant's configuration in the context, as JSON."""
    config = context.get("config")
    return config.to_json() if isinstance(config, TenantConfig) else config


def free_of(value: Any, secrets: Iterable[str]) -> bool:
    """True when no text in `value`, keys included, holds one of `secrets`."""
    return not any(secret and secret in text for text in _texts(value) for secret in secrets)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)
