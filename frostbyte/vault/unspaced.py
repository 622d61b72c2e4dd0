"""Words in scripts that put no spaces between them: Chinese, Japanese, Thai and their like, and Korean, whose particles stick on.

The text index parts words at spaces, so to it a sentence of these scripts is one word that nobody asks for. A question in them
is cut into pairs of neighbouring characters, the usual unit for such text, and the pairs are looked for in the texts as
they stand. A vault lies in RAM, so that takes no index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RUN: Final = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17d3"  # Burmese, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # Japanese syllables
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Chinese characters
    "\uac00-\ud7a3"  # Korean
    "]+"
)
_MOST: Final = 64
"""Pairs of a question that are looked for, at most."""
_SATURATION: Final = 1.2  # BM25's k1


def pieces(query: str) -> list[str]:
    """The pairs of characters of a question that are in such a script; a character that stands alone is a piece of its own."""
    found = (run[at : at + 2] for run in _RUN.findall(query) for at in range(max(1, len(run) - 1)))
    return list(dict.fromkeys(found))[:_MOST]


def scores(batches: Iterable[Any], wanted: Sequence[str], total: int) -> dict[str, float]:
    """A score like BM25's, without regard to length, of each chunk of the batches (Arrow, `chunk_id` and `text`).

    `total` is how many chunks were looked through; a rare pair counts for more than a common one.
    """
    import numpy as np
    import pyarrow.compute as pc  # type: ignore[import-untyped]  # it ships no types

    ids: list[str] = []
    counts: list[NDArray[np.float32]] = []
    for batch in batches:
        ids += batch.column("chunk_id").to_pylist()
        texts = batch.column("text")
        counts.append(np.stack([pc.count_substring(texts, piece).to_numpy(zero_copy_only=False) for piece in wanted], axis=1))
    if not ids:
        return {}
    often = np.concatenate(counts).astype(np.float32)
    holding = np.count_nonzero(often, axis=0)
    rarity = np.log1p((total - holding + 0.5) / (holding + 0.5))
    weights = (rarity * often * (_SATURATION + 1) / (often + _SATURATION)).sum(axis=1)
    return {chunk_id: float(weight) for chunk_id, weight in zip(ids, weights, strict=True) if weight > 0}
