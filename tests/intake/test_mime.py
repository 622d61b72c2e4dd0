"""Name, declaration and content must agree (rulings D1-D9)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.formats import CSV, DOCX, MIME_BY_EXTENSION, PDF, PLATFORM_MIMES, PNG, TIFF, TXT, XLSX
from frostbyte.intake import mime

CONTENT = {
    PDF: b"%PDF-1.4\n",
    TXT: b"hello\n",
    CSV: b"a;b\n1;2\n",
    PNG: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1",
    TIFF: b"MM\0*\0\0\0\x08",
}
NAMES = {PDF: "x.pdf", DOCX: "x.docx", XLSX: "x.xlsx", TXT: "x.txt", CSV: "x.csv", PNG: "x.png", TIFF: "x.tif"}


def content(make: Any, kind: str) -> bytes:
    return CONTENT[kind] if kind in CONTENT else make.package(kind)


def judged(
    make: Any, data: bytes, filename: str, declared: str, allowlist: Collection[str] = PLATFORM_MIMES
) -> mime.Recognised | mime.Unsupported:
    with make.opened(data) as (descriptor, size):
        return mime.inspect(descriptor, size, filename=filename, declared=declared, allowlist=allowlist)


def taken(*arguments: Any) -> str | None:
    found = judged(*arguments)
    return found.mime if isinstance(found, mime.Recognised) else None


def words(*arguments: Any) -> str:
    found = judged(*arguments)
    assert isinstance(found, mime.Unsupported)
    return found.message


@pytest.mark.parametrize("kind", PLATFORM_MIMES)
def test_each_platform_type_is_taken_for_what_it_is(make: Any, kind: str) -> None:
    data = content(make, kind)
    assert taken(make, data, NAMES[kind], kind) == kind
    assert taken(make, data, NAMES[kind].upper(), kind.upper()) == kind


@pytest.mark.parametrize("kind", PLATFORM_MIMES)
@pytest.mark.parametrize("claim", PLATFORM_MIMES)
def test_every_pair_of_types_is_told_apart(make: Any, kind: str, claim: str) -> None:
    """Under another type's name and declaration only text passes for text (D1)."""
    expected = claim if claim == kind or {claim, kind} == {TXT, CSV} else None
    assert taken(make, content(make, kind), NAMES[claim], claim) == expected


@pytest.mark.parametrize("kind", PLATFORM_MIMES)
@pytest.mark.parametrize("declared", PLATFORM_MIMES)
def test_name_and_declaration_must_agree(make: Any, kind: str, declared: str) -> None:
    assert taken(make, content(make, kind), NAMES[kind], declared) == (kind if kind == declared else None)


@pytest.mark.parametrize(
    "declared", ["", " ", "text/plain; charset=utf-8", " text/plain", "text", "text/html", "application/octet-stream"]
)
def test_a_declaration_that_is_no_platform_type(make: Any, declared: str) -> None:
    assert "is not taken; extension .txt means text/plain" in words(make, b"hello\n", "a.txt", declared)


@pytest.mark.parametrize(
    "name", ["a.md", "a.pdf.exe", "a.txt ", "a.txt.", "noext", ".txt", "dir.txt/a", "dir.txt\\a", "a.docm", "a.\u0442xt", ""]
)
def test_a_name_off_the_list(make: Any, name: str) -> None:
    assert "expected one of .pdf .docx" in words(make, b"hello\n", name, TXT)


@pytest.mark.parametrize("name", ["a.txt", "A.TXT", "a.pdf.txt", "../../a.txt", "C:\\a.txt", "a\0.txt", "\u202etxt.txt"])
def test_an_odd_name_with_a_good_extension(make: Any, name: str) -> None:
    assert taken(make, b"hello\n", name, TXT) == TXT


def test_the_tenants_list_narrows_and_never_widens(make: Any) -> None:
    assert taken(make, b"hello\n", "a.txt", TXT, [TXT]) == TXT
    assert "not on this tenant's list" in words(make, b"hello\n", "a.txt", TXT, [PDF])
    assert taken(make, b"hello\n", "a.txt", TXT, []) is None
    assert taken(make, b"<html></html>", "a.html", "text/html", ["text/html"]) is None


@pytest.mark.parametrize("kind", PLATFORM_MIMES)
def test_an_empty_file_is_no_document(make: Any, kind: str) -> None:
    assert words(make, b"", NAMES[kind], kind) == f"the file is empty, expected {kind}"


@pytest.mark.parametrize(
    "text", [b"a,b\n", b"a,b", b"header\n", b"a;b;c\n1;2\n", b"a\tb\n", b"a,b\n1\n1,2,3\n", b"\n\na,b\n", b"x"]
)
def test_any_text_may_be_a_table(make: Any, text: bytes) -> None:
    assert taken(make, text, "a.csv", CSV) == CSV


def test_table_like_text_may_be_text(make: Any) -> None:
    assert taken(make, b"a,b,c\n1,2,3\n4,5,6\n", "a.txt", TXT) == TXT


WORDS = {  # what text in an encoding of its country may start with; the first few are those that look like something else
    "gb18030": "付附付款合同条款甲方乙方",
    "big5": "給付合約甲方乙方款項",
    "cp932": "見積書契約書支払期限",
    "euc-jp": "見積書契約書支払期限",
    "euc-kr": "견적서 계약서 대금 지급",
    "cp1251": "яЯ договор поставки ёлка",
    "koi8-r": "Ъя договор поставки",
    "cp1252": "ël éêë ÿa ëtre qÇ Çq Ÿù Và été",
    "iso8859-1": "ÿù ðis ël þat",
    "cp1253": "ωώ συμφωνία",
    "cp1254": "ël şirket ığdır",
    "cp1256": "يوم عقد",
    "tis-620": "สัญญาเช่า",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_text_in_the_encoding_of_its_country_is_text_whatever_its_first_letters(make: Any, encoding: str) -> None:
    """Two bytes are all that libmagic asks of a DOS program without header, a frame of sound or an old archive (D7)."""
    words = WORDS[encoding]
    for start in range(len(words)):
        data = (words[start:] + "\r\n" + words * 3).encode(encoding)
        assert taken(make, data, "a.txt", TXT) == TXT, words[start : start + 2]
        assert taken(make, data, "a.csv", CSV) == CSV


@pytest.mark.parametrize(
    "first", [b"\xb8\xb6", b"\xeb\x6c", b"\xff\xfb", b"\xff\xf1", b"V\xe0", b"q\xc7", b"`\xea", b"\xff\n", b"DZ", b"P1 "]
)
def test_what_only_its_first_two_bytes_make_a_program_or_sound_is_judged_by_the_rest(make: Any, first: bytes) -> None:
    assert taken(make, first + b"\xe9\xe8 words of a letter\n" * 9, "a.txt", TXT) == TXT
    assert taken(make, first + b"\xe9\xe8 words of a letter\n" * 9 + b"\0\0\1", "a.txt", TXT) is None
    assert taken(make, first + bytes(range(256)) * 4, "a.txt", TXT) is None


@pytest.mark.parametrize("kind", [TXT, CSV])
@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0",
        b"%!PS-Adobe-3.0\nshowpage\n",
        b"MZ" + b"\0" * 62,
        b"\x7fELF" + b"\0" * 60,
        b"\0",
        b"text" + b"\0" * 67,
        b"a,b\n" * 90_000 + b"\0",
        b"\0asm\1\0\0\0",
        b"{\\rtf1 x}",
        b"<!DOCTYPE html><html></html>",
        b"<?php 1;",
        b"#!/bin/sh\n",
        b"%PDF-1.4\n",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_text_under_a_texts_name(make: Any, kind: str, data: bytes) -> None:
    assert taken(make, data, NAMES[kind], kind) is None


@pytest.mark.parametrize(
    "data", [b"junk" * 250 + b"%PDF-1.4\n", b"%FDF-1.2\n", b"%!PS-Adobe-3.0\n", b"%PDF", b"\0" * 4096, b"PK\x03\x04"]
)
def test_what_only_resembles_a_pdf(make: Any, data: bytes) -> None:
    assert taken(make, data, "a.pdf", PDF) is None


@pytest.mark.parametrize("data", [b"\x89PNG", b"\x89PNG\r\n\x1a", b"\xff\xd8\xff\xe0\0\x10JFIF", b"GIF89a", b"\0" * 100])
def test_what_only_resembles_an_image(make: Any, data: bytes) -> None:
    assert taken(make, data, "a.png", PNG) is None
    assert taken(make, data, "a.tiff", TIFF) is None


@pytest.mark.parametrize("data", [b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"])
def test_a_tiffs_first_bytes_are_enough_here(make: Any, data: bytes) -> None:
    assert taken(make, data, "a.tiff", TIFF) == TIFF


@pytest.mark.parametrize(
    "data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"plain text", b"<html><table></table></html>", b"MZ\x90\0"]
)
@pytest.mark.parametrize("kind", [DOCX, XLSX])
def test_what_is_no_archive_is_no_package(make: Any, data: bytes, kind: str) -> None:
    assert taken(make, data, NAMES[kind], kind) is None


def test_a_package_does_not_start_after_other_bytes(make: Any) -> None:
    assert taken(make, b"MZ\x90\0" + make.package(DOCX), "a.docx", DOCX) is None


def test_messages_say_what_was_found_and_expected_and_are_safe_to_print(make: Any) -> None:
    assert words(make, b"%PDF-1.4\n", "a.txt", TXT) == "found application/pdf, expected text/plain"
    assert words(make, b"ab\x01", "a.txt", TXT) == "not plain text: holds control character 0x01 near byte 2; expected text/plain"
    assert words(make, b"x", "a.\x1b[31m\u202e", TXT).startswith("extension '.\\x1b[31m\\u202e' is not taken")
    assert len(words(make, b"x", "a." + "x" * 4000, TXT)) < 300


@given(st.binary(max_size=200), st.sampled_from(sorted(MIME_BY_EXTENSION)))
def test_no_bytes_raise(make: Any, data: bytes, extension: str) -> None:
    kind = MIME_BY_EXTENSION[extension]
    assert taken(make, data, "x" + extension, kind) in (kind, None)


@given(st.text(max_size=50), st.text(max_size=50))
def test_no_name_or_declaration_raises(make: Any, name: str, declared: str) -> None:
    found = judged(make, b"x", name, declared)
    if isinstance(found, mime.Unsupported):
        assert found.message.isprintable()
