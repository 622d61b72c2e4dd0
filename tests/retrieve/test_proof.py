"""A result is proved from the sealed objects, and one that was tampered with is not."""

from __future__ import annotations

from pathlib import Path

from frostbyte.contract.retrieval import parse_query
from frostbyte.embed import Embedder
from frostbyte.retrieve import search, verify
from frostbyte.vault import Vault


def test_every_result_of_every_document_is_proved_redacted_ones_too(filled: Vault, embedder: Embedder) -> None:
    found = search(filled, parse_query({"query_text": "number on file refund invoices vaccines"}), embedder=lambda: embedder)
    chunks = found.response.chunks
    assert {chunk.original_filename for chunk in chunks} == {"sop.txt", "contract.txt", "letter.txt"}
    assert any("[REDACTED:SSN]" in chunk.text for chunk in chunks)
    for proof in verify(filled, chunks):
        assert proof.problem is None
        assert proof.text_matches
        assert proof.source_matches
        assert proof.source_spans
        assert proof.receipt_id


def test_a_changed_text_or_place_is_not_proved(filled: Vault, embedder: Embedder) -> None:
    chunk = search(filled, parse_query({"query_text": "vaccines"}), embedder=lambda: embedder).response.chunks[0]
    for forged in (
        chunk.model_copy(update={"text": chunk.text.replace("8", "9")}),
        chunk.model_copy(update={"start_char": chunk.start_char + 1}),
        chunk.model_copy(update={"source_sha256": "0" * 64}),
    ):
        (proof,) = verify(filled, [forged])
        assert proof.problem is not None


def test_a_damaged_sealed_object_is_not_proved(filled: Vault, embedder: Embedder, tmp_path: Path) -> None:
    chunks = search(filled, parse_query({"query_text": "vaccines"}), embedder=lambda: embedder).response.chunks
    for path in (tmp_path / "vault" / "originals").rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)
    assert all(proof.problem for proof in verify(filled, chunks))
