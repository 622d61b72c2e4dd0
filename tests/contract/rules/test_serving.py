"""The serving rules at their edges."""

from __future__ import annotations

from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.rules import broken_rules


@pytest.mark.parametrize(
    ("total", "limit", "pages"), [(0, 50, 0), (1, 50, 1), (50, 50, 1), (51, 50, 2), (10**15, 3, 333_333_333_333_334)]
)
def test_pages_round_up(total: int, limit: int, pages: int) -> None:
    page = {"total": total, "page": 1, "limit": limit}
    assert broken_rules("pagination_meta", page | {"pages": pages}) == []
    assert broken_rules("pagination_meta", page | {"pages": pages + 1}) == ["pages==ceil(total/limit)"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_answer_says_when_to_come_back(status: int, sample: Any) -> None:
    envelope = sample("error_envelope")
    assert broken_rules("error_envelope", envelope, status=status, headers={"retry-After": "3"}) == []
    assert broken_rules("error_envelope", envelope, status=status) == ["429/503 carry Retry-After"]
    assert broken_rules("error_envelope", envelope, status=400) == []


@pytest.mark.parametrize(
    "days", [{}, {"start": "2026-01-01"}, {"end": "2026-01-01"}, {"start": "2026-01-01", "end": "2026-01-01"}]
)
def test_either_end_of_a_range_may_be_open(days: dict[str, str]) -> None:
    assert broken_rules("query_request", {"query_text": "x", "filters": {"date_range": days}}) == []


def test_an_answer_is_judged_only_where_there_is_one(sample: Any) -> None:
    response = sample("retrieval_response")
    response["generation"] |= {"answer": None, "suppressed": True}
    assert broken_rules("retrieval_response", response) == []


def test_equal_scores_may_stand_in_any_order(sample: Any) -> None:
    response = sample("retrieval_response")
    response["chunks"][1]["similarity_score"] = response["chunks"][0]["similarity_score"]
    assert broken_rules("retrieval_response", response) == []


def test_a_top_k_left_out_is_the_tenants(sample: Any) -> None:
    request = sample("query_request", "least")
    config = TenantConfig(retrieval_top_k_default=7)
    assert broken_rules("query_request", request, config=config, effective_top_k=7) == []
    assert len(broken_rules("query_request", request, config=config, effective_top_k=5)) == 1


@pytest.mark.parametrize("field", ["text", "query_text", "key", "passphrase", "original_filename"])
def test_a_log_line_has_no_place_for_content(field: str, sample: Any) -> None:
    assert broken_rules("log_line", sample("log_line") | {field: "x"}) == ["no document text, PII, query text, keys"]


def test_an_accepted_change_counts_one_up(sample: Any) -> None:
    before = sample("tenant_record")
    changed = before | {"config": {}, "config_version": before["config_version"] + 1}
    assert broken_rules("tenant_record", changed, previous=before) == []
    unasked = before | {"config_version": before["config_version"] + 1}
    assert broken_rules("tenant_record", unasked, previous=before) == ["config_version +1 per accepted change"]
    suspended = before | {"state": "SUSPENDED"}
    assert broken_rules("tenant_record", suspended, previous=before) == []
    assert len(broken_rules("tenant_record", before | {"state": "DEPROVISIONED"}, previous=suspended)) == 1
