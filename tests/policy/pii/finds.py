"""What one recogniser finds, as texts."""

from __future__ import annotations

from frostbyte.policy import pii


def finds(text: str, kind: str) -> list[str]:
    return [text[finding.start : finding.end] for finding in pii.find(text, [kind])]
