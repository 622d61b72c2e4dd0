"""What sealing costs: a durable sealed commit against the same rows in the same engines on a plain disk, one after the other."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from frostbyte.benchmark import synthetic
from frostbyte.benchmark.measure import Bench, at_most, percentile, timed
from frostbyte.vault.catalog import Catalog, CatalogWriter
from frostbyte.vault.tables import DOCUMENTS
from frostbyte.vault.vectors import VectorRow, VectorTable

COMMITS = 60
CHUNKS = 20
SEALED_BAR = 2.0


class _Plain:
    """The same engines with nothing between them and the disk. DuckDB syncs its log on COMMIT; Lance does not sync."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._table = VectorTable.create(folder / "vectors")
        self.catalog = Catalog(folder / "catalog.db", "bench", self._table.texts, threading.RLock())
        writer = CatalogWriter(self.catalog)
        writer.begin()
        writer.create("bench")
        writer.commit()

    def commit(self, number: int, rows: list[Any], vectors: Any) -> None:
        writer = CatalogWriter(self.catalog)
        writer.begin()
        writer.put(DOCUMENTS, synthetic.document(number))
        writer.put_chunks(rows, ())
        self._table.add(
            [
                VectorRow(row.chunk_id, row.doc_id, row.text, vector, row.classification, "2026-01-01")
                for row, vector in zip(rows, vectors, strict=True)
            ]
        )
        writer.commit()


def measure(bench: Bench) -> dict[str, Any]:
    """Milliseconds of a commit of one document of 20 chunks, sealed and not, alternating; and their ratio."""
    plain = _Plain(bench.work / "plain")
    vault, _ = bench.new_vault("sealed")
    sealed_ms: list[float] = []
    plain_ms: list[float] = []
    with vault:
        for number in range(COMMITS):
            vectors = synthetic.vectors(CHUNKS, number)
            rows = synthetic.chunks(number, vectors)

            def sealed(number: int = number, rows: Any = rows, vectors: Any = vectors) -> None:
                with vault.transaction() as tx:
                    tx.put_document(synthetic.document(number))
                    tx.put_chunks(rows, vectors)

            def unsealed(number: int = number, rows: Any = rows, vectors: Any = vectors) -> None:
                plain.commit(number, rows, vectors)

            for action, times in (
                ((sealed, sealed_ms), (unsealed, plain_ms)) if number % 2 else ((unsealed, plain_ms), (sealed, sealed_ms))
            ):
                times.append(timed(action)[0] * 1000)
            os.sync()  # neither pays for what the other left to be written
    plain.catalog.close()
    ratio = percentile(sealed_ms, 0.5) / percentile(plain_ms, 0.5)
    return {
        "commits": COMMITS,
        "chunks_a_commit": CHUNKS,
        "sealed_ms_p50": round(percentile(sealed_ms, 0.5), 2),
        "sealed_ms_p95": round(percentile(sealed_ms, 0.95), 2),
        "unsealed_ms_p50": round(percentile(plain_ms, 0.5), 2),
        "sealed_to_unsealed": at_most(ratio, SEALED_BAR),
    }
