"""A tenant is born whole and audited, its configuration changes by accepted patches, and only an ACTIVE one may work."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte import appliance, tenants
from frostbyte.contract.schema import validate
from frostbyte.errors import AlreadyExists, ConfigInvalid, NotFound, PermissionRefused, StateRefused, UsageError
from frostbyte.settings import Settings


@pytest.fixture
def made(home: Path, ram_root: Path) -> appliance.Appliance:
    settings = Settings(home=home, ram_root=ram_root)
    appliance.initialise(settings)
    return appliance.load(settings)


def test_a_tenant_is_born_through_three_audited_states(made: appliance.Appliance) -> None:
    record = tenants.create(made, "Acme Health, Inc.", contact_email="ops@acme.example", tier="premium")
    assert (record.tenant_id, record.state) == ("acme_health_inc", "ACTIVE")
    with made.open_vault("acme_health_inc") as vault:
        events, _ = vault.catalog.events(descending=False)
        assert [e.event_type for e in events] == ["TENANT_CREATED", "TENANT_PROVISION_STARTED", "TENANT_PROVISIONED"]
        assert [e.previous_event_id for e in events] == [None, events[0].event_id, events[1].event_id]
    shown = tenants.show(made, "acme_health_inc").to_json()
    assert validate("tenant_record", shown) == []
    assert shown["usage"] == {"storage_used_gb": 0.0, "documents_count": 0, "chunks_count": 0, "batches_count": 0}


def test_what_a_killed_creation_left_is_nobody(made: appliance.Appliance) -> None:
    (made.tenants_directory / ".creating-acme" / "seg").mkdir(parents=True)
    assert made.tenant_ids() == []
    tenants.create(made, "Acme")
    assert made.tenant_ids() == ["acme"]
    assert not (made.tenants_directory / ".creating-acme").exists()


def test_names_and_ids_are_unique(made: appliance.Appliance) -> None:
    tenants.create(made, "Acme")
    for name, tenant_id in (("ACME", None), ("ACME", "other"), ("Other", "acme")):
        with pytest.raises(AlreadyExists):
            tenants.create(made, name, tenant_id=tenant_id)
    for name, tenant_id in (("", None), ("!!!", None), ("Acme 2", "Not-An-Id")):
        with pytest.raises(UsageError):
            tenants.create(made, name, tenant_id=tenant_id)


@pytest.mark.parametrize(
    "name",
    ["evil\x1b[31m", "two\nlines", "c\x9b1", "a\u202eb", "a\u2066b", "a\u200fb", "a\u061cb", "lone \udcff", "a" * 201, "\x00"],
)
def test_a_name_that_does_not_look_like_what_it_is_makes_no_tenant(made: appliance.Appliance, name: str) -> None:
    with pytest.raises(UsageError, match="NAME"):
        tenants.create(made, name, tenant_id="acme")
    assert made.tenant_ids() == []


def test_names_in_any_script_are_taken(made: appliance.Appliance) -> None:
    for number, name in enumerate(("Zürich Rück", "東京　本社", "شركة", "a" * 200)):
        assert tenants.create(made, name, tenant_id=f"t{number}").tenant_name == name


@pytest.mark.parametrize("address", ["notanemail", "", "a@b@c", "a b@c", "a@\x1bb", "a@b\u202e", "a@" + "b" * 253])
def test_a_contact_that_is_no_address_makes_no_tenant(made: appliance.Appliance, address: str) -> None:
    with pytest.raises(UsageError, match="--contact-email"):
        tenants.create(made, "Acme", contact_email=address)
    assert made.tenant_ids() == []


@pytest.mark.parametrize(
    "config",
    [{"embedding_mode": "online"}, {"pii_types": ["SSN", "FACE"]}, {"mime_allowlist": []}, {"retrieval_top_k_max": 1}, {"x": 1}],
)
def test_a_configuration_that_cannot_be_honoured_makes_no_tenant(made: appliance.Appliance, config: dict[str, object]) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        tenants.create(made, "Acme", config=config)
    assert refused.value.details
    assert made.tenant_ids() == []


def test_a_patch_is_versioned_and_says_what_changed(made: appliance.Appliance) -> None:
    tenants.create(made, "Acme")
    assert tenants.update_config(made, "acme", {"injection_per_document_quarantine": True}).config_version == 2
    back = tenants.update_config(made, "acme", {"injection_per_document_quarantine": False})
    assert back.config_version == 3
    assert not back.config.injection_per_document_quarantine
    assert tenants.update_config(made, "acme", {"pii_policy": "redact"}).config_version == 3
    assert made.registry()["acme"].config_version == 3
    with made.open_vault("acme") as vault:
        (second, first), _ = vault.catalog.events(event_type="TENANT_CONFIG_UPDATED")
        assert first.details["changes"] == {"injection_per_document_quarantine": {"from": None, "to": True}}
        assert (second.details["previous_config_version"], second.details["config_version"]) == (2, 3)


def test_only_an_active_tenant_may_work(made: appliance.Appliance) -> None:
    record = tenants.create(made, "Acme")
    with made.open_vault("acme") as vault:
        assert tenants.require_active(vault).state == "ACTIVE"
        with vault.transaction() as tx:
            tx.put_record(record.model_copy(update={"state": "SUSPENDED"}))
        with pytest.raises(PermissionRefused) as refused:
            tenants.require_active(vault)
        assert refused.value.contract_code == "TENANT_SUSPENDED"
    with pytest.raises((StateRefused, PermissionRefused)):
        tenants.update_config(made, "acme", {"pii_policy": "flag"})


def test_an_unknown_tenant_is_not_found(made: appliance.Appliance) -> None:
    for tenant_id in ("nobody", "../../etc", ""):
        with pytest.raises(NotFound):
            tenants.show(made, tenant_id)
