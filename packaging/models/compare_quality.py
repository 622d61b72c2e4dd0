"""nDCG@10 of the default pack on retrieval collections, at several token limits. Prints JSON.

    python packaging/models/compare_quality.py FOLDER [--limits 256 384 512] [--names cisi obliqa] [--model FILE]

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
    """One line of JSON per collection and limit."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--limits", type=int, nargs="+", default=[256, 384, 512])
    options.add_argument("--names", nargs="+", default=["cisi", "policyqa", "financebench_pages", "aeslc", "obliqa"])
    arguments = options.parse_args()
    for name in arguments.names:
        for limit in arguments.limits:
            with Embedder(replace(read(default_pack_dir()), max_tokens=limit)) as embedder:
                print(json.dumps({"collection": name, "max_tokens": limit, **measure(arguments.folder / name, embedder)}), flush=True)


def measure(folder: Path, embedder: Embedder) -> dict[str, float | int]:
    """nDCG@10 and how many documents were cut."""
    documents, questions = rows(folder / "corpus.jsonl"), rows(folder / "queries.jsonl")
    embedded = embedder.embed_documents([text_of(row) for row in documents])
    asked = embedder.embed_documents([text_of(row) for row in questions]).vectors
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        judged[question][document] = float(grade)
    ids = np.array([str(row[key(row)]) for row in documents])
    scopes = np.array([str(row.get("scope", "")) for row in documents])
    gains = []
    for row, vector in zip(questions, asked, strict=True):
        scores = embedded.vectors @ vector
        if row.get("scope"):
            scores = np.where(scopes == str(row["scope"]), scores, -2.0)
        best = ids[np.argsort(-scores, kind="stable")[:10]]
        grades = judged[str(row[key(row)])]
        ideal = sorted(grades.values(), reverse=True)[:10]
        discount = 1 / np.log2(np.arange(2, 12))
        top = sum(ideal * discount[: len(ideal)])
        if top:
            gains.append(float(sum(grades.get(str(one), 0.0) * discount[rank] for rank, one in enumerate(best)) / top))
    return {"documents": len(documents), "cut": sum(embedded.truncated), "ndcg10": round(float(np.mean(gains)), 4)}


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
