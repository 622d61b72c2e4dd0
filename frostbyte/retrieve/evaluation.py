"""Retrieval quality of a collection: nDCG, recall and reciprocal rank over judged queries, through the product's own ranking.

A collection is a folder: corpus.jsonl `{id, title?, text, scope?}`, queries.jsonl `{id, text, scope?}`, qrels.tsv with a header
(query, document, relevance). Each document is one chunk. A query with a scope ranks only documents of that scope.
"""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import UsageError
from frostbyte.retrieve.ranking import Mode, rank

if TYPE_CHECKING:
    from frostbyte.embed import Embedder
    from frostbyte.vault.vectors import VectorTable

DEPTH = 100
_BLOCK = 2000


@dataclass(frozen=True)
class Collection:
    """Documents, queries and judgements; judgements are query id -> document id -> relevance."""

    documents: list[dict[str, Any]]
    queries: list[dict[str, Any]]
    judgements: Mapping[str, Mapping[str, float]]


def load(folder: Path) -> Collection:
    """Read a collection. Raises UsageError that names the file and line at fault."""
    documents, queries = _lines(folder / "corpus.jsonl"), _lines(folder / "queries.jsonl")
    judgements: dict[str, dict[str, float]] = {}
    path = folder / "qrels.tsv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.reader(stream, delimiter="\t")):
                if number and row:
                    judgements.setdefault(row[0], {})[row[1]] = float(row[2])
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(f"cannot read judgements {str(path)!r}: {error}") from error
    judged = [query for query in queries if any(v > 0 for v in judgements.get(query["id"], {}).values())]
    if not documents or not judged:
        raise UsageError(f"{str(folder)!r} has no documents or no judged queries")
    return Collection(documents, judged, judgements)


def evaluate(collection: Collection, embedder: Callable[[], Embedder], directory: Path, mode: Mode) -> dict[str, Any]:
    """Index the collection under `directory` (a RAM directory of the caller's) and rank every judged query."""
    from frostbyte.vault.vectors import ANY, Filter, VectorTable

    began = time.perf_counter()
    table = VectorTable.create(directory)
    _index(table, collection.documents, embedder)
    table.build_indexes()
    index_seconds = time.perf_counter() - began
    totals = {"ndcg@10": 0.0, "recall@10": 0.0, "recall@100": 0.0, "mrr@10": 0.0}
    times = []
    for query in collection.queries:
        where = Filter(doc_ids=(str(query["scope"]),)) if query.get("scope") is not None else ANY
        started = time.perf_counter()
        ranked = rank(table, query["text"], lambda text: embedder().embed_query(text), mode=mode, k=DEPTH, where=where)
        times.append((time.perf_counter() - started) * 1000)
        for name, value in measures([chunk for chunk, _ in ranked], collection.judgements[query["id"]]).items():
            totals[name] += value
    count = len(collection.queries)
    times.sort()
    return {
        **{name: round(total / count, 4) for name, total in totals.items()},
        "queries": count,
        "documents": len(collection.documents),
        "index_seconds": round(index_seconds, 2),
        "query_p50_ms": round(times[count // 2], 2),
        "query_p95_ms": round(times[min(count - 1, int(count * 0.95))], 2),
        "mode": mode,
    }


def measures(ranked: Sequence[str], judged: Mapping[str, float]) -> dict[str, float]:
    """nDCG@10 with linear gain (trec_eval's), recall at 10 and 100, reciprocal rank at 10, of one query."""
    relevant = {document for document, value in judged.items() if value > 0}
    gain = sum(judged.get(document, 0.0) / math.log2(place + 2) for place, document in enumerate(ranked[:10]))
    ideal = sum(
        value / math.log2(place + 2) for place, value in enumerate(sorted(judged.values(), reverse=True)[:10]) if value > 0
    )
    first = next((place for place, document in enumerate(ranked[:10]) if document in relevant), None)
    return {
        "ndcg@10": gain / ideal if ideal else 0.0,
        "recall@10": len(relevant & set(ranked[:10])) / len(relevant),
        "recall@100": len(relevant & set(ranked[:100])) / len(relevant),
        "mrr@10": 1 / (first + 1) if first is not None else 0.0,
    }


def _index(table: VectorTable, documents: Sequence[dict[str, Any]], embedder: Callable[[], Embedder]) -> None:
    from frostbyte.vault.vectors import VectorRow

    for at in range(0, len(documents), _BLOCK):
        block = documents[at : at + _BLOCK]
        texts = [" ".join(filter(None, (entry.get("title"), entry["text"]))) for entry in block]
        vectors = embedder().embed_documents(texts).vectors
        table.add(
            [
                VectorRow(
                    chunk_id=entry["id"],
                    doc_id=str(entry.get("scope", "")),
                    text=text,
                    vector=vector,
                    classification="other",
                    received_date="1970-01-01",
                )
                for entry, text, vector in zip(block, texts, vectors, strict=True)
            ]
        )


def _lines(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
                        raise UsageError(f"{str(path)!r} line {number} is not an object with id and text")
                    rows.append({**row, "id": str(row["id"])})
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{str(path)!r} is not JSON Lines in UTF-8: {error}") from error
    return rows
