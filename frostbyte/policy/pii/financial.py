"""Payment cards, IBANs and account numbers. Check digits decide where the number has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding, labelled, near
from frostbyte.policy.pii.view import View

_CARD = re.compile(r"(?<![\w.-])(?<!\d )\d{3,6}(?:[ -]?\d{2,7}){1,5}(?![\w]|[.-]\d)")
_CARD_LABEL = re.compile(
    r"(?i)(?:\bcards?\b|\bcc\b|\bvisa\b|\bmaster\s?card\b|\bamex\b|\bamerican\sexpress\b|\bmaestro\b|\bdiscover\b|\bdiners\b|\bjcb\b"
    r"|\bcredit\b|\bdebit\b|\bkreditkarte|\bcarte\sbancaire|\btarjeta)"
)
# Issuer prefixes and the lengths they come in (ISO/IEC 7812 ranges as published by the networks).
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,16}"
    r"|35(?:2[89]|[3-8]\d)\d{12,15}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|(?:5[0678]|6[0-9])\d{11,17}|9792\d{12}|220[0-4]\d{12,15}"
)
_IBAN = re.compile(r"(?i)(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9]{3})")
_IBAN_BODY = re.compile(r"(?i)[A-Z0-9]{4}(?:[ -]?[A-Z0-9]){9,30}")
_IBAN_LENGTH = {
    int(size): frozenset(countries.split())
    for size, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FK FO GL NL SD", "19": "MK SI", "20": "AT BA EE KZ LT LU MN XK", "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA", "23": "AE GI IL IQ OM SO TL", "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST", "26": "IS TR", "27": "BI DJ FR GR IT MC MR SM", "28": "AL AZ BY CY DO GT HN HU LB NI PL SV",
        "29": "BR EG PS QA UA", "30": "JO KW MU YE", "31": "MT SC", "32": "LC", "33": "RU",
    }.items()
}  # fmt: skip
_LENGTH_OF = {country: size for size, countries in _IBAN_LENGTH.items() for country in countries}
_ACCOUNT_LABEL = re.compile(
    r"(?i)(?:\b(?:bank\s|checking\s|savings\s|current\s|deposit\s|brokerage\s)?(?:account|acct|a/c|acc)\.?\s?(?:number|num|no|nr|#|id)\b\.?"
    r"|\b(?:bank|checking|savings)\s(?:account|acct)\b|\bacct?\.?\s?#|\ba/c\b|\brouting\s?(?:number|no|#)|\baba\s?(?:number|no|#|routing)"
    r"|\bsort\scode\b|\bkontonummer\b|\bkonto-?nr\b|\biban\b|\bbank\skonto\b|\bnum[ée]ro\sde\scompte\b|\bn[úu]mero\sde\scuenta\b"
    r"|\bnumero\sdi\sconto\b|\brekeningnummer\b|\bcredit\scard\s(?:number|no|#)|\bcard\s(?:number|no|#))"
)
_ACCOUNT = re.compile(r"(?i)(?<![\w.-])(?:[A-Z]{2}\d{2}[ -]?)?+\d{2,14}+(?:[ -]?+[A-Z]{0,2}+\d{2,14}+){0,6}+(?![\w]|[.,-]\d)")
_STEMS = (
    "account",
    "acct",
    "a/c",
    "acc",
    "routing",
    "aba",
    "sort",
    "konto",
    "iban",
    "compte",
    "cuenta",
    "conto",
    "rekening",
    "card",
)


def recognise(view: View) -> Iterator[Finding]:
    """Luhn-valid card numbers, IBANs whose check digits hold, and 6 to 20 digits where a label names an account."""
    yield from _cards(view)
    yield from _ibans(view)
    text = view.text
    for start, end in labelled(view, _STEMS, _ACCOUNT_LABEL, _ACCOUNT):
        if 6 <= sum(character.isdigit() for character in text[start:end]) <= 30:
            yield Finding(start, end, "FINANCIAL_ACCOUNT", 0.75)


def _cards(view: View) -> Iterator[Finding]:
    from stdnum import luhn

    text = view.text
    for match in _CARD.finditer(text):
        number = match.group().replace(" ", "").replace("-", "")
        if not 12 <= len(number) <= 19 or number == number[0] * len(number):
            continue
        valid = luhn.is_valid(number)
        issued = _ISSUERS.fullmatch(number) is not None
        if valid and issued:
            yield Finding(*match.span(), "FINANCIAL_ACCOUNT", 0.95)
        elif (valid or (issued and len(number) >= 15)) and near(view, *match.span(), _CARD_LABEL):
            yield Finding(*match.span(), "FINANCIAL_ACCOUNT", 0.8 if valid else 0.5)


def _ibans(view: View) -> Iterator[Finding]:
    from stdnum import iban

    text = view.text
    for match in _IBAN.finditer(text):
        size = _LENGTH_OF.get(match.group()[:2].upper())
        body = _IBAN_BODY.match(text, match.start(), match.start() + 44) if size else None
        if size is None or body is None:
            continue
        end = _end_of(body.group(), size)
        # The country's own checks are left out: they load modules by name, which a frozen program does not carry.
        if end and iban.is_valid(body.group()[:end], check_country=False):
            yield Finding(match.start(), match.start() + end, "FINANCIAL_ACCOUNT", 0.99)


def _end_of(body: str, size: int) -> int:
    """Length of the prefix of `body` that holds `size` characters besides blanks and dashes; 0 when there are fewer."""
    count = 0
    for at, character in enumerate(body):
        count += character not in " -"
        if count == size:
            return at + 1 if at + 1 == len(body) or not body[at + 1].isalnum() else 0
    return 0
