"""Medical record numbers: a label says what they are, or they carry it (`MRN-12345678`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding, labelled
from frostbyte.policy.pii.view import View

_MARKED = re.compile(
    r"(?i)(?<![\w-])(?:e?mrn|pat(?:ient)?id|emr|ehr)\s?[-:#]?\s?(?:[a-z]{1,3}[- ]?)?\d(?:[- ]?\d){4,14}(?!\w|-\d)"
)
_LABEL = re.compile(
    r"(?i)(?:\bmrns?\b|\b(?:medical|health|hospital|patient|clinical)\s(?:record|chart|file|case)s?\b(?:\s?(?:number|num|no|nr|#|id)\b\.?)?"
    r"|\b(?:patient|hospital|chart|admission|encounter)\s?(?:number|num|no|nr|#|id)\b\.?|\bpatient\sidentifier\b"
    r"|\bnhs\s?(?:number|num|no|nr|#)|\bhealth\s(?:insurance|plan|card)\s(?:number|no|id|beneficiary)\b|\bmedic(?:are|aid)\s(?:number|no|#|id)"
    r"|\bmedical\slicen[cs]e\b|\bpatientennummer\b|\bversichertennummer\b|\bnum[ée]ro\sde\sdossier\sm[ée]dical\b|\bhistoria\scl[íi]nica\b)"
)
_MEDICARE = r"(?<![\w-])[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}(?!\w)"
_VALUE = re.compile(
    rf"(?i){_MEDICARE}|(?<![\w.-])(?:[a-z]{{1,4}}[- ]?)?\d(?:[- ]?[\da-z]?\d){{3,14}}(?:-?[a-z]\d?)?(?!\w|[.-]\d)"
)
_STEMS = (
    "mrn",
    "medic",
    "health",
    "hospital",
    "patient",
    "clinical",
    "chart",
    "admission",
    "encounter",
    "nhs",
    "versichert",
    "historia",
    "dossier",
)


def recognise(view: View) -> Iterator[Finding]:
    """Numbers marked MRN, and numbers soon after a label of a record, patient, chart or insured person."""
    for match in _MARKED.finditer(view.text):
        yield Finding(*match.span(), "MEDICAL_RECORD", 0.9)
    for start, end in labelled(view, _STEMS, _LABEL, _VALUE, reach=32):
        yield Finding(start, end, "MEDICAL_RECORD", 0.8)
