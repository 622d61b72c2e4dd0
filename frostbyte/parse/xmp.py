"""The words of an XMP packet (ISO 16684-1), which a PDF or a picture may carry: between its tags and in attributes."""

from __future__ import annotations

import html
import re

_WORDS = re.compile(r">([^<>]+)<|(?<!xmlns:)\b(?!xmlns)[\w-]+:[\w-]+\s*=\s*[\"']([^\"'<>]*)[\"']")


def words(packet: bytes) -> str:
    """The words, a line for each different one that has a letter; "" where there are none. A packet need not be sound XML."""
    text = packet.decode("utf-16" if packet.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8", "replace")
    found = [html.unescape(first or second).strip() for first, second in _WORDS.findall(text)]
    return "\n".join(dict.fromkeys(word for word in found if any(character.isalpha() for character in word)))
