"""How often a stage tries again, how long it waits, what a document becomes when it gives up (retries.json, rulings I6, K3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from frostbyte.contract.fields import Stage

STAGES: tuple[Stage, ...] = ("intake", "parse", "policy", "embed", "index")


@dataclass(frozen=True)
class Retry:
    """`max` retries follow the first attempt (ruling I6: 1 + 3); before retry n the stage waits `intervals_s[n-1]` seconds."""

    max: int
    intervals_s: tuple[int, ...]
    strategy: Literal["exponential", "fixed"] | None


RETRIES: dict[Stage, Retry] = {
    "intake": Retry(0, (), None),
    "parse": Retry(3, (10, 60, 300), "exponential"),
    "policy": Retry(2, (30, 30), "fixed"),
    "embed": Retry(3, (10, 60, 300), "exponential"),
    "index": Retry(3, (10, 60, 300), "exponential"),
}

DEAD_LETTER: dict[Stage, Literal["rejected", "parse_failed", "policy_failed", "embed_failed", "index_failed"]] = {
    "intake": "rejected",
    "parse": "parse_failed",
    "policy": "policy_failed",
    "embed": "embed_failed",
    "index": "index_failed",
}
"""The outcome of a file whose stage gave up. Policy: held as policy_failed, not quarantined (ruling K3)."""

NO_RETRY: frozenset[str] = frozenset({"DIMENSION_MISMATCH"})
"""Failures that another attempt cannot mend; they go to the dead letters at once."""
