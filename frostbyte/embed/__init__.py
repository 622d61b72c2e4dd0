"""Text to 768-float vectors, by a model pack verified by hash. Nothing here ever calls out or writes.

    embedder = load(default_pack_dir())
    embedded = embedder.embed_documents(["first passage", "second passage"])
    question = embedder.embed_query("which passage is first?")
    scores = embedded.vectors @ question
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from frostbyte.embed.embedder import Embedded, Embedder
from frostbyte.embed.head import Head
from frostbyte.embed.pack import ModelInfo, default_pack_dir, install, read, verify
from frostbyte.embed.tagger import Tagger, default_tagger_dir

__all__ = [
    "Embedded",
    "Embedder",
    "Head",
    "ModelInfo",
    "Tagger",
    "default_pack_dir",
    "install",
    "load",
    "shipped_tagger",
    "verify",
]


def load(pack_dir: Path) -> Embedder:
    """Verify a pack and make it ready. Raises NotFound when there is none, Damaged when any byte of it is wrong."""
    return Embedder(read(pack_dir))


@cache
def shipped_tagger() -> Tagger:
    """The tagger that comes with the program, loaded once. Raises NotFound or Damaged."""
    return Tagger(default_tagger_dir())
