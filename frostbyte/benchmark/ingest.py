"""The whole way of a batch, and where its time goes: the durations the audit chain recorded, summed by stage."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

from frostbyte.benchmark.measure import Bench, timed
from frostbyte.benchmark.synthetic import text
from frostbyte.intake import drop
from frostbyte.pipeline import ingest

FILES = 40
_STAGE = {
    "DOCUMENT_INGESTED": "intake",
    "DOCUMENT_PARSED": "parse",
    "POLICY_GATE_PASSED": "policy",
    "DOCUMENT_EMBEDDED": "embed",
    "INDEX_WRITTEN": "index",
}


def measure(bench: Bench) -> dict[str, Any]:
    """Rates of a batch of text and CSV files of about ten chunks each, and each stage's share of the recorded time."""
    folder = bench.work / "drop"
    folder.mkdir()
    for number in range(FILES):
        _write(folder, number)
    vault, _ = bench.new_vault("ingest")
    with vault, bench.worker() as worker:
        bench.embedder().embed_documents(["warm up"])
        taken = drop.load(folder, vault.tenant_id)
        seconds, result = timed(lambda: ingest(vault, taken, worker=worker, embedder=bench.embedder))
        spent: defaultdict[str, float] = defaultdict(float)
        page, seen, total = 1, 0, 1
        while seen < total:
            events, total = vault.catalog.events(page=page, limit=500, descending=False)
            for event in events:
                if event.event_type in _STAGE:
                    spent[_STAGE[event.event_type]] += float(event.details["duration_ms"]) / 1000
            seen, page = seen + len(events), page + 1
        chunks = result.report.summary.total_chunks_indexed
    stages = {stage: round(spent[stage] / seconds, 3) for stage in ("intake", "parse", "policy", "embed", "index")}
    stages["commits and rest"] = round(1 - sum(stages.values()), 3)
    return {
        "files": FILES,
        "chunks": chunks,
        "seconds": round(seconds, 2),
        "files_per_second": round(FILES / seconds, 2),
        "chunks_per_second": round(chunks / seconds, 1),
        "share_of_time": stages,
    }


def _write(folder: Path, number: int) -> None:
    if number % 4 == 3:
        with (folder / f"table{number}.csv").open("w", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["item", "description", "price"])
            rows.writerows([[n, text(number * 1000 + n, 12), f"{n}.50"] for n in range(80)])
    else:
        paragraphs = "\n\n".join(text(number * 1000 + n) for n in range(14))
        (folder / f"text{number}.txt").write_text(paragraphs, encoding="utf-8")
