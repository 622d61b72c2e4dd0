"""Text to the last byte, and text that is another kind of thing on purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.intake.libmagic import sniff
from frostbyte.intake.textual import TextCheck, foreign_kind

PROSE = "Grüße aus Tromsø.\r\n\tLine two\f\n"


def problem(data: bytes, step: int = 1 << 20) -> str | None:
    check = TextCheck(len(data))
    for at in range(0, len(data), step):
        check.feed(data[at : at + step])
    return check.finish()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "mac-roman"]
)
def test_text_in_any_usual_encoding_is_text(encoding: str) -> None:
    data = (PROSE * 10).encode(encoding)
    assert problem(data) is None
    assert problem(data, step=8) is None


@pytest.mark.parametrize("encoding", ["shift-jis", "euc-kr", "gb18030", "koi8-r", "big5", "iso2022-jp"])
def test_text_of_other_scripts_is_text(encoding: str) -> None:
    words = {"koi8-r": "Договор поставки", "euc-kr": "계약서", "gb18030": "合同", "big5": "合約"}
    assert problem((words.get(encoding, "契約書") + "\n").encode(encoding)) is None


@pytest.mark.parametrize("code", [0, 1, 2, 6, 14, 26, 28, 31, 127])
@pytest.mark.parametrize("at", [0, 70_000, 199_999])
def test_a_control_character_anywhere_is_found_and_placed(code: int, at: int) -> None:
    data = bytearray(b"a" * 200_000)
    data[at] = code
    for step in (1 << 20, 4096):
        found = problem(bytes(data), step)
        assert found is not None
        assert found.endswith(f"byte {at}")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("bad", ["\0", "\x01"])
def test_wide_text_holds_no_control_character_either(encoding: str, bad: str) -> None:
    assert problem(("words " * 100 + bad).encode(encoding)) is not None


def test_a_mark_does_not_make_bytes_wide_text() -> None:
    assert problem(b"\xff\xfe" + b"MZ\x90\0" * 50 + b"\0" * 200) is not None
    assert problem(b"\xff\xfe\0\xd8\0\xd8") is not None  # two high halves of a pair
    assert problem(PROSE.encode("utf-16")[:-1]) is not None  # ends inside a character


@pytest.mark.parametrize("data", [b"MZ\x90\0", b"MZ" + b"\0" * 62, b"\x7fELF" + b"\0" * 60, b"a\0", b"text then" + b"\0" * 100])
def test_programs_and_padding_are_no_unmarked_wide_text(data: bytes) -> None:
    assert problem(data) is not None


@given(st.binary(max_size=200), st.integers(1, 50))
def test_how_the_file_is_cut_into_blocks_does_not_matter(data: bytes, step: int) -> None:
    assert (problem(data) is None) == (problem(data, max(step, 16)) is None)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"#!/bin/sh\necho hi\n", "script"),
        (b"\xef\xbb\xbf#!/usr/bin/env lua\nprint(1)\n", "script"),
        (b"@echo off\r\ndel *.*\r\n", "batch"),
        (b"<?php echo 1; ?>\n", "PHP"),
        (b"\n\n<?PHP echo 1; ?>\n", "PHP"),
        (b"<!DOCTYPE html>\n<html><script>1</script></html>", "web page"),
        (b"{\\rtf1\\ansi hello}", "rich text"),
        (b"Received: from x by y; Mon, 1 Jan 2026\nFrom: a@b.no\n\nbody\n", "mail"),
        (b"From: a@b.no\nTo: c@d.no\nSubject: x\nMIME-Version: 1.0\n\nbody\n", "mail"),
        (b"#!/usr/bin/perl\nprint 1;\n", "script"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b'<?xml version="1.0"?>\n<?xml-stylesheet href="x.xsl"?><a/>\n', "active"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>\n', "active"),
    ],
)
def test_what_something_would_act_on_is_named(data: bytes, kind: str) -> None:
    found = foreign_kind(data, sniff(data))
    assert found is not None
    assert kind in found


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1, "b": [1,2]}\n',
        b"From: a@b.no\nTo: c@d.no\nSubject: hi\n\nbody\n",
        b"From: a@b.no\nTo: c@d.no\nSubject: hi\n\nMessage-ID: quoted in the body\n",
        b"#include <stdio.h>\nint main(void) { return 0; }\n",
        b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n",
        b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n",
        b"--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
        b"\\documentclass{article}\n\\begin{document}\nx\n\\end{document}\n",
        b"Notes: <b>bold</b> text.\n",
        b'<?xml version="1.0"?>\n<a/>\n',
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        b"# Heading #1: not a script\n",
        b"[section]\nkey=value\n",
        b"\n",
        b"x",
    ],
)
def test_what_only_looks_like_something_is_text(data: bytes) -> None:
    assert foreign_kind(data, sniff(data)) is None
