from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.retrieval import QueryRequest, RetrievedChunk, parse_query
from frostbyte.errors import UsageError


def test_a_query_of_a_caller(sample: Any) -> None:
    request = parse_query(sample("query_request"))
    assert request.filters is not None
    assert request.filters.date_range is not None
    assert (request.top_k, request.filters.date_range.start) == (5, "2026-01-01")
    assert parse_query({"query_text": "x"}).to_json() == {"query_text": "x", "include_generation": False}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query_text"),
        ({"query_text": ""}, "query_text"),
        ({"query_text": "x" * 10_001}, "query_text"),
        ({"query_text": None}, "query_text"),
        ({"query_text": "SECRET", "top_k": 0}, "top_k"),
        ({"query_text": "SECRET", "top_k": 201}, "top_k"),
        ({"query_text": "SECRET", "top_k": "5"}, "top_k"),
        ({"query_text": "SECRET", "top_k": True}, "top_k"),
        ({"query_text": "SECRET", "top_k": None}, "top_k"),
        ({"query_text": "SECRET", "filters": None}, "filters"),
        ({"query_text": "SECRET", "filters": {"date_range": {"start": None}}}, "filters.date_range.start"),
        ({"query_text": "SECRET", "filters": {"date_range": {"start": "01.02.2026"}}}, "filters.date_range.start"),
        ({"query_text": "SECRET", "filters": {"classification": "SECRET"}}, "filters.classification"),
        ({"query_text": "SECRET", "filters": {"doc_ids": [""]}}, "filters.doc_ids.0"),
        ({"query_text": "SECRET", "tenant_id": "SECRET"}, "tenant_id"),
        ({"query_text": "SECRET", "include_generation": "yes"}, "include_generation"),
    ],
)
def test_a_bad_query_is_refused_at_its_field_and_never_quoted(body: dict[str, Any], field: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_query(body)
    assert [entry["field"] for entry in refused.value.details] == [field]
    assert "SECRET" not in f"{refused.value} {refused.value.details}"
    assert (refused.value.http_status, refused.value.contract_code) == (400, "VALIDATION_ERROR")


def test_code_points_are_counted_not_bytes() -> None:
    assert len(QueryRequest(query_text="𝒳" * 10_000).query_text) == 10_000


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), None])
def test_a_score_is_from_0_to_1(score: Any, sample: Any) -> None:
    chunk = sample("retrieval_response")["chunks"][0]
    with pytest.raises(ValidationError):
        RetrievedChunk.from_json(chunk | {"similarity_score": score})
