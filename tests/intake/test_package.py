"""Office packages by their content types, whatever the byte order; macros, tricks and damage refused."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.contract.formats import DOCX, XLSX
from frostbyte.intake.package import Package, inspect

TYPES = "[Content_Types].xml"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def judged(make: Any, data: bytes) -> Package:
    with make.opened(data) as (descriptor, size):
        return inspect(descriptor, size)


@pytest.mark.parametrize("mime", [DOCX, XLSX])
def test_a_plain_package(make: Any, mime: str) -> None:
    assert judged(make, make.package(mime)) == Package(mime, None)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("big_first", [b"", b"x" * 50_000])
def test_the_order_of_parts_and_how_they_are_packed_do_not_matter(make: Any, method: int, big_first: bytes) -> None:
    types = make.content_types({"/xl/workbook.xml": XLSX + ".main+xml"})
    parts = {"customXml/item1.xml": big_first, "xl/workbook.xml": b"<w/>", "mimetype": b"", TYPES: types}
    assert judged(make, make.zipped(parts, method=method)).mime == XLSX


def test_a_main_part_typed_by_its_extension(make: Any) -> None:
    """As the Open XML SDK writes it."""
    types = make.content_types({}, {"xml": DOCX + ".main+xml", "rels": "application/x-relationships+xml"})
    assert judged(make, make.zipped({TYPES: types, "word/document.xml": b"<w/>"})).mime == DOCX
    assert judged(make, make.zipped({TYPES: types, "word/other.bin": b"<w/>"})).mime is None


def test_names_are_compared_without_regard_to_case(make: Any) -> None:
    types = make.content_types({"/Word/Document.xml": DOCX + ".main+xml"})
    assert judged(make, make.zipped({"[content_types].xml": types, "word/document.xml": b""})).mime == DOCX


def test_an_archive_written_as_a_stream(make: Any) -> None:
    """Sizes follow the data: local headers say nothing."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    buffer = Pipe()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, make.content_types({"/word/document.xml": DOCX + ".main+xml"}))
        archive.writestr("word/document.xml", b"<w/>" * 100)
    assert judged(make, buffer.getvalue()).mime == DOCX


def test_an_archive_after_other_bytes_and_before_others(make: Any) -> None:
    assert judged(make, b"junk" * 10 + make.package(DOCX)).mime == DOCX
    assert judged(make, make.package(DOCX) + b"%PDF-1.4 and so on").mime == DOCX


@pytest.mark.parametrize(
    "build",
    [
        lambda make: make.package(DOCX, {"word/vbaProject.bin": b"x"}),
        lambda make: make.package(XLSX, {"xl/VBAPROJECT.BIN": b"x"}),
        lambda make: make.package(DOCX, {"word/a.bin": b"x"}, word__a_bin="application/vnd.ms-office.vbaProject"),
        lambda make: make.package(DOCX, word__vba="application/vnd.ms-word.vbaData+xml"),
        lambda make: make.package(XLSX, xl__m="application/vnd.ms-excel.macrosheet+xml"),
        lambda make: make.package(XLSX, xl__m="application/vnd.ms-excel.intlmacrosheet+xml"),
        lambda make: make.zipped({TYPES: make.content_types({"/word/document.xml": MACRO}), "word/document.xml": b""}),
        lambda make: make.zipped(
            {TYPES: make.content_types({"/word/document.xml": f"  {MACRO.upper()} "}), "word/document.xml": b""}
        ),
    ],
)
def test_macros_are_refused(make: Any, build: Any) -> None:
    assert judged(make, build(make)) == Package(None, "a macro-enabled package")


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.oasis.opendocument.text",
        "",
    ],
)
def test_packages_of_another_kind(make: Any, kind: str) -> None:
    data = make.zipped({TYPES: make.content_types({"/word/document.xml": kind}), "word/document.xml": b""})
    assert judged(make, data) == Package(None, "an Office package of another kind")


def test_both_kinds_at_once_is_neither(make: Any) -> None:
    data = make.package(DOCX, {"xl/workbook.xml": b""}, **{"xl__workbook.xml": XLSX + ".main+xml"})
    assert judged(make, data).mime is None


def test_a_list_that_names_a_main_part_which_is_not_there(make: Any) -> None:
    types = make.content_types({"/word/document.xml": DOCX + ".main+xml"})
    assert judged(make, make.zipped({TYPES: types, "word/other.xml": b""})).mime is None


def test_word_like_names_without_content_types(make: Any) -> None:
    found = judged(make, make.zipped({"_rels/.rels": b"", "word/document.xml": b""}))
    assert found.problem == "an archive without content types, not an Office package"


def test_two_lists_of_content_types(make: Any) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(TYPES, make.content_types({"/word/document.xml": DOCX + ".main+xml"}))
        archive.writestr("word/document.xml", b"")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr(TYPES, make.content_types({"/word/document.xml": MACRO}))
    assert judged(make, buffer.getvalue()).mime is None


def test_a_directory_that_renames_a_part(make: Any) -> None:
    data = bytearray(make.package(DOCX))
    at = data.find(b"[Content_Types]")
    data[at : at + 3] = b"[Xo"  # the part's own header now disagrees with the directory
    assert "disagree" in str(judged(make, bytes(data)).problem)


@pytest.mark.parametrize(
    "types",
    [
        b"<?xml version='1.0' encoding='UPon-8'?><Types/>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Types>&b;</Types>',
        b"<Types><Override",
        b"not xml",
        b"",
        b"\xff\xfe\0\0",
    ],
)
def test_content_types_that_are_no_plain_xml(make: Any, types: bytes) -> None:
    assert judged(make, make.zipped({TYPES: types, "word/document.xml": b""})).mime is None


def test_a_bomb_in_the_content_types_is_not_unpacked(make: Any) -> None:
    data = make.zipped({TYPES: b"<Types>" + b" " * 50_000_000 + b"</Types>", "word/document.xml": b""})
    assert len(data) < 100_000
    assert "too long" in str(judged(make, data).problem)


def test_more_parts_than_a_package_has(make: Any) -> None:
    record = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    many = record * 30_000
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 30_000, 30_000, len(many), 4, 0)
    assert "more parts" in str(judged(make, b"PK\x03\x04" + many + end).problem)
    huge = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 0xFFFFFFF0, 4, 0)
    assert judged(make, b"PK\x03\x04" + b"\0" * 100 + huge).mime is None


@pytest.mark.parametrize("keep", [0.4, 0.6, 0.9])
def test_a_truncated_package_is_left_to_the_parser(make: Any, keep: float) -> None:
    data = make.package(XLSX, {f"xl/worksheets/sheet{n}.xml": bytes(range(256)) * 4 for n in range(9)})
    found = judged(make, data[: int(len(data) * keep)])
    assert (found.mime, found.truncated) == (XLSX, True)


def test_a_truncated_package_without_its_list_is_known_by_its_folders(make: Any) -> None:
    parts = {"docProps/app.xml": b"<a/>", "xl/workbook.xml": b"<w/>", TYPES: make.content_types({})}
    data = make.zipped(parts)
    assert judged(make, data[: data.find(TYPES.encode())]).mime == XLSX
    assert judged(make, data[: data.find(b"xl/work") - 30]).mime is None


def test_a_truncated_macro_package_is_refused(make: Any) -> None:
    data = make.package(DOCX, {"word/vbaProject.bin": b"x" * 10, "word/z.xml": b"y" * 5000})
    assert "macro" in str(judged(make, data[: data.rfind(b"word/z.xml") - 100]).problem)


def test_a_bare_header_shows_nothing(make: Any) -> None:
    assert judged(make, make.package(DOCX)[:49]).mime is None


@settings(max_examples=300)
@given(data=st.data())
def test_no_damage_raises(make: Any, data: st.DataObject) -> None:
    raw = bytearray(make.package(data.draw(st.sampled_from([DOCX, XLSX])), {"x/y.bin": b"z" * 30}))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    judged(make, bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@given(st.binary(max_size=300))
def test_no_bytes_raise(make: Any, raw: bytes) -> None:
    assert judged(make, b"PK\x03\x04" + raw + b"PK\x05\x06" + raw).mime is None


def test_zip64_directories_are_followed(make: Any) -> None:
    plain = make.package(DOCX)
    at = plain.rfind(b"PK\x05\x06")
    _, _, _, count, _, length, offset, _ = struct.unpack("<4sHHHHIIH", plain[at : at + 22])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert judged(make, plain[:at] + record + locator + end).mime == DOCX
    assert judged(make, plain[:at] + record + end).mime is None
    assert judged(make, plain[:at] + end).mime is None
