"""A vault opens for its owner alone, one process at a time, and appears and vanishes whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from frostbyte.errors import (
    AlreadyExists,
    Damaged,
    HostRefused,
    NotFound,
    StorageFailed,
)
from frostbyte.vault import RamPolicy, Vault, keys

from .faulty import Counting, Failing, Stopped, Stopping, abandon
from .making import Place, add, check_sound, record


def test_a_new_vault_has_its_record_and_config(tmp_path: Path, ram_root: Path) -> None:
    identity, recipient = keys.generate_identity()
    recovery, second = keys.generate_identity()
    place = Place(tmp_path / "northgate", identity, RamPolicy(root=ram_root))
    with Vault.create(place.directory, record(), recipients=[recipient, second], ram=place.ram) as vault:
        assert vault.tenant_id == "northgate"
        assert vault.record() == vault.record()
        assert vault.config() == vault.record().config
        assert (vault.config_version, vault.commit_number) == (1, 0)
        assert vault.size_bytes() > 0
        assert sorted(path.name for path in ram_root.iterdir()) != [".lock"]
    assert [path.name for path in ram_root.iterdir()] == [".lock"]
    for one in (identity, recovery):
        with Vault.open(place.directory, identity=one, ram=place.ram) as vault:
            assert vault.record().tenant_name == "Northgate"
    assert sorted(path.relative_to(place.directory).as_posix() for path in place.files()) == [
        "keys/dek.age", "keys/identity.age", "keys/originals.age", "lock", "seg/base-0000000000.fbs", *seg(place), "vault.json",
    ]  # fmt: skip
    for path in (place.directory, *place.directory.rglob("*")):
        assert path.stat().st_mode & 0o077 in (0, 0o044), path


def seg(place: Place) -> list[str]:
    return [f"seg/{path.name}" for path in sorted((place.directory / "seg").glob("s-*"))]


def test_a_vault_is_not_made_over_another(place: Place, template: Place) -> None:
    with pytest.raises(AlreadyExists):
        Vault.create(place.directory, record(), recipients=[keys.generate_identity()[1]], ram=template.ram)
    with place.open() as vault:
        check_sound(vault, documents={1, 2})


def test_creation_stopped_or_failing_at_any_step_leaves_a_whole_vault_or_none(
    tmp_path: Path, ram_root: Path, steps_of_faults: Callable[[int, int], list[int]]
) -> None:
    identity, recipient = keys.generate_identity()
    ram = RamPolicy(root=ram_root)

    def create(number: int, disk: Counting | Failing | Stopping) -> Place:
        place = Place(tmp_path / f"t{number}" / "northgate", identity, ram)
        place.directory.parent.mkdir(exist_ok=True)
        Vault.create(place.directory, record(), recipients=[recipient], ram=ram, disk=disk).close()
        return place

    counting = Counting()
    create(0, counting)
    assert len(counting.steps) > 25
    for phase, fault in enumerate((Stopping, Failing)):
        for at in steps_of_faults(len(counting.steps), phase):
            disk = fault(at)
            number = at * 2 + phase
            directory = tmp_path / f"t{number}" / "northgate"
            try:
                create(number, disk)
            except StorageFailed:
                assert not directory.exists() or disk.where.startswith("sync directory")
            except Stopped:
                pass
            if directory.exists():
                with Place(directory, identity, ram).open() as vault:
                    assert vault.record().tenant_id == "northgate"
                    check_sound(vault, documents=set())
            else:
                with Vault.create(directory, record(), recipients=[recipient], ram=ram) as vault:
                    add(vault, 1)
                with Place(directory, identity, ram).open() as vault:
                    check_sound(vault, documents={1})
                assert [path.name for path in directory.parent.iterdir()] == ["northgate"]
    assert [path.name for path in ram_root.iterdir()] == [".lock"]


def test_no_vault_is_not_found(tmp_path: Path, template: Place) -> None:
    with pytest.raises(NotFound):
        Vault.open(tmp_path / "none", identity=template.identity, ram=template.ram)


def test_a_stale_ram_copy_is_wiped_and_never_read(place: Place) -> None:
    vault = place.open()
    stale = vault._ram.path
    vault.vectors.count()
    abandon(vault)
    (stale / "catalog.db").write_bytes(b"not a database")
    (stale / "planted").write_bytes(b"planted")
    with place.open() as vault:
        assert vault._ram.path == stale
        assert not (stale / "planted").exists()
        check_sound(vault, documents={1, 2})


def test_nothing_is_left_in_ram_after_closing_or_a_failed_opening(place: Place) -> None:
    root = place.ram.root
    assert root is not None
    with place.open():
        assert len(list(root.glob("vault-*"))) == 1
    pack = place.directory / "seg" / "p-0000000002.fbs"
    pack.write_bytes(pack.read_bytes()[:-1])
    with pytest.raises(Damaged):
        place.open()
    assert not list(root.glob("vault-*")) + list(root.glob("tmp-*"))


def test_swap_in_clear_keeps_a_vault_shut(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.vault.ram._swap_areas", lambda proc: ["/dev/sda9"])
    with pytest.raises(HostRefused, match="swap"):
        place.open()
    with Place(place.directory, place.identity, RamPolicy(root=place.ram.root, swap="warn")).open() as vault:
        check_sound(vault, documents={1, 2})


def test_a_closed_vault_says_so(place: Place) -> None:
    vault = place.open()
    vault.close()
    vault.close()
    for use in (vault.maintain, vault.verify, vault.verify_audit, lambda: vault.transaction().__enter__()):
        with pytest.raises(StorageFailed, match="closed"):
            use()


def test_two_vaults_of_one_process_keep_apart(place: Place, template: Place, tmp_path: Path) -> None:
    other = template.copy(tmp_path / "other" / "northgate")
    with place.open() as one, other.open() as two:
        add(one, 3)
        add(two, 4)
        check_sound(one, documents={1, 2, 3})
        check_sound(two, documents={1, 2, 4})
    with other.open() as two:
        check_sound(two, documents={1, 2, 4})
