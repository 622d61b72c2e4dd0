"""The acceptance report in its three forms: the same things said in each, and nothing in it but text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.cli.report_markdown import markdown
from frostbyte.cli.report_page import STYLE, page
from frostbyte.cli.report_sheet import VERDICTS, Advice, Entry, Point, Sheet, sheet
from frostbyte.cli.terminal import visible
from frostbyte.contract.characters import shows_itself
from frostbyte.contract.reports import AcceptanceReport
from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.pipeline.remedies import explain, explained

Run = Callable[..., Any]
HOSTILE = (
    "</title></style><script>alert(1)</script>",
    "\"' onmouseover=alert(1) x=&lt;b&gt; <img src=//evil.example/x onerror=alert(1)>",
    "![a](javascript:alert(1)) [b](//evil.example) <https://evil.example> https://evil.example www.evil.example a@evil.example",
    "# head | cell | `code` *em* _em_ ~~x~~ $x$ &amp; @all #1 :100: \\",
    "\u202etxt.exe \u2066\u2069\x1b[31m\x9b\x07\r\n\t\u200b- 1. item",
    "\u05d7\u05d5\u05d6\u05d4.pdf",
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "h3"),
    *("p", "dl", "dt", "dd", "table", "caption", "tr", "th", "td", "ul", "li", "details", "summary"),
    *("div", "span", "strong", "code", "bdi", "a"),
}
ATTRIBUTES = {"lang", "charset", "content", "name", "http-equiv", "scope", "class", "id", "open", "href", "dir"}
VOID = {"meta"}


class Reader(HTMLParser):
    """The elements of a page with their attributes, its texts, and whether each element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)


def made(files: int = 12) -> AcceptanceReport:
    """A report with every verdict, every code as a warning and as dropped content, and hostile words wherever any fit."""
    codes, words, verdicts = (
        sorted(explained()),
        cycle(HOSTILE),
        cycle([v for v in VERDICTS if v not in ("rejected", "quarantined")]),
    )
    accepted, dropped = [], []
    for number in range(files):
        mine = codes[number % 10 :: 10 if files < 100 else 90]
        ends = next(verdicts) if files < 100 else "indexed"
        name = f"{number} {next(words)}"
        drops = [
            {"element_type": "table_row", "page": page, "reason": code, "place": next(words), "characters": 7 * page}
            for code in mine
            for page in (1, 2, 3, 9)
        ] + [{"element_type": "figure", "page": page, "reason": "NOT_READ"} for page in (4, 5, 6, 8, 8)]
        dropped += [
            {"file_id": f"f{number}", "original_filename": name, "remediation": explain(entry["reason"])[1]}
            | {key: entry[key] for key in ("page", "element_type", "reason")}
            for entry in drops
        ]
        accepted.append(
            {
                "file_id": f"f{number}",
                "original_filename": name,
                "status": ends,
                "intake": {
                    "received_at": "2026-07-01T10:00:00Z",
                    "mime_type": "text/plain",
                    "size_bytes": 1200,
                    "sha256": f"{number:064x}",
                    "scan_result": "skipped",
                },
                "parsing": {
                    "status": "parse_failed" if ends == "parse_failed" else "parsed",
                    **dict.fromkeys(("page_count", "section_count", "table_count", "figure_count", "chunk_count"), 3),
                    "dropped_content": drops,
                    "warnings": [
                        {"code": code, "page": 2, "kind": next(words), "characters": 40}
                        | dict(zip(("message", "remediation"), explain(code), strict=True))
                        for code in mine
                    ],
                },
                "policy": None,
                "indexing": None,
            }
        )
    refused = [
        {
            "file_id": f"r{n}",
            "original_filename": word,
            "reason": code,
            "message": f"the file has {word}",
            "remediation": "x " + word,
        }
        for n, (code, word) in enumerate(zip(codes, cycle(HOSTILE), strict=False))
    ]
    failed = sum(file["status"] == "parse_failed" for file in accepted)
    report = {
        "report_id": "rpt_" + HOSTILE[0],
        "tenant_id": "northgate",
        "batch_id": HOSTILE[2],
        "generated_at": "2026-07-01T10:00:00Z",
        "summary": {
            "files_submitted": files + len(refused),
            "files_accepted": files,
            "files_rejected": len(refused) - 3,
            "files_quarantined": 3,
            "files_parsed_successfully": 0,
            "files_parsed_with_warnings": files - failed,
            "files_parse_failed": failed,
            "total_chunks_produced": 3 * files,
            "total_chunks_indexed": files,
            "total_chunks_quarantined": 0,
            "classifications": {"SOP": 2, "legal_filing": 1},
        },
        "files": accepted,
        "rejected_files": refused[3:],
        "quarantined_files": refused[:3],
        "dropped_content": dropped,
    }
    if files < 100:
        assert validate("acceptance_report", report) == []
        assert broken_rules("acceptance_report", report) == []
    return AcceptanceReport.from_json(report)


def facts(report: dict[str, Any]) -> set[str]:
    """Every text and figure of the report's JSON that a reader has to find again."""
    found = {report["report_id"], report["batch_id"], report["tenant_id"], report["generated_at"]}
    found |= {f"{count:,}" for count in report["summary"].values() if isinstance(count, int)}
    for file in report["files"]:
        found |= {
            file["file_id"],
            file["original_filename"],
            file["status"],
            file["intake"]["sha256"],
            file["intake"]["mime_type"],
        }
        if file["parsing"]["status"] == "parsed":
            found |= {f"{file['parsing']['page_count']} page", f"{file['parsing']['chunk_count']} chunk"}
        for entry in file["parsing"]["warnings"]:
            found |= {entry[key] for key in ("code", "message", "remediation", "kind") if entry.get(key)}
        for entry in file["parsing"]["dropped_content"]:
            found |= {entry[key] for key in ("reason", "element_type", "place") if entry.get(key)}
            found |= {f"{entry['characters']} character"} if entry.get("characters") else set()
    for refused in (*report["rejected_files"], *report["quarantined_files"]):
        found |= set(refused.values())
    for entry in report["dropped_content"]:
        found |= {entry[key] for key in ("original_filename", "element_type", "reason", "remediation")}
    return found


def inline(line: str) -> tuple[str, str]:
    """What CommonMark shows of a line, and its part where a mark means something; NUL for each code span and escape."""
    shown, bare, at = "", "", 0
    while at < len(line):
        run = re.compile("`+").match(line, at)
        if run:
            close = re.compile(f"(?<!`){run[0]}(?!`)").search(line, run.end())
            assert close, line
            code = line[run.end() : close.start()]
            shown += code[1:-1] if code.strip(" ") and code[0] == code[-1] == " " else code
            bare, at = bare + "\0", close.end()
        elif escape := re.compile(r"\\([!-/:-@\[-`{-~])|&#96;").match(line, at):
            shown += escape[1] or "`"
            bare, at = bare + "\0", escape.end()
        else:
            shown, bare, at = shown + line[at], bare + line[at], at + 1
    return shown, bare


def unescaped(text: str) -> str:
    """What markdown shows of a text."""
    return "\n".join(inline(line)[0] for line in text.split("\n"))


def assert_says(report: dict[str, Any], text: str, form: str) -> None:
    missing = [fact for fact in facts(report) if visible(fact) not in text]
    assert missing == [], form


def assert_inert(text: str) -> Reader:
    """The page has text, structure, one style sheet that its policy names, and links to places on itself: nothing else."""
    read = Reader(text)
    assert {tag for tag, _ in read.elements} <= TAGS
    assert {name for _, attributes in read.elements for name in attributes} <= ATTRIBUTES
    assert read.comments == []
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    hrefs = {attributes["href"] for tag, attributes in read.elements if "href" in attributes or tag == "a"}
    assert all(href is not None and href[0] == "#" and href[1:] in ids for href in hrefs)
    policies = [a["content"] for tag, a in read.elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert "http-equiv" not in str([a for tag, a in read.elements if tag == "meta"]).replace(
        "'http-equiv': 'Content-Security", "", 1
    )
    assert not re.search(r"url\(|@import|expression|\\", STYLE)
    assert [character for character in text if not shows_itself(character) and character != "\n"] == []
    return read


def test_the_page_says_what_the_report_says_and_is_text_alone() -> None:
    report = made()
    read = assert_inert(page(sheet(report)))
    assert_says(report.to_json(), "".join(read.texts), "html")


def test_markdown_says_what_the_report_says_and_every_strange_mark_is_text() -> None:
    report = made()
    text = markdown(sheet(report))
    assert_says(report.to_json(), unescaped(text), "markdown")
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    bare = "\n".join(inline(line)[1] for line in text.split("\n"))
    assert not re.search(r"[`<>$@!\[\]~&^\\]|//|www\.|:[a-z]", bare)
    assert {line.split(" ")[0] for line in bare.split("\n")} <= {"", "#", "##", "###", "-", "|", "Of"}
    assert bare.count("**") % 2 == 0
    assert not re.search(r"(?<!\*)\*(?!\*)", bare)
    assert not re.search(r"^\|.*\|.*\|.+\|", bare, re.MULTILINE)


def test_every_warning_stands_with_its_remedy_and_its_places() -> None:
    """Not only somewhere on the page: in the entry of its file."""
    report = made()
    entries = {entry.file_id: entry for entry in sheet(report).entries}
    assert len(entries) == report.summary.files_submitted
    for file in report.files:
        points = entries[file.file_id].points
        for warning in file.parsing.warnings:
            assert [
                p for p in points if (p.code, p.message, p.remedy) == tuple(map(warning.get, ("code", "message", "remediation")))
            ]
        for entry in file.parsing.dropped_content:
            where = [place for p in points if (p.kind, p.code) == ("dropped", entry["reason"]) for place in p.places]
            if "place" in entry:
                assert f"page {entry['page']}, {entry['place']}, {entry['characters']} characters" in where
        assert {"pages 4-6", "page 8, 2 times"} <= {place for p in points if p.code == "NOT_READ" for place in p.places}
        if file.status != "indexed":
            assert points[0].kind == "reason"
            assert points[0].code == file.parsing.warnings[-1]["code"]


def test_what_has_to_be_done_is_listed_once_with_the_files_it_is_for() -> None:
    arranged = sheet(made())
    assert len({(a.kind, a.code, a.remedy) for a in arranged.advice}) == len(arranged.advice)
    assert [a.remedy == "none needed" for a in arranged.advice] == sorted(a.remedy == "none needed" for a in arranged.advice)
    for number, entry in enumerate(arranged.entries):
        for point in entry.points:
            assert any(
                number in a.entries and (a.kind, a.code, a.remedy) == (point.kind, point.code, point.remedy)
                for a in arranged.advice
            )


def test_a_page_of_a_thousand_files_is_folded_and_not_too_large() -> None:
    report = made(1000)
    text = page(sheet(report))
    read = assert_inert(text)
    folded = [a for tag, a in read.elements if tag == "details" and a.get("class") == "file"]
    assert len(folded) == report.summary.files_submitted
    assert [a for a in folded if "open" in a] == []
    few = Reader(page(replace(sheet(made()), entries=sheet(made()).entries[-3:], advice=())))
    assert [("open" in a) for tag, a in few.elements if a.get("class") == "file"] == [True] * 3
    points = sum(len(f.parsing.warnings) + len(f.parsing.dropped_content) for f in report.files)
    assert len(text) < 2_000 * 1000 + 250 * points


def test_the_page_can_be_read_by_ear() -> None:
    read = Reader(page(sheet(made())))
    assert read.elements[0] == ("html", {"lang": "en"})
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(a.get("scope") in ("col", "row") for tag, a in read.elements if tag == "th")
    tables = [tag for tag, _ in read.elements]
    assert tables.count("table") == tables.count("caption")
    assert tables.count("main") == tables.count("title") == 1


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours `#rrggbb`."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_of_the_page_stands_out_from_its_ground_in_light_and_dark() -> None:
    palettes = [
        dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block)) for block in re.findall(r":root\{(.*?)\}", STYLE, re.DOTALL)
    ]
    assert len(palettes) == 2
    assert palettes[0].keys() == palettes[1].keys()
    for colours in palettes:
        pairs = [(text, ground) for text in ("text", "soft", "link") for ground in ("ground", "card")]
        for text, ground in [*pairs, *((name, f"{name}-ground") for name in ("bad", "good", "note"))]:
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A made drop with what a vendor's has: something hidden, something broken, something refused, and hostile names."""
    folder = tmp_path / "drop"
    folder.mkdir()
    book = openpyxl.Workbook()
    shown = book.active
    assert shown is not None
    for row in (("part", "stock"), ("pump", 4), ("secret", 9)):
        shown.append(row)
    shown.row_dimensions[3].hidden = True
    hidden = book.create_sheet("<b onclick=x> `s` www.evil.com")
    hidden["A1"] = "not for your eyes"
    hidden.sheet_state = "hidden"
    book.save(folder / "<i>stock<-i> | `x` https:||evil.example.xlsx")
    (folder / "list & <script>.csv").write_text('a,b\n"=cmd|x",2\n1\n')
    (folder / "blank *b* \u202e.txt").write_text("  \n")
    (folder / "fake.pdf").write_text("<html>")
    (folder / "plain.txt").write_text("Payment is due within 30 days of the invoice.\n")
    return folder


def test_a_real_batch_is_reported_the_same_in_all_three_forms(appliance: Run, drop: Path) -> None:
    done = appliance("ingest", drop, "--tenant", "northgate", "--batch-id", "one", "--json")
    assert done.status == 3, done.err
    said = {
        form: appliance("report", "one", "--tenant", "northgate", "--format", form).out for form in ("json", "markdown", "html")
    }
    report = json.loads(said["json"])
    codes = {w["code"] for f in report["files"] for w in f["parsing"]["warnings"]} | {
        d["reason"] for d in report["dropped_content"]
    }
    assert {"HIDDEN_ROW", "HIDDEN_SHEET", "FORMULA_TEXT", "RAGGED_ROWS", "NO_CONTENT"} <= codes
    assert_says(report, unescaped(said["markdown"]), "markdown")
    assert_says(report, "".join(assert_inert(said["html"]).texts), "html")
    shown = appliance("report", "one", "--tenant", "northgate")
    assert re.search(
        r"  left out      <i>stock.* HIDDEN_ROW: hidden rows were left out \(table_row\): page 1, rows 3, 7 characters\n",
        shown.out,
    )
    assert f"\nto do for 1 file with RAGGED_ROWS: {explain('RAGGED_ROWS')[1]}\n" in shown.out
    refused = appliance("report", "one", "--tenant", "northgate", "--json", "--format", "html")
    assert (refused.status, refused.data["error"]["code"]) == (2, "VALIDATION_ERROR")


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1), st.text("`*_[]()<>!@/.w:#&|~$ -", min_size=1))
def test_no_name_or_id_can_be_more_than_text(name: str, marks: str) -> None:
    point = Point("dropped", marks, name, marks + name, (name, marks))
    entry = Entry(name, name + marks, "indexed", (("file_id", marks),), (point,))
    whole = Sheet(
        marks, "Of 1 file 1 is indexed.", (("batch", name),), (), (entry,), (Advice("dropped", marks, name, name, (0,), False),)
    )
    texts = "".join(assert_inert(page(whole)).texts)
    assert visible(name) in texts
    assert visible(marks) in texts
    shown = unescaped(markdown(whole))
    assert f"### {visible(name + marks)}\n" in shown
    assert not re.search(r"[`<>$@!\[\]~&^\\]|//|www\.", "\n".join(inline(line)[1] for line in markdown(whole).split("\n")))
