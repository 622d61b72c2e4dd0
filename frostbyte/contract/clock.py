"""Contract timestamps: UTC, `Z` only (ruling H17)."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of `moment` (aware) or of now."""
    at = (moment or datetime.now(UTC)).astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"  # strftime writes the year 987 with three digits
