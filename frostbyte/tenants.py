"""Tenants: making one, showing it, changing its configuration (states.json).

A tenant is born through three audited states, PENDING, PROVISIONING and ACTIVE, inside a folder with a working name; the
folder gets its own name last, so a killed creation leaves nothing that looks like a tenant.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Mapping
from typing import Any

from frostbyte.appliance import Appliance
from frostbyte.contract.characters import shows_itself
from frostbyte.contract.clock import timestamp
from frostbyte.contract.config import TenantConfig, parse_config, require_offline
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.contract.ids import is_tenant_id
from frostbyte.contract.states import check_operation
from frostbyte.contract.tenants import TenantRecord, Tier, Usage, is_email
from frostbyte.errors import AlreadyExists, PermissionRefused, StorageFailed, UsageError
from frostbyte.vault import Vault

_WORKING = ".creating-"
LONGEST_NAME = 200
LONGEST_ADDRESS = 254
"""Characters (RFC 5321)."""


def create(
    appliance: Appliance,
    name: str,
    *,
    tenant_id: str | None = None,
    config: Mapping[str, Any] | None = None,
    contact_email: str | None = None,
    tier: Tier | None = None,
    actor: str = "operator",
) -> TenantRecord:
    """Make an ACTIVE tenant. Raises AlreadyExists for a taken id or name (ruling H10), ConfigInvalid, UsageError."""
    name = accept_name(name)
    if contact_email is not None:
        contact_email = accept_address(contact_email)
    chosen = tenant_id or id_from_name(name)
    if not is_tenant_id(chosen):
        raise UsageError(
            f"tenant id {chosen!r} is not allowed",
            hint="lower-case letters, digits and underscores, at most 63; give one with --id",
        )
    accepted = accept_config(config or {})
    registry = appliance.registry()
    if chosen in registry or chosen in appliance.tenant_ids():
        raise AlreadyExists(f"a tenant with id {chosen!r} exists")
    if any(record.tenant_name.casefold() == name.casefold() for record in registry.values()):
        raise AlreadyExists(f"a tenant named {name!r} exists")
    record = TenantRecord(
        tenant_id=chosen,
        tenant_name=name,
        state="PENDING",
        created_at=timestamp(),
        config=accepted,
        config_version=1,
        contact_email=contact_email,
        tier=tier,
    )
    active = _provision(appliance, record, actor)
    appliance.remember(active)
    return active


def _provision(appliance: Appliance, record: TenantRecord, actor: str) -> TenantRecord:
    directory = appliance.tenants_directory / record.tenant_id
    working = appliance.tenants_directory / (_WORKING + record.tenant_id)
    shutil.rmtree(working, ignore_errors=True)
    try:
        with Vault.create(working, record, recipients=appliance.recipients, ram=appliance.ram) as vault:
            started = record.model_copy(update={"state": "PROVISIONING"})
            done = record.model_copy(update={"state": "ACTIVE", "provisioned_at": timestamp(), "updated_at": timestamp()})
            with vault.transaction() as tx:
                tx.append_event(_tenant_event(EventType.TENANT_CREATED, record, actor, {"config_version": 1}))
                tx.append_event(_tenant_event(EventType.TENANT_PROVISION_STARTED, started, actor, {}))
                tx.append_event(_tenant_event(EventType.TENANT_PROVISIONED, done, actor, {}))
                tx.put_config(done.config, 1)
                tx.put_record(done)
        working.rename(directory)
    except OSError as error:
        raise StorageFailed(f"cannot make tenant {record.tenant_id!r}: {error.strerror}") from error
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return done


def show(appliance: Appliance, tenant_id: str) -> TenantRecord:
    """The tenant's record with its usage, read from its vault."""
    with appliance.open_vault(tenant_id) as vault:
        return with_usage(vault)


def with_usage(vault: Vault) -> TenantRecord:
    """The record of an open vault, with usage counted now."""
    counts = vault.catalog.counts()
    usage = Usage(
        storage_used_gb=round(vault.catalog.stored_bytes() / 1e9, 6),
        documents_count=counts["documents"],
        chunks_count=counts["chunks"],
        batches_count=counts["batches"],
    )
    return vault.record().model_copy(update={"usage": usage})


def update_config(appliance: Appliance, tenant_id: str, patch: Mapping[str, Any], actor: str = "operator") -> TenantRecord:
    """Apply a patch to the configuration; absent fields keep their value. Records TENANT_CONFIG_UPDATED with what changed."""
    with appliance.open_vault(tenant_id) as vault:
        record = vault.record()
        check_operation("update_config", record.state)
        before = record.config.to_json()
        after = accept_config({**before, **patch})
        now = after.to_json()
        fields = sorted({*before, *now})  # a field at its default may be left out of either
        changes = {name: {"from": before.get(name), "to": now.get(name)} for name in fields if before.get(name) != now.get(name)}
        if not changes:
            return with_usage(vault)
        version = vault.config_version + 1
        changed = record.model_copy(update={"config": after, "config_version": version, "updated_at": timestamp()})
        with vault.transaction() as tx:
            details = {"changes": changes, "config_version": version, "previous_config_version": version - 1}
            tx.append_event(_tenant_event(EventType.TENANT_CONFIG_UPDATED, changed, actor, details))
            tx.put_config(after, version)
            tx.put_record(changed)
        appliance.remember(changed)
        return with_usage(vault)


def require_active(vault: Vault) -> TenantRecord:
    """The record of an open vault whose tenant may work now. Raises PermissionRefused otherwise (ruling C12)."""
    record = vault.record()
    if record.state != "ACTIVE":
        code = "TENANT_SUSPENDED" if record.state == "SUSPENDED" else "INSUFFICIENT_PERMISSIONS"
        raise PermissionRefused(f"tenant {record.tenant_id!r} is {record.state}, not ACTIVE", code=code)
    return record


def accept_name(name: str) -> str:
    """A tenant's name without the spaces around it. Raises UsageError where it would not look like what it is."""
    name = name.strip()
    if not name:
        raise UsageError("a tenant needs a name")
    if len(name) > LONGEST_NAME:
        raise UsageError(f"the tenant's NAME has {len(name)} characters, {LONGEST_NAME} are allowed")
    hidden = next((c for c in name if not shows_itself(c)), None)
    if hidden is not None:
        raise UsageError(
            f"the tenant's NAME holds U+{ord(hidden):04X}, which does not show itself",
            hint="leave out control and direction characters",
        )
    return name


def accept_address(address: str) -> str:
    """A contact's e-mail address. Raises UsageError for one that the contract's records do not hold."""
    if len(address) > LONGEST_ADDRESS or not is_email(address) or not all(map(shows_itself, address)):
        raise UsageError(f"--contact-email {address[:LONGEST_ADDRESS]!r} is not an e-mail address")
    return address


def accept_config(values: Mapping[str, Any]) -> TenantConfig:
    """A configuration this appliance can honour: the contract's rules, offline embedding."""
    config = parse_config(values)
    require_offline(config)
    return config


def id_from_name(name: str) -> str:
    """A tenant id made from a name: `Acme Health, Inc.` gives `acme_health_inc`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return "_".join(words)[:63].rstrip("_")


def _tenant_event(kind: EventType, record: TenantRecord, actor: str, details: Mapping[str, Any]) -> EventDraft:
    return EventDraft(
        event_type=kind,
        resource_type="tenant",
        resource_id=record.tenant_id,
        actor=actor,
        chain=f"tenant:{record.tenant_id}",
        details={"component": "serving-api", "status": "success", "state": record.state, **details},
    )
