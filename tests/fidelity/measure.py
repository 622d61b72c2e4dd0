"""How much of a document the parser keeps, against what other projects say it holds: `./run fidelity [CORPORA]`.

Prints a table (or, with --json, an object): for each format recall and precision of the text, F1 of table cells, recall of
headings, reading order and page counts; for PDF the same text figures of pypdf alone, in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from frostbyte.contract import formats  # noqa: E402
from frostbyte.contract.documents import CanonicalDocument  # noqa: E402
from frostbyte.errors import ParseFailed  # noqa: E402
from frostbyte.parse import ParseJob  # noqa: E402
from frostbyte.parse.worker import Worker  # noqa: E402
from tests.fidelity import scores  # noqa: E402
from tests.fidelity.truth import Truth, load  # noqa: E402

TIMEOUT_S = 120.0
ORDER_LIMIT = 20_000  # tokens; the comparison of two orders takes the square of it


def judge(document: CanonicalDocument, truth: Truth) -> dict[str, float]:
    """The scores of one document, as far as the truth speaks of them."""
    ours, wanted = scores.tokens([chunk.text for chunk in document.chunks]), scores.tokens(truth.text)
    found: dict[str, float] = {}
    if wanted:
        found["recall"] = scores.recall(ours, wanted)
        found["precision"] = scores.recall(wanted, ours)
        if max(len(ours), len(wanted)) <= ORDER_LIMIT:
            found["order"] = scores.order(ours, wanted)
    if truth.tables:
        found["cells_f1"] = scores.f1(scores.cells([table.cells for table in document.tables]), scores.cells(truth.tables))
    if truth.headings:
        titles = [" ".join(scores.tokens([section.title])) for section in document.sections]
        found["headings"] = scores.recall(titles, [" ".join(scores.tokens([heading])) for heading in truth.headings])
    if truth.pages is not None and document.stats.page_count:
        found["pages_right"] = float(document.stats.page_count == truth.pages)
    return found


def pypdf_alone(path: Path, truth: Truth) -> dict[str, float]:
    """Its text, by the same scores."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on fonts are no part of the table
    reader = pypdf.PdfReader(path)
    theirs, wanted = scores.tokens([page.extract_text() or "" for page in reader.pages]), scores.tokens(truth.text)
    if not wanted:
        return {}
    return {
        "recall": scores.recall(theirs, wanted),
        "precision": scores.recall(wanted, theirs),
        "order": scores.order(theirs, wanted) if max(len(theirs), len(wanted)) <= ORDER_LIMIT else 1.0,
    }


def measure(corpora: Path) -> dict[str, Any]:
    """Every document that has a truth, through the parser child, grouped by format."""
    rows: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    failed: dict[str, str] = {}
    with Worker() as worker:
        for path, truth in sorted(load(corpora).items()):
            mime = formats.MIME_BY_EXTENSION.get(path.suffix.lower())
            if mime is None:
                continue
            name = path.relative_to(corpora).as_posix()
            job = ParseJob(path.name[-200:], "fidelity", mime, hashlib.sha256(path.read_bytes()).hexdigest())
            try:
                with path.open("rb") as file:
                    document = worker.parse(file.fileno(), job, TIMEOUT_S)
            except ParseFailed as error:
                failed[name] = f"{error.reason} {error.detail or ''}".strip()
                continue
            kind = path.suffix.lower()[1:]
            rows[kind][name] = judge(document, truth)
            if kind == "pdf":
                rows["pdf, pypdf alone"][name] = pypdf_alone(path, truth)
    means = {kind: _means(list(judged.values())) for kind, judged in sorted(rows.items())}
    ours = {name: row for kind in sorted(rows) if "alone" not in kind for name, row in rows[kind].items()}
    return {"means": means, "failed": failed, "documents": ours}


def _means(judged: list[dict[str, float]]) -> dict[str, float]:
    """Mean of each score over the documents that have it, and how many those were."""
    found: dict[str, float] = {"documents": len(judged)}
    for score in ("recall", "precision", "order", "cells_f1", "headings", "pages_right"):
        values = [row[score] for row in judged if score in row]
        if values:
            found[score] = round(mean(values), 4)
            found[f"{score}_of"] = len(values)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="?", default=ROOT.parent / "shared" / "corpora")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="also name the N worst documents of each score")
    chosen = parser.parse_args()
    if not (chosen.corpora / "manifest.json").is_file():
        print(f"fidelity: there are no corpora in {str(chosen.corpora)!r}", file=sys.stderr)
        return 2
    found = measure(chosen.corpora)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    for kind, row in found["means"].items():
        figures = "  ".join(f"{n} {row[n]:.3f} ({row[f'{n}_of']})" for n in row if f"{n}_of" in row)
        print(f"{kind:<18} {int(row['documents']):>3} documents  {figures}")
    for name, why in found["failed"].items():
        print(f"failed {name}: {why}")
    for score in ("recall", "precision", "order", "cells_f1", "headings") if chosen.worst else ():
        ranked = sorted((row[score], name) for name, row in found["documents"].items() if score in row)
        for value, name in ranked[: chosen.worst]:
            print(f"{score} {value:.3f} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
