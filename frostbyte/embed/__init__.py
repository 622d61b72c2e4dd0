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
from frostbyte.embed.heads import Heads, shipped_head
from frostbyte.embed.pack import ModelInfo, default_pack_dir, install, read, verify
from frostbyte.embed.tagger import Tagger, default_tagger_dir

__all__ = [
    "Embedded",
    "Embedder",
    "Head",
    "Heads",
    "ModelInfo",
    "Tagger",
    "default_pack_dir",
    "install",
    "load",
    "shipped_encoder",
    "shipped_encoder_digest",
    "shipped_head",
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


@cache
def shipped_encoder() -> Embedder:
    """The embedder that comes with the program and that its heads are trained on, loaded once. Raises NotFound or Damaged."""
    return load(default_pack_dir())


@cache
def shipped_encoder_digest() -> str:
    """The digest of that embedder's pack, without loading it. Raises NotFound or Damaged."""
    return read(default_pack_dir()).digest
