"""A person's reason for what they do, as the audit chain keeps it."""

from __future__ import annotations

from frostbyte.errors import UsageError

LONGEST_REASON = 500


def accept_reason(reason: str) -> str:
    """The reason on one line, without the spaces around it. Raises UsageError for an empty or over-long one."""
    reason = " ".join(reason.split())
    if not reason:
        raise UsageError("--reason is empty", hint="say in a few words why; it stays in the audit chain")
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"--reason has {len(reason)} characters, {LONGEST_REASON} are allowed")
    return reason
