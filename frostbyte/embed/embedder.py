"""Text to vectors of 768 floats. A text has the bit-identical vector in any order and any company, on one processor."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from frostbyte.embed.pack import ModelInfo, Pack
from frostbyte.embed.session import Session
from frostbyte.embed.tokens import Tokenizer, Window
from frostbyte.errors import EmbedFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

CACHE_ENTRIES = 4096


@dataclass(frozen=True)
class Embedded:
    """`vectors` is float32 [texts, 768], each of length 1; `truncated[i]` when text i went on past the model's limit."""

    vectors: Vectors
    truncated: list[bool]


@dataclass(frozen=True)
class _Entry:
    vector: Vectors
    truncated: bool


class Embedder:
    """A verified pack, ready to embed. Safe to share between threads; `close` (or `with`) ends its workers."""

    def __init__(self, pack: Pack, *, workers: int | None = None) -> None:
        """Raises Damaged when a byte of the pack is wrong. `workers` defaults to the processors this process may use."""
        contents = pack.contents()
        self.model: ModelInfo = pack.info
        self._pack = pack
        self._tokenizer = Tokenizer(contents[pack.tokenizer], max_tokens=pack.max_tokens, window=pack.window)
        self._session = Session(contents[pack.model], output=pack.output, dimensions=pack.dimensions)
        self._workers = ThreadPoolExecutor(workers or len(os.sched_getaffinity(0)), thread_name_prefix="embed")
        self._cache: OrderedDict[bytes, _Entry] = OrderedDict()
        self._lock = Lock()

    def embed_documents(self, texts: Sequence[str]) -> Embedded:
        """Vectors of passages, in the order given. Raises EmbedFailed; then no vector of the call is returned."""
        import numpy as np

        prefixed = [self._pack.document_prefix + text for text in texts]
        # Longest first, so that no worker is left alone with a long text at the end.
        wanted = sorted(set(prefixed), key=lambda text: (-len(text), text))
        entries = dict(zip(wanted, self._workers.map(self._embed, wanted), strict=True))
        vectors = np.empty((len(texts), self.model.dimensions), dtype=np.float32)
        for row, text in enumerate(prefixed):
            vectors[row] = entries[text].vector
        return Embedded(vectors, [entries[text].truncated for text in prefixed])

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question, float32 [768]. Raises EmbedFailed."""
        return self._embed(self._pack.query_prefix + text).vector.copy()

    def count_tokens(self, text: str) -> int:
        """Tokens of a passage as the model would see it, prefix and special tokens included, not cut at the limit."""
        return self._tokenizer.count(self._pack.document_prefix + text)

    def close(self) -> None:
        """End the workers. The embedder cannot be used afterwards."""
        self._workers.shutdown()

    def __enter__(self) -> Embedder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _embed(self, text: str) -> _Entry:
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        with self._lock:
            known = self._cache.get(key)
            if known is not None:
                self._cache.move_to_end(key)
                return known
        tokens = self._tokenizer.encode(text)
        entry = _Entry(self._joined(tokens.windows), tokens.truncated)
        with self._lock:
            self._cache[key] = entry
            if len(self._cache) > CACHE_ENTRIES:
                self._cache.popitem(last=False)
        return entry

    def _joined(self, windows: list[Window]) -> Vectors:
        import numpy as np

        if len(windows) == 1:
            return self._pooled(windows[0].ids)
        total: Vectors = np.zeros(self.model.dimensions, dtype=np.float32)
        for window in windows:
            total += self._pooled(window.ids) * np.float32(window.own)
        length = float(np.linalg.norm(total))
        if length < 1e-3:
            raise EmbedFailed("the windows of a text cancel out")
        joined: Vectors = total / np.float32(length)
        return joined

    def _pooled(self, ids: list[int]) -> Vectors:
        import numpy as np

        output = self._session.run(ids)
        if self._pack.pooling == "mean":
            if output.ndim != 3 or output.shape[:2] != (1, len(ids)):
                raise EmbedFailed(f"the model gave shape {output.shape} for {len(ids)} tokens, a row per token was due")
            vector: Vectors = output[0].mean(axis=0, dtype=np.float32)
            vector /= max(float(np.linalg.norm(vector)), 1e-12)
        else:
            vector = output.reshape(-1)
        if vector.shape != (self.model.dimensions,) or vector.dtype != np.float32:
            found = f"{vector.dtype} of shape {vector.shape}"
            raise EmbedFailed(f"the model gave {found}, float32 of ({self.model.dimensions},) was due")
        if not np.isfinite(vector).all() or abs(float(np.linalg.norm(vector)) - 1) > 1e-3:
            raise EmbedFailed("the model gave a vector that is not finite or not of length 1")
        return vector
