"""A sealed file opens only whole, unchanged, under its own name and in its own vault."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.errors import Damaged, StorageFailed
from frostbyte.vault.disk import Disk
from frostbyte.vault.seal import CHUNK, HEADER_SIZE, TAG_SIZE, Sealer

KEY = bytes(range(32))


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(KEY, "vault-1", Disk())


def sealed(sealer: Sealer, path: Path, data: bytes, name: str = "seg/a") -> Path:
    sealer.write(path, name, [data])
    return path


@pytest.mark.parametrize("size", [0, 1, 5000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_what_is_sealed_comes_back(sealer: Sealer, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    path = tmp_path / "a"
    result = sealer.write(path, "seg/a", [data])
    assert result.size == size
    assert sealer.read(path, "seg/a", digest=result.digest).whole() == data
    chunks = max(1, -(-size // CHUNK))
    assert path.stat().st_size == HEADER_SIZE + size + TAG_SIZE * chunks
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


@settings(max_examples=30)
@given(blocks=st.lists(st.binary(max_size=300_000), max_size=12))
def test_the_sizes_of_blocks_do_not_matter(tmp_path_factory: pytest.TempPathFactory, blocks: list[bytes]) -> None:
    sealer = Sealer(KEY, "vault-1", Disk())
    path = tmp_path_factory.mktemp("blocks") / "a"
    sealer.write(path, "seg/a", blocks)
    assert sealer.read(path, "seg/a").whole() == b"".join(blocks)


def test_a_flipped_bit_anywhere_is_refused(sealer: Sealer, tmp_path: Path) -> None:
    path = sealed(sealer, tmp_path / "a", os.urandom(CHUNK + 100))
    good = path.read_bytes()
    second = HEADER_SIZE + CHUNK + TAG_SIZE
    for place in [*range(HEADER_SIZE + 4), second - TAG_SIZE - 1, second - 3, second + 2, len(good) - 1]:
        for bit in (0, 7):
            path.write_bytes(good[:place] + bytes([good[place] ^ (1 << bit)]) + good[place + 1 :])
            with pytest.raises(Damaged):
                sealer.read(path, "seg/a").whole()
    path.write_bytes(good)
    assert len(sealer.read(path, "seg/a").whole()) == CHUNK + 100


def test_a_cut_at_any_place_is_refused(sealer: Sealer, tmp_path: Path) -> None:
    path = sealed(sealer, tmp_path / "a", os.urandom(2 * CHUNK + 50))
    good = path.read_bytes()
    one = CHUNK + TAG_SIZE
    for body in (-40, -35, -1, 0, 1, 15, one, 2 * one, 2 * one + 1, 2 * one + 65):
        path.write_bytes(good[: HEADER_SIZE + body])
        with pytest.raises(Damaged):
            sealer.read(path, "seg/a").whole()


@pytest.mark.parametrize("tail", [b"\0", b"x" * TAG_SIZE, b"x" * (CHUNK + TAG_SIZE)])
@pytest.mark.parametrize("size", [10, CHUNK])
def test_an_appended_byte_is_refused(sealer: Sealer, tmp_path: Path, size: int, tail: bytes) -> None:
    path = sealed(sealer, tmp_path / "a", os.urandom(size))
    path.write_bytes(path.read_bytes() + tail)
    with pytest.raises(Damaged):
        sealer.read(path, "seg/a").whole()


def test_chunks_cannot_be_reordered_or_taken_from_another_file(sealer: Sealer, tmp_path: Path) -> None:
    one = sealed(sealer, tmp_path / "a", os.urandom(3 * CHUNK))
    two = sealed(sealer, tmp_path / "b", os.urandom(3 * CHUNK))
    step = CHUNK + TAG_SIZE
    a, b = one.read_bytes(), two.read_bytes()
    first, second = slice(HEADER_SIZE, HEADER_SIZE + step), slice(HEADER_SIZE + step, HEADER_SIZE + 2 * step)
    reordered = a[:HEADER_SIZE] + a[second] + a[first] + a[second.stop :]
    mixed = a[:HEADER_SIZE] + b[first] + a[first.stop :]
    for forged in (reordered, mixed):
        one.write_bytes(forged)
        with pytest.raises(Damaged):
            sealer.read(one, "seg/a").whole()


def test_two_files_cannot_trade_places(sealer: Sealer, tmp_path: Path) -> None:
    one = sealed(sealer, tmp_path / "a", b"one", "seg/a")
    two = sealed(sealer, tmp_path / "b", b"two", "seg/b")
    a, b = one.read_bytes(), two.read_bytes()
    one.write_bytes(b)
    two.write_bytes(a)
    for path, name in ((one, "seg/a"), (two, "seg/b")):
        with pytest.raises(Damaged, match="does not authenticate"):
            sealer.read(path, name).whole()


def test_a_file_of_another_vault_or_key_is_refused(sealer: Sealer, tmp_path: Path) -> None:
    path = sealed(sealer, tmp_path / "a", b"data")
    for other in (Sealer(KEY, "vault-2", Disk()), Sealer(bytes(32), "vault-1", Disk())):
        with pytest.raises(Damaged):
            other.read(path, "seg/a").whole()


def test_an_older_sealing_of_the_same_name_is_refused_where_the_newer_was_recorded(sealer: Sealer, tmp_path: Path) -> None:
    path = tmp_path / "a"
    sealer.write(path, "seg/a", [b"old"])
    old = path.read_bytes()
    new = sealer.write(path, "seg/a", [b"new"])
    path.write_bytes(old)
    with pytest.raises(Damaged, match="another sealing"):
        sealer.read(path, "seg/a", digest=new.digest).whole()


def test_nothing_after_the_damage_is_released(sealer: Sealer, tmp_path: Path) -> None:
    path = sealed(sealer, tmp_path / "a", b"a" * CHUNK + b"b" * CHUNK)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    stream = iter(sealer.read(path, "seg/a"))
    assert next(stream) == b"a" * CHUNK
    with pytest.raises(Damaged):
        next(stream)


def test_a_newer_format_is_named(sealer: Sealer, tmp_path: Path) -> None:
    path = sealed(sealer, tmp_path / "a", b"data")
    data = path.read_bytes()
    path.write_bytes(data[:6] + struct.pack(">H", 2) + data[8:])
    with pytest.raises(Damaged, match="format version 2"):
        sealer.read(path, "seg/a").whole()


def test_a_missing_file_is_damage_and_an_unreadable_one_a_storage_failure(sealer: Sealer, tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="is missing"):
        sealer.read(tmp_path / "a", "seg/a").whole()
    with pytest.raises(StorageFailed):
        sealer.read(tmp_path, "seg/a").whole()


def test_a_source_that_fails_leaves_nothing_behind(sealer: Sealer, tmp_path: Path) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"x" * (2 * CHUNK)
        raise Damaged("the source is damaged")

    with pytest.raises(Damaged):
        sealer.write(tmp_path / "a", "seg/a", blocks())
    assert list(tmp_path.iterdir()) == []


def test_the_published_bytes_are_what_is_written(tmp_path: Path) -> None:
    """A second reading of docs/vault-format.md, from its words alone."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    data = os.urandom(1_500_000)
    path = sealed(Sealer(KEY, "f00d", Disk()), tmp_path / "p-0000000001.fbs", data, "seg/p-0000000001")
    raw = path.read_bytes()
    header, body = raw[:40], raw[40:]
    assert header[:8] == b"FBSEAL\x00\x01"
    info = b"frostbyte/sealed-file/1" + b"\0" + b"f00d" + b"\0" + b"seg/p-0000000001"
    key = HKDF(hashes.SHA256(), 32, header[8:40], info).derive(KEY)
    plain = AESGCM(key).decrypt(bytes(11) + b"\0", body[: 1048576 + 16], header)
    plain += AESGCM(key).decrypt(bytes(10) + b"\x01\x01", body[1048576 + 16 :], header)
    assert plain == data


def test_keyed_names_tell_nothing_and_do_not_collide_across_vaults(sealer: Sealer) -> None:
    name = sealer.keyed_name("object", "raw:abc")
    assert len(name) == 64
    assert name == Sealer(KEY, "vault-1", Disk()).keyed_name("object", "raw:abc")
    assert name != Sealer(KEY, "vault-2", Disk()).keyed_name("object", "raw:abc")
    assert sealer.keyed_name("a", "bc") != sealer.keyed_name("ab", "c")


def test_a_data_key_of_another_length_is_refused() -> None:
    with pytest.raises(Damaged):
        Sealer(b"short", "vault-1", Disk())
