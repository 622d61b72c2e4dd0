"""pdfium's functions with plain numbers for handles and addresses.

pypdfium2 gives every handle a pointer object of its own type. A page can hold thousands of objects, one for every letter, and
each is asked five things; with numbers a call costs a third, and whole lists can be asked by `map` without a loop in Python.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Calls:
    """What pypdfium2's raw module holds, functions typed anew: whatever is a pointer is a number, None for null.

    Numbers are addresses that pdfium gave or that a buffer lies at; `ctypes.byref` and arrays are taken too. Nothing is checked:
    a handle is good as long as its page is open.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        """The constant, structure or function of that name. AttributeError where pdfium has none."""
        found = getattr(self._raw, name)
        if getattr(found, "argtypes", None) is not None:
            kinds = [ctypes.c_void_p if _is_pointer(kind) else kind for kind in (found.restype, *found.argtypes)]
            found = ctypes.PYFUNCTYPE(*kinds)(address_of(found))
        self.__dict__[name] = found
        return found


def address_of(handle: Any) -> int:
    """The number of one of pypdfium2's own handles, which are pointers; 0 for null."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def places(array: NDArray[Any]) -> list[range]:
    """The addresses of an array of shape (rows, columns), a range for each column: where pdfium may write answers."""
    columns, size = array.shape[1], array.itemsize
    first, row = array.ctypes.data, columns * size
    return [range(first + size * column, first + size * column + row * len(array), row) for column in range(columns)]


def _is_pointer(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, ctypes._Pointer)
