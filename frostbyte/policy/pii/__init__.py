"""Personal data in a text: one recogniser per contract type, in a literal table. Pure: no vault, no network.

    for finding in find(text, ["SSN", "NAME"], tagger):
        ...finding.type, finding.start, finding.end

Eight types have patterns. NAME and ADDRESS have none and need a model, the `tagger`: without it `find` refuses them, for what
cannot be checked is never clean (ruling F10).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from frostbyte.errors import PolicyFailed
from frostbyte.policy.pii import birth, email, financial, licence, medical, passport, phone, ssn, tagged
from frostbyte.policy.pii.finding import Finding, Recogniser
from frostbyte.policy.pii.tagged import Tagger
from frostbyte.policy.pii.view import View

__all__ = ["PATTERNED", "TYPES", "Finding", "Tagger", "find", "merged", "needs_tagger"]

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

PATTERNED: tuple[str, ...] = tuple(_RECOGNISERS)
"""Types of the contract that are found by patterns alone."""
TYPES: tuple[str, ...] = (*_RECOGNISERS, *tagged.TYPES)
"""All types of the contract."""


def needs_tagger(types: Sequence[str]) -> bool:
    """True where one of the types can be found by a tagger only."""
    return not set(types).isdisjoint(tagged.TYPES)


def find(text: str, types: Sequence[str] = PATTERNED, tagger: Tagger | None = None) -> list[Finding]:
    """Findings of the given types, in order of place, none overlapping another.

    Raises PolicyFailed (PII_TYPE_UNSUPPORTED) for a type that cannot be looked for. Time is linear in the text.
    """
    missing = [kind for kind in types if kind not in _RECOGNISERS and (kind not in tagged.TYPES or tagger is None)]
    if missing:
        raise PolicyFailed(
            f"cannot look for personal data of type {', '.join(missing)}: there is no recogniser for it",
            code="PII_TYPE_UNSUPPORTED",
            hint="run `frostbyte verify-install`: the model that finds names and addresses comes with the program",
            details=[{"field": "pii_types", "value": ",".join(missing), "constraint": "one of " + ", ".join(TYPES)}],
        )
    view = View(text)
    digits = _DIGIT.search(view.text) is not None
    found = []
    for kind in types:
        if kind in tagged.TYPES or (not digits and kind not in _WITHOUT_DIGITS):
            continue
        found += list(_RECOGNISERS[kind](view))
    if tagger is not None and needs_tagger(types):
        seen = [finding for finding in tagged.recognise(view, tagger) if finding.type in types]
        found += [finding for finding in _beside(sorted(found), seen) if view.text[finding.start : finding.end].strip()]
    return merged(Finding(*view.original(finding.start, finding.end), finding.type, finding.score) for finding in found)


def _beside(patterned: Sequence[Finding], others: Iterable[Finding]) -> Iterator[Finding]:
    """The tagger's findings without what a pattern has seen: a telephone number at the end of an address stays one."""
    for finding in others:
        start = finding.start
        for seen in patterned:
            if seen.end <= start or finding.end <= seen.start:
                continue
            if start < seen.start:
                yield Finding(start, seen.start, finding.type, finding.score)
            start = max(start, seen.end)
        if start < finding.end:
            yield Finding(start, finding.end, finding.type, finding.score)


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
