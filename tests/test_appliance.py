"""A home: what init leaves, what it refuses, and that a lost registry costs nothing but time."""

from __future__ import annotations

import base64
import json
import shutil
import stat
from pathlib import Path

import pytest

from frostbyte import appliance, tenants
from frostbyte.errors import AlreadyExists, Damaged, KeyRefused, NotFound, StorageFailed, UsageError
from frostbyte.settings import Settings
from frostbyte.vault import keys


@pytest.fixture
def settings(home: Path, ram_root: Path) -> Settings:
    return Settings(home=home, ram_root=ram_root)


def test_init_leaves_private_files_and_no_secret_in_what_it_says(settings: Settings) -> None:
    said = appliance.initialise(settings)
    identity = appliance.load_identity(settings)
    assert identity not in json.dumps(said)
    assert said["operator_recipient"] == keys.recipient_of(identity)
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    for path in settings.home.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    public = base64.b64decode(said["signing_public_key"])
    assert public[:2] == b"Ed"
    assert len(public) == 2 + 8 + 32
    sealed = (settings.home / "keys" / "signing.key.age").read_bytes()
    assert public[10:] in base64.b64decode(keys.open_bytes(sealed, identity).splitlines()[1])


def test_a_home_is_made_once(settings: Settings) -> None:
    appliance.initialise(settings)
    before = (settings.home / "appliance.json").read_bytes()
    with pytest.raises(AlreadyExists):
        appliance.initialise(settings)
    assert (settings.home / "appliance.json").read_bytes() == before


def test_tenants_without_their_appliance_file_are_not_given_new_keys(settings: Settings) -> None:
    appliance.initialise(settings)
    tenants.create(appliance.load(settings), "Acme")
    (settings.home / "appliance.json").unlink()
    with pytest.raises(AlreadyExists, match=r"no appliance\.json"):
        appliance.initialise(settings)


def test_a_recovery_identity_opens_every_tenant(settings: Settings, tmp_path: Path) -> None:
    identity, recipient = keys.generate_identity()
    appliance.initialise(settings, recovery_recipients=[recipient])
    tenants.create(appliance.load(settings), "Acme")
    kept = tmp_path / "recovery.txt"
    kept.write_text(identity)
    again = appliance.load(Settings(home=settings.home, ram_root=settings.ram_root, identity=kept))
    assert tenants.show(again, "acme").tenant_name == "Acme"
    with pytest.raises(UsageError, match="nonsense"):
        appliance.initialise(Settings(home=tmp_path / "other"), recovery_recipients=["nonsense"])


def test_an_identity_kept_elsewhere_is_not_in_the_home(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "usb.txt"
    appliance.initialise(settings, identity_out=out)
    assert "AGE-SECRET-KEY-1" in out.read_text()
    assert not (settings.home / "keys" / "operator.txt").exists()
    with pytest.raises(KeyRefused):
        appliance.load_identity(settings)
    with pytest.raises(AlreadyExists):
        appliance.initialise(Settings(home=tmp_path / "second"), identity_out=out)


def test_a_lost_registry_is_read_back_from_the_vaults(settings: Settings) -> None:
    appliance.initialise(settings)
    made = appliance.load(settings)
    tenants.create(made, "Acme")
    (settings.home / "registry.age").unlink()
    assert made.registry()["acme"].tenant_name == "Acme"
    assert (settings.home / "registry.age").is_file()


def test_a_tenant_whose_vault_is_gone_is_not_forgotten(settings: Settings) -> None:
    appliance.initialise(settings)
    made = appliance.load(settings)
    for name in ("Acme", "Borealis", "Cormorant"):
        tenants.create(made, name)
    (made.tenants_directory / "acme" / "vault.json").unlink()
    shutil.rmtree(made.tenants_directory / "borealis")
    before = (settings.home / "registry.age").read_bytes()
    assert list(made.registry()) == made.tenant_ids() == ["acme", "borealis", "cormorant"]
    assert (settings.home / "registry.age").read_bytes() == before, "listing dropped the last trace"
    assert made.lost_vaults() == {
        "acme": "the tenant's folder has no vault.json",
        "borealis": "the registry names this tenant and its folder is missing",
    }
    with pytest.raises(Damaged, match=r"no vault\.json"), made.open_vault("acme"):
        pass
    for tenant_id in ("acme", "borealis"):
        with pytest.raises(AlreadyExists):
            tenants.create(made, "Another", tenant_id=tenant_id)


def test_a_folder_alone_is_trace_enough(settings: Settings) -> None:
    appliance.initialise(settings)
    made = appliance.load(settings)
    tenants.create(made, "Acme")
    (made.tenants_directory / "acme" / "vault.json").unlink()
    (settings.home / "registry.age").unlink()
    assert made.registry() == {}
    assert list(made.lost_vaults()) == ["acme"]
    with pytest.raises(AlreadyExists):
        tenants.create(made, "Acme")


def test_a_creation_at_work_and_a_deprovisioned_tenant_are_no_loss(settings: Settings) -> None:
    appliance.initialise(settings)
    made = appliance.load(settings)
    record = tenants.create(made, "Acme")
    (made.tenants_directory / ".creating-borealis").mkdir()
    made.remember(record.model_copy(update={"state": "DEPROVISIONED"}))
    assert made.tenant_ids() == ["acme"], "what lies there is checked, whatever the registry says"
    shutil.rmtree(made.tenants_directory / "acme")
    assert made.tenant_ids() == []
    assert made.lost_vaults() == {}
    assert made.registry()["acme"].state == "DEPROVISIONED"


def test_a_vault_in_another_tenants_place_is_refused(settings: Settings) -> None:
    appliance.initialise(settings)
    made = appliance.load(settings)
    for name in ("Acme", "Borealis"):
        tenants.create(made, name)
    shutil.rmtree(made.tenants_directory / "acme")
    shutil.copytree(made.tenants_directory / "borealis", made.tenants_directory / "acme")
    with pytest.raises(Damaged, match="'acme' lies the vault of tenant 'borealis'"), made.open_vault("acme"):
        pass


def test_a_registry_that_holds_no_records_is_damage(settings: Settings) -> None:
    said = appliance.initialise(settings)
    made = appliance.load(settings)
    for plain in (b"[", b"[1]", b'[{"tenant_id": "acme"}]', b"1"):
        (settings.home / "registry.age").write_bytes(keys.seal_bytes(plain, [said["operator_recipient"]]))
        with pytest.raises(Damaged, match="registry"):
            made.registry()


def test_a_home_that_is_none(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no appliance"):
        appliance.load(settings)
    settings.home.mkdir()
    (settings.home / "appliance.json").write_text("{}")
    with pytest.raises(Damaged):
        appliance.load(settings)
    with pytest.raises(StorageFailed):
        appliance.initialise(Settings(home=Path("/proc/frostbyte")))
