"""The marks of a PDF page's objects (BDC and BMC in its content stream): read of all objects at once, level by level."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING

from frostbyte.parse.pdf_calls import Calls

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

_LAYER = "OC\0".encode("utf-16-le")


def levels(raw: Calls, found: Handles) -> Iterator[tuple[NDArray[np.int64], Handles]]:
    """For each level, marks standing inside marks: the places in `found` of the objects marked so deep, and their marks."""
    import numpy as np

    counts = raw.each("FPDFPageObj_CountMarks", found)
    for level in range(int(counts.max(initial=0))):
        having = np.flatnonzero(counts > level)
        yield having, raw.each("FPDFPageObj_GetMark", found[having], np.full(len(having), level))


def layered(raw: Calls, found: Handles) -> NDArray[np.bool_]:
    """Which of the objects are marked as part of a layer (optional content). Those in a form may be so by the form."""
    import numpy as np

    marked = np.zeros(len(found), dtype=bool)
    for having, marks in levels(raw, found):
        different, which = np.unique(marks, return_inverse=True)
        marked[having] |= np.array([_is_layer(raw, mark) for mark in different.tolist()])[which]
    return marked


def _is_layer(raw: Calls, mark: int) -> bool:
    name, length = ctypes.create_string_buffer(64), ctypes.c_ulong()
    known = raw.FPDFPageObjMark_GetName(mark, name, len(name), ctypes.byref(length))
    return bool(known) and name.raw[: length.value] == _LAYER
