"""Retrieval quality of a collection: nDCG, recall and reciprocal rank over judged queries, through the product's own ranking.

A collection is a folder: corpus.jsonl `{id, title?, text, scope?}`, queries.jsonl `{id, text, scope?}`, qrels.tsv with a header
(query, document, relevance). Each document is one chunk. A query with a scope ranks only documents of that scope.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import UsageError
from frostbyte.intake import jsonlines
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
    judgements = _judgements(folder / "qrels.tsv")
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
    rows = []
    for number, row in jsonlines.read(path):
        texts = (row.get("text"), row.get("title") or "", str(row.get("id")), str(row.get("scope")))
        if "id" not in row or not all(map(_is_text, texts)):
            raise UsageError(f"{str(path)!r} line {number} is not an object with id and text")
        rows.append({**row, "id": str(row["id"])})
    return rows


def _is_text(value: object) -> bool:
    """Half a surrogate pair is no text: neither the tokenizer nor the index can take one."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _judgements(path: Path) -> dict[str, dict[str, float]]:
    judgements: dict[str, dict[str, float]] = {}
    number = 0
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.reader(stream, delimiter="\t"), 1):
                if number > 1 and row:
                    judgements.setdefault(row[0], {})[row[1]] = _relevance(row[2])
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {(error.strerror or 'input/output error').lower()}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {str(path)!r}: not UTF-8") from error
    except (ValueError, IndexError, csv.Error) as error:
        raise UsageError(f"{str(path)!r} near line {number} is not query, document and relevance, parted by tabs") from error
    return judgements


def _relevance(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a relevance is finite")
    return value
