"""The 13 transitions and the operation matrix, row by row, and the two places where a ruling departs from them."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from frostbyte.contract.states import (
    ALLOWED,
    OPERATIONS,
    STATES,
    TERMINAL,
    TRANSITIONS,
    Trigger,
    check_operation,
    check_processing,
    check_transition,
)
from frostbyte.errors import FrostbyteError, PermissionRefused, StateRefused

DATA = Path(__file__).parent / "data"
STEPS = [json.loads(line) for line in (DATA / "transitions.jsonl").read_text().splitlines()]
MATRIX = [json.loads(line) for line in (DATA / "operations.jsonl").read_text().splitlines()]


def test_the_table_is_the_contracts() -> None:
    ours = [(step.source or "*", step.target, step.trigger, step.event) for step in TRANSITIONS]
    assert ours == [(step["from"], step["to"], step["trigger"], step["audit_event"]) for step in STEPS]
    assert (len(STEPS), len(STATES), len(MATRIX)) == (13, 7, 49)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row['operation']}-{row['state']}")
def test_operation(row: dict[str, Any]) -> None:
    if row["allowed"]:
        check_operation(row["operation"], row["state"])
        assert check_transition(row["operation"], row["state"], failed_in="provisioning").source == row["state"]
        return
    for refuse in (check_operation, check_transition):
        with pytest.raises(FrostbyteError) as refused:
            refuse(row["operation"], row["state"])
        assert (refused.value.http_status, refused.value.contract_code) == (row["status"], row["code"])


@pytest.mark.parametrize(("trigger", "state"), list(product(get_args(Trigger), (None, *STATES))))
def test_only_the_thirteen_happen(trigger: Trigger, state: Any) -> None:
    wanted = [step for step in TRANSITIONS if (step.trigger, step.source) == (trigger, state)]
    if wanted:
        assert check_transition(trigger, state, failed_in="provisioning") == wanted[0]
    else:
        with pytest.raises((StateRefused, PermissionRefused)):
            check_transition(trigger, state, failed_in="provisioning")


def test_a_tenant_that_exists_is_not_created_again() -> None:
    with pytest.raises(StateRefused, match="ACTIVE"):
        check_transition("create_tenant", "ACTIVE")


def test_a_failed_deprovisioning_can_be_abandoned_but_not_retried() -> None:
    assert check_transition("abandon", "FAILED", failed_in="deprovisioning").target == "DEPROVISIONING"
    with pytest.raises(StateRefused, match="not in provisioning") as refused:
        check_transition("retry", "FAILED", failed_in="deprovisioning")
    assert refused.value.hint == "abandon it instead"


def test_retry_is_refused_when_nobody_knows_where_it_failed() -> None:
    with pytest.raises(StateRefused):
        check_transition("retry", "FAILED")


def test_there_is_a_way_out_of_every_state_but_the_last() -> None:
    assert {step.source for step in TRANSITIONS} - {None} == set(STATES) - TERMINAL


@pytest.mark.parametrize("state", STATES)
def test_only_an_active_tenant_works(state: Any) -> None:
    if state == "ACTIVE":
        check_processing(state)
        return
    with pytest.raises(PermissionRefused) as refused:
        check_processing(state)
    assert refused.value.contract_code == ("TENANT_SUSPENDED" if state == "SUSPENDED" else "INSUFFICIENT_PERMISSIONS")


def test_a_refusal_says_which_states_would_do() -> None:
    with pytest.raises(StateRefused) as refused:
        check_operation("deprovision", "PENDING")
    assert refused.value.details == ({"field": "state", "constraint": "must be ACTIVE or SUSPENDED"},)
    assert set(ALLOWED) == set(OPERATIONS)
