"""Personal data in a text: one recogniser per contract type, in a literal table. Pure: no vault, no network.

    for finding in find(text, ["SSN", "EMAIL"]):
        ...finding.type, finding.start, finding.end

Two types of the contract, NAME and ADDRESS, have no recogniser yet. What cannot be checked is never clean (ruling F10):
`find` refuses them, and `unsupported_types` lets a tenant's configuration be refused before any document is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from frostbyte.contract.config import TenantConfig
from frostbyte.errors import PolicyFailed
from frostbyte.policy.pii import birth, email, financial, licence, medical, passport, phone, ssn
from frostbyte.policy.pii.finding import Finding, Recogniser
from frostbyte.policy.pii.view import View

__all__ = ["SUPPORTED", "Finding", "find", "merged", "unsupported_types"]

_RECOGNISERS: dict[str, Recogniser] = {
    "SSN": ssn.recognise,
    "DOB": birth.recognise,
    "EMAIL": email.recognise,
    "PHONE": phone.recognise,
    "FINANCIAL_ACCOUNT": financial.recognise,
    "PASSPORT": passport.recognise,
    "MEDICAL_RECORD": medical.recognise,
    "DRIVERS_LICENSE": licence.recognise,
}
_WITHOUT_DIGITS = frozenset({"EMAIL"})
_DIGIT = re.compile("[0-9]")

SUPPORTED: tuple[str, ...] = tuple(_RECOGNISERS)
"""Types of the contract that can be looked for."""


def unsupported_types(config: TenantConfig) -> tuple[str, ...]:
    """The types a configuration asks for that no recogniser finds. A tenant with any must not take documents."""
    return tuple(kind for kind in config.pii_types if kind not in _RECOGNISERS)


def find(text: str, types: Sequence[str] = SUPPORTED) -> list[Finding]:
    """Findings of the given types, in order of place, none overlapping another.

    Raises PolicyFailed (PII_TYPE_UNSUPPORTED) for a type without a recogniser. Time is linear in the text.
    """
    missing = [kind for kind in types if kind not in _RECOGNISERS]
    if missing:
        raise PolicyFailed(
            f"cannot look for personal data of type {', '.join(missing)}: this version has no recogniser for it",
            code="PII_TYPE_UNSUPPORTED",
            hint=f"pii_types may hold {', '.join(SUPPORTED)}",
            details=[{"field": "pii_types", "value": ",".join(missing), "constraint": "one of " + ", ".join(SUPPORTED)}],
        )
    view = View(text)
    digits = _DIGIT.search(view.text) is not None
    found = []
    for kind in types:
        if not digits and kind not in _WITHOUT_DIGITS:
            continue
        for finding in _RECOGNISERS[kind](view):
            start, end = view.original(finding.start, finding.end)
            found.append(Finding(start, end, finding.type, finding.score))
    return merged(found)


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each run of overlapping ones: the surest (then longest) names the type, the span covers them all.

    A union and not the winner's own span, because what the loser saw must not survive a redaction in part.
    """
    result: list[Finding] = []
    best: list[Finding] = []
    for finding in sorted(findings):
        if result and finding.start < result[-1].end:
            lead = max(best[-1], finding, key=lambda f: (f.score, f.end - f.start))
            best[-1] = lead
            result[-1] = Finding(result[-1].start, max(result[-1].end, finding.end), lead.type, lead.score)
        else:
            result.append(finding)
            best.append(finding)
    return result
