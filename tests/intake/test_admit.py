"""A file's verdict: reasons in the documents' order, one stream, and nothing a file does that raises."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.formats import PDF, TXT
from frostbyte.errors import ScanFailed
from frostbyte.intake import Admission, SourceChanged, admit
from frostbyte.intake.scan.verdict import ScanVerdict

CONFIG = TenantConfig()
SMALL = TenantConfig(max_file_size_mb=1)
LIMIT = 1024 * 1024
Write = Callable[[str, bytes], Path]


def test_an_accepted_file(make: Any, write: Write) -> None:
    data = b"hello\n"
    found = admit(make.entry(data), write("a.txt", data), CONFIG)
    assert (found.status, found.reason, found.message) == ("accepted", None, None)
    assert (found.mime_type, found.size_bytes, found.sha256) == ("text/plain", 6, hashlib.sha256(data).hexdigest())
    assert b"".join(found.blocks()) == data


def test_without_a_scanner_the_result_is_skipped_and_said_so(make: Any, write: Write) -> None:
    found = admit(make.entry(b"x"), write("a.txt", b"x"), CONFIG)
    assert (found.scan_result, [warning.code for warning in found.warnings]) == ("skipped", ["SCAN_SKIPPED"])


def test_a_scanner_has_the_last_word(make: Any, write: Write) -> None:
    seen: list[bytes] = []

    def scan(descriptor: int, size: int) -> Any:
        seen.append(os.pread(descriptor, size, 0))
        return (
            ScanVerdict("quarantined", ("a_rule", "b_rule"), "rules 1", places=("", "part 2"))
            if b"EICAR" in seen[-1]
            else ScanVerdict("clean")
        )

    clean = admit(make.entry(b"x"), write("a.txt", b"x"), CONFIG, scan)
    infected = admit(make.entry(b"EICAR"), write("b.txt", b"EICAR"), CONFIG, scan)
    assert (clean.status, clean.scan_result, clean.warnings) == ("accepted", "clean", ())
    assert (infected.status, infected.reason, infected.scan_result) == ("quarantined", "MALWARE_DETECTED", "quarantined")
    assert infected.message == "the malware scan holds this file back: a_rule, b_rule in part 2 [rules 1]"
    assert b"".join(infected.blocks()) == b"EICAR"  # to be kept in quarantine (C14)
    assert admit(make.entry(b"EICAR", sha256="0" * 64), write("b.txt", b"EICAR"), CONFIG, scan).reason == "CHECKSUM_MISMATCH"
    assert len(seen) == 2


@pytest.mark.parametrize("about_file", [True, False])
def test_a_scan_that_fails_admits_nothing(make: Any, write: Write, about_file: bool) -> None:
    def scan(_descriptor: int, _size: int) -> Any:
        raise ScanFailed("scanner down", about_file=about_file)

    if about_file:
        found = admit(make.entry(b"x"), write("a.txt", b"x"), CONFIG, scan)
        assert (found.status, found.reason, found.message) == ("rejected", "SERVICE_UNAVAILABLE", "scanner down")
    else:
        with pytest.raises(ScanFailed, match="scanner down"):
            admit(make.entry(b"x"), write("a.txt", b"x"), CONFIG, scan)


def test_other_bytes_than_those_scanned_are_not_admitted(make: Any, write: Write) -> None:
    other = ScanVerdict("clean", sha256="0" * 64)
    found = admit(make.entry(b"x"), write("a.txt", b"x"), CONFIG, lambda _descriptor, _size: other)
    assert (found.status, found.reason) == ("rejected", "CHECKSUM_MISMATCH")


def test_a_wrong_declared_size_is_a_warning_and_the_real_size_counts(make: Any, write: Write) -> None:
    found = admit(make.entry(b"hello", size_bytes=10**15), write("a.txt", b"hello"), CONFIG)
    assert (found.status, found.size_bytes) == ("accepted", 5)
    assert found.warnings[0].code == "SIZE_MISMATCH"
    assert found.warnings[0].message == "the manifest says 1000000000000000 bytes, the file has 5"


def test_a_checksum_may_be_in_capitals(make: Any, write: Write) -> None:
    digest = hashlib.sha256(b"x").hexdigest().upper()
    assert admit(make.entry(b"x", sha256=digest), write("a.txt", b"x"), CONFIG).status == "accepted"


def test_a_wrong_checksum_names_both(make: Any, write: Write) -> None:
    found = admit(make.entry(b"x", sha256="0" * 64), write("a.txt", b"x"), CONFIG)
    digest = hashlib.sha256(b"x").hexdigest()
    assert (found.reason, found.sha256, found.mime_type) == ("CHECKSUM_MISMATCH", digest, None)
    assert found.message == f"the manifest says sha256 {'0' * 64}, the file has {digest}"
    with pytest.raises(SourceChanged):
        next(found.blocks())


def test_the_size_limit_is_exact(make: Any, write: Write) -> None:
    for size, status, reason in ((LIMIT, "accepted", None), (LIMIT + 1, "rejected", "SIZE_EXCEEDED")):
        data = b"a" * size
        found = admit(make.entry(data), write("a.txt", data), SMALL)
        assert (found.status, found.reason, found.size_bytes) == (status, reason, size)


def test_the_order_of_reasons(make: Any, write: Write) -> None:
    """Type, size, checksum (C2): each fault hides those after it."""
    big, wrong = b"a" * (LIMIT + 1), {"sha256": "0" * 64}
    assert admit(make.entry(big, mime="image/png", **wrong), write("a.txt", big), SMALL).reason == "UNSUPPORTED_FORMAT"
    assert admit(make.entry(big, **wrong), write("a.txt", big), SMALL).reason == "SIZE_EXCEEDED"
    assert admit(make.entry(b"x", **wrong), write("a.txt", b"x"), SMALL).reason == "CHECKSUM_MISMATCH"
    assert admit(make.entry(b"x\0", **wrong), write("a.txt", b"x\0"), SMALL).reason == "UNSUPPORTED_FORMAT"
    assert admit(make.entry(b"", **wrong), write("a.txt", b""), SMALL).reason == "UNSUPPORTED_FORMAT"


def test_text_is_read_to_its_last_byte(make: Any, write: Write) -> None:
    data = b"a" * (3 * LIMIT) + b"\0"
    found = admit(make.entry(data), write("a.txt", data), CONFIG)
    assert (found.reason, f"byte {3 * LIMIT}" in str(found.message)) == ("UNSUPPORTED_FORMAT", True)


def test_a_huge_file_is_refused_without_being_read(make: Any, tmp_path: Path) -> None:
    """Sparse terabytes: the beginning names the type, the size does the rest."""
    cases = (
        (b"%PDF-1.4\n", "a.pdf", PDF, "SIZE_EXCEEDED"),
        (b"a" * (2 * LIMIT), "a.txt", TXT, "SIZE_EXCEEDED"),
        (b"a" * 1000, "b.txt", TXT, "UNSUPPORTED_FORMAT"),  # a hole in text is NULs
    )
    for beginning, name, kind, reason in cases:
        path = tmp_path / name
        path.write_bytes(beginning)
        os.truncate(path, 1 << 40)
        found = admit(make.entry(b"", name, kind), path, CONFIG)
        assert (found.reason, found.size_bytes) == (reason, 1 << 40)


@pytest.mark.parametrize(
    ("arrange", "reason", "words"),
    [
        (lambda path: None, "CHECKSUM_MISMATCH", "file not found"),
        (lambda path: path.mkdir(), "UNSUPPORTED_FORMAT", "a folder"),
        (lambda path: path.symlink_to("/etc/passwd"), "UNSUPPORTED_FORMAT", "a symbolic link; links are not followed"),
        (lambda path: os.mkfifo(path), "UNSUPPORTED_FORMAT", "a pipe"),
    ],
)
def test_what_is_no_file(make: Any, tmp_path: Path, arrange: Any, reason: str, words: str) -> None:
    path = tmp_path / "a.txt"
    arrange(path)
    for root in (None, tmp_path):
        found = admit(make.entry(b"x"), path, CONFIG, root=root)
        assert (found.status, found.reason, found.message, found.size_bytes) == ("rejected", reason, words, 0)


def test_a_link_in_the_way_is_not_followed(make: Any, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (tmp_path / "a.txt").write_bytes(b"x")
    (drop / "up").symlink_to("..")
    assert admit(make.entry(b"x"), drop / "up" / "a.txt", CONFIG, root=drop).status == "rejected"


def test_a_name_that_leads_nowhere(make: Any) -> None:
    assert admit(make.entry(b"x"), None, CONFIG).reason == "CHECKSUM_MISMATCH"
    assert admit(make.entry(b"x", filename="a.exe"), None, CONFIG).reason == "UNSUPPORTED_FORMAT"


def test_a_file_without_permission_is_not_there_for_us(make: Any, common_place: Path) -> None:
    path = common_place / "a.txt"
    path.write_bytes(b"x")
    with make.unreadable(path):
        found = admit(make.entry(b"x"), path, CONFIG)
    assert (found.reason, found.message) == ("CHECKSUM_MISMATCH", "the file could not be read (permission denied)")


@pytest.mark.parametrize("failing_call", [1, 2, 3])
def test_a_medium_that_fails_while_it_is_read(
    make: Any, write: Write, monkeypatch: pytest.MonkeyPatch, failing_call: int
) -> None:
    data, calls, real = b"a" * (2 * LIMIT), 0, os.pread

    def pread(*arguments: Any) -> bytes:
        nonlocal calls
        calls += 1
        if calls == failing_call:
            raise OSError(5, "Input/output error")
        return real(*arguments)

    path = write("a.txt", data)
    monkeypatch.setattr(os, "pread", pread)
    found = admit(make.entry(data), path, CONFIG)
    assert (found.reason, found.message) == ("CHECKSUM_MISMATCH", "the file could not be read (input/output error)")


def test_a_file_that_grows_while_it_is_read_stays_bounded(make: Any, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real, read = write("a.txt", b"a" * 1000), os.pread, 0

    def pread(descriptor: int, length: int, offset: int) -> bytes:
        nonlocal read
        with path.open("ab") as stream:
            stream.write(b"a" * (LIMIT // 2))
        data = real(descriptor, length, offset)
        read += len(data)
        return data

    monkeypatch.setattr(os, "pread", pread)
    assert admit(make.entry(b"a" * 1000), path, SMALL).reason == "SIZE_EXCEEDED"
    assert read < 4 * LIMIT


def accepted(make: Any, path: Path, data: bytes) -> Admission:
    found = admit(make.entry(data), path, CONFIG)
    assert found.status == "accepted"
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"HELLO"),
        lambda path: path.write_bytes(b"hello and more" * 10**6),
        lambda path: path.write_bytes(b"hel"),
        lambda path: path.unlink(),
        lambda path: (path.unlink(), path.symlink_to("/etc/passwd")),
        lambda path: (path.unlink(), os.mkfifo(path)),
    ],
)
def test_a_file_changed_after_admission_never_comes_out_whole(make: Any, write: Write, change: Any) -> None:
    path = write("a.txt", b"hello")
    found = accepted(make, path, b"hello")
    change(path)
    with pytest.raises(SourceChanged, match="file_001") as caught:
        assert sum(map(len, found.blocks())) <= 6
    assert caught.value.contract_code == "CHECKSUM_MISMATCH"


def test_a_medium_that_fails_on_the_second_reading(make: Any, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    found = accepted(make, write("a.txt", b"hello"), b"hello")

    def pread(*_: Any) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", pread)
    with pytest.raises(SourceChanged, match="input/output error"):
        list(found.blocks())


def test_messages_hold_neither_content_nor_names(make: Any, write: Write) -> None:
    data = b"SECRET-CONTENT\0"
    for found in (
        admit(make.entry(data, filename="SECRET-NAME.txt"), write("x", data), CONFIG),
        admit(make.entry(data, filename="SECRET-NAME.txt", sha256="0" * 64), write("x", data[:-1]), CONFIG),
        admit(make.entry(data, filename="SECRET-NAME.txt"), None, CONFIG),
    ):
        assert found.message
        assert "SECRET" not in found.message


def test_an_admission_is_a_value(make: Any, write: Write) -> None:
    found = accepted(make, write("a.txt", b"x"), b"x")
    assert dataclasses.replace(found, status="rejected").status == "rejected"
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.status = "rejected"  # type: ignore[misc]
