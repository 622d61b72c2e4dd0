from __future__ import annotations

import pytest

from frostbyte.errors import ScanFailed
from frostbyte.intake.scan import pieces
from frostbyte.intake.scan.pieces import Piece

from . import making


def _found(data: bytes) -> list[tuple[str, str, int]]:
    return [(piece.kind, piece.name, piece.depth) for piece in pieces.pieces(data)]


def test_containers_are_opened_and_told_by_their_beginning() -> None:
    inner = making.package(a_dot_txt=b"x", word__v_dot_bin=making.macros(b"Sub A()\r\n"))
    assert _found(making.package(Deep_dot_docx=inner)) == [
        ("file", "", 0),
        ("part", "deep.docx", 1),
        ("part", "a.txt", 2),
        ("part", "word/v.bin", 2),
        ("listing", "word/v.bin", 2),
        ("stream", "thisdocument", 3),
        ("macro", "thisdocument", 3),
    ]


def test_a_part_longer_than_a_window_overlaps_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "WINDOW", 10_000)
    data = bytes(n % 251 for n in range(25_000))
    windows = [piece.data for piece in pieces.pieces(making.package(a_dot_bin=data)) if piece.kind == "part"]
    assert all(any(window is not None and data[at : at + 4000] in window for window in windows) for at in range(0, 21_000, 500))


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_PARTS"])
def test_past_a_bound_nothing_is_called_clean(bound: str) -> None:
    left = pieces._Left(bytes=1000, parts=10)
    data = making.package(**{f"p{n}": b"x" * 99 for n in range(10)}) if bound == "MOST_BYTES" else making.package(p=b"")
    list(pieces._inside(data, 0, left, ""))
    with pytest.raises(ScanFailed) as caught:
        list(pieces._inside(making.package(**{f"q{n}": b"x" * 99 for n in range(10)}), 0, left, ""))
    assert caught.value.about_file


def test_files_in_files_in_files_end() -> None:
    data = making.package(a=b"x")
    for _ in range(pieces.MOST_DEPTH):
        data = making.package(a=data)
    with pytest.raises(ScanFailed, match="deeper than is scanned"):
        _found(data)


def test_field_codes_are_joined_over_runs() -> None:
    xml = b"<w:instrText>DDE</w:instrText><w:t>no</w:t><w:instrText xml:space='preserve'>AUTO &quot;x&quot;</w:instrText>"
    assert Piece("fields", "word/a.xml", 1, b'DDEAUTO "x"') in pieces.pieces(making.package(word__a_dot_xml=xml))
