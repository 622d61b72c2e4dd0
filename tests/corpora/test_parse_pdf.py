"""PDFs and pictures of other projects, through the parser child: nothing crashes, and what is known of them is found."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, pdf, pdf_active
from frostbyte.parse.worker import Worker

TIMEOUT_S = 60.0
MAX_BYTES = 400_000
REASONS = {
    ("FILE_CORRUPTED", "EMPTY_FILE"),
    ("FILE_CORRUPTED", "NOT_A_PDF"),
    ("FILE_CORRUPTED", "NOT_AN_IMAGE"),
    ("FILE_CORRUPTED", "NO_READABLE_PAGE"),
    ("PARSER_ERROR", "ENCRYPTED"),
    ("PARSER_ERROR", "UNSUPPORTED_ENCRYPTION"),
    ("PARSER_ERROR", "IMAGE_TOO_LARGE"),
    ("PARSER_ERROR", "NO_CONTENT"),
}
"""Every way a file of the corpora may fail; a crash, a time-out or an unexpected exception is none of them."""


@pytest.fixture(scope="module")
def parser() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


def parse(parser: Worker, path: Path) -> CanonicalDocument:
    mime = formats.MIME_BY_EXTENSION[path.suffix.lower()]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with path.open("rb") as file:
        return parser.parse(file.fileno(), ParseJob(path.name[-200:], "acme", mime, digest), TIMEOUT_S)


def sample(folder: Path, step: int) -> list[Path]:
    paths = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in formats.MIME_BY_EXTENSION)
    return [p for p in paths[::step] if p.stat().st_size <= MAX_BYTES]


@pytest.mark.parametrize(("kind", "step", "least"), [("pdf", 22, 12), ("png", 11, 1), ("tiff", 3, 1)])
def test_every_file_ends_in_a_document_or_a_reason(shared: Path, parser: Worker, kind: str, step: int, least: int) -> None:
    paths = sample(shared / "corpora" / "files" / kind, step)
    parsed = 0
    failures = {}
    for path in paths:
        try:
            document = parse(parser, path)
        except ParseFailed as error:
            failures[path.name] = (error.reason, error.detail)
            continue
        parsed += 1
        normalised = "".join(c.text for c in document.chunks)
        assert all(normalised[c.start_char : c.end_char] == c.text for c in document.chunks), path.name
        assert document.lineage.source_map, path.name
        assert len(document.lineage.pages) == document.stats.page_count, path.name
    assert not {name: failure for name, failure in failures.items() if failure not in REASONS}
    assert parsed >= least, f"only {parsed} of {len(paths)} were read"


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize(("name", "least"), [("multi_page", 0.99), ("code_and_formula", 0.99), ("redp5110_sampled", 0.95)])
def test_the_words_are_those_of_the_reference(shared: Path, name: str, least: float) -> None:
    (path,) = (shared / "corpora/files/pdf/docling-project__docling").glob(f"*__{name}.pdf")
    truth = words((shared / f"corpora/truth/docling-project__docling/pdf__{name}.md").read_text(encoding="utf-8"))
    got = words("\n".join(p.text for p in pdf.read(str(path)).pages))
    assert (truth & got).total() / truth.total() >= least
    assert (truth & got).total() / got.total() >= least - 0.06


def test_the_headings_are_those_of_the_reference(shared: Path) -> None:
    (path,) = (shared / "corpora/files/pdf/docling-project__docling").glob("*__multi_page.pdf")
    truth = (shared / "corpora/truth/docling-project__docling/pdf__multi_page.md").read_text(encoding="utf-8")
    expected = [line.lstrip("# ") for line in truth.splitlines() if line.startswith("#")]
    assert [e.text for e in pdf.read(str(path)).elements if e.kind == "heading"] == expected


def test_the_numbers_of_invoices_are_in_their_text(shared: Path) -> None:
    checked = 0
    for truth in sorted((shared / "corpora/truth/invoice-x__invoice2data").glob("*.pdf.expected.json")):
        (path,) = (shared / "corpora/files/pdf/invoice-x__invoice2data").glob(f"*{truth.name.removesuffix('.expected.json')}")
        text = re.sub(r"\s", "", "".join(p.text for p in pdf.read(str(path)).pages))
        for entry in json.loads(truth.read_text(encoding="utf-8")):
            assert str(entry["invoice_number"]).replace(" ", "") in text, path.name
            checked += 1
    assert checked >= 3


def test_what_is_active_is_named_or_called_unchecked(shared: Path) -> None:
    items = json.loads((shared / "corpora/manifest.json").read_text(encoding="utf-8"))["items"]
    expected = {"active_javascript": "JAVASCRIPT", "active_launch": "LAUNCH_ACTION", "richmedia": "RICH_MEDIA"}
    checked = found = 0
    for item in items:
        path = shared / "corpora" / item["path"].removeprefix("dev/")
        for tag in set(item.get("tags") or ()) & set(expected) if path.suffix == ".pdf" and path.exists() else ():
            findings = pdf_active.inspect(str(path))
            named = expected[tag] in {d.reason for d in findings.dropped}
            assert named or not findings.checked, path.name
            checked += 1
            found += named
    assert checked >= 15
    assert found >= 9
