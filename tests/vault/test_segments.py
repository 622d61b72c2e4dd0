"""The pack chain: what is at rest is read back exactly, or refused; what no commit owns is set aside."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from frostbyte.errors import Damaged, HostRefused
from frostbyte.vault import Vault
from frostbyte.vault.catalog import CatalogWriter
from frostbyte.vault.manifest import Piece, Stream, read_manifest, sealed_name

from .faulty import Failing
from .making import Place, add, check_sound


@pytest.fixture(scope="module")
def long(template: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A base, packs 1 to 4, and a segment."""
    place = template.copy(tmp_path_factory.mktemp("long") / "northgate")
    with place.open() as vault:
        add(vault, 3, chunks=700)
        add(vault, 4)
    return place


def names(place: Place) -> list[str]:
    return sorted(path.name for path in (place.directory / "seg").iterdir())


def pieces(vault: Vault, name: str) -> tuple[Piece, ...]:
    reading = vault._sealers.data.read(vault._directory / "seg" / name, sealed_name(name))
    return read_manifest(name, Stream(iter(reading))).pieces


def test_a_commit_is_one_pack_and_a_large_file_a_segment(long: Place) -> None:
    kinds = [name.split("-")[0] for name in names(long)]
    assert kinds == ["base", "p", "p", "p", "p", "s", "s"]
    with long.open() as vault:
        found = {n: pieces(vault, f"{kind}-{n:010d}.fbs") for n, kind in ((0, "base"), (3, "p"), (4, "p"))}
    assert [piece.path for piece in found[0] if piece.segment] == ["catalog.db"]
    [large] = [piece for piece in found[3] if piece.segment]
    assert large.path.startswith("vectors/")
    assert large.size >= 1 << 20
    assert not [piece for piece in found[4] if piece.segment]


@pytest.mark.parametrize("damage", ["flip", "cut", "append", "empty", "other", "delete"])
def test_damage_to_any_file_of_a_vault_is_refused(long: Place, tmp_path: Path, damage: str) -> None:
    place = long.copy(tmp_path / "northgate")
    last = f"p-{4:010d}.fbs"
    for path in place.files():
        if path.name == "lock" or path.suffix == ".fbo" or (damage == "delete" and path.name in (last, "vault.json")):
            continue
        good = path.read_bytes()
        middle = len(good) // 2
        path.write_bytes(
            {
                "flip": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
                "cut": good[:-1],
                "append": good + b"\0",
                "empty": b"",
                "other": b"not what it was",
                "delete": b"",
            }[damage]
        )
        if damage == "delete":
            path.unlink()
        if path.name == "vault.json" and damage == "cut":  # only its last newline is gone
            place.open().close()
        else:
            with pytest.raises(Damaged) as caught:
                place.open().close()
            assert caught.value.message
        path.write_bytes(good)
    with place.open() as vault:
        check_sound(vault, documents={1, 2, 3, 4})


def test_two_files_that_trade_places_are_refused(long: Place, tmp_path: Path) -> None:
    place = long.copy(tmp_path / "northgate")
    packs = [place.directory / "seg" / name for name in names(place)]
    for one, two in pairwise(packs):
        a, b = one.read_bytes(), two.read_bytes()
        one.write_bytes(b)
        two.write_bytes(a)
        with pytest.raises(Damaged):
            place.open().close()
        one.write_bytes(a)
        two.write_bytes(b)


def test_a_pack_of_another_history_is_refused(template: Place, tmp_path: Path) -> None:
    ours, theirs = template.copy(tmp_path / "ours"), template.copy(tmp_path / "theirs")
    with ours.open() as vault:
        add(vault, 3)
        add(vault, 4)
    with theirs.open() as vault:
        add(vault, 5)
    shutil.copy(theirs.directory / "seg" / "p-0000000003.fbs", ours.directory / "seg" / "p-0000000003.fbs")
    with pytest.raises(Damaged, match="does not follow"):
        ours.open()


def test_taking_the_newest_packs_away_is_a_rollback_that_only_a_head_kept_elsewhere_shows(long: Place, tmp_path: Path) -> None:
    place = long.copy(tmp_path / "northgate")
    with place.open() as vault:
        kept = vault.catalog.audit_head()
    (place.directory / "seg" / f"p-{4:010d}.fbs").unlink()
    with place.open() as vault:
        assert vault.verify_audit().valid
        assert vault.catalog.audit_head() != kept


def test_what_no_commit_owns_is_set_aside_and_dropped_by_the_second_base_after(template: Place, tmp_path: Path) -> None:
    place = template.copy(tmp_path / "northgate")
    seg, orphans = place.directory / "seg", place.directory / "orphans"
    (seg / ".p-0000000003.fbs.abc.tmp").write_bytes(b"half")
    (seg / f"s-{'0' * 24}.fbs").write_bytes(b"half")
    with place.open() as vault:
        check_sound(vault, documents={1, 2})
        found = sorted(path.name for path in orphans.iterdir())
        assert found == ["0000000002-p-0000000003.fbs.abc.tmp", f"0000000002-s-{'0' * 24}.fbs"]
        assert (orphans / found[0]).read_bytes() == b"half"
        for number, left in ((3, 2), (4, 0)):
            add(vault, number)
            vault.maintain()
            assert len(list(orphans.iterdir())) == left


def test_a_base_replaces_packs_and_keeps_segments(long: Place, tmp_path: Path) -> None:
    place = long.copy(tmp_path / "northgate")
    with place.open() as vault:
        vault.maintain()
        first = names(place)
        assert [name.split("-")[0] for name in first] == ["base", "s", "s"]
        stamps = {path.name: path.stat().st_mtime_ns for path in (place.directory / "seg").iterdir()}
        add(vault, 5)
        vault.maintain()
        kept = {piece.segment for piece in pieces(vault, names(place)[0])} & set(first)
        assert kept
        assert all((place.directory / "seg" / str(name)).stat().st_mtime_ns == stamps[str(name)] for name in kept)
    with place.open() as vault:
        check_sound(vault, documents={1, 2, 3, 4, 5})


def test_a_base_comes_by_itself_after_enough_commits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.vault.vault.MAINTAIN_EVERY", 4)
    with place.open() as vault:
        for number in range(3, 8):
            add(vault, number)
        assert names(place)[0] == "base-0000000004.fbs"
    with place.open() as vault:
        check_sound(vault, documents=set(range(1, 8)))


def test_a_transaction_too_large_for_the_log_is_durable_too(place: Place) -> None:
    """DuckDB writes large inserts straight into the database file: then the whole file is shipped."""
    with place.open() as vault:
        with vault.transaction() as tx:
            tx._touch()
            tx._writer.run("INSERT INTO objects SELECT 'x:' || i, i, repeat('0', 64), '' FROM range(300000) r(i)")
        assert "catalog.db" in {piece.path for piece in pieces(vault, f"p-{3:010d}.fbs")}
        add(vault, 3)
        assert "catalog.db" not in {piece.path for piece in pieces(vault, f"p-{4:010d}.fbs")}
    with place.open() as vault:
        assert vault.catalog.counts()["objects"] == 300_001
        assert vault.catalog.document("doc_000000000003") is not None


def test_a_small_commit_ships_only_what_is_new(vault: Vault) -> None:
    add(vault, 3)
    shipped = {piece.path.split("/")[0]: piece.size for piece in pieces(vault, f"p-{3:010d}.fbs")}
    assert set(shipped) == {"catalog.db.wal", "audit.witness", "vectors"}
    assert shipped["audit.witness"] == 32


def test_maintenance_that_fails_does_not_undo_the_commit_before_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.vault.vault.MAINTAIN_EVERY", 3)
    failed = 0
    for at in range(7, 40):  # the commit itself has six steps
        disk = Failing(0)
        with place.open(disk=disk) as vault:
            start = vault.commit_number
            disk.count, disk.at = 0, at
            add(vault, 3)
            assert vault.commit_number == start + 1
            disk.at = 0
            add(vault, 3)
            assert vault._segments.since_base < 3
        failed += bool(disk.where)
    assert failed > 10


def test_a_vault_that_has_no_room_in_ram_is_refused_before_it_is_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr("frostbyte.vault.ram.shutil.disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(HostRefused, match=r"needs \d+ MiB of RAM and 0 MiB are free"):
        place.open()


def test_a_ram_directory_without_room_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(HostRefused, match="No space left"):
        place.open()


@pytest.mark.parametrize("wrong", [{"chunks": 5}, {"events": 1}, {"vector_version": 1}, {"event_hash": "f" * 64}])
def test_a_catalog_that_recorded_another_commit_than_the_chain_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, int | str]
) -> None:
    put = CatalogWriter.put_commit
    with place.open() as vault, monkeypatch.context() as patch:
        patch.setattr(CatalogWriter, "put_commit", lambda self, number, at, head: put(self, number, at, replace(head, **wrong)))
        with vault.transaction() as tx:
            tx.put_record(vault.record())
    with pytest.raises(Damaged, match="the catalog is at commit 3"):
        place.open()
