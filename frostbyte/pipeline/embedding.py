"""The vectors of a document, made in parts, so that a kill costs at most a part and not the hours a long document takes.

A part's vectors are sealed as a draft under a name that says all they depend on: the enriched chunks, the model, the part. The
run after a kill takes up what it finds. Nothing of a draft is indexed or can be found: that is the one commit at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from frostbyte.errors import Damaged, EmbedFailed, StorageFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.embed import Embedded, Embedder
    from frostbyte.pipeline.records import Work

logger = logging.getLogger(__name__)

DIMENSIONS = 768
PART = 1024
"""Chunks of a part: some seconds of work, 3 MB of vectors. A document of one part is embedded without a draft."""


def embed(work: Work, embedder: Embedder, enriched_sha256: str, texts: Sequence[str]) -> Embedded:
    """The vectors of a document's chunks as little-endian float32, in order.

    Raises EmbedFailed, with DIMENSION_MISMATCH where the model gives others than 768 floats for each; StorageFailed.
    """
    import numpy as np

    from frostbyte.embed import Embedded

    if len(texts) <= PART:
        return _checked(embedder.embed_documents(list(texts)), len(texts))
    vectors = np.empty((len(texts), DIMENSIONS), dtype="<f4")
    truncated: list[bool] = []
    for name, first, end in _parts(embedder.model.digest, enriched_sha256, len(texts)):
        part = _found(work, name, end - first)
        if part is None:
            work.progress.within(first, len(texts))
            part = _checked(embedder.embed_documents(list(texts[first:end])), end - first)
            work.vault.objects.put_draft(name, bytes(part.truncated) + part.vectors.tobytes())
        vectors[first:end] = part.vectors
        truncated += part.truncated
    return Embedded(vectors, truncated)


def forget(work: Work, model_digest: str, enriched_sha256: str, count: int) -> None:
    """Remove the drafts of a document that is indexed. Never raises for it: the commit is durable, and the batch's end sweeps."""
    with suppress(StorageFailed):
        work.vault.objects.remove_drafts(name for name, _, _ in _parts(model_digest, enriched_sha256, count))


def _parts(model_digest: str, enriched_sha256: str, count: int) -> list[tuple[str, int, int]]:
    if count <= PART:
        return []
    spans = [(first, min(first + PART, count)) for first in range(0, count, PART)]
    return [(f"vectors:{enriched_sha256}:{model_digest}:{first}-{end}", first, end) for first, end in spans]


def _found(work: Work, name: str, count: int) -> Embedded | None:
    """A part that an earlier run made, None where there is none that can be used."""
    import numpy as np

    from frostbyte.embed import Embedded

    try:
        data = work.vault.objects.draft(name)
    except Damaged:
        logger.warning("a draft of vectors does not open; its part is embedded anew")
        return None
    if data is None or len(data) != count * (1 + DIMENSIONS * 4):
        return None
    vectors: NDArray[np.float32] = np.frombuffer(data, dtype="<f4", offset=count).reshape(count, DIMENSIONS)
    return Embedded(vectors, [flag != 0 for flag in data[:count]])


def _checked(result: Embedded, count: int) -> Embedded:
    import numpy as np

    from frostbyte.embed import Embedded

    vectors = np.ascontiguousarray(result.vectors, dtype="<f4")
    if vectors.shape != (count, DIMENSIONS):
        raise EmbedFailed(
            f"the embedder gave vectors of shape {vectors.shape}, not ({count}, {DIMENSIONS})", code="DIMENSION_MISMATCH"
        )
    return Embedded(vectors, result.truncated)
