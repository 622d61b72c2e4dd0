"""A tenant's life: 7 states, 13 transitions, and which operation each state allows (states.json, rulings H5-H7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from frostbyte.contract.events import EventType
from frostbyte.errors import PermissionRefused, StateRefused

TenantState = Literal["PENDING", "PROVISIONING", "ACTIVE", "SUSPENDED", "DEPROVISIONING", "DEPROVISIONED", "FAILED"]
STATES: tuple[TenantState, ...] = get_args(TenantState)
Trigger = Literal[
    "create_tenant",
    "provision",
    "provisioning_completed",
    "provisioning_failed",
    "update_config",
    "suspend",
    "resume",
    "deprovision",
    "deprovisioning_completed",
    "deprovisioning_failed",
    "retry",
    "abandon",
]
Operation = Literal["suspend", "resume", "deprovision", "update_config", "retry", "abandon", "provision"]
"""What an operator asks for; the other triggers happen by themselves."""

TERMINAL: frozenset[TenantState] = frozenset({"DEPROVISIONED"})
PROCESSING: frozenset[TenantState] = frozenset({"ACTIVE"})
"""States in which documents are taken in and questions answered."""


@dataclass(frozen=True)
class Transition:
    """`source` None: the tenant does not exist yet. `event` is what the audit chain gets."""

    source: TenantState | None
    target: TenantState
    trigger: Trigger
    event: EventType


_E = EventType
TRANSITIONS: tuple[Transition, ...] = (
    Transition(None, "PENDING", "create_tenant", _E.TENANT_CREATED),
    Transition("PENDING", "PROVISIONING", "provision", _E.TENANT_PROVISION_STARTED),
    Transition("PROVISIONING", "ACTIVE", "provisioning_completed", _E.TENANT_PROVISIONED),
    Transition("PROVISIONING", "FAILED", "provisioning_failed", _E.TENANT_PROVISION_FAILED),
    Transition("ACTIVE", "ACTIVE", "update_config", _E.TENANT_CONFIG_UPDATED),
    Transition("ACTIVE", "SUSPENDED", "suspend", _E.TENANT_SUSPENDED),
    Transition("SUSPENDED", "ACTIVE", "resume", _E.TENANT_RESUMED),
    Transition("ACTIVE", "DEPROVISIONING", "deprovision", _E.TENANT_DEPROVISION_STARTED),
    Transition("SUSPENDED", "DEPROVISIONING", "deprovision", _E.TENANT_DEPROVISION_STARTED),
    Transition("DEPROVISIONING", "DEPROVISIONED", "deprovisioning_completed", _E.TENANT_DEPROVISIONED),
    Transition("DEPROVISIONING", "FAILED", "deprovisioning_failed", _E.TENANT_DEPROVISION_FAILED),
    Transition("FAILED", "PROVISIONING", "retry", _E.TENANT_PROVISION_RETRY),
    Transition("FAILED", "DEPROVISIONING", "abandon", _E.TENANT_ABANDONED),
)
_BY_TRIGGER = {(step.source, step.trigger): step for step in TRANSITIONS}

OPERATIONS: tuple[Operation, ...] = ("suspend", "resume", "deprovision", "update_config", "retry", "abandon", "provision")
ALLOWED: dict[Operation, frozenset[TenantState]] = {
    operation: frozenset(step.source for step in TRANSITIONS if step.trigger == operation and step.source is not None)
    for operation in OPERATIONS
}
"""The operation matrix: every state not named here refuses with 409, a suspended tenant's configuration with 403 (ruling H6)."""


def check_transition(
    trigger: Trigger, state: TenantState | None, *, failed_in: Literal["provisioning", "deprovisioning"] | None = None
) -> Transition:
    """The transition `trigger` makes from `state`. `failed_in` says how a FAILED tenant got there.

    A retry needs a provisioning failure; abandoning is allowed from any FAILED, or a failed deprovisioning would have no way
    out (ruling H7). Raises StateRefused, or PermissionRefused as `check_operation` does.
    """
    step = _BY_TRIGGER.get((state, trigger))
    if step is None:
        if state is not None and trigger in ALLOWED:
            check_operation(trigger, state)
        where = "a tenant that does not exist" if state is None else f"a tenant in state {state}"
        raise StateRefused(f"tried to {trigger} {where}", details=_details(trigger))
    if trigger == "retry" and failed_in != "provisioning":
        raise StateRefused(
            "tried to retry a tenant whose failure was not in provisioning", hint="abandon it instead", details=_details(trigger)
        )
    return step


def check_operation(operation: Operation, state: TenantState) -> None:
    """Refuse `operation` where the matrix does: StateRefused (409), or PermissionRefused with TENANT_SUSPENDED (403)."""
    if state in ALLOWED[operation]:
        return
    if operation == "update_config" and state == "SUSPENDED":
        raise PermissionRefused(
            f"tried to {operation} a tenant in state {state}", code="TENANT_SUSPENDED", hint="resume the tenant first"
        )
    raise StateRefused(f"tried to {operation} a tenant in state {state}", details=_details(operation))


def check_processing(state: TenantState) -> None:
    """Refuse to take in or answer for a tenant that is not ACTIVE (ruling C12). Raises PermissionRefused."""
    if state in PROCESSING:
        return
    code = "TENANT_SUSPENDED" if state == "SUSPENDED" else "INSUFFICIENT_PERMISSIONS"
    raise PermissionRefused(f"the tenant is in state {state}, not ACTIVE", code=code)


def _details(trigger: str) -> list[dict[str, str]]:
    sources = sorted(step.source for step in TRANSITIONS if step.trigger == trigger and step.source is not None)
    return [{"field": "state", "constraint": "must be " + " or ".join(sources)}] if sources else []
