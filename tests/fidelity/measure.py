"""How much of a document the parser keeps, against what is known of it: `./run fidelity [CORPORA]`.

Prints a table (or, with --json, an object): for each format recall and precision of the text, F1 of table cells, headings,
reading order, page counts and fields; for PDF the same figures of pypdf alone, in the same run. With --made the documents are
not those of other projects but PDFs set here from known tables (needs LibreOffice), by family of style, held-out ones apart.
With --running they are made here with page headers, page footers and cut words that are known.
With --peer `./run` sets up pdfplumber and docling in an environment of their own, and their figures are printed too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from frostbyte.contract import formats  # noqa: E402
from frostbyte.errors import ParseFailed  # noqa: E402
from frostbyte.parse import ParseJob  # noqa: E402
from frostbyte.parse.worker import Worker  # noqa: E402
from tests.fidelity import made, scores  # noqa: E402
from tests.fidelity import running as made_running  # noqa: E402
from tests.fidelity.truth import Cells, Truth, docling, load  # noqa: E402

TIMEOUT_S = 120.0
ORDER_LIMIT = 20_000  # tokens; the comparison of two orders takes the square of it
PEERS = {"pdfplumber": [".pdf"], "docling": [".pdf", ".docx", ".xlsx", ".csv"]}
SCORES = (
    *("recall", "precision", "order", "cells_f1", "headings", "headings_precision", "pages_right", "fields", "table_free"),
    *("margins", "margins_precision", "cut_whole", "soft_whole", "compounds", "said_compounds"),
)


@dataclass(frozen=True)
class Found:
    """What a reader made of a document; None where it has no such thing."""

    text: Sequence[str]
    tables: Sequence[Cells] | None
    headings: Sequence[str] | None
    pages: int | None
    margins: Sequence[str] | None = None
    """Page headers and footers."""


def judge(found: Found, truth: Truth) -> dict[str, float]:
    """The scores of one document, as far as the truth speaks of them."""
    ours, wanted = scores.tokens(found.text), scores.tokens(truth.text)
    judged: dict[str, float] = {}
    if wanted:
        judged["recall"] = scores.recall(ours, wanted)
        judged["precision"] = scores.recall(wanted, ours)
        if max(len(ours), len(wanted)) <= ORDER_LIMIT:
            judged["order"] = scores.order(ours, wanted)
    if truth.tables and found.tables is not None:
        judged["cells_f1"] = scores.f1(scores.cells(found.tables), scores.cells(truth.tables))
    if truth.headings and found.headings is not None:
        titles, right = ([" ".join(scores.tokens([h])) for h in headings] for headings in (found.headings, truth.headings))
        judged["headings"], judged["headings_precision"] = scores.recall(titles, right), scores.recall(right, titles)
    if found.margins is not None and truth.tells_margins:
        judged |= _margins(found.margins, truth.margins)
    if truth.pages is not None and found.pages:
        judged["pages_right"] = float(found.pages == truth.pages)
    if truth.fields:
        judged["fields"] = scores.held(" ".join(found.text), truth.fields)
    return judged


def _margins(found: Sequence[str], wanted: Sequence[str]) -> dict[str, float]:
    """By words: how much of what stands in the pages' margins is marked so, and how much of what is marked stands there."""
    ours, theirs = scores.tokens(found), scores.tokens(wanted)
    judged = {"margins": scores.recall(ours, theirs)} if theirs else {}
    return judged | ({"margins_precision": scores.recall(theirs, ours)} if ours else {})


def running(worker: Worker, folder: Path, seed: int, each: int) -> dict[str, dict[str, dict[str, float]]]:
    """Documents made here with page headers, page footers and cut words that are known."""
    rows: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for group, path, known in made_running.make(folder, seed, each):
        found = ours(worker, path, formats.MIME_BY_EXTENSION[path.suffix])
        text = " ".join(found.text)
        judged = _margins(found.margins or (), known.margins)
        words = Counter(text.replace(".", " ").split())
        for score, wanted, times in (
            *(("cut_whole", known.cut, 1), ("soft_whole", known.soft, 1)),
            *(("compounds", known.compounds, 1), ("said_compounds", known.said, 2)),
        ):
            if wanted:
                judged[score] = mean(float(words[word] >= times) for word in wanted)
        rows[group][path.name] = judged
    return rows


def ours(worker: Worker, path: Path, mime: str) -> Found:
    """The product's own reading, through the parser child. Raises ParseFailed."""
    job = ParseJob(path.name[-200:], "fidelity", mime, hashlib.sha256(path.read_bytes()).hexdigest())
    with path.open("rb") as file:
        document = worker.parse(file.fileno(), job, TIMEOUT_S)
    text, titles = [chunk.text for chunk in document.chunks], [section.title for section in document.sections]
    whole = "".join(text)
    margins = [whole[s.start_char : s.end_char] for s in document.source_map if s.kind in ("header", "footer")]
    return Found(text, [table.cells for table in document.tables], titles, document.stats.page_count, margins)


def pypdf_alone(path: Path) -> Found:
    """Its text and pages; it has no tables and no headings."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on fonts are no part of the table
    pages = [page.extract_text() or "" for page in pypdf.PdfReader(path).pages]
    return Found(pages, None, None, len(pages))


def peer(python: str, name: str, paths: Sequence[Path]) -> dict[Path, Found]:
    """What the peer `name`, run by the interpreter `python`, makes of the documents that it can read."""
    script = Path(__file__).with_name("peer.py")
    given = "".join(f"{path}\n" for path in paths)
    done = subprocess.run([python, str(script), name], input=given, capture_output=True, text=True, check=True)
    read: dict[Path, Found] = {}
    for path, line in zip(paths, done.stdout.splitlines(), strict=True):
        row = json.loads(line)
        if "document" in row:
            made = docling(row["document"])
            if made and path.suffix == ".pdf":  # without its models it looks for neither tables nor headings
                read[path] = Found(made.text, None, None, made.pages)
            elif made:
                read[path] = Found(made.text, made.tables, made.headings, made.pages, made.margins)
        elif "error" not in row:
            read[path] = Found(row["text"], row["tables"], None, row["pages"])
    return read


def measure(documents: Iterable[tuple[str, Path, Truth]], python: str | None) -> dict[str, Any]:
    """Every document (group, path, truth): by us, where it is a PDF by pypdf, and by the peers whose interpreter is given."""
    rows: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    failed: dict[str, str] = {}
    listed = list(documents)
    theirs = {
        name: peer(python, name, [path for _, path, _ in listed if path.suffix in suffixes]) if python else {}
        for name, suffixes in PEERS.items()
    }
    with Worker() as worker:
        for group, path, truth in listed:
            try:
                found = ours(worker, path, formats.MIME_BY_EXTENSION[path.suffix.lower()])
            except ParseFailed as error:
                failed[path.name] = f"{error.reason} {error.detail or ''}".strip()
                continue
            rows[group][path.name] = judge(found, truth)
            if not truth.tables and truth.text and group.startswith("none"):
                rows[group][path.name]["table_free"] = float(not found.tables)
            if path.suffix == ".pdf":
                rows[f"{group}: pypdf"][path.name] = judge(pypdf_alone(path), truth)
            for name, read in theirs.items():
                if path in read:
                    rows[f"{group}: {name}"][path.name] = judge(read[path], truth)
    own = {name: row for group in sorted(rows) if ":" not in group for name, row in rows[group].items()}
    return {"means": {group: _means(list(rows[group].values())) for group in sorted(rows)}, "failed": failed, "documents": own}


def known(corpora: Path) -> list[tuple[str, Path, Truth]]:
    """The documents of other projects that have a truth and a format we read, grouped by format."""
    listed = sorted(load(corpora).items())
    return [(path.suffix.lower()[1:], path, truth) for path, truth in listed if path.suffix.lower() in formats.MIME_BY_EXTENSION]


def _means(judged: list[dict[str, float]]) -> dict[str, float]:
    """Mean of each score over the documents that have it, and how many those were."""
    found: dict[str, float] = {"documents": len(judged)}
    for score in SCORES:
        values = [row[score] for row in judged if score in row]
        if values:
            found[score] = round(mean(values), 4)
            found[f"{score}_of"] = len(values)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="?", default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--made", action="store_true", help="PDFs made here from known tables, in place of the corpora")
    parser.add_argument("--running", action="store_true", help="files made here with known page headers, footers and cut words")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=3, metavar="N", help="documents of each style (with --made)")
    parser.add_argument("--peer", action="store_true", help="also pdfplumber and docling, in an environment of their own")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also name the N worst documents of each score")
    chosen = parser.parse_args()
    python = os.environ.get("FIDELITY_PEER_PYTHON") if chosen.peer else None
    if chosen.peer and python is None:
        print("fidelity: --peer is set up by ./run; start it as `./run fidelity --peer`", file=sys.stderr)
        return 2
    if not (chosen.made or chosen.running) and not (chosen.corpora / "manifest.json").is_file():
        print(f"fidelity: there are no corpora in {str(chosen.corpora)!r}", file=sys.stderr)
        return 2
    if chosen.running:
        with tempfile.TemporaryDirectory() as folder, Worker() as worker:
            rows = running(worker, Path(folder), chosen.seed, chosen.each)
        own = {name: row for group in rows.values() for name, row in group.items()}
        found = {"means": {group: _means(list(row.values())) for group, row in rows.items()}, "failed": {}, "documents": own}
    elif chosen.made:
        with tempfile.TemporaryDirectory() as folder:
            try:
                documents = made.make(Path(folder), chosen.seed, chosen.each)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"fidelity: LibreOffice could not set the documents: {error}", file=sys.stderr)
                return 2
            found = measure(((f"{s.family}{', held out' if s.held_out else ''}", p, t) for s, p, t in documents), python)
    else:
        found = measure(known(chosen.corpora), python)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    for kind, row in found["means"].items():
        figures = "  ".join(f"{n} {row[n]:.3f} ({row[f'{n}_of']})" for n in row if f"{n}_of" in row)
        print(f"{kind:<29} {int(row['documents']):>3} documents  {figures}")
    for name, why in found["failed"].items():
        print(f"failed {name}: {why}")
    for score in SCORES if chosen.worst else ():
        ranked = sorted((row[score], name) for name, row in found["documents"].items() if score in row)
        for value, name in ranked[: chosen.worst]:
            print(f"{score} {value:.3f} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
