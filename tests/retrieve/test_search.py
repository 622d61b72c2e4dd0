"""A search over a real vault: what it returns, what it refuses, and that it is on record before it answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from frostbyte.contract.retrieval import parse_query
from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.embed import Embedder
from frostbyte.errors import StorageFailed, UsageError
from frostbyte.retrieve import search
from frostbyte.vault import Vault


def ask(vault: Vault, embedder: Any, text: str, mode: Any = "hybrid", **more: Any) -> Any:
    return search(vault, parse_query({"query_text": text, **more}), embedder=lambda: embedder, mode=mode)


@pytest.mark.parametrize("mode", ["hybrid", "vector", "text"])
def test_the_response_keeps_the_contract_and_the_right_passage_comes_first(filled: Vault, embedder: Embedder, mode: str) -> None:
    found = ask(filled, embedder, "at what temperature are vaccines stored", mode)
    response = found.response.to_json()
    assert validate("retrieval_response", response) == []
    assert broken_rules("retrieval_response", response) == []
    assert response["chunks"][0]["original_filename"] == "sop.txt"
    assert found.warnings == ()


def test_the_search_is_audited_without_its_words(filled: Vault, embedder: Embedder) -> None:
    found = ask(filled, embedder, "refrigerator zebra crossing")
    (event,) = filled.catalog.events(event_type="RETRIEVAL_EXECUTED")[0]
    assert event.resource_id == found.response.query_id
    assert event.details["chunk_ids_returned"] == [c.chunk_id for c in found.response.chunks]
    assert "zebra" not in event.model_dump_json()


def test_a_search_that_cannot_be_recorded_returns_nothing(
    filled: Vault, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Vault) -> Any:
        raise StorageFailed("no space left")

    monkeypatch.setattr(Vault, "transaction", refuse)
    with pytest.raises(StorageFailed):
        ask(filled, embedder, "vaccines")


def test_filters_narrow_and_top_k_is_never_clamped(filled: Vault, embedder: Embedder) -> None:
    document = filled.catalog.document_by_file(filled.catalog.documents()[0].file_id)
    assert document is not None
    only = ask(filled, embedder, "invoice", filters={"doc_ids": [document.doc_id]}).response.chunks
    assert {chunk.doc_id for chunk in only} <= {document.doc_id}
    assert ask(filled, embedder, "invoice", filters={"date_range": {"end": "2001-01-01"}}).response.chunks == []
    with pytest.raises(UsageError, match="no day 2025-13-45"):
        ask(filled, embedder, "invoice", filters={"date_range": {"start": "2025-13-45"}})
    with pytest.raises(UsageError, match="top_k 51"):
        ask(filled, embedder, "invoice", top_k=51)
    with pytest.raises(UsageError, match="date range"):
        ask(filled, embedder, "invoice", filters={"date_range": {"start": "2026-02-02", "end": "2026-01-01"}})


class OtherModel:
    """The real embedder under another model's digest."""

    def __init__(self, embedder: Embedder) -> None:
        self.model = replace(embedder.model, name="other", digest="sha256:" + "0" * 64)

    def embed_query(self, text: str) -> Any:
        raise AssertionError("vectors of two models were about to be compared")


def test_another_model_is_reported_and_never_compared(filled: Vault, embedder: Embedder) -> None:
    found = ask(filled, OtherModel(embedder), "vaccines")
    assert not found.response.model_version_match
    assert found.mode == "text"
    assert found.warnings
    with pytest.raises(UsageError, match="not compared"):
        ask(filled, OtherModel(embedder), "vaccines", "vector")


def test_an_answer_cites_only_what_was_retrieved(filled: Vault, embedder: Embedder) -> None:
    response = ask(filled, embedder, "when do invoices fall due", include_generation=True).response.to_json()
    assert "30 days" in response["generation"]["answer"]
    assert broken_rules("retrieval_response", response) == []
    assert len(filled.catalog.events(event_type="GENERATION_EXECUTED")[0]) == 1
