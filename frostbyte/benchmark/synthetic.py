"""Made-up documents and vectors: the same on every machine, like real ones where it matters to what is measured.

Vectors lie in clusters, as those of passages about few subjects do; evenly spread ones would have no neighbours to find.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from frostbyte.contract.ids import chunk_id, doc_id
from frostbyte.vault.rows import ChunkRow, DocumentRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 768
_CLUSTERS = 400
_WORDS = (
    "supplier",
    "delivers",
    "vaccine",
    "shipment",
    "invoice",
    "payment",
    "receipt",
    "temperature",
    "logger",
    "refrigerator",
    "quality",
    "officer",
    "contract",
    "term",
    "notice",
    "liability",
    "warranty",
    "court",
    "appeal",
    "filing",
    "employee",
    "record",
    "patient",
    "hospital",
    "pharmacy",
    "order",
    "price",
    "list",
    "interest",
    "month",
    "warehouse",
)


def vectors(count: int, seed: int) -> NDArray[np.float32]:
    """`count` unit vectors around a fixed set of centres."""
    import numpy as np

    centres = np.random.default_rng(7).standard_normal((_CLUSTERS, DIMENSIONS), dtype=np.float32)
    draw = np.random.default_rng(seed)
    rows = centres[draw.integers(0, _CLUSTERS, count)] + 0.7 * draw.standard_normal((count, DIMENSIONS), dtype=np.float32)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(unit, dtype="<f4")


def text(number: int, words: int = 120) -> str:
    """Prose of `words` words that differs from number to number and is full of the same terms."""
    digest = hashlib.sha256(str(number).encode()).digest() * (words // 32 + 1)
    chosen = [_WORDS[digest[i] % len(_WORDS)] for i in range(words)]
    return f"Item {number}. " + " ".join(chosen) + "."


def document(number: int) -> DocumentRow:
    """A document row for chunks to belong to."""
    file_id = f"bench-{number}"
    return DocumentRow(
        doc_id=doc_id(file_id),
        file_id=file_id,
        batch_id="bench",
        sha256=hashlib.sha256(file_id.encode()).hexdigest(),
        filename=f"{file_id}.txt",
        mime_type="text/plain",
        size_bytes=1000,
        received_at="2026-01-01T00:00:00Z",
        state="indexed",
    )


def chunks(number: int, rows: NDArray[np.float32], first: int = 0) -> list[ChunkRow]:
    """A chunk row for each vector, of document `number`."""
    owner, found, at = doc_id(f"bench-{number}"), [], 0
    for ordinal, vector in enumerate(rows, start=first):
        body = text(number * 100_000 + ordinal)
        found.append(
            ChunkRow(
                chunk_id=chunk_id(owner, 1, at, at + len(body)),
                doc_id=owner,
                ordinal=ordinal,
                page=1,
                start_char=at,
                end_char=at + len(body),
                element_type="paragraph",
                section_title=None,
                text=body,
                enriched={"config_version": 1},
                text_sha256=hashlib.sha256(body.encode()).hexdigest(),
                vector_sha256=hashlib.sha256(vector.tobytes()).hexdigest(),
                embed_model="bench",
                embed_version="1",
                embed_digest="sha256:" + "0" * 64,
                classification="other",
                indexed_at="2026-01-01T00:00:00Z",
            )
        )
        at += len(body)
    return found
