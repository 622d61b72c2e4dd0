"""What is read plainly is what pypdf reads, object by object; the rest is left to pypdf."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import BooleanObject, IndirectObject, NullObject, read_object

from frostbyte.parse import pdf_objects

PLAIN = [
    b"<< /Type /Page /Kids [1 0 R 23 0 R] /Count -7 /Box [0 0.5 -.25 +3. 612] /Open true /Shut false /None null >>",
    b"<</A(text)/B(a \\(b\\) \\053 \\7. \\\\ \\n (c) d)/C<48656C6C6F>/D<FEFF00e4>/E()/F<>/G<4>>>",
    b"<</H(\xfe\xff\x00\xe4)/I(\xef\xbb\xbf\xc3\xa4)>>",
    b"[[]<<>>[<< /A [ << /B 1 >> ] >>]\r\n/Name#20with#C3#A4 /A]",
]
LEFT = [
    b"<< /A 1 % a comment\n >>",
    b"<< /A 1 /A 2 >>",
    b"<< /A >>",
    b"<< 1 2 >>",
    b"<< null 1 >>",
    b"[1 2 >>",
    b"<< /A 1 ]",
    b"[/Name#2 /A]",
    b"[/Name#FF /A]",
    b"[/ /A]",
    b"[/A\0 /B]",
    b"[1  0  R]",
    b"[+1 0 R]",
    b"[1 0 Rx]",
    b"[1-2]",
    b"[1.2.3]",
    b"[(\\8)]",
    b"[(\\753)]",
    b"[(a\\\nb)]",
    b"[(((a)))]",
    b"[(open]",
    b"[<4 8>]",
    b"[<4x>]",
    b"[nul]",
    b"[1 2",
    b"[" * 30 + b"]" * 30,
    b"[(" + b"a" * 5000 + b")]",
    b"[" + b"1 " * 200_000 + b"]",
    b"",
    b"7",
]


def parts(value: Any) -> Any:
    """The whole of an object, with the type and the bytes of each part of it."""
    if isinstance(value, dict):
        return [(type(key), key, parts(dict.__getitem__(value, key))) for key in value]
    if isinstance(value, list):
        return [type(value), *map(parts, value)]
    if isinstance(value, IndirectObject):
        return value.idnum, value.generation
    if isinstance(value, BooleanObject):
        return value.value
    return type(value), None if isinstance(value, NullObject) else value, getattr(value, "original_bytes", None)


def check(data: bytes, *, packed: bool = False) -> bool:
    """Whether this is read plainly; then as pypdf does."""
    owner = object()
    end = b"" if packed else b" endobj"
    found = pdf_objects.read(data + end, 0, owner, {}, encrypted=False, packed=packed)
    if found.made is None:
        return False
    stream = io.BytesIO(data + end)
    assert parts(found.made) == parts(read_object(stream, owner))  # type: ignore[arg-type]
    assert stream.tell() == found.end
    return True


@pytest.mark.parametrize("data", PLAIN)
def test_a_plain_object_is_read_as_pypdf_reads_it(data: bytes) -> None:
    assert check(data)
    assert check(data, packed=True)


@pytest.mark.parametrize("data", LEFT)
def test_anything_else_is_left_to_pypdf(data: bytes) -> None:
    assert not check(data)


@pytest.mark.parametrize("following", [b"stream\n", b"endob", b"", b"% endobj"])
def test_a_stream_and_an_object_that_does_not_end_are_left_to_pypdf(following: bytes) -> None:
    assert pdf_objects.read(b"<< /A 1 >>\n" + following, 0, None, {}, encrypted=False).made is None
    assert pdf_objects.read(b"<< /A 1 >>\n endobj", 0, None, {}, encrypted=False).made == {"/A": 1}


PIECES = [
    *(b"/A", b"/B", b"/Name#20", b"/", b"/C#", b"1", b"-2.5", b"+", b"0", b"R", b"1 0 R", b"null", b"true", b"false", b"\\"),
    *(b"<<", b">>", b"[", b"]", b"(", b")", b"(a)", b"(\\051\\n)", b"(\\9)", b"(a(b)c)", b"<", b">", b"<4a>", b"<4>", b"%"),
    *(b"<< /A 1 >>", b"[1 2]", b"<< /A [1 0 R (x)] /B <<>> >>", b"stream", b"endobj", b"obj", b"\xe4", b"\x0b", b"\0"),
]
SPACES = [b" ", b"", b"\n", b"\r\n", b"  ", b"\t"]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SPACES)), max_size=8), st.booleans())
def test_whatever_is_read_is_read_as_pypdf_does(pieces: list[tuple[bytes, bytes]], packed: bool) -> None:
    said = b"".join(piece + space for piece, space in pieces)
    for data in (said, b"[" + said + b"]", b"<< /A " + said + b">>"):
        check(data, packed=packed)


def test_strings_of_an_encrypted_file_stay_bytes() -> None:
    assert pdf_objects.read(b"[(a) <62>] endobj", 0, None, {}, encrypted=True) == ([b"a", b"b"], 10, 4, True)
    assert pdf_objects.read(b"[/a] endobj", 0, None, {}, encrypted=True) == (["/a"], 4, 3, False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"12 0 obj << >>", (12, 0, 9)),
        (b"\r\n12 3 obj\n\n<<", (12, 3, 12)),
        (b"12  0 obj <<", None),
        (b"12 0 object", (12, 0, 8)),  # as pypdf: three letters are passed over
        (b"%\n12 0 obj", None),
        (b"x 0 obj <<", None),
        (b"12 0 obj", None),
        (b"", None),
    ],
)
def test_the_head_of_an_object(data: bytes, expected: tuple[int, int, int] | None) -> None:
    assert pdf_objects.header(data, 0) == expected
    assert pdf_objects.header(data, -1) is None
    assert pdf_objects.header(data, 2**63) is None


def test_packed_objects_are_read_where_their_index_and_they_are_plain() -> None:
    def packed(data: bytes, first: int, count: int) -> Any:
        return pdf_objects.packed(data, first, count, {9}.__contains__, None, {})

    assert packed(b"4 0 5 9 9 12 <</A 1>> (b) ???", 13, 3) == [(4, {"/A": 1}), (5, "b"), (9, None)]
    assert packed(b"4 0 5 2 1 2 ", 8, 2) == [(4, 1), (5, 2)]
    assert packed(b"4 0 1  0  R ", 4, 1) is None  # a reference, if not a plain one
    assert packed(b"4 0 1 0 R ", 4, 1) is None
    assert packed(b"4 0 (open", 4, 1) is None
    assert packed(b"4 0 <</A 1>> stream", 4, 1) is None
    assert packed(b"4 2 5 0 7 8 ", 8, 2) is None  # the offsets have to rise
    assert packed(b"4 0 5 7 ", 4, 2) is None
    assert packed(b"4\x000 7 ", 4, 1) is None
    assert packed(b"4 07 ", 3, 1) is None  # the index may go on
    nested = b"[(" * 3000  # each begins within the one before
    index = b" ".join(b"%d %d" % (n, 2 * n) for n in range(3000)) + b" "
    assert packed(index + nested + b")]" * 3000, len(index), 3000) is None
