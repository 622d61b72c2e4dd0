"""From a file to a canonical document, and what happens when that cannot be."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from frostbyte.parse import READERS, ParseJob, parse_file, text


def job(mime: str = formats.TXT) -> ParseJob:
    return ParseJob(file_id="file_1", tenant_id="acme", mime_type=mime, sha256="0" * 64)


def test_every_platform_type_has_a_reader_that_exists() -> None:
    assert set(READERS) == set(formats.PLATFORM_MIMES)
    for module, function in READERS.values():
        assert callable(getattr(importlib.import_module(module), function))


def test_a_file_is_read_by_its_path_or_its_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_text("some text of it.")
    found = [parse_file(str(path), job())]
    with path.open("rb") as stream:
        found.append(parse_file(f"/proc/self/fd/{stream.fileno()}", job()))
    assert [document.normalised for document in found] == ["some text of it."] * 2
    assert [left.name for left in tmp_path.iterdir()] == ["made.txt"]


def test_the_verified_type_decides_never_the_name(tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_text("a,b\n1,2\n")
    assert [len(parse_file(str(path), job(mime)).tables) for mime in (formats.TXT, formats.CSV)] == [0, 1]


def test_a_type_without_a_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParseFailed) as failure:
        parse_file(str(tmp_path / "none"), job("text/html"))
    assert failure.value.reason == "UNSUPPORTED_FORMAT"


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\f\f"])
def test_blank_files_have_no_content(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "made.txt"
    path.write_bytes(content)
    with pytest.raises(ParseFailed) as failure:
        parse_file(str(path), job())
    assert (failure.value.reason, failure.value.detail, failure.value.transient) == ("PARSER_ERROR", "NO_CONTENT", False)


def test_whatever_a_reader_raises_fails_the_parse_without_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> None:
        raise KeyError("secret words of the document")

    monkeypatch.setattr(text, "read", broken)
    with pytest.raises(ParseFailed) as failure:
        parse_file(str(tmp_path / "none"), job())
    assert (failure.value.reason, failure.value.detail) == ("PARSER_ERROR", "KeyError")
    assert "secret" not in str(failure.value)
    assert failure.value.__suppress_context__
