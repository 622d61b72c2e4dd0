"""Text that a PDF wants read in place of what its letters show: /ActualText. Reads through pdfium's own handles.

pdfium puts it in place of the letters, and so does every program that copies or searches; a person sees the letters. Mostly it
mends them (a ligature, a hyphen at a line's end). Where it says something else, what is seen is read and the other is hidden.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from frostbyte.parse import pdf_marks
from frostbyte.parse.pdf_calls import Calls

if TYPE_CHECKING:
    from frostbyte.parse.pdf_calls import Handles

MAX_MARKS = 2_000
"""Replacements of one page that are compared; those beyond count as untrue."""
_KEY = b"ActualText"
_MENDED = 3
"""Letters that one sign without a known letter may stand for, as in the ligature ffi."""


class Replacement(NamedTuple):
    """What is to be read in place of the text objects `found`; `mark` is the handle that says so."""

    text: str
    mark: int
    found: list[int]


def replacements(raw: Calls, found: Handles) -> list[Replacement]:
    """The replacements with a letter or digit in them among those text objects, in the order of the page."""
    import numpy as np

    texts: dict[int, str] = {}
    marked: dict[int, list[int]] = {}
    for having, marks in pdf_marks.levels(raw, found):
        different, firsts = np.unique(marks, return_index=True)
        for mark in different[np.argsort(firsts)].tolist():
            if mark and mark not in texts:
                texts[mark] = _value(raw, mark)
        told = [mark for mark in different.tolist() if any(map(str.isalnum, texts.get(mark, "")))]
        if told:
            kept = np.isin(marks, np.array(told, dtype=np.uint64))
            for one, mark in zip(found[having[kept]].tolist(), marks[kept].tolist(), strict=True):
                marked.setdefault(mark, []).append(one)
    return [Replacement(texts[mark], mark, objects) for mark, objects in marked.items()]


def untrue(raw: Calls, document: int, page: int, all_of: Sequence[Replacement]) -> list[Replacement]:
    """Those of the replacements that say something else than the letters they replace."""
    with without(raw, document, all_of):
        text_page = raw.FPDFText_LoadPage(page)
        try:
            shown = ["".join(_shown(raw, one, text_page) for one in each.found) for each in all_of[:MAX_MARKS]]
        finally:
            raw.FPDFText_ClosePage(text_page)
    lies = [each for each, letters in zip(all_of, shown, strict=False) if not is_true(each.text, letters)]
    return lies + list(all_of[MAX_MARKS:])


@contextmanager
def without(raw: Calls, document: int, those: Sequence[Replacement]) -> Iterator[None]:
    """Text pages loaded inside the block read the letters themselves. A dictionary may be another page's too: it is put back."""
    for each in those:
        raw.FPDFPageObjMark_RemoveParam(each.found[0], each.mark, _KEY)
    try:
        yield
    finally:
        for each in those:
            value = b"\xfe\xff" + each.text.encode("utf-16-be", "surrogatepass")
            raw.FPDFPageObjMark_SetBlobParam(document, each.found[0], each.mark, _KEY, value, len(value))


def is_true(text: str, shown: str) -> bool:
    """Whether `text` says what is shown, or supplies letters where the font names none."""
    said, seen = _letters(text), _letters(shown)
    if said == seen:
        return True
    unknown = sum(1 for c in shown if not c.isspace() and unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs", "So")) or not seen
    rest = iter(said)
    return all(c in rest for c in seen) and len(said) - len(seen) <= _MENDED * unknown


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _value(raw: Calls, mark: int) -> str:
    length = ctypes.c_ulong()
    if not raw.FPDFPageObjMark_GetParamStringValue(mark, _KEY, None, 0, ctypes.byref(length)) or length.value <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length.value)
    raw.FPDFPageObjMark_GetParamStringValue(mark, _KEY, buffer, length.value, ctypes.byref(length))
    return buffer.raw[:-2].decode("utf-16-le", "surrogatepass")


def _shown(raw: Calls, found: int, text_page: int) -> str:
    length = int(raw.FPDFTextObj_GetText(found, text_page, None, 0))
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFTextObj_GetText(found, text_page, buffer, length)
    return buffer.raw[:-2].decode("utf-16-le", "surrogatepass")
