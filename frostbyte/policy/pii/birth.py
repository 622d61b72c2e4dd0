"""Dates of birth. A date alone is not one (ruling F12): words or a column header must say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding
from frostbyte.policy.pii.view import View

# English, German, French, Spanish, Italian, Portuguese, Dutch and Scandinavian months, by the letters that tell them apart.
_MONTH = (
    r"(?:jan(?:uary|uar|uari|vier|eiro)?|j[äa]nner|enero|ene|gen(?:naio)?|ianuarie"
    r"|feb(?:ruary|ruar|ruari|braio|rero)?|f[ée]v(?:rier|ereiro)?"
    r"|mar(?:ch|s|zo|[çc]o|t)?|m[äa]rz|maart|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?"
    r"|may|mai|mayo|mei|maj|maio|mag(?:gio)?|june?|juni|juin|junio|giugno|giu|junho"
    r"|july?|juli|juillet|julio|luglio|lug|julho"
    r"|aug(?:ust|ustus|usti)?|ao[ûu]t|ago(?:sto)?|sept?(?:ember|embre|iembre|tembre)?|setembro|set(?:tembre)?"
    r"|o[ck]t(?:ober|obre|ubre|obro)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?"
    r"|de[cz](?:ember|embre|embro)?|d[ée]c(?:embre)?|dic(?:iembre|embre)?|des(?:ember)?)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_DATE = re.compile(
    rf"(?i)(?<![\w.])(?:{_YEAR}\s?[-/.年]\s?(?:0?[1-9]|1[0-2])\s?[-/.月]\s?(?:3[01]|[12]\d|0?[1-9])日?"
    rf"|(?:3[01]|[12]\d|0?[1-9])(?P<b>\s?[-/.]\s?)(?:3[01]|[12]\d|0?[1-9])(?P=b)(?:{_YEAR}|\d\d)"
    rf"|(?:{_MONTH})\.?[\s-]{{1,2}}(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?[\s,-]{{1,3}}(?:{_YEAR}|'?\d\d)"
    rf"|(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?[\s-]{{1,2}}(?:(?:of|de|den)\s)?(?:{_MONTH})\.?,?[\s,-]{{1,3}}(?:de\s|del\s)?(?:{_YEAR}|'?\d\d)"
    rf"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d)(?![\w]|[-/.]\d)"
)
_LABEL = re.compile(
    r"(?i)(?<!\w)(?:d\.?\s?o\.?\s?b\.?(?!\w)|(?:date|day|month)\s+of\s+birth|birth[\s_-]?(?:date|day)s?|born(?!\w)|b\.\s(?=\d)"
    r"|geb(?:oren|urtsdatum|\.)|geburtstag|n[ée]e?\s+le(?!\w)|date\s+de\s+naissance|fecha\s+de\s+nac(?:imiento|\.)"
    r"|nacid[oa](?!\w)|data\s+di\s+nascita|nat[oa]\s+il(?!\w)|data\s+de\s+nascimento|nascid[oa](?!\w)"
    r"|geboortedatum|f[øöo]dselsdato|f[öø]delsedatum|f[öø]d[dt](?:\s+den)?(?!\w)|生年月日|出生日期)"
)
_TRAILING = re.compile(r"(?i)\s{0,2}[(\[,-]?\s?(?:d\.?o\.?b\.?(?!\w)|date\s+of\s+birth|birth\s?date|geb\.?(?!\w))")
_REACH = 60


def recognise(view: View) -> Iterator[Finding]:
    """The first date after words of birth, a date followed by `(DOB)`, and dates in a column headed so."""
    text = view.text
    for label in _LABEL.finditer(view.words):
        window = min(len(text), label.end() + _REACH + 30)
        date = _DATE.search(text, label.end(), window)
        if date and date.start() <= label.end() + _REACH and "\n\n" not in text[label.end() : date.start()]:
            yield Finding(*date.span(), "DOB", 0.9)
            trailing = date.end()
            # "born 2 May 1961 / 3 June 1963": twins and corrections share one label.
            second = _DATE.match(text, trailing + 3) if text[trailing : trailing + 3] in (" / ", " & ") else None
            if second:
                yield Finding(*second.span(), "DOB", 0.7)
    for trail in _TRAILING.finditer(view.words):
        for date in _DATE.finditer(text, max(0, trail.start() - 30), trail.start()):
            if date.end() == trail.start():
                yield Finding(*date.span(), "DOB", 0.85)
    for start, end in view.cells_under(_LABEL):
        date = _DATE.search(text, start, min(end, start + 60))
        if date:
            yield Finding(*date.span(), "DOB", 0.9)
