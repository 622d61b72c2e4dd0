"""What the three gates cost beside the embedding of the same chunks, in turns within one run: as a share, and by gate."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from frostbyte.benchmark.measure import Bench, at_most, percentile, timed
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.ids import chunk_id, doc_id
from frostbyte.embed import Heads, shipped_tagger
from frostbyte.policy import judge
from frostbyte.policy.pii import TYPES, Tagger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNKS = 120
ROUNDS = 3
BAR = 0.35
SENTENCES_A_CHUNK = 8

_SENTENCES = (
    "The supplier shall deliver {n} pallets of vaccine to the warehouse in Leiden not later than {d} March 2026.",
    "Please call Maria Novak on +31 20 794 {n:04d} or write to m.novak{n}@example.org before the next shipment leaves.",
    "Payment of EUR {n},450.00 is due within thirty days of the date of the invoice; interest of four per cent applies then.",
    "Do not open the refrigerator while the alarm is on. Always note the temperature and inform the quality officer.",
    "Each party shall keep confidential what it learns of the other's business and does not disclose it without written consent.",
    "What is the status of order {n}? The carrier says that customs held two crates, and we have had no answer since Tuesday.",
    "Net sales rose by {d} per cent to {n} million, mainly because of higher volumes in the hospital segment and better prices.",
    "Employees must follow the instructions of the safety officer, who may at any time stop work that is not carried out safely.",
    "This policy explains how we collect, use and share personal information, and which choices you have regarding its use.",
    "| {n} | pallet | {d}.00 | Rotterdam | 14 days | accepted |",
    "The court granted the motion in part, found that the notice had been timely, and remitted the question of costs.",
    "Patient {n} was seen on {d} May; the dose was reduced, and a visit agreed with her family doctor, Dr. Peter Lindqvist.",
)


def measure(bench: Bench) -> dict[str, Any]:
    """Seconds of each gate over those of embedding, all three together, and how much text each gate takes in a second.

    All ten types of personal data are looked for, names and addresses with the model. Vectors are made once, outside the gates,
    as in the pipeline, where the index takes them over. Models are loaded before.
    """
    embedder = bench.embedder()
    config = TenantConfig.from_json({"pii_types": list(TYPES)})
    tagger = shipped_tagger()
    warm = _document(CHUNKS, 2)
    _judged(warm, config, tagger, embedder.embed_documents([chunk.text for chunk in warm.chunks]).vectors, embedder.model.digest)
    embedding: list[float] = []
    gates: dict[str, list[float]] = {}
    characters = 0
    for number in range(ROUNDS):
        document = _document(number * CHUNKS, CHUNKS)
        texts = [chunk.text for chunk in document.chunks]
        characters = sum(map(len, texts))
        seconds, embedded = timed(functools.partial(embedder.embed_documents, texts))
        embedding.append(seconds)
        for name, took in _judged(document, config, tagger, embedded.vectors, embedder.model.digest).items():
            gates.setdefault(name, []).append(took)
    middle = {name: percentile(took, 0.5) for name, took in gates.items()}
    whole = percentile(embedding, 0.5)
    return {
        "chunks": CHUNKS,
        "characters": characters,
        "embedding_characters_per_second": round(characters / whole),
        "characters_per_second": {name: round(characters / took) for name, took in middle.items()},
        "share_of_embedding": {name: round(took / whole, 4) for name, took in middle.items()},
        "all_gates_to_embedding": at_most(sum(middle.values()) / whole, BAR),
    }


def _judged(
    document: CanonicalDocument, config: TenantConfig, tagger: Tagger, vectors: NDArray[np.float32], encoder: str
) -> Counter[str]:
    """Seconds by gate."""

    def made(texts: Sequence[str]) -> NDArray[np.float32]:
        return vectors

    judgement = judge(document, filename="bench.txt", config=config, config_version=1, tagger=tagger, heads=Heads(made, encoder))
    return Counter({gate.gate_name: gate.duration_ms / 1000 for gate in judgement.gates})


def _document(first: int, count: int) -> CanonicalDocument:
    """Business prose, mail and rows of tables, with personal data and numbers that differ from chunk to chunk."""
    name, chunks, at = doc_id("bench"), [], 0
    for number in range(first, first + count):
        chosen = [_SENTENCES[(number * 5 + place * 7) % len(_SENTENCES)] for place in range(SENTENCES_A_CHUNK)]
        text = " ".join(sentence.format(n=number * 37 % 9000 + 100, d=number % 28 + 1) for sentence in chosen)
        chunks.append(
            {
                "chunk_id": chunk_id(name, 1, at, at + len(text)),
                "text": text,
                "page": 1,
                "start_char": at,
                "end_char": at + len(text),
                "element_type": "paragraph",
                "metadata": {"section_title": None, "heading_level": None},
            }
        )
        at += len(text)
    counts = {
        "page_count": 1,
        "section_count": 0,
        "table_count": 0,
        "figure_count": 0,
        "ocr_pages": 0,
        "ocr_avg_confidence": None,
    }
    return CanonicalDocument.from_json(
        {
            "doc_id": name,
            "file_id": "bench",
            "tenant_id": "bench",
            "chunks": chunks,
            "lineage": {
                "raw_sha256": "0" * 64,
                "stage1_parser_version": "bench",
                "stage2_parser_version": "bench",
                "parse_timestamp": "2026-01-01T00:00:00Z",
            },
            "stats": counts | {"chunk_count": count, "total_characters": at},
        }
    )
