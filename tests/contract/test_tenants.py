from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.states import STATES
from frostbyte.contract.tenants import TenantRecord


def test_a_new_record_says_only_what_it_knows() -> None:
    record = TenantRecord(
        tenant_id="acme", tenant_name="Acme", state="PENDING", created_at="2026-03-01T08:00:00Z", config=TenantConfig()
    )
    assert set(record.to_json()) == {
        "tenant_id", "tenant_name", "state", "created_at", "provisioned_at", "config", "config_version"
    }  # fmt: skip
    assert record.config_version == 1
    assert len(record.to_json()["config"]) == 17


@pytest.mark.parametrize("state", STATES)
def test_every_state(state: Any, sample: Any) -> None:
    assert TenantRecord.from_json(sample("tenant_record") | {"state": state}).state == state


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "active"},
        {"contact_email": "ops"},
        {"contact_email": "a b@c"},
        {"tier": "gold"},
        {"config_version": 0},
        {"tenant_name": ""},
        {"tenant_id": "Acme"},
        {"config": {"pii_policy": "REDACT"}},
        {"config": {"injection_flag_threshold": 0.9}},
    ],
    ids=str,
)
def test_a_record_that_cannot_be(wrong: dict[str, Any], sample: Any) -> None:
    with pytest.raises(ValidationError):
        TenantRecord.from_json(sample("tenant_record") | wrong)
