from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from frostbyte.contract import schema
from frostbyte.contract.envelopes import DlqEntry, DlqError, ErrorEnvelope, LogLine, PaginationMeta
from frostbyte.contract.ids import uuid7
from frostbyte.contract.rules import broken_rules


@given(st.integers(0, 10**18), st.integers(1, 500))
def test_pages_hold_everything_and_no_page_is_empty(total: int, limit: int) -> None:
    meta = PaginationMeta.of(total, 1, limit)
    assert (meta.pages - 1) * limit < total <= meta.pages * limit or total == meta.pages == 0
    assert broken_rules("pagination_meta", meta.to_json()) == []


def test_a_new_dead_letter_waits_for_review() -> None:
    at = "2026-03-01T08:00:00Z"
    letter = DlqEntry(
        dlq_entry_id=uuid7(), tenant_id="acme", original_job_id="b/f", stage="parse", resource_id="f", resource_type="document",
        first_attempt_at=at, last_attempt_at=at, retry_count=3,
        error=DlqError(code="PARSER_ERROR", message="stopped", stack_trace_hash="sha256:" + "0" * 64),
    )  # fmt: skip
    assert (letter.status, letter.resolved_at, letter.resolution) == ("pending_review", None, None)
    assert schema.validate("dlq_entry", letter.to_json()) == []


@pytest.mark.parametrize("code", ["not_found", "", "404", "A B"])
def test_a_code_is_in_capitals(code: str, sample: Any) -> None:
    envelope = sample("error_envelope")
    envelope["error"]["code"] = code
    with pytest.raises(ValidationError):
        ErrorEnvelope.from_json(envelope)


def test_an_error_is_never_a_success(sample: Any) -> None:
    with pytest.raises(ValidationError):
        ErrorEnvelope.from_json(sample("error_envelope") | {"success": True})


@pytest.mark.parametrize("level", ["INFO", "trace"])
def test_log_levels_are_the_five(level: str, sample: Any) -> None:
    with pytest.raises(ValidationError):
        LogLine.from_json(sample("log_line") | {"level": level})
