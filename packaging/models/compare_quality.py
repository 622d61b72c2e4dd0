"""nDCG@10 of the default pack on retrieval collections, with several windows. Prints JSON.

    .venv/bin/python packaging/models/compare_quality.py FOLDER [--windows 256 512] [--cut] [--chunk 1500] [--names cisi]

FOLDER holds <name>/{corpus.jsonl,queries.jsonl,qrels.tsv}; a `scope` field means: rank only documents of that scope.
Exact cosine, no lexical part: this measures the embedder, not the search.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from frostbyte.embed import Embedder, default_pack_dir  # noqa: E402  # the checkout need not be installed
from frostbyte.embed.pack import read  # noqa: E402


def main() -> None:
    """One line of JSON per collection and window."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--windows", type=int, nargs="+", default=[256, 512], help="tokens the model sees at once")
    options.add_argument("--cut", action="store_true", help="cut texts at the window instead of embedding them in several")
    options.add_argument("--names", nargs="+", default=["cisi", "policyqa", "financebench_pages", "aeslc", "obliqa"])
    options.add_argument("--chunk", type=int, default=0, help="cut documents into chunks of so many characters; the best counts")
    arguments = options.parse_args()
    for name in arguments.names:
        for window in arguments.windows:
            limit = window if arguments.cut else 1 << 20
            with Embedder(replace(read(default_pack_dir()), max_tokens=limit, window=window)) as embedder:
                found = measure(arguments.folder / name, embedder, arguments.chunk)
                print(json.dumps({"collection": name, "window": window, "cut": arguments.cut, **found}), flush=True)


def measure(folder: Path, embedder: Embedder, chunk: int) -> dict[str, float | int]:
    """nDCG@10 and how many passages were cut by the limit."""
    documents, questions = rows(folder / "corpus.jsonl"), rows(folder / "queries.jsonl")
    passages, first = [], []
    for row in documents:
        first.append(len(passages))
        passages += chunks_of(text_of(row), chunk)
    embedded = embedder.embed_documents(passages)
    asked = embedder.embed_documents([text_of(row) for row in questions]).vectors
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        judged[question][document] = float(grade)
    ids = np.array([str(row[key(row)]) for row in documents])
    scopes = np.array([str(row.get("scope", "")) for row in documents])
    gains = []
    for row, vector in zip(questions, asked, strict=True):
        scores = np.maximum.reduceat(embedded.vectors @ vector, first)
        if row.get("scope"):
            scores = np.where(scopes == str(row["scope"]), scores, -2.0)
        best = ids[np.argsort(-scores, kind="stable")[:10]]
        grades = judged[str(row[key(row)])]
        ideal = sorted(grades.values(), reverse=True)[:10]
        discount = 1 / np.log2(np.arange(2, 12))
        top = sum(ideal * discount[: len(ideal)])
        if top:
            gains.append(float(sum(grades.get(str(one), 0.0) * discount[rank] for rank, one in enumerate(best)) / top))
    found = round(float(np.mean(gains)), 4)
    return {"documents": len(documents), "passages": len(passages), "truncated": sum(embedded.truncated), "ndcg10": found}


def chunks_of(text: str, size: int) -> list[str]:
    """The text cut at spaces into pieces of at most `size` characters; 0 leaves it whole."""
    pieces = []
    while size and len(text) > size:
        end = text.rfind(" ", 1, size + 1)
        end = end if end > 0 else size
        pieces.append(text[:end])
        text = text[end:].lstrip()
    return [*pieces, text]


def rows(path: Path) -> list[dict[str, str]]:
    """A JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def key(row: dict[str, str]) -> str:
    """Which field is the id."""
    return "_id" if "_id" in row else "id"


def text_of(row: dict[str, str]) -> str:
    """Title and text."""
    return f"{row.get('title') or ''} {row['text']}".strip()


if __name__ == "__main__":
    main()
