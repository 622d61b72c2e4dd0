"""The batch rules at their edges."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.rules import broken_rules

AFTER_FAILURE = "no stage after a failed stage is other than queued"
FIRST_LAST = "first<=last"


@pytest.mark.parametrize(("number", "word"), list(product(range(5), ["queued", "processing", "completed", "failed"])))
def test_after_a_failure_everything_waits(number: int, word: str, sample: Any) -> None:
    status = sample("batch_status")
    stages = status["files"][1]["stages"]
    stages[list(stages)[number]] = word
    before = list(stages.values())
    first = before.index("failed") if "failed" in before else 5
    assert (AFTER_FAILURE in broken_rules("batch_status", status)) == any(w != "queued" for w in before[first + 1 :])


def test_an_error_without_a_failed_stage_is_found(sample: Any) -> None:
    status = sample("batch_status")
    status["files"][0]["error"] = status["files"][1]["error"]
    assert broken_rules("batch_status", status) == ["error non-null <=> some stage failed"]


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        ("2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000000Z", True),
        ("2026-03-01T08:00:00.5Z", "2026-03-01T08:00:00.25Z", False),
        ("2026-03-01T08:00:00.9Z", "2026-03-01T08:00:01Z", True),
        ("2026-03-01T08:00:01Z", "2026-03-01T08:00:00.999999999Z", False),
    ],
)
def test_times_compare_in_time_not_as_text(first: str, last: str, holds: bool, sample: Any) -> None:
    letter = sample("dlq_entry") | {"first_attempt_at": first, "last_attempt_at": last}
    assert (FIRST_LAST not in broken_rules("dlq_entry", letter)) is holds


@pytest.mark.parametrize(("stage", "most"), [("intake", 0), ("parse", 3), ("policy", 2), ("embed", 3), ("index", 3)])
def test_retries_are_bounded_by_stage(stage: str, most: int, sample: Any) -> None:
    letter = sample("dlq_entry") | {"stage": stage}
    assert broken_rules("dlq_entry", letter | {"retry_count": most}) == []
    assert broken_rules("dlq_entry", letter | {"retry_count": most + 1}) == ["retry_count<=retries.json[stage].max"]


def test_an_abandoned_letter_is_not_resolved(sample: Any) -> None:
    letter = sample("dlq_entry")
    assert broken_rules("dlq_entry", letter | {"status": "abandoned", "resolved_at": None, "resolution": None}) == []
    assert len(broken_rules("dlq_entry", letter | {"status": "abandoned"})) == 1


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_only_a_quarantined_file_lies_in_quarantine(status: str, sample: Any) -> None:
    receipt = sample("intake_receipt", "least") | {"status": status}
    assert broken_rules("intake_receipt", receipt) == []
    assert len(broken_rules("intake_receipt", receipt | {"status": "quarantined"})) == 1


def test_the_tenants_own_limit_counts(sample: Any) -> None:
    manifest = sample("batch_manifest")
    assert broken_rules("batch_manifest", manifest, config=TenantConfig(max_batch_size=2), path_tenant="acme") == []
    assert broken_rules("batch_manifest", manifest, config=TenantConfig(max_batch_size=1)) == [
        "file_count<=config.max_batch_size"
    ]
