"""Objects are stored once under a name nobody can read, streamed, and refused when anything about them was changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.errors import Damaged, NotFound, StorageFailed
from frostbyte.vault import Vault
from frostbyte.vault.objects import DRAFT, SUFFIX

from .faulty import Failing
from .making import Place, add, sha256


def object_files(place: Place) -> list[Path]:
    return [path for path in place.files() if path.suffix == SUFFIX]


def draft_files(place: Place) -> list[Path]:
    return [path for path in place.files() if path.suffix == DRAFT]


@pytest.mark.parametrize("size", [0, 1, 1_048_576 - 80, 1_048_576, 3_000_000])
def test_an_object_comes_back_whole(vault: Vault, size: int) -> None:
    data = os.urandom(size)
    stored = vault.objects.put(f"raw:{sha256(data)}", [data[:1000], data[1000:]])
    assert (stored.size, stored.sha256) == (size, sha256(data))
    assert vault.objects.exists(stored.name)
    assert vault.objects.size(stored.name) == size
    assert vault.objects.read(stored.name) == data
    assert b"".join(vault.objects.open(stored.name)) == data


def test_an_object_is_durable_at_once_and_recorded_by_the_next_commit(place: Place) -> None:
    with place.open() as vault:
        vault.objects.put("canonical:1", [b"text"])
        assert "canonical:1" not in vault.catalog.objects()
    with place.open() as vault:
        assert vault.objects.read("canonical:1") == b"text"
        vault.objects.put("canonical:2", [b"text"])
        add(vault, 3)
        assert vault.catalog.objects()["canonical:2"].sha256 == sha256(b"text")
        with vault.transaction():
            pass
        assert vault.commit_number == 3


def test_neither_names_nor_content_can_be_read_at_rest(vault: Vault, place: Place) -> None:
    vault.objects.put("raw:marker-name", [b"marker-content"])
    for path in place.files():
        assert "marker" not in path.name
        assert b"marker" not in path.read_bytes()


def test_what_is_not_there_is_not_found(vault: Vault) -> None:
    assert not vault.objects.exists("raw:none")
    for ask in (vault.objects.read, vault.objects.size, vault.objects.open):
        with pytest.raises(NotFound):
            ask("raw:none")


def test_putting_again_replaces(vault: Vault) -> None:
    vault.objects.put("quarantine:1", [b"one"])
    vault.objects.put("quarantine:1", [b"two"])
    assert vault.objects.read("quarantine:1") == b"two"


@pytest.mark.parametrize("damage", ["flip", "cut", "append", "empty"])
def test_a_changed_object_is_refused_and_found(place: Place, damage: str) -> None:
    [path] = object_files(place)
    data = path.read_bytes()
    flipped = data[:60] + bytes([data[60] ^ 4]) + data[61:]
    path.write_bytes({"flip": flipped, "cut": data[:-1], "append": data + b"x", "empty": b""}[damage])
    with place.open() as vault:
        with pytest.raises(Damaged):
            vault.objects.read("raw:" + "a" * 64)
        [problem] = vault.verify(deep=True).problems
        assert problem["where"] == f"originals/{path.name}"


def test_swapped_objects_are_refused(place: Place) -> None:
    with place.open() as vault:
        vault.objects.put("raw:other", [b"other"])
        add(vault, 3)
        one, two = object_files(place)
        kept = one.read_bytes()
        shutil.copy(two, one)
        two.write_bytes(kept)
        for name in ("raw:other", "raw:" + "a" * 64):
            with pytest.raises(Damaged):
                vault.objects.read(name)
        assert len(vault.verify(deep=True).problems) == 2


def test_an_older_content_of_a_name_is_found(place: Place) -> None:
    with place.open() as vault:
        vault.objects.put("quarantine:1", [b"one"])
        add(vault, 3)
        path = vault.objects._place("quarantine:1")[0]
        old = path.read_bytes()
        vault.objects.put("quarantine:1", [b"two"])
        add(vault, 4)
        path.write_bytes(old)
        [problem] = vault.verify(deep=True).problems
        assert "not the content that was recorded" in problem["what"]


def test_a_deleted_object_is_found(place: Place) -> None:
    [path] = object_files(place)
    path.unlink()
    with place.open() as vault:
        assert vault.verify().problems == ({"where": "raw:" + "a" * 64, "what": "recorded object is missing"},)


def test_a_failing_disk_leaves_the_object_as_it_was(place: Place) -> None:
    for at in range(1, 20):
        disk = Failing(0)
        with place.open(disk=disk) as vault:
            disk.count, disk.at = 0, at
            try:
                vault.objects.put("raw:" + "a" * 64, [b"new" * 400_000])
            except StorageFailed:
                assert vault.objects.read("raw:" + "a" * 64) in (b"raw bytes", b"new" * 400_000)
            if not disk.where:
                assert at > 6
                return
        assert not [path for path in place.files() if path.suffix == ".tmp"]


def test_a_large_object_never_sits_in_memory(vault: Vault) -> None:
    size = 48 << 20
    block = os.urandom(1 << 20)

    def blocks() -> Iterator[bytes]:
        for _ in range(size >> 20):
            yield block

    tracemalloc.start()
    vault.objects.put("raw:large", blocks())
    digest = hashlib.sha256()
    for part in vault.objects.open("raw:large"):
        digest.update(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert digest.hexdigest() == hashlib.sha256(block * (size >> 20)).hexdigest()
    assert peak < 12 << 20


def test_a_draft_is_sealed_found_by_its_name_and_no_object(place: Place) -> None:
    secret = os.urandom(32)
    with place.open() as vault:
        vault.objects.put_draft("vectors:one", secret * 50_000)
        vault.objects.put_draft("vectors:two", b"two")
        assert vault.objects.draft("vectors:one") == secret * 50_000
        assert vault.objects.draft("vectors:three") is None
        assert not vault.objects.exists("vectors:one")
        assert vault.verify(deep=True).problems == ()
        assert len(draft_files(place)) == 2
        assert not any(secret in path.read_bytes() for path in draft_files(place))
        vault.objects.remove_drafts(["vectors:two", "vectors:never"])
        assert vault.objects.draft("vectors:two") is None
        assert len(draft_files(place)) == 1
        vault.objects.remove_drafts()
        assert draft_files(place) == []


def test_a_draft_under_the_name_of_another_does_not_open(place: Place) -> None:
    with place.open() as vault:
        vault.objects.put_draft("vectors:one", b"one")
        (first,) = draft_files(place)
        sealed = first.read_bytes()
        vault.objects.put_draft("vectors:two", b"two")
        (second,) = (path for path in draft_files(place) if path != first)
        second.write_bytes(sealed)
        with pytest.raises(Damaged):
            vault.objects.draft("vectors:two")
