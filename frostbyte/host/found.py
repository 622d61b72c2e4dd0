"""The outcome of looking at one thing: fine, worth knowing, or to be changed before this machine can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Found:
    """`text` says what is there, `advice` what to do; whatever is not ok must have advice."""

    status: Status
    text: str
    advice: str | None = None

    def __post_init__(self) -> None:
        if self.status != "ok" and not self.advice:
            raise ValueError("a finding that is not ok says what to do")


def ok(text: str) -> Found:
    return Found("ok", text)


def warn(text: str, advice: str) -> Found:
    return Found("warn", text, advice)


def fail(text: str, advice: str) -> Found:
    return Found("fail", text, advice)


def size(count: int) -> str:
    """Bytes for people: `24.0 GB`, `312 MB` (powers of ten)."""
    return f"{count / 1e9:.1f} GB" if count >= 1_000_000_000 else f"{count // 1_000_000} MB"
