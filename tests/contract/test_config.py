"""All 116 configuration cases of the contract, and the six the documents leave open with our answer (`here`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract import schema
from frostbyte.contract.config import REQUIRED_ON_CREATE, TenantConfig, parse_config, require_offline
from frostbyte.contract.rules import broken_rules
from frostbyte.errors import EXIT_USAGE, ConfigInvalid

DATA = Path(__file__).parent / "data"
CASES = [json.loads(line) for line in (DATA / "config_cases.jsonl").read_text().splitlines()]
FIELDS = [json.loads(line) for line in (DATA / "config_fields.jsonl").read_text().splitlines()]


def test_no_case_was_lost() -> None:
    assert len(CASES) == 116
    assert sum(case["valid"] is None for case in CASES) == 6


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["patch"])[:60])
def test_case(case: dict[str, Any]) -> None:
    if case["here"] if case["valid"] is None else case["valid"]:
        accepted = parse_config(case["patch"])
        assert all(getattr(accepted, name) == value for name, value in case["patch"].items())
    else:
        with pytest.raises(ConfigInvalid) as refused:
            parse_config(case["patch"])
        fields = {str(entry["field"]).split(".")[0] for entry in refused.value.details}
        assert fields & (set(case["patch"]) | {"injection_flag_threshold", "retrieval_top_k_default"})
        assert refused.value.contract_code == "VALIDATION_ERROR"
        assert (refused.value.http_status, refused.value.exit_code) == (400, EXIT_USAGE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["patch"])[:60])
def test_schema_and_rules_judge_alike(case: dict[str, Any]) -> None:
    accepted = not schema.validate("tenant_config", case["patch"]) and not broken_rules("tenant_config", case["patch"])
    assert accepted == (case["here"] if case["valid"] is None else case["valid"])


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field["name"])
def test_default(field: dict[str, Any]) -> None:
    assert getattr(TenantConfig(), field["name"]) == field.get("appliance_default", field["default"])


def test_there_are_no_fields_but_the_contracts_and_one_more() -> None:
    names = [field["name"] for field in FIELDS]
    assert list(TenantConfig.model_fields) == [*names, "injection_per_document_quarantine"]
    assert set(REQUIRED_ON_CREATE) <= set(names)


@pytest.mark.parametrize(
    "patch",
    [
        {"max_batch_size": True},
        {"max_batch_size": 1000.0},
        {"max_file_size_mb": True},
        {"max_file_size_mb": float("inf")},
        {"classification_threshold": True},
        {"classification_threshold": float("nan")},
        {"embedding_dimensions": True},
        {"embedding_dimensions": "768"},
        {"retention_days": 10**30},
        {"pii_types": ["ssn"]},
        {"pii_types": [["SSN"]]},
        {"mime_allowlist": {"application/pdf": True}},
    ],
    ids=str,
)
def test_nothing_is_coerced(patch: dict[str, Any]) -> None:
    with pytest.raises(ConfigInvalid):
        parse_config(patch)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        parse_config({"pii_policy": "REDACT", "max_batch_size": 0, "pii_types": ["SSN", "SSN"]})
    assert [entry["field"] for entry in refused.value.details] == ["pii_policy", "pii_types", "max_batch_size"]
    assert refused.value.details[0] == {
        "field": "pii_policy",
        "constraint": "Input should be 'redact', 'flag' or 'block'",
        "value": "REDACT",
    }


def test_numbers_keep_the_form_they_came_in() -> None:
    assert json.dumps(parse_config({"max_file_size_mb": 500}).to_json()["max_file_size_mb"]) == "500"
    assert json.dumps(parse_config({"max_file_size_mb": 2.5}).to_json()["max_file_size_mb"]) == "2.5"


def test_defaults_are_not_shared_between_configurations() -> None:
    TenantConfig().pii_types.append("NAME")
    assert TenantConfig().pii_types == ["SSN", "DOB", "EMAIL"]


def test_the_appliance_refuses_online_embedding_and_says_why() -> None:
    require_offline(parse_config({}))
    with pytest.raises(ConfigInvalid, match="no network service") as refused:
        require_offline(parse_config({"embedding_mode": "online"}))
    assert refused.value.hint is not None
    assert refused.value.details[0]["field"] == "embedding_mode"
    assert refused.value.contract_code == "VALIDATION_ERROR"
