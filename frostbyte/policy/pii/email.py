"""E-mail addresses, those with international names and those written `name [at] example [dot] org`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.policy.pii.finding import Finding
from frostbyte.policy.pii.view import View

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]")
_LOCAL_LENGTH = 64
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[A-Za-z0-9-]{2,58}|[^\W\d_]{2,24})(?![\w-])")
_LITERAL = re.compile(r"\[(?:IPv6:[0-9A-Fa-f:.]{2,45}|\d{1,3}(?:\.\d{1,3}){3})\]")
_SPELLED = re.compile(
    r"(?i)(?<![\w.+-])[\w.+-]{1,64}\s?[\[({<]\s?at\s?[\])}>]\s?[\w-]{1,63}"
    r"(?:(?:\s?[\[({<]\s?dot\s?[\])}>]\s?|\.)[\w-]{1,63}){1,6}"
)


def recognise(view: View) -> Iterator[Finding]:
    """Addresses whose domain ends in a name, not a number. Each `@` is looked at once, with bounded reach."""
    text = view.text
    at = text.find("@")
    while at >= 0:
        start = at
        floor = max(0, at - _LOCAL_LENGTH)
        while start > floor and _LOCAL.match(text[start - 1]):
            start -= 1
        while start < at and text[start] in ".'`{|/*=?!#$%&~^":
            start += 1
        domain = _DOMAIN.match(text, at + 1) or _LITERAL.match(text, at + 1)
        if start < at and domain:
            yield Finding(start, domain.end(), "EMAIL", 0.95)
        at = text.find("@", at + 1)
    for match in _SPELLED.finditer(text):
        yield Finding(*match.span(), "EMAIL", 0.7)
