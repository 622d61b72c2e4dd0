"""Telephone numbers of several regions.

Digits in groups are everywhere in business papers, so a candidate must earn its place: written internationally, in the shape
of North America, valid and grouped as one of `REGIONS` writes it, or named as a telephone by the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from frostbyte.policy.pii.finding import Finding
from frostbyte.policy.pii.view import View

REGIONS = (
    *("GB", "IE", "DE", "AT", "CH", "FR", "BE", "NL", "ES", "PT", "IT", "PL", "SE", "NO", "DK", "FI"),
    *("AU", "NZ", "ZA", "IN", "BR", "JP"),
)
"""Regions whose national formats are taken without a country code, when the grouping fits too."""

# Separators and digits are matched possessively: whatever follows, a start is tried once and the search stays linear.
_CANDIDATE = re.compile(
    r"(?<![\w@/$€£])(?<!\d[.,:/-])"
    r"(?:\+|00(?=[1-9]))?+\(?+\d{1,15}+\)?+(?:(?>[ ]?[-./()]?[ ]?(?<=[ \-./()])\(?)\d{1,8}+\)?+){0,8}"
    r"(?:\s?+(?:x|ext\.?|extension)\s?+\d{1,6}+)?"
    r"(?![\w@%]|[.,:/-]\d)"
)
_GROUP = re.compile(r"\(?\+?\d+\)?")
_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extension)\s?\d{1,6}$")
_NORTH_AMERICA = re.compile(r"(?:(?:\+?1|001)[-. ]?)?(?:\(\d{3}\)\s?\d{3}[-. ]\d{4}|\d{3}([-.])\d{3}\1\d{4}|\d{3}/\d{3}-\d{4})")
_NORTH_AMERICA_SPACED = re.compile(r"(?:(?:\+?1|001)[-. ])?\d{3} \d{3}[- ]\d{4}")
_DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d\d")
_IP = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_AMOUNT = re.compile(r"\d{1,3}(?:[.,  ]\d{3})+(?:[.,]\d{1,2})?")
_BEFORE = re.compile(
    r"(?i)(?:\b(?:tele)?phones?\b|\btel\b|\bmobiles?\b|\bcell(?:ular|phone)?\b|\bfax\b|\bcall(?:ed|ing|s)?\b|\bdial\b|\bhotline\b|\bsms\b"
    r"|\bwhats\s?app\b|\btext(?:ed)?\s(?:me|us|him|her|them)\b|\b(?:reach|contact)(?:ed)?\s(?:me|us|him|her|them)?\b|\bring\b"
    r"|\bmessages?\s(?:to|at|on)\b|\bcontact\s(?:no|number)\b|\b(?:my|your|his|her|our|their)\s(?:new\s)?number\b|\bhelpline\b|\bextension\b|\bphone\s?(?:no|number|#)"
    r"|\bhandy(?:nummer)?\b|\btelefon\w*|\bt[ée]l(?:[ée]phone|\.)?\b|\btelef[oó]n\w*|\brufnummer\b|\bmobil\w{0,7}\b|\bm[óo]vil\b|\bportable\b"
    r"|電話|电话|手机)"
)
_AFTER = re.compile(r"(?i)[\s(,-]{0,3}(?:office|fax|mobile|cell|home|work|direct|landline|phone|tel|switchboard|voice|pager)\b")
_HEADER = re.compile(
    r"(?i)\b(?:phone|telephone|tel|mobile|cell|fax|contact\s(?:no|number)|telefon|t[ée]l[ée]phone|tel[ée]fono)s?\b"
)
_FEWEST, _MOST = 6, 17
"""Digits of a number, country code and trunk prefix included."""


def recognise(view: View) -> Iterator[Finding]:
    """Numbers of 6 to 15 digits that read as a telephone number; extensions belong to the number."""
    text = view.text
    headed = {start for start, _ in view.cells_under(_HEADER)}
    for match in _CANDIDATE.finditer(text):
        yield from _within(view, *match.span(), headed)


def _within(view: View, start: int, end: int, headed: set[int]) -> Iterator[Finding]:
    """Numbers in one run of digit groups: the longest stretch of whole groups that reads as one, from the left."""
    text, words = view.text, view.words
    extension = _EXTENSION.search(text, start, end)
    groups = [match.span() for match in _GROUP.finditer(text, start, extension.start() if extension else end)]
    digits = [sum(text[at].isdigit() for at in range(left, right)) for left, right in groups]
    if sum(digits) < _FEWEST:
        return
    named = start in headed or _BEFORE.search(words, view.back(start, 32), start) is not None
    first = 0
    while first < len(groups):
        for last in range(len(groups), first, -1):
            left, right = groups[first][0], groups[last - 1][1]
            count = sum(digits[first:last])
            if not _FEWEST <= count <= _MOST:
                continue
            stop = end if extension and last == len(groups) else right
            told = named or left in headed or _AFTER.match(words, stop) is not None
            score = _score(text[left:right], count, told)
            if score:
                yield Finding(left, stop, "PHONE", score)
                first = last
                break
        else:
            first += 1


def _score(body: str, digits: int, told: bool) -> float:
    national = body.startswith(("0", "(0", "+"))
    shaped = _NORTH_AMERICA.fullmatch(body)
    if not (told or national or shaped or _NORTH_AMERICA_SPACED.fullmatch(body)) or _not_a_telephone(body):
        return 0.0
    if body.startswith("+") and 8 <= digits <= 15:
        return 0.95 if _valid(body, None) else 0.7
    if shaped:
        return 0.95 if told else 0.85 if _valid(body, "US") else 0.6
    if told and digits <= 15:
        return 0.75
    if not national:
        return 0.6 if _valid(body, "US") else 0.0
    if body.isdigit():
        return 0.0
    if body.startswith("00") and digits >= 10:
        return 0.7 if _valid("+" + body[2:], None) else 0.0
    # Nine digits in two groups are a post code and a house number as often as a telephone.
    if 10 <= digits <= 12 or (digits == 9 and body.count(" ") > 2):
        return 0.6 if any(_valid(body, region) for region in REGIONS) else 0.0
    return 0.0


def _not_a_telephone(body: str) -> bool:
    if any(shape.fullmatch(body) for shape in (_DATE, _IP, _SSN)):
        return True
    return "." in body and not body.startswith("0") and _AMOUNT.fullmatch(body) is not None


@lru_cache(maxsize=4096)
def _valid(body: str, region: str | None) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(body, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)
