"""Use case 2: a question becomes ranked chunks, each with its source, page, span and hash; the search itself is audited first."""

from __future__ import annotations

from frostbyte.retrieve.proof import ChunkProof, verify
from frostbyte.retrieve.ranking import MODES, Mode, rank
from frostbyte.retrieve.search import Found, search

__all__ = ["MODES", "ChunkProof", "Found", "Mode", "rank", "search", "verify"]
