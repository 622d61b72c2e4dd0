from __future__ import annotations

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import child, pieces, unopened
from frostbyte.intake.scan.compound import Stream
from frostbyte.intake.scan.yara import Engine

from . import making


def told(data: bytes) -> list[tuple[str, str]]:
    return [(piece.name, (piece.data or b"").decode()) for piece in pieces.pieces(data) if piece.kind == "unopened"]


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    return out.getvalue()


# Beginnings as their makers write them; what follows does not matter to who cannot open it.
ARCHIVES = {
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(100),
    "rar": b"Rar!\x1a\x07\x01\0" + bytes(100),
    "cab": b"MSCF\0\0\0\0" + bytes(100),
    "bzip2": bz2.compress(b"x" * 1000),
    "xz": b"\xfd7zXZ\0\0\x04" + bytes(100),
    "zstd": b"\x28\xb5\x2f\xfd\x24" + bytes(100),
    "lz4": b"\x04\x22\x4d\x18" + bytes(100),
    "xar": b"xar!\0\x1c\0\x01" + bytes(100),
    "tar": tar(),
    "ace": b"\x12\x34\x31\0\0\0\x90**ACE**" + bytes(100),
    "lha": b"\x21\x53-lh5-" + bytes(13) + b"\0" + bytes(100),
    "iso9660": bytes(0x8000) + b"\x01CD001\x01" + bytes(100),
}


@pytest.mark.parametrize("form", ARCHIVES)
def test_an_archive_that_is_not_unpacked_is_named_wherever_it_lies(form: str) -> None:
    data = ARCHIVES[form]
    assert unopened.archive(data[: unopened.LOOKED_AT]) == form
    assert told(making.package(word__embeddings__A_dot_bin=data)) == [("word/embeddings/a.bin", form)]
    assert told(making.pdf(making.stream(data, b"/Type /EmbeddedFile"))) == [("", form)]
    assert told(making.package(a_dot_gz=gzip.compress(data))) == [("a.gz", form)]
    if form == "iso9660":
        return  # longer than the compound files that are made here
    native = b"\2\0a\0C:\\a\0\0\0\3\0" + struct.pack("<I", 2) + b"a\0" + struct.pack("<I", len(data)) + data
    packed = making.compound({"\x01Ole10Native": struct.pack("<I", len(native)) + native, "Package": data})
    assert sorted(told(making.package(o_dot_bin=packed))) == [("\x01ole10native", form), ("package", form)]


def test_words_that_begin_like_an_archive_are_none() -> None:
    for text in (b"Rar! said the parrot", b"BZh9 is a bus line", b"1234567**ACE** pilot", b"a --lh5- is no option, dear reader",
                 b"x" * 257 + b"ustar is a word", b"7z is a tool", b"MSCF and others", b"", b"\x1f\x8b"):  # fmt: skip
        assert told(making.package(a_dot_txt=text)) == [], text


def test_gzip_is_unpacked_and_what_is_cut_off_is_named() -> None:
    whole = gzip.compress(making.EICAR) + gzip.compress(b"second member") + bytes(20)
    assert unopened.gunzip(whole, 1000) == making.EICAR + b"second member"
    found = [piece for piece in pieces.pieces(making.package(a_dot_emz=whole)) if piece.depth == 2]
    assert [(piece.kind, piece.name, piece.data) for piece in found] == [("part", "a.emz", making.EICAR + b"second member")]
    assert unopened.gunzip(whole, 10) == (making.EICAR + b"second member")[:11]
    assert told(making.package(a_dot_emz=whole[:40])) == [("a.emz", "gzip")]
    assert told(making.package(a_dot_emz=b"\x1f\x8b\x08" + bytes(40))) == [("a.emz", "gzip")]


def test_a_bomb_of_gzip_is_not_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_WHOLE", 10_000)
    list(pieces.pieces(making.package(a_dot_emz=gzip.compress(bytes(10_000)))))
    with pytest.raises(ScanFailed, match="larger than is scanned"):
        list(pieces.pieces(making.package(a_dot_emz=gzip.compress(bytes(10_001)))))


def test_a_container_too_large_to_be_opened_is_not_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = making.package(a_dot_bin=making.EICAR) + b"x" * 200
    for data in (inner, b"a picture" + inner):
        monkeypatch.setattr(pieces, "_WHOLE", len(data))
        assert any(piece.depth == 2 for piece in pieces.pieces(making.package(p=data)))
        monkeypatch.setattr(pieces, "_WHOLE", len(data) - 1)
        with pytest.raises(ScanFailed, match="larger than is scanned"):
            list(pieces.pieces(making.package(p=data)))
    monkeypatch.setattr(pieces, "_WHOLE", 1000)
    assert told(making.package(p=b"x" * 5000)) == []


def patched(data: bytes, flags: int, method: int | None = None) -> bytes:
    """A package whose only part says so of itself, in both of its headers."""
    out = bytearray(data)
    for at, base in ((data.find(b"PK\x03\x04"), 6), (data.find(b"PK\x01\x02"), 8)):
        struct.pack_into("<H", out, at + base, flags)
        if method is not None:
            struct.pack_into("<H", out, at + base + 2, method)
    return bytes(out)


def test_parts_of_zip_archives_that_nobody_can_unpack_are_named() -> None:
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("Secret.xlsx", b"x" * 100)
    for flags, method, reason in (
        (1, None, "encrypted"),
        (0x41, 8, "encrypted"),
        (1, 99, "encrypted"),
        (0, 9, "method"),
        (0, 93, "method"),
    ):
        data = patched(plain.getvalue(), flags, method)
        assert told(data) == [("secret.xlsx", reason)], (flags, method)
        assert told(making.package(In_dot_zip=data)) == [("secret.xlsx", reason)]
    assert told(plain.getvalue()) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("EncryptedPackage", bytes(100)),
        ("WordDocument", b"\xec\xa5\xc1\0" + bytes(6) + struct.pack("<H", 0x0100) + bytes(100)),
        ("Workbook", struct.pack("<HH", 0x0809, 16) + bytes(16) + struct.pack("<HHH", 0x002F, 2, 0) + bytes(100)),
        ("Book", struct.pack("<HH", 0x0809, 0) + struct.pack("<HHH", 0x002F, 2, 0) + bytes(100)),
        ("Current User", bytes(12) + b"\xdf\xc4\xd1\xf3" + bytes(20)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_locked_office_documents_are_named(name: str, data: bytes) -> None:
    assert told(making.package(o_dot_bin=making.compound({name: data}))) == [("o.bin", "encrypted")]
    harmless = (
        data.replace(struct.pack("<H", 0x002F), b"\x42\0")
        .replace(b"\0\x01", b"\0\0")
        .replace(b"\xdf\xc4\xd1\xf3", b"\x5f\xc0\x91\xe3")
    )
    assert not unopened.compound_is_encrypted(
        [Stream(name.replace("EncryptedPackage", "Package"), harmless, "", is_storage=False)]
    )
    for cut in range(0, len(data), 3):
        unopened.compound_is_encrypted([Stream(name, data[:cut], "", is_storage=False)])


def test_rules_that_let_it_pass_make_no_clean_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(making.package(a_dot_7z=ARCHIVES["7z"]))
    with path.open("rb") as stream, pytest.raises(ScanFailed, match="cannot be looked into") as caught:
        child.look(Engine("rule never { condition: false }", 5), stream.fileno())
    assert caught.value.about_file
