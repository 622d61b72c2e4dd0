"""Proof of a result, recomputed from the sealed objects: the chunk's text is the document's, the document is the one received."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frostbyte.contract.chunks import Redaction
from frostbyte.contract.hashing import document_hash
from frostbyte.contract.ids import chunk_id as make_chunk_id
from frostbyte.contract.retrieval import RetrievedChunk
from frostbyte.errors import FrostbyteError
from frostbyte.policy import redaction

if TYPE_CHECKING:
    from frostbyte.vault import Vault


@dataclass(frozen=True)
class ChunkProof:
    """What was recomputed for one chunk. `problem` names the first thing that did not hold, None when all did."""

    chunk_id: str
    text_matches: bool
    source_matches: bool
    receipt_id: str | None
    source_spans: tuple[dict[str, Any], ...]
    problem: str | None

    def to_json(self) -> dict[str, Any]:
        return {
            "chunk_id": self.chunk_id,
            "text_matches": self.text_matches,
            "source_matches": self.source_matches,
            "receipt_id": self.receipt_id,
            "source_spans": list(self.source_spans),
            "problem": self.problem,
        }


def verify(vault: Vault, chunks: list[RetrievedChunk]) -> list[ChunkProof]:
    """Check each chunk against the sealed canonical document, the sealed original and the intake receipt."""
    originals: dict[str, str] = {}
    return [_verify(vault, chunk, originals) for chunk in chunks]


def _verify(vault: Vault, chunk: RetrievedChunk, originals: dict[str, str]) -> ChunkProof:
    text_ok = source_ok = False
    receipt_id: str | None = None
    spans: tuple[dict[str, Any], ...] = ()
    try:
        document = vault.catalog.document(chunk.doc_id)
        stored = vault.catalog.chunk(chunk.chunk_id)
        if document is None or stored is None:
            return ChunkProof(chunk.chunk_id, False, False, None, (), "not in the catalog")
        data = json.loads(vault.objects.read(f"canonical:{document.canonical_sha256}"))
        if document_hash(data) != document.canonical_sha256:
            return ChunkProof(chunk.chunk_id, False, False, None, (), "the canonical document is not the recorded one")
        normalised = "".join(piece["text"] for piece in data["chunks"])
        original_text = normalised[chunk.start_char : chunk.end_char]
        text_ok = (
            _redacted(original_text, stored.enriched.get("redactions", [])) == chunk.text
            and make_chunk_id(chunk.doc_id, chunk.page, chunk.start_char, chunk.end_char) == chunk.chunk_id
        )
        spans = tuple(
            {k: span[k] for k in ("page", "page_start", "page_end", "bbox")}
            for span in data["lineage"].get("source_map", [])
            if span["start_char"] < chunk.end_char and chunk.start_char < span["end_char"]
        )
        if document.sha256 not in originals:
            digest = hashlib.sha256()
            for block in vault.objects.open(f"raw:{document.sha256}"):
                digest.update(block)
            originals[document.sha256] = digest.hexdigest()
        receipt = next((f.receipt for f in vault.catalog.file_rows(document.file_id) if f.batch_id == document.batch_id), None)
        receipt_id = receipt["receipt_id"] if receipt else None
        source_ok = bool(receipt) and originals[document.sha256] == chunk.source_sha256 == (receipt or {}).get("sha256")
    except FrostbyteError as error:
        return ChunkProof(chunk.chunk_id, text_ok, source_ok, receipt_id, spans, error.message)
    problem = (
        None
        if text_ok and source_ok
        else "the text is not the document's"
        if not text_ok
        else "the original is not the one received"
    )
    return ChunkProof(chunk.chunk_id, text_ok, source_ok, receipt_id, spans, problem)


def _redacted(original: str, redactions: list[dict[str, Any]]) -> str | None:
    """The text as it may be shown; None when the recorded redactions do not fit it."""
    try:
        return redaction.apply(original, [Redaction.from_json(entry) for entry in redactions])
    except ValueError:
        return None
