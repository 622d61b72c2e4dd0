"""The heads over one document's vectors, for the gates: whoever asks second for the same texts is answered from the same vectors.

heads = Heads(lambda texts: embedder.embed_documents(texts).vectors, embedder.model.digest)
heads("classes-1", ["first passage", "second passage"])  # [{"contract": 0.91, ...}, {...}]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from frostbyte.embed.head import Head, shipped_head_dir
from frostbyte.errors import Damaged, NotFound, PolicyFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


@cache
def shipped_head(name: str, encoder: str) -> Head:
    """A head that comes with the program, loaded once for each encoder. Raises NotFound or Damaged."""
    return Head(shipped_head_dir(name), encoder)


class Heads:
    """Answers by the name of a head. Holds the vectors of the texts last asked for, in RAM, and nothing else."""

    def __init__(
        self, vectors: Callable[[Sequence[str]], Vectors], encoder: str, open_head: Callable[[str, str], Head] = shipped_head
    ) -> None:
        """`vectors` embeds texts (n) as (n, 768) with the pack whose digest is `encoder`."""
        self._make, self._encoder, self._open = vectors, encoder, open_head
        self._texts: list[str] | None = None
        self._vectors: Vectors | None = None
        self.asked: dict[str, str] = {}
        """The heads that were asked so far, each with its version."""

    def __call__(self, name: str, texts: Sequence[str]) -> list[dict[str, float]]:
        """How likely a head holds each of its labels for each text.

        Raises PolicyFailed where the head is missing, damaged or another encoder's, and what `vectors` raises.
        """
        try:
            head = self._open(name, self._encoder)
        except (NotFound, Damaged) as error:
            said = f"the head {name!r} cannot be used: {error.message}"
            raise PolicyFailed(said, hint="run `frostbyte verify-install`") from error
        self.asked[head.name] = head.version
        if self._vectors is None or self._texts != list(texts):
            self._texts, self._vectors = list(texts), self._make(texts)
        chances = head.probabilities(self._vectors)
        return [dict(zip(head.labels, map(float, row), strict=True)) for row in chances]
