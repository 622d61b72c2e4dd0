"""What kind of document this is: the server's rule path, `rule-v1` (rulings F16-F18).

Plain substring rules, so "philosophy" is an SOP and "courtesy" a legal filing (ruling F17); they are kept for parity. What the
appliance makes of them is in `classes.py`; it never changes what `rule-v1` says.
"""

from __future__ import annotations

from dataclasses import dataclass

CLASSIFIER_VERSION = "rule-v1"
WINDOW = 2000
"""Code points of text that the rules read, cut before upper-casing (which can lengthen a text)."""

# First hit wins. Names are compared in lower case, texts in upper case; the two fold differently (dotless i, long s), as on
# the server.
BY_NAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("contract", ("contract", "agreement")),
    ("invoice", ("invoice", "bill")),
    ("SOP", ("sop", "procedure")),
    ("policy", ("policy",)),
    ("legal_filing", ("legal", "court", "filing")),
)
BY_TEXT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("contract", ("AGREEMENT", "CONTRACT")),
    ("invoice", ("INVOICE", "BILL TO")),
    ("SOP", ("STANDARD OPERATING PROCEDURE", "SOP")),
)
_CORRESPONDENCE = ("letter", "correspondence", "email")


@dataclass(frozen=True)
class Classification:
    """A category of the contract and how sure the rule is (0..1)."""

    category: str
    confidence: float


def classify(filename: str | None, text: str) -> Classification:
    """Classify by name, then by the first 2000 code points of text, then by weak names, else `other`."""
    name = (filename or "").lower()
    for category, words in BY_NAME:
        if any(word in name for word in words):
            return Classification(category, 0.85)
    sample = text[:WINDOW].upper()
    for category, words in BY_TEXT:
        if any(word in sample for word in words):
            return Classification(category, 0.8)
    if "POLICY" in sample and "DOCUMENT" in sample:
        return Classification("policy", 0.75)
    if any(word in name for word in _CORRESPONDENCE):
        return Classification("correspondence", 0.75)
    return Classification("other", 0.5)
