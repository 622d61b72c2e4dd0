"""The chain of custody of a document, as the contract shows it."""

from __future__ import annotations

import pytest

from frostbyte.contract.retrieval import parse_query
from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.embed import Embedder
from frostbyte.errors import NotFound
from frostbyte.retrieve import search
from frostbyte.retrieve.provenance import chain
from frostbyte.vault import Vault

WAY = [
    "DOCUMENT_INGESTED",
    "DOCUMENT_PARSED",
    "POLICY_GATE_PASSED",
    "POLICY_GATE_PASSED",
    "POLICY_GATE_PASSED",
    "DOCUMENT_EMBEDDED",
    "INDEX_WRITTEN",
]


def test_a_file_a_document_and_a_chunk_lead_to_the_same_unbroken_chain(filled: Vault) -> None:
    document = next(d for d in filled.catalog.documents() if d.filename == "sop.txt")
    chunk = filled.catalog.chunks(document.doc_id)[0]
    for resource in (document.file_id, document.doc_id, chunk.chunk_id):
        found = chain(filled, resource).to_json()
        assert validate("provenance_chain", found) == []
        assert broken_rules("provenance_chain", found) == []
        assert found["hash_chain_valid"]
        assert [entry["event_type"] for entry in found["chain"]] == WAY
    assert found["chain"][0]["input_hash"] == f"sha256:{document.sha256}"


def test_searches_that_returned_the_chunk_follow_as_references(filled: Vault, embedder: Embedder) -> None:
    found = search(filled, parse_query({"query_text": "vaccines"}), embedder=lambda: embedder).response.chunks[0]
    shown = chain(filled, found.chunk_id)
    assert shown.chain[-1].event_type == "RETRIEVAL_EXECUTED"
    assert shown.hash_chain_valid


def test_an_unknown_resource_is_not_found(filled: Vault) -> None:
    with pytest.raises(NotFound, match="nobody"):
        chain(filled, "nobody")
