"""Passport numbers: where the word stands by, or in a machine-readable zone whose check digits hold (ICAO 9303)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding, labelled
from frostbyte.policy.pii.view import View

_LABEL = re.compile(
    r"(?i)(?:\bpassports?\b(?:\s?(?:number|num|no|nr|#|id)\b\.?)?|\b(?:reise)?pass-?(?:nummer|nr)\b\.?|\breisepass\b|\bpasseport\b|\bpasaporte\b"
    r"|\bpassaporto\b|\bpassaporte\b|\bpaspoort\w{0,8}|\bpassnummer\b|паспорт|护照|パスポート)"
)
_VALUE = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}[ -]?\d{5,9}[A-Z]?|\d{2}[A-Z]{2}\d{5}|\d{8,9}|[A-Z]{1,2}\d[A-Z0-9]{5,7}"
    r"|[CFGHJKLMNPRTVWXYZ0-9]{9}(?<=\d))(?![\w-])"
)
_LOOSE = re.compile(r"(?i)(?<![\w-])[a-z]{1,3}\d{5,9}(?![\w-])")
_ZONE = re.compile(r"(?<![A-Z0-9<])([A-Z0-9<]{9})(\d)[A-Z<]{3}(\d{6})(\d)[MFX<](\d{6})(\d)[A-Z0-9<]{14,16}(?![A-Z0-9<])")
_STEMS = ("pass", "pasaporte", "paspoort", "паспорт", "护照", "パスポート")


def recognise(view: View) -> Iterator[Finding]:
    """A number of a passport's shape soon after the word, in its column, or in a machine-readable zone."""
    for start, end in labelled(view, _STEMS, _LABEL, _VALUE):
        yield Finding(start, end, "PASSPORT", 0.85)
    for start, end in labelled(view, _STEMS, _LABEL, _LOOSE):
        yield Finding(start, end, "PASSPORT", 0.7)
    for match in _ZONE.finditer(view.text) if "<" in view.text else ():
        number, first, birth, second, expiry, third = match.groups()
        if all(_check_digit(field) == int(digit) for field, digit in ((number, first), (birth, second), (expiry, third))):
            yield Finding(*match.span(), "PASSPORT", 0.99)


def _check_digit(field: str) -> int:
    """ICAO 9303 part 3, 4.9: weights 7, 3, 1; letters count from 10, the filler is 0."""
    values = (0 if character == "<" else int(character, 36) for character in field)
    return sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10
