"""An acceptance report as markdown. Names and places come from outside: no mark in them means anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from frostbyte.cli.report_sheet import VERDICTS, Advice, Entry, Point, Sheet
from frostbyte.cli.terminal import amount, visible

_MARKS = re.compile(r"[\\`*_{}\[\]<>|~&$@#!^=+]|:(?!\d\d)|(?<=www)\.", re.IGNORECASE)
"""What starts markup somewhere in a line, in CommonMark or GitHub's dialect: bare links, formulas, mentions, :names: too.

The colon of a time of day stays as it is.
"""

_LABELS = {"reason": "not indexed", "warning": "warning", "dropped": "left out"}


def markdown(sheet: Sheet) -> str:
    """The whole report."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# Acceptance report {_text(sheet.report_id)}"
    yield ""
    yield _text(sheet.headline)
    yield ""
    for name, value in sheet.facts:
        yield f"- {name}: {_text(value)}"
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
    names = [_text(sheet.entries[number].name) for number in advice.entries]
    whose = f"all {len(names)} files" if advice.all_files else f"{amount(len(names), 'file')}: " + ", ".join(names)
    yield f"- **{_text(advice.code)}**, {_text(advice.message)}"
    yield f"  - to do: {_text(advice.remedy)}"
    yield f"  - for {whose}"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {_text(entry.name)}"
    yield ""
    yield f"- verdict: **{_text(entry.verdict)}**, {VERDICTS[entry.verdict]}"
    for name, value in entry.facts:
        yield f"- {name}: {_text(value)}"
    for point in entry.points:
        yield from _point(point)
    yield ""


def _point(point: Point) -> Iterator[str]:
    yield f"- {_LABELS[point.kind]}: **{_text(point.code)}**, {_text(point.message)}"
    if point.places:
        yield f"  - where: {'; '.join(map(_text, point.places))}"
    yield f"  - to do: {_text(point.remedy)}"


def _text(value: str) -> str:
    return _MARKS.sub(lambda mark: "\\" + mark[0], visible(value))
