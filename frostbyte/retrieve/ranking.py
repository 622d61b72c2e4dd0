"""Ranking: nearest vectors, best words, or both.

Hybrid adds two normalised scores (convex combination; Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval",
TOIS 2023), which keeps how much better one hit is than the next; rank fusion forgets it. A hit that only one side found counts
as that side's lowest on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from frostbyte.vault.vectors import ANY, Filter, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Mode = Literal["hybrid", "vector", "text"]
MODES: tuple[Mode, ...] = get_args(Mode)

POOL = 200
"""Hits each side brings to the fusion, at least; more when more results are asked for."""
VECTOR_WEIGHT = 0.35
"""Of 0.3 to 0.7 the middle of the range in which hybrid ranked at least as well as the better side alone on every collection
tried (docs/retrieval.md); BM25 carries more because names, numbers and clauses are what people search documents for."""


class Index(Protocol):
    """Something that can be searched by vector and by words (a vault's vectors, or a collection under evaluation)."""

    def search_vector(self, vector: NDArray[np.float32], k: int, where: Filter = ANY) -> Sequence[Hit]: ...

    def search_text(self, query: str, k: int, where: Filter = ANY) -> Sequence[Hit]: ...


def rank(
    index: Index, query: str, embed: Callable[[str], NDArray[np.float32]], *, mode: Mode, k: int, where: Filter = ANY
) -> list[tuple[str, float]]:
    """The best `k` chunk ids with scores in 0..1, best first; ties broken by id, so the order is the same every time.

    Scores: `vector` cosine with negatives as 0 (ruling H15); `text` BM25 as a share of the best hit's; `hybrid` the weighted sum.
    """
    pool = k if mode != "hybrid" else max(POOL, 2 * k)
    near = [] if mode == "text" else [(hit.chunk_id, hit.score) for hit in index.search_vector(embed(query), pool, where)]
    words = [] if mode == "vector" else [(hit.chunk_id, hit.score) for hit in index.search_text(query, pool, where)]
    if mode == "vector":
        scored = {chunk: min(1.0, max(0.0, score)) for chunk, score in near}
    elif mode == "text":
        scored = _share_of_best(words)
    else:
        scored = fuse(near, words)
    return sorted(scored.items(), key=lambda item: (-item[1], item[0]))[:k]


def fuse(
    near: Sequence[tuple[str, float]], words: Sequence[tuple[str, float]], weight: float = VECTOR_WEIGHT
) -> dict[str, float]:
    """One score in 0..1 a chunk: `weight` of the scaled cosine and the rest of the BM25 share."""
    if not words:
        return {chunk: min(1.0, max(0.0, score)) for chunk, score in near}
    vector, text = _between(near), _share_of_best(words)
    return {chunk: weight * vector.get(chunk, 0.0) + (1 - weight) * text.get(chunk, 0.0) for chunk in {**vector, **text}}


def _between(hits: Sequence[tuple[str, float]]) -> dict[str, float]:
    if not hits:
        return {}
    low, high = min(score for _, score in hits), max(score for _, score in hits)
    return {chunk: (score - low) / (high - low) if high > low else 1.0 for chunk, score in hits}


def _share_of_best(hits: Sequence[tuple[str, float]]) -> dict[str, float]:
    best = max((score for _, score in hits), default=0.0)
    return {chunk: max(0.0, score / best) if best > 0 else 0.0 for chunk, score in hits}
