"""An acceptance report as one HTML page that opens anywhere, offline: no script, no image, no link but to places on the page.

Names, places and ids come from outside; they are text and nothing else. The page's policy (CSP) lets the one style sheet in by
its hash and refuses all the rest, should a browser ever be told otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator, Sequence

from frostbyte.cli.report_sheet import VERDICTS, Advice, Entry, Kind, Point, Sheet
from frostbyte.cli.terminal import amount, visible
from frostbyte.pipeline.remedies import NOTHING

_ALL_OPEN = 20
"""A section of so few files shows them unfolded."""

_PLACES_SHOWN = 12
"""More places than these of one point are folded away."""

_LABELS: dict[Kind, str] = {"reason": "Not indexed", "warning": "Warning", "dropped": "Left out"}

STYLE = """
:root{color-scheme:light dark;--ground:#ffffff;--text:#1b1d21;--soft:#565b64;--line:#c9ccd2;--card:#f5f6f8;--link:#0b57a8;
--bad:#8c1d18;--bad-ground:#fdeceb;--good:#14532d;--good-ground:#e6f4ea;--note:#664200;--note-ground:#fff4d9}
@media (prefers-color-scheme:dark){:root{--ground:#15171b;--text:#e7e8ea;--soft:#aeb3bc;--line:#43474f;--card:#1e2126;
--link:#8ec5ff;--bad:#ffb9b3;--bad-ground:#4b1613;--good:#a9e0b8;--good-ground:#123820;--note:#ffd88a;--note-ground:#453106}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1.5rem 1rem 4rem;max-width:60rem;background:var(--ground);
color:var(--text);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem}
h3{display:inline;font-size:1rem;margin:0}
a{color:var(--link)}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.15rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}
dd{margin:0}
table{border-collapse:collapse}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
th,td{border-bottom:1px solid var(--line);padding:.25rem 1.5rem .25rem 0;text-align:left;font-weight:normal}
td,th+th{text-align:right;padding-right:0;font-variant-numeric:tabular-nums}
.file,.do{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.5rem .9rem;background:var(--card)}
summary{cursor:pointer}
summary:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.badge{display:inline-block;border-radius:.3rem;padding:0 .45rem;font-size:.875rem}
.badge{background:var(--note-ground);color:var(--note)}
.bad{background:var(--bad-ground);color:var(--bad)}
.good{background:var(--good-ground);color:var(--good)}
.soft{color:var(--soft)}
.points{list-style:none;margin:.5rem 0 .25rem;padding:0}
.points>li{border-left:.25rem solid var(--line);padding:.1rem 0 .1rem .75rem;margin:.6rem 0}
.points p,.do p{margin:.1rem 0}
.means::first-letter{text-transform:uppercase}
code{font:.9em ui-monospace,monospace}
@media (max-width:36rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}}
@media print{body{max-width:none;padding:0;font-size:11pt}.file,.do{background:none}
.do,dl,.points>li{break-inside:avoid}h2,summary{break-after:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}a{color:inherit;text-decoration:none}}
"""

_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def page(sheet: Sheet) -> str:
    """The whole report as one HTML document."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    title = f"Acceptance report {_text(sheet.report_id)}"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(digest)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield f"<header>\n<h1>{title}</h1>"
    yield f"<p>{_text(sheet.headline)}</p>"
    yield from _facts(sheet.facts)
    yield "</header>\n<main>\n<section>\n<h2>Summary</h2>"
    yield "<table>\n<caption>Every file of the batch is counted</caption>"
    yield '<tr><th scope="col">what</th><th scope="col">count</th></tr>'
    yield from (f'<tr><th scope="row">{_text(name)}</th><td>{number:,}</td></tr>' for name, number in sheet.counts)
    yield "</table>\n</section>"
    if sheet.advice:
        yield "<section>\n<h2>What to do</h2>"
        yield from (line for advice in sheet.advice if advice.remedy != NOTHING for line in _advice(advice, sheet))
        if quiet := [advice for advice in sheet.advice if advice.remedy == NOTHING]:
            yield f"<details>\n<summary>{amount(len(quiet), 'note')} that need nothing done</summary>"
            yield from (line for advice in quiet for line in _advice(advice, sheet))
            yield "</details>"
        yield "</section>"
    numbered = list(enumerate(sheet.entries))
    for heading, indexed in (("Files that are not indexed", False), ("Files that are indexed", True)):
        group = [(number, entry) for number, entry in numbered if (entry.verdict == "indexed") is indexed]
        if group:
            yield f"<section>\n<h2>{heading} ({len(group):,})</h2>"
            yield from (line for number, entry in group for line in _entry(number, entry, opened=len(group) <= _ALL_OPEN))
            yield "</section>"
    yield "</main>\n</body>\n</html>"


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield "<dl>"
    yield from (f"<dt>{_text(name)}</dt><dd>{_value(name, value)}</dd>" for name, value in facts)
    yield "</dl>"


def _value(name: str, value: str) -> str:
    return f"<code>{_text(value)}</code>" if name in ("SHA-256", "file_id") else _text(value)


def _advice(advice: Advice, sheet: Sheet) -> Iterator[str]:
    yield f'<div class="do">\n<p>{_badge(_LABELS[advice.kind], advice.kind)} <code>{_text(advice.code)}</code></p>'
    yield f'<p class="means">{_text(advice.message)}</p>'
    yield f"<p><strong>To do:</strong> {_text(advice.remedy)}</p>"
    count = len(advice.entries)
    links = ", ".join(f'<a href="#file-{number}">{_name(sheet.entries[number])}</a>' for number in advice.entries)
    if advice.all_files:
        yield f'<p class="soft">For all {count:,} files</p>'
    elif count <= _PLACES_SHOWN:
        yield f"<p>For {links}</p>"
    else:
        yield f"<details>\n<summary>For {amount(count, 'file')}</summary>\n<p>{links}</p>\n</details>"
    yield "</div>"


def _entry(number: int, entry: Entry, *, opened: bool) -> Iterator[str]:
    todo = sum(point.remedy != NOTHING for point in entry.points)
    yield f'<details class="file" id="file-{number}"{" open" if opened else ""}>'
    said = f' <span class="soft">{todo} to do</span>' if todo else ""
    kind = "good" if entry.verdict == "indexed" else "bad"
    yield f'<summary><h3>{_name(entry)}</h3> <span class="badge {kind}">{_text(entry.verdict)}</span>{said}</summary>'
    yield from _facts((("verdict", f"{entry.verdict}, {VERDICTS[entry.verdict]}"), *entry.facts))
    if entry.points:
        yield '<ul class="points">'
        yield from (line for point in entry.points for line in _point(point))
        yield "</ul>"
    yield "</details>"


def _point(point: Point) -> Iterator[str]:
    yield f"<li><p>{_badge(_LABELS[point.kind], point.kind)} <code>{_text(point.code)}</code></p>"
    yield f'<p class="means">{_text(point.message)}</p>'
    if point.places:
        where = "; ".join(f"<bdi>{_text(place)}</bdi>" for place in point.places)
        if len(point.places) > _PLACES_SHOWN:
            yield f"<details>\n<summary>Where: {amount(len(point.places), 'place')}</summary>\n<p>{where}</p>\n</details>"
        else:
            yield f"<p>Where: {where}</p>"
    yield f"<p><strong>To do:</strong> {_text(point.remedy)}</p></li>"


def _name(entry: Entry) -> str:
    """Its letters run as they do; the whole runs from left to right, so that what ends the name stands at its end."""
    return f'<bdi dir="ltr">{_text(entry.name)}</bdi>'


def _badge(label: str, kind: Kind) -> str:
    return f'<span class="badge{" bad" if kind == "reason" else ""}">{label}</span>'


def _text(value: str) -> str:
    return html.escape(visible(value))
