"""Other eyes on a source: the letters that a file holds, read without the product's parser, to hold a document's text against."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from frostbyte.contract import formats
from frostbyte.contract.documents import CanonicalDocument

_ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-32",
    "cp1252",
    "cp1251",
    "cp1250",
    "cp437",
    "cp866",
    "koi8_r",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
    "latin-1",
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def seen(path: Path, mime: str, document: CanonicalDocument) -> tuple[int, int]:
    """Of the document's words with a letter or digit, how many the witness finds in the source, and how many there are.

    DOCX: every text of every XML part and the alternative texts of pictures, as zipfile and ElementTree give them. XLSX: what
    openpyxl makes of the cells, and texts of other parts. TXT and CSV: the bytes in whichever of the usual encodings fits best.
    PDF has another witness (`offsets`), a picture none.
    """
    texts = {formats.DOCX: _package, formats.XLSX: _workbook, formats.TXT: _decoded, formats.CSV: _decoded}.get(mime)
    words = [word for word in map(_letters, document.normalised.split()) if word]
    if texts is None:
        return 0, 0
    return max((sum(word in text for word in words) for text in texts(path)), default=0), len(words)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text)


def _package(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [_letters("".join(_parts(archive)))]


def _parts(archive: zipfile.ZipFile) -> list[str]:
    found = []
    for name in archive.namelist():
        if name.endswith(".xml"):
            root = ElementTree.fromstring(archive.read(name))
            found += root.itertext()
            found += [text for element in root.iter() for key in ("descr", "title", "alt") if (text := element.get(key))]
    return found


def _workbook(path: Path) -> list[str]:
    import openpyxl

    found: list[str] = []
    for cached in (True, False):
        book = openpyxl.load_workbook(path, data_only=cached)
        for sheet in book.worksheets:
            found += [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None]
    with zipfile.ZipFile(path) as archive:
        found += _parts(archive)
    return [_letters("".join(found))]


def _decoded(path: Path) -> list[str]:
    data = path.read_bytes()
    texts = [data.decode(encoding, "replace") for encoding in _ENCODINGS]
    return [_letters(text) for text in (*texts, *map(_unquoted, texts[:1]))]


def _unquoted(text: str) -> str:
    try:
        return "".join("".join(row) for row in csv.reader(io.StringIO(text)))
    except csv.Error:
        return text
