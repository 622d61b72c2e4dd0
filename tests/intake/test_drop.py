"""Drops: manifests that were sent, manifests that are made, and folders arranged to harm."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.formats import DOCX
from frostbyte.contract.ids import is_file_id
from frostbyte.errors import ManifestInvalid, UsageError
from frostbyte.intake import Drop, admit, load

TENANT = "tenant_abc"
Write = Callable[[str, bytes], Path]


def send(folder: Path, *entries: Any, **changes: Any) -> bytes:
    """Write a manifest of these entries into the folder."""
    listed = [entry.to_json() | {"file_id": f"f{number}"} for number, entry in enumerate(entries)]
    value = {"batch_id": "batch_1", "tenant_id": TENANT, "file_count": len(listed), "files": listed, **changes}
    raw = json.dumps(value).encode()
    (folder / "manifest.json").write_bytes(raw)
    return raw


def statuses(drop: Drop) -> dict[str, tuple[str, str | None]]:
    found = {}
    for entry in drop.manifest.files:
        admission = admit(entry, drop.files[entry.file_id], TenantConfig(), root=drop.root)
        found[entry.filename] = (admission.status, admission.reason)
    return found


# --- sent ----------------------------------------------------------------------------------------------------------------


def test_a_sent_manifest_is_used_byte_for_byte(make: Any, tmp_path: Path, write: Write) -> None:
    write("sub/a.txt", b"one")
    write("b.txt", b"two")
    raw = send(tmp_path, make.entry(b"one", "sub/a.txt"), make.entry(b"two", "./b.txt"))
    drop = load(tmp_path, TENANT)
    assert (drop.manifest_sha256, drop.made, drop.unlisted) == (hashlib.sha256(raw).hexdigest(), False, 0)
    assert statuses(drop) == {"sub/a.txt": ("accepted", None), "./b.txt": ("accepted", None)}


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd.txt", "sub/../../secret.txt", "a\0.txt", "..", "sub//secret.txt", ""]
)
def test_a_name_never_leads_out(make: Any, tmp_path: Path, write: Write, name: str) -> None:
    secret = write("secret.txt", b"secret")
    folder = tmp_path / "drop"
    (folder / "sub").mkdir(parents=True)
    if not name:
        with pytest.raises(ValueError, match="filename"):
            make.entry(b"secret", name)
        return
    send(folder, make.entry(b"secret", name))
    drop = load(folder, TENANT)
    place = drop.files["f0"]
    assert place is None or (place.is_relative_to(folder) and ".." not in place.parts and not place.exists())
    assert statuses(drop)[name][0] == "rejected"
    assert secret.read_bytes() == b"secret"


@pytest.mark.parametrize(
    ("written", "said"),
    [("sub/a.txt", "sub\\a.txt"), ("café.txt", "cafe\u0301.txt"), ("cafe\u0301.txt", "café.txt"), ("a\\b.txt", "a\\b.txt")],
)
def test_a_name_is_found_under_another_systems_spelling(make: Any, tmp_path: Path, write: Write, written: str, said: str) -> None:
    write(written, b"x")
    send(tmp_path, make.entry(b"x", said))
    assert statuses(load(tmp_path, TENANT)) == {said: ("accepted", None)}


def test_a_file_that_did_not_come_is_that_files_fault(make: Any, tmp_path: Path, write: Write) -> None:
    write("a.txt", b"x")
    send(tmp_path, make.entry(b"x"), make.entry(b"y", "gone.txt"))
    assert statuses(load(tmp_path, TENANT)) == {"a.txt": ("accepted", None), "gone.txt": ("rejected", "CHECKSUM_MISMATCH")}


def test_files_nobody_listed_are_counted(make: Any, tmp_path: Path, write: Write) -> None:
    write("a.txt", b"x")
    write("sub/extra.txt", b"y")
    send(tmp_path, make.entry(b"x"))
    assert load(tmp_path, TENANT).unlisted == 1


def test_what_lies_beside_the_listed_files_is_counted_although_a_folder_cannot_be_listed(common_place: Path, make: Any) -> None:
    for name in ("a.txt", ".named.txt", "extra.txt", ".hid.txt", ".git/config", ".git/HEAD", "zz/q.txt"):
        (common_place / name).parent.mkdir(exist_ok=True)
        (common_place / name).write_bytes(b"x")
    send(common_place, make.entry(b"x"), make.entry(b"x", ".named.txt"))
    drop = load(common_place, TENANT)
    assert (drop.unlisted, drop.hidden, drop.unseen) == (2, 3, 0)
    with make.unreadable(common_place / "zz"):
        drop = load(common_place, TENANT)
    assert (drop.unlisted, drop.hidden, drop.unseen) == (1, 3, 1)
    assert [sentence.split(" in ")[0] for sentence in drop.left_out()] == ["1 file(s)", "3 file(s)", "1 folder(s)"]


def test_folders_nested_without_end_hide_no_other_file(make: Any, tmp_path: Path, write: Write) -> None:
    write("extra.txt", b"x")
    write("d/" * 70 + "a.txt", b"x")
    send(tmp_path, make.entry(b"x"))
    drop = load(tmp_path, TENANT)
    assert (drop.unlisted, drop.unseen) == (1, 1)


@pytest.mark.parametrize("name", ["MANIFEST.JSON", "Manifest.json"])
def test_a_manifest_in_capitals_is_the_manifest(make: Any, tmp_path: Path, write: Write, name: str) -> None:
    """FAT writes names in capitals; the checksums must hold all the same."""
    write("a.txt", b"changed on the way")
    raw = send(tmp_path, make.entry(b"x"))
    (tmp_path / "manifest.json").rename(tmp_path / name)
    drop = load(tmp_path, TENANT)
    assert (drop.made, drop.manifest_sha256, drop.unlisted) == (False, hashlib.sha256(raw).hexdigest(), 0)
    assert statuses(drop) == {"a.txt": ("rejected", "CHECKSUM_MISMATCH")}


def test_two_manifests_that_differ_in_case(make: Any, tmp_path: Path, write: Write) -> None:
    write("a.txt", b"x")
    for name in ("MANIFEST.JSON", "Manifest.json"):
        write(name, b"{}")
    with pytest.raises(UsageError, match="only one of them"):
        load(tmp_path, TENANT)
    send(tmp_path, make.entry(b"x"))
    drop = load(tmp_path, TENANT)
    assert (drop.made, drop.unlisted) == (False, 2)


def test_a_manifest_for_another_tenant(make: Any, tmp_path: Path) -> None:
    send(tmp_path, make.entry(b"x"), tenant_id="other")
    with pytest.raises(ManifestInvalid) as caught:
        load(tmp_path, TENANT)
    assert caught.value.details[0]["field"] == "tenant_id"
    assert str(tmp_path / "manifest.json") in str(caught.value.hint)


def test_the_tenants_batch_size_holds(make: Any, tmp_path: Path) -> None:
    send(tmp_path, make.entry(b"x"), make.entry(b"y"))
    with pytest.raises(ManifestInvalid):
        load(tmp_path, TENANT, config=TenantConfig(max_batch_size=1))


def test_a_batch_id_that_contradicts_the_manifest(make: Any, tmp_path: Path) -> None:
    send(tmp_path, make.entry(b"x"))
    assert load(tmp_path, TENANT, "batch_1").manifest.batch_id == "batch_1"
    with pytest.raises(UsageError, match="batch_1"):
        load(tmp_path, TENANT, "batch_2")


def test_a_manifest_that_is_no_file(tmp_path: Path, write: Write) -> None:
    (tmp_path / "manifest.json").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="symbolic link"):
        load(tmp_path, TENANT)
    (tmp_path / "manifest.json").unlink()
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(UsageError, match="a pipe"):
        load(tmp_path, TENANT)


def test_a_manifest_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").touch()
    os.truncate(tmp_path / "manifest.json", 1 << 40)
    with pytest.raises(ManifestInvalid, match="longer than"):
        load(tmp_path, TENANT)


# --- made ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(common_place: Path, make: Any) -> Path:
    for name, data in {
        "b.txt": b"text\n",
        "a/A.CSV": b"x,y\n",
        "a/c.docx": make.package(DOCX),
        "photo.jpg": b"\xff\xd8\xff",
        ".hidden": b"h",
        ".git/config": b"h",
    }.items():
        path = common_place / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return common_place / "in"


def test_a_manifest_is_made_for_a_folder(folder: Path) -> None:
    drop = load(folder, TENANT)
    assert [entry.filename for entry in drop.manifest.files] == ["a/A.CSV", "a/c.docx", "b.txt", "photo.jpg"]
    assert (drop.made, drop.hidden, drop.root, drop.source) == (True, 2, folder, str(folder))
    assert statuses(drop) == {
        "a/A.CSV": ("accepted", None),
        "a/c.docx": ("accepted", None),
        "b.txt": ("accepted", None),
        "photo.jpg": ("rejected", "UNSUPPORTED_FORMAT"),
    }
    assert all(is_file_id(entry.file_id) for entry in drop.manifest.files)


def test_the_same_folder_is_the_same_batch_wherever_it_lies(folder: Path) -> None:
    first = load(folder, TENANT)
    moved = folder.rename(folder.parent / "elsewhere")
    second = load(moved, TENANT)
    assert (first.manifest, first.manifest_sha256) == (second.manifest, second.manifest_sha256)
    os.utime(moved / "b.txt", (0, 0))
    assert load(moved, TENANT).manifest_sha256 == first.manifest_sha256


def test_changed_content_is_another_file_in_another_batch(folder: Path) -> None:
    """Two sticks may both hold b.txt: a file_id stands for one content (B1)."""
    first = load(folder, TENANT)
    (folder / "b.txt").write_bytes(b"other\n")
    second = load(folder, TENANT)
    assert first.manifest.batch_id != second.manifest.batch_id
    ids = [{entry.filename: entry.file_id for entry in drop.manifest.files} for drop in (first, second)]
    assert ids[0].pop("b.txt") != ids[1].pop("b.txt")
    assert ids[0] == ids[1]


def test_the_same_content_under_two_names_is_two_files(tmp_path: Path, write: Write) -> None:
    for name in ("in/a_b.txt", "in/a/b.txt", "in/a\\b.txt"):
        write(name, b"x")
    assert len(load(tmp_path / "in", TENANT).files) == 3


def test_a_single_file(folder: Path) -> None:
    drop = load(folder / "b.txt", TENANT)
    assert (statuses(drop), drop.source) == ({"b.txt": ("accepted", None)}, str(folder / "b.txt"))
    assert drop.manifest.files[0].file_id == next(e.file_id for e in load(folder, TENANT).manifest.files if e.filename == "b.txt")


def test_a_batch_id_may_be_given_and_is_judged(folder: Path) -> None:
    assert load(folder, TENANT, "my batch").manifest.batch_id == "my batch"
    with pytest.raises(ManifestInvalid):
        load(folder, TENANT, "two\nlines")


def test_progress_is_told(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    load(folder, TENANT, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_cannot_be_ingested_is_listed_and_refused_by_name(folder: Path) -> None:
    (folder / "link.txt").symlink_to("b.txt")
    (folder / "way").symlink_to("a")
    os.mkfifo(folder / "pipe.txt")
    found = statuses(load(folder, TENANT))
    assert found["link.txt"] == found["pipe.txt"] == found["way"] == ("rejected", "UNSUPPORTED_FORMAT")
    assert "way/A.CSV" not in found


def test_an_unreadable_file_does_not_stop_the_others(folder: Path, make: Any) -> None:
    with make.unreadable(folder / "b.txt"):
        found = statuses(load(folder, TENANT))
    assert found["b.txt"] == ("rejected", "CHECKSUM_MISMATCH")
    assert found["a/A.CSV"] == ("accepted", None)


def test_a_file_past_the_limit_is_not_read(folder: Path) -> None:
    os.truncate(folder / "b.txt", 1 << 40)
    drop = load(folder, TENANT)
    entry = next(entry for entry in drop.manifest.files if entry.filename == "b.txt")
    assert (entry.size_bytes, entry.sha256) == (1 << 40, "0" * 64)


def test_names_that_are_no_text_or_hostile(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in (b"\xff\xfe.txt", b"new\nline.txt", b"\x1b[31mred.txt", b"x" * 251 + b".txt", b"-rf.txt", "日本.txt".encode()):
        (tmp_path / "in" / os.fsdecode(name)).write_bytes(b"x")
    drop = load(tmp_path / "in", TENANT)
    assert {verdict for verdict, _ in statuses(drop).values()} == {"accepted"}
    assert all(is_file_id(entry.file_id) for entry in drop.manifest.files)
    json.dumps(drop.manifest.to_json(), ensure_ascii=False).encode()


def test_too_many_files(folder: Path) -> None:
    with pytest.raises(ManifestInvalid) as caught:
        load(folder, TENANT, config=TenantConfig(max_batch_size=3))
    assert caught.value.details[0]["field"] == "file_count"
    assert load(folder, TENANT, config=TenantConfig(max_batch_size=4))


def test_folders_nested_without_end(tmp_path: Path, write: Write) -> None:
    write("in/" + "d/" * 70 + "a.txt", b"x")
    with pytest.raises(UsageError, match="nested deeper"):
        load(tmp_path / "in", TENANT)


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (lambda path: None, "no such file or directory"),
        (lambda path: path.mkdir(), "holds no files"),
        (lambda path: (path.mkdir(), (path / ".hidden").touch()), "holds no files"),
        (lambda path: os.mkfifo(path), "neither a folder nor a regular file"),
        (lambda path: path.symlink_to(path), "cannot ingest"),
    ],
)
def test_what_is_no_drop(tmp_path: Path, arrange: Any, words: str) -> None:
    arrange(tmp_path / "drop")
    with pytest.raises(UsageError, match=words) as caught:
        load(tmp_path / "drop", TENANT)
    assert str(tmp_path / "drop") in caught.value.message
    with pytest.raises(UsageError):
        load(tmp_path / "a\0b", TENANT)


def test_a_folder_that_cannot_be_listed_is_not_taken_for_empty(folder: Path, make: Any) -> None:
    with make.unreadable(folder / "a"), pytest.raises(UsageError, match="permission denied"):
        load(folder, TENANT)
