"""An acceptance report as markdown. Names and places come from outside: no mark in them means anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.cli.report_sheet import VERDICTS, Advice, Entry, Point, Sheet
from frostbyte.cli.terminal import amount, visible

_MARKS = re.compile(r"(?P<code>(?:@|/{2,}|(?<=www)\.)+|(?<=\w)\.(?=[^\W\d]))|[\\`*_{}\[\]<>|~&$#!^=+]|:(?!\d\d)", re.IGNORECASE)
"""What starts markup somewhere in a line, in CommonMark or GitHub's dialect: formulas, :names:, links without brackets too.

The colon of a time of day stays as it is. What makes an address of bare words is put between backticks: it does so in spite of a
backslash.
"""

_LABELS = {"reason": "not indexed", "warning": "warning", "dropped": "left out"}


def markdown(sheet: Sheet) -> str:
    """The whole report."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# Acceptance report {_code(sheet.report_id)}"
    yield ""
    yield _text(sheet.headline)
    yield ""
    for name, value in sheet.facts:
        yield f"- {name}: {_code(value)}"
    yield from ("", "## Summary", "", "| what | count |", "| --- | ---: |")
    for name, number in sheet.counts:
        yield f"| {_text(name)} | {number:,} |"
    yield ""
    if sheet.advice:
        yield from ("## What to do", "")
        for advice in sheet.advice:
            yield from _advice(advice, sheet)
        yield ""
    yield from ("## Files", "")
    for entry in sheet.entries:
        yield from _entry(entry)


def _advice(advice: Advice, sheet: Sheet) -> Iterator[str]:
    names = [_code(sheet.entries[number].name) for number in advice.entries]
    whose = f"all {len(names)} files" if advice.all_files else f"{amount(len(names), 'file')}: " + ", ".join(names)
    yield f"- **{_code(advice.code)}**, {_text(advice.message)}"
    yield f"  - to do: {_text(advice.remedy)}"
    yield f"  - for {whose}"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {_code(entry.name)}"
    yield ""
    yield f"- verdict: **{_code(entry.verdict)}**, {VERDICTS[entry.verdict]}"
    for name, value in entry.facts:
        yield f"- {name}: {_code(value) if name in ('file_id', 'SHA-256') else _text(value)}"
    for point in entry.points:
        yield from _point(point)
    yield ""


def _point(point: Point) -> Iterator[str]:
    yield f"- {_LABELS[point.kind]}: **{_code(point.code)}**, {_text(point.message)}"
    if point.places:
        yield f"  - where: {'; '.join(map(_text, point.places))}"
    yield f"  - to do: {_text(point.remedy)}"


def _text(value: str) -> str:
    """Words among markdown that mean nothing in it."""
    return _MARKS.sub(_harmless, visible(value))


def _harmless(mark: re.Match[str]) -> str:
    if mark["code"]:
        return f"`{mark[0]}`"
    return "&#96;" if mark[0] == "`" else "\\" + mark[0]


def _code(value: str) -> str:
    """A name or an id as it is: between more backticks than stand in it anywhere."""
    text = visible(value)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    edges = text[:1] + text[-1:]
    pad = " " if text.strip(" ") and ("`" in edges or " " in edges) else ""
    return f"{fence}{pad}{text}{pad}{fence}"
