"""The vectors of a document, made once: the gates that judge by meaning ask for them first, the index takes them over.

A long document's are made in parts, so that a kill costs at most a part and not the hours it takes. Each part is sealed as a
draft that names its texts by their hashes, so that whoever finds it takes what it needs: the second gate, the stage that
embeds, the run after a kill. A short document's are kept by the embedder. Nothing of a draft is indexed or can be found: that
is the one commit at the end.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from frostbyte.errors import Damaged, EmbedFailed, StorageFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.embed import Embedded, Embedder
    from frostbyte.pipeline.records import Work
    from frostbyte.vault.rows import DocumentRow

logger = logging.getLogger(__name__)

DIMENSIONS = 768
PART = 1024
"""Chunks of a part: some seconds of work, 3 MB of vectors. A document of one part is embedded without a draft."""

_HASH = hashlib.sha256().digest_size
_ENTRY = _HASH + 1 + DIMENSIONS * 4
"""Bytes of a text in a draft: its SHA-256, whether it was cut, its vector."""


def embed(work: Work, embedder: Embedder, canonical_sha256: str, texts: Sequence[str]) -> Embedded:
    """The vectors of chunks of one document as little-endian float32, in order.

    Raises EmbedFailed, with DIMENSION_MISMATCH where the model gives others than 768 floats for each; StorageFailed.
    """
    import numpy as np

    from frostbyte.embed import Embedded

    if len(texts) <= PART:
        return _checked(embedder.embed_documents(list(texts)), len(texts))
    vectors = np.empty((len(texts), DIMENSIONS), dtype="<f4")
    truncated = [False] * len(texts)
    places: dict[bytes, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), []).append(place)
    distinct, parts = len(places), 0
    for name in _names(work, canonical_sha256, embedder.model.digest):
        parts += 1
        for digest, cut, vector in _found(work, name):
            for place in places.pop(digest, ()):
                vectors[place], truncated[place] = vector, cut
    while places:
        work.progress.within(distinct - len(places), distinct)
        digests = list(itertools.islice(places, PART))
        made = _checked(embedder.embed_documents([texts[places[digest][0]] for digest in digests]), len(digests))
        entries = zip(digests, made.truncated, made.vectors, strict=True)
        data = b"".join(digest + bytes([cut]) + vector.tobytes() for digest, cut, vector in entries)
        work.vault.objects.put_draft(_name(canonical_sha256, embedder.model.digest, parts), data)
        parts += 1
        for digest, cut, vector in zip(digests, made.truncated, made.vectors, strict=True):
            for place in places.pop(digest):
                vectors[place], truncated[place] = vector, cut
    return Embedded(vectors, truncated)


def forget(work: Work, document: DocumentRow) -> None:
    """Remove the drafts of a document that is done. Never raises for it: the commit is durable, and the batch's end sweeps."""
    from frostbyte.embed import shipped_encoder_digest

    with suppress(StorageFailed):
        for digest in {work.embedder().model.digest, shipped_encoder_digest()}:
            work.vault.objects.remove_drafts(list(_names(work, str(document.canonical_sha256), digest)))


def _name(canonical_sha256: str, model_digest: str, number: int) -> str:
    return f"vectors:{canonical_sha256}:{model_digest}:{number}"


def _names(work: Work, canonical_sha256: str, model_digest: str) -> Iterator[str]:
    """The drafts there are of a document, in the order they were made."""
    for number in itertools.count():
        name = _name(canonical_sha256, model_digest, number)
        if not work.vault.objects.has_draft(name):
            return
        yield name


def _found(work: Work, name: str) -> Iterator[tuple[bytes, bool, NDArray[np.float32]]]:
    """What an earlier call or run made, nothing where it cannot be used."""
    import numpy as np

    try:
        data = work.vault.objects.draft(name) or b""
    except Damaged:
        logger.warning("a draft of vectors does not open; its part is embedded anew")
        return
    for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
        digest, cut = data[at : at + _HASH], data[at + _HASH] != 0
        yield digest, cut, np.frombuffer(data, dtype="<f4", offset=at + _HASH + 1, count=DIMENSIONS)


def _checked(result: Embedded, count: int) -> Embedded:
    import numpy as np

    from frostbyte.embed import Embedded

    vectors = np.ascontiguousarray(result.vectors, dtype="<f4")
    if vectors.shape != (count, DIMENSIONS):
        raise EmbedFailed(
            f"the embedder gave vectors of shape {vectors.shape}, not ({count}, {DIMENSIONS})", code="DIMENSION_MISMATCH"
        )
    return Embedded(vectors, result.truncated)
