"""Contract timestamps: UTC, `Z` only (ruling H17)."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of `moment` (aware) or of now."""
    at = (moment or datetime.now(UTC)).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
