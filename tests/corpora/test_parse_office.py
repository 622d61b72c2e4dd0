"""DOCX, XLSX, CSV and TXT of other people: all are read or refused with a reason, and what is read is what they hold."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest

from frostbyte.contract import formats, schema
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.rules import broken_rules
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, parse_file

KINDS = {"docx": formats.DOCX, "xlsx": formats.XLSX, "csv": formats.CSV, "txt": formats.TXT}
REFUSALS = {
    "docx": {"ENCRYPTED_OR_LEGACY": 1, "NOT_AN_ARCHIVE": 1, "NO_DOCUMENT_BODY": 1, "NO_CONTENT": 6},
    "xlsx": {
        "ENCRYPTED_OR_LEGACY": 3,
        "NO_MAIN_PART": 1,
        "NO_CONTENT": 8,
        "DUPLICATE_PART": 1,
        "MALFORMED_XML": 1,
        "DOCUMENT_TYPE_DECLARATION": 1,
    },
    "csv": {},
    "txt": {"NO_CONTENT": 1},
}
"""How many files of the corpus are refused, by detail: each was looked at."""


def parse(path: Path) -> CanonicalDocument | ParseFailed:
    mime = KINDS[path.suffix.lower().lstrip(".")]
    try:
        return parse_file(str(path), ParseJob(file_id="file_1", tenant_id="acme", mime_type=mime, sha256="0" * 64))
    except ParseFailed as failure:
        return failure


def words_of(path: Path) -> Counter[str]:
    document = parse(path)
    chunks = document.chunks if isinstance(document, CanonicalDocument) else []
    return Counter(re.findall(r"\w+", "\n".join(chunk.text for chunk in chunks)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_read_or_refused_with_a_reason(shared: Path, kind: str) -> None:
    refused: Counter[str | None] = Counter()
    read = 0
    for path in sorted((shared / "corpora" / "files" / kind).rglob(f"*.{kind}")):
        document = parse(path)
        if isinstance(document, ParseFailed):
            assert document.reason in ("FILE_CORRUPTED", "PARSER_ERROR")
            refused[document.detail] += 1
            continue
        read += 1
        if path.stat().st_size < 60_000:
            plain = document.to_json()
            assert broken_rules("canonical_document", plain) == [], path.name
            assert schema.validate("canonical_document", plain) == [], path.name
    assert read > 0
    assert dict(refused) == REFUSALS[kind]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_hostile_packages_are_refused_or_read_but_never_break_anything(shared: Path, kind: str) -> None:
    hostile = sorted((shared / "corpora" / "hostile").rglob(f"*.{kind}"))
    assert hostile
    for path in hostile:
        document = parse(path)
        if isinstance(document, ParseFailed):
            safe = document.reason == "FILE_CORRUPTED" or document.detail in ("NO_CONTENT", "WORKBOOK_TOO_LARGE")
            assert safe, (path.name, document.detail)


# What another converter read and ours leaves out on purpose: chart data, comments, and LaTeX of formulas.
NOT_TAKEN = {
    "docx__drawingml.docx": 0.5,
    "docx__omml_func_log.docx": 0.95,
    "xlsx__xlsx_comments.xlsx": 0.45,
    "xlsx__xlsx_03_chartsheet.xlsx": 0.9,
}


def test_every_word_another_converter_found_is_found(shared: Path) -> None:
    truth = shared / "corpora" / "truth" / "docling-project__docling"
    short = {}
    compared = 0
    for expected in sorted(truth.glob("*.md")):
        name = expected.name.removesuffix(".md")
        kind = name.rpartition(".")[2]
        source = re.sub(r"^(docx|xlsx|csv)__", r"\1__sources__", name)
        path = shared / "corpora" / "files" / kind / "docling-project__docling" / source
        if kind not in KINDS or not path.is_file():
            continue
        compared += 1
        wanted = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)", " ", expected.read_text(encoding="utf-8"))
        words = set(re.findall(r"\w+", html.unescape(wanted).replace("\\_", "_").lower()))
        found = {word.lower() for word in words_of(path)}
        recall = len(words & found) / max(len(words), 1)
        if recall < NOT_TAKEN.get(name, 1.0):
            short[name] = (recall, sorted(words - found)[:5])
    assert compared >= 20
    assert not short


def test_every_paragraph_the_common_library_reads_is_read(shared: Path) -> None:
    import docx as python_docx

    folder = shared / "corpora" / "files" / "docx" / "docling-project__docling"
    for path in sorted(folder.glob("*.docx")):
        wanted = Counter(re.findall(r"\w+", "\n".join(p.text for p in python_docx.Document(str(path)).paragraphs)))
        assert not wanted - words_of(path), path.name
