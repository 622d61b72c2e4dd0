"""Plain text: paragraphs between blank lines, headings and list items by a local rule.

The page text is the decoded file with `\\n` for every line end, without soft hyphens and ligatures (`pages`); a form feed starts
a page. The heading rule is part of the parser version (ruling A3: no language model, nothing fetched): changing it changes
chunks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from frostbyte.parse import PARSER_VERSION
from frostbyte.parse.elements import Element, Kind, Page, Reading
from frostbyte.parse.encoding import decode
from frostbyte.parse.pages import untypeset

_TITLE_MAX_WORDS = 12
_TITLE_MAX_CHARACTERS = 80
_SHORT_TITLE_WORDS = 3
_SURE_TITLE_WORDS = 6
_LINE_END = re.compile(r"\r\n?")
_ITEM = re.compile(r"\s*(?:[-*+•◦▪‣·–—](?=\s)|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)](?=\s))\s+\S")
_MARKED = re.compile(r"\s{0,3}(#{1,6})\s+([^\s#].*)")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,5})[.)]?\s+(\D)")
_NAMED = re.compile(
    r"(?:(?:part|chapter|section|article|appendix|annex|schedule|exhibit|kapittel|vedlegg|kapitel|anlage|abschnitt|artikel"
    r"|chapitre|annexe|capítulo|anexo|capitolo|allegato)\s+(?:\d+|[ivxlc]+|[a-z])\b|§\s*\d)",
    re.IGNORECASE,
)
_NOT_A_TITLE = re.compile(r"@|://|\.{3}|\S:\s|\t|\s{3}|[.,;:!?…。、！？]['\"”’)\]]*$")

_Span = tuple[int, int]


def read(path: str) -> Reading:
    """Read a text file of any encoding, whole. Text that cannot be decoded is replaced, and a warning says so."""
    decoded = decode(Path(path).read_bytes())
    pages = tuple(Page(number, text) for number, text in enumerate(untypeset(_LINE_END.sub("\n", decoded.text)).split("\f"), 1))
    elements = tuple(element for page in pages for element in _elements(page))
    return Reading(pages, _from_level_one(elements), warnings=decoded.warnings, reader_version=f"{PARSER_VERSION} text")


def _elements(page: Page) -> Iterator[Element]:
    blocks = _blocks(page.text)
    for position, lines in enumerate(blocks):
        before = blocks[position - 1] if position else None
        after = blocks[position + 1] if position + 1 < len(blocks) else None
        heading, level, rest = _heading(page.text, lines, before, after)
        if heading is not None:
            yield _element(page, "heading", heading, level)
        yield from _body(page, lines[rest:])


def _blocks(text: str) -> list[list[_Span]]:
    """Runs of lines that are not blank, each line as a span without the white space around it."""
    blocks: list[list[_Span]] = [[]]
    at = 0
    for line in text.split("\n"):
        kept = line.strip()
        if kept:
            start = at + line.index(kept[0])
            blocks[-1].append((start, start + len(kept)))
        elif blocks[-1]:
            blocks.append([])
        at += len(line) + 1
    return [block for block in blocks if block]


def _heading(
    text: str, lines: list[_Span], before: list[_Span] | None, after: list[_Span] | None
) -> tuple[_Span | None, int, int]:
    """The heading a block opens with, its level, and how many lines it takes up (the underlining too)."""
    start, end = lines[0]
    if end - start > _TITLE_MAX_CHARACTERS:
        return None, 0, 0
    first = text[start:end]
    marked = _MARKED.fullmatch(first)
    if marked is not None:
        return (start + marked.start(2), end), len(marked[1]), 1
    second = text[slice(*lines[1])] if len(lines) > 1 else ""
    rule = _UNDERLINE.fullmatch(second[: _TITLE_MAX_CHARACTERS * 2])
    if rule is not None and any(map(str.isalnum, first)):
        return lines[0], 1 if rule[1].startswith("=") else 2, 2
    level = title_level(first)
    if level is None:
        return None, 0, 0
    if len(lines) > 1:
        # A title that its text follows at once: only capitals or a named division are sure enough.
        named = _NAMED.match(first) is not None and len(first.split()) <= _SURE_TITLE_WORDS and second[0].isupper()
        sure = named or (first.isupper() and not second.isupper())
        return (lines[0], level, 1) if sure and not _ITEM.match(second) else (None, 0, 0)
    if after is None or (_ITEM.match(first) and any(_is_item(text, block) for block in (before, after))):
        return None, 0, 0
    return lines[0], level, 1


def _is_item(text: str, block: list[_Span] | None) -> bool:
    return block is not None and len(block) == 1 and _ITEM.match(text[slice(*block[0])]) is not None


def title_level(line: str) -> int | None:
    """The heading level of a lone line, or None for a line that reads like text."""
    words = line.split()
    letters = sum(map(str.isalpha, line))
    if len(words) > _TITLE_MAX_WORDS or letters * 2 < len(line) - len(words) + 1:
        return None
    numbered = _NUMBERED.match(line)
    if _NAMED.match(line) and (line[-1] not in ".,;:" or len(words) == 2):
        return 1
    if _NOT_A_TITLE.search(line):
        return None
    if numbered is not None and not numbered[2].islower():
        return numbered[1].count(".") + 1
    if line.isupper() and letters > 1:
        return 1
    if not any(character.isupper() or character.islower() for character in line):
        return 2  # a script without capitals
    long_words = [word for word in words if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long_words)
    if line[0].isupper() and (len(words) <= _SHORT_TITLE_WORDS or capitals * 10 >= len(long_words) * 6 > 0):
        return 2
    return None


def _body(page: Page, lines: list[_Span]) -> Iterator[Element]:
    """The lines of a block: list items where lines are marked as such, else one paragraph."""
    marks = [_ITEM.match(page.text, start, end) is not None for start, end in lines]
    if not any(marks) or not (marks[0] or sum(marks) > 1):
        marks = [False] * len(marks)
    first = 0
    for position in range(1, len(lines) + 1):
        if position == len(lines) or marks[position]:
            kind: Kind = "list_item" if marks[first] else "paragraph"
            yield _element(page, kind, (lines[first][0], lines[position - 1][1]))
            first = position


def _element(page: Page, kind: Kind, span: _Span, level: int | None = None) -> Element:
    return Element(kind, page.text[span[0] : span[1]], page.number, *span, level=level)


def _from_level_one(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Levels moved up so that the highest is 1: a file of short titles has no level 1 otherwise."""
    shift = min((element.level for element in elements if element.level is not None), default=1) - 1
    if shift <= 0:
        return elements
    return tuple(replace(e, level=e.level - shift) if e.level is not None else e for e in elements)
