"""Driver's licence numbers: a label says what they are, they carry it (`DL-123-456-789`), or they have the British shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding, labelled
from frostbyte.policy.pii.view import View

_MARKED = re.compile(r"(?<![\w-])DL\s?[-:#]\s?(?:[A-Z]{1,2}[- ]?)?\d(?:[- ]?\d){5,14}(?!\w|-\d)")
# Five of the surname (padded with 9), decade, month (+5 for women), day, year, initials, check.
_BRITISH = re.compile(
    r"(?<!\w)[A-Z](?:[A-Z]{4}|[A-Z]{3}9|[A-Z]{2}99|[A-Z]999|9999)\d[0156]\d[0-3]\d\d[A-Z][A-Z9]\d[A-Z]{2}(?!\w)"
)
_LABEL = re.compile(
    r"(?i)(?:\bdriver['’]?s?['’]?\s(?:licen[cs]es?|permit)\b(?:\s?(?:number|num|no|nr|#|id)\b\.?)?"
    r"|\bdriving\s(?:licen[cs]e|permit)\b(?:\s?(?:number|no|nr|#)\b\.?)?|\bdl\s?(?:number|num|no|nr|#|id)\.?|\bd\.l\.\s?(?:no|#)?"
    r"|\blicen[cs]e\s(?:number|no|#)\s?\(?(?:driver|driving)|\bdvla\b|\bf[üu]hrerschein\w{0,10}|\bpermis\sde\sconduire\b"
    r"|\b(?:licencia|permiso|carnet)\sde\sconduci\w{1,5}|\bpatente\sdi\sguida\b|\brijbewijs\w{0,8})"
)
_VALUE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}[- ]?\d(?:[- ]?\d){4,14}[A-Z]?|\d{1,3}[A-Z]{2,3}\d{4,6}|\d(?:[- ]?\d){5,14}[A-Z]{0,2}"
    r"|[A-Z]{2,5}[A-Z9*]{0,7}\d[A-Z0-9*]{4,10}|(?=[A-Z0-9]{0,8}\d[A-Z0-9]{0,8}\d)[A-Z][A-Z0-9]{7,12})(?!\w|-\d)"
)
_LOOSE = re.compile(r"(?i)(?<![\w-])[a-z]{1,2}\d{5,14}(?![\w-])")
_STEMS = (
    "driv",
    "dl",
    "d.l.",
    "dvla",
    "führerschein",
    "fuhrerschein",
    "permis",
    "licencia",
    "carnet",
    "patente",
    "rijbewijs",
    "licen",
)


def recognise(view: View) -> Iterator[Finding]:
    """Numbers marked DL, numbers soon after words for a driver's licence, and British numbers, whose shape is their own."""
    for match in _MARKED.finditer(view.text):
        yield Finding(*match.span(), "DRIVERS_LICENSE", 0.9)
    for match in _BRITISH.finditer(view.text):
        yield Finding(*match.span(), "DRIVERS_LICENSE", 0.85)
    for pattern, score in ((_VALUE, 0.8), (_LOOSE, 0.7)):
        for start, end in labelled(view, _STEMS, _LABEL, pattern):
            yield Finding(start, end, "DRIVERS_LICENSE", score)
