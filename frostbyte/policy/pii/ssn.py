"""US social security numbers, and the taxpayer numbers (ITIN) of the same shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding, labelled, near
from frostbyte.policy.pii.view import View

# A dash may end a line in a PDF, hence the optional break after it.
_SHAPE = re.compile(r"(?<![\w.-])(?<![A-Za-z0-9]/)(\d{3})([- .])\s?(\d{2})\2\s?(\d{4})(?![\w]|[-.]\d)")
_BARE = re.compile(r"(?<![\w.-])\d{3}[-. ]?\d{2}[-. ]?\d{4}(?!\w|[-.]\d)")
_LABEL = re.compile(
    r"(?i)\b(?:ssns?|s\.s\.n|ss\s?(?:#|no\b|number)|soc(?:ial)?\.?\s+sec(?:urity)?(?:\s+(?:no|num|number|nr|#))?|itin|tin"
    r"|tax(?:payer)?[\s-]+(?:id|identification)(?:entification)?(?:\s+(?:no|number))?)\b"
)
_STEMS = ("ssn", "s.s.n", "ss", "soc", "itin", "tin", "tax")


def recognise(view: View) -> Iterator[Finding]:
    """Numbers written 3-2-4 that could have been issued; any nine digits where a label says so."""
    text = view.text
    for match in _SHAPE.finditer(text):
        area, separator, group, serial = match.groups()
        issued = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
        told = near(view, match.start(), match.end(), _LABEL)
        if told or (issued and separator == "-"):
            yield Finding(*match.span(), "SSN", 0.95 if told and issued else 0.85 if issued else 0.6)
    for start, end in labelled(view, _STEMS, _LABEL, _BARE):
        yield Finding(start, end, "SSN", 0.8)
