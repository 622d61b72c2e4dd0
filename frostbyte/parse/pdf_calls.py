"""pdfium's functions with plain numbers for handles and addresses, and asked about many handles at once.

pypdfium2 gives every handle a pointer object of its own. A page can hold thousands of objects, one for every letter, and each is
asked some eight things. With numbers a call costs a third; `each` makes them all in a loop of `pdf_each.c`, where that was
compiled (`./run` does where it finds a C compiler, and the program always has it), else by `map`, with the same answers.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Handles = NDArray[np.uint64]

Row = TypeVar("Row", bound=NamedTuple)

COMPILED = Path(__file__).with_name("pdf_each.so")
_LETTERS = {ctypes.c_int: "i", ctypes.c_ulong: "L", ctypes.c_double: "d"}
_LOOPS = {
    "i p": ("each_number", "int32"),
    "p p": ("each_handle", "uint64"),
    "p pi": ("each_inner", "uint64"),
    "p pL": ("each_inner_long", "uint64"),
    "p pii": ("each_inner_of", "uint64"),
    "d pi": ("each_size", "float64"),
    "i pp": ("each_row", "int32"),
    "i pip": ("each_row_at", "int32"),
    "i ppp": ("each_pair", "int32"),
    "i ppppp": ("each_four", "int32"),
}
"""For the result and parameters of a function the loop of `pdf_each.c` and what it answers."""


class Calls:
    """What pypdfium2's raw module holds, functions typed anew: whatever is a pointer is a number, None for null.

    Numbers are addresses that pdfium gave or that a buffer lies at; `ctypes.byref` and arrays are taken too. Nothing is checked:
    a handle is good as long as its page is open.
    """

    def __init__(self, raw: Any, *, compiled: bool = True) -> None:
        self._raw = raw
        self._library = library() if compiled else None
        self._forms: dict[str, tuple[str, str, int]] = {}

    def __getattr__(self, name: str) -> Any:
        """The constant, structure or function of that name. AttributeError where pdfium has none."""
        found = getattr(self._raw, name)
        if getattr(found, "argtypes", None) is not None:
            kinds = [ctypes.c_void_p if _is_pointer(kind) else kind for kind in (found.restype, *found.argtypes)]
            found = ctypes.PYFUNCTYPE(*kinds)(address_of(found))
        self.__dict__[name] = found
        return found

    def each(
        self, name: str, of: Handles | int, at: NDArray[Any] | None = None, *, also: int = 0, out: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """The answers of the function `name` about each handle of `of`, in their order.

        `of` is an array of shape (n,), or one handle of which n places `at` are asked; `also` is a further number that some
        functions want. Where the function writes its answers, `out` takes them: an array of shape (n, k), its items of four
        bytes and its rows without gaps. The result, of shape (n,), is what the function returned: int32 for numbers and truth,
        uint64 for handles (0 for null), float64 for sizes.
        """
        import numpy as np

        if name not in self._forms:
            self._forms[name] = self._form(name)
        loop, kind, function = self._forms[name]
        one = isinstance(of, int)
        handles = np.array([of] if one else of, dtype=np.uint64, order="C", copy=None)
        places = None if at is None else np.ascontiguousarray(at, dtype=np.int64)
        count = len(handles) if places is None else len(places)
        if len(handles) != (1 if one else count) or (
            out is not None and (len(out) != count or out.itemsize != 4 or not out.flags.c_contiguous)
        ):
            raise ValueError(f"{name}: handles, places and answers are not as many or not in rows")
        if self._library is None:
            return np.array(
                self._one_by_one(name, loop, handles.repeat(count) if one else handles, places, also, out), dtype=kind
            )
        answers: NDArray[Any] = np.empty(count, dtype=kind)
        at_place = None if places is None else place_of(places)
        rows, width = (None, 0) if out is None or not count else (place_of(out), out.strides[0])
        getattr(self._library, loop)(function, count, one, place_of(handles), at_place, also, rows, width, place_of(answers))
        return answers

    def _form(self, name: str) -> tuple[str, str, int]:
        """The loop for that function, the type of its answers and its address."""
        found = getattr(self._raw, name)
        letters = ["p" if _is_pointer(kind) else _LETTERS[kind] for kind in (found.restype, *found.argtypes)]
        return (*_LOOPS[f"{letters[0]} {''.join(letters[1:])}"], address_of(found))

    def _one_by_one(
        self, name: str, loop: str, of: Handles, at: NDArray[Any] | None, also: int, out: NDArray[Any] | None
    ) -> list[Any]:
        """What the loop does, by `map`."""
        arguments: list[Any] = [of.tolist()]
        if at is not None:
            arguments.append(at.tolist())
        if loop == "each_inner_of":
            arguments.append(repeat(also))
        if out is not None:
            columns = _columns(out)
            arguments += columns if loop in ("each_pair", "each_four") else columns[:1]
        return [answer or 0 for answer in map(getattr(self, name), *arguments)]


@cache
def library() -> Any:
    """What is compiled of this room: `pdf_each.c` and `pdf_shapes.c`; None where nothing is."""
    try:
        loaded = ctypes.PyDLL(str(COMPILED))
    except OSError:
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_long
    for loop, _ in _LOOPS.values():
        getattr(loaded, loop).argtypes = [pointer, number, ctypes.c_int, pointer, pointer, number, pointer, number, pointer]
        getattr(loaded, loop).restype = None
    return loaded


def address_of(handle: Any) -> int:
    """The number of one of pypdfium2's own handles, which are pointers; 0 for null."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def place_of(array: NDArray[Any]) -> Any:
    """Where an array that may be written to lies, its items without gaps, for a function of C; None for an empty one.

    Asked of some hundred for a page, and `array.ctypes` takes three times as long.
    """
    buffer: Any = array  # NumPy says that it is one from Python 3.12 on
    return ctypes.byref(ctypes.c_char.from_buffer(buffer)) if array.size else None


def rows(kind: type[Row], *columns: Iterable[Any]) -> list[Row]:
    """Named tuples of that kind from the columns of what was answered, without a call of Python for each."""
    return list(map(tuple.__new__, repeat(kind), zip(*columns, strict=True)))


def _columns(array: NDArray[Any]) -> list[range]:
    """The addresses of an array of shape (rows, columns), a range for each column: where pdfium may write answers."""
    columns, size = array.shape[1], array.itemsize
    first, row = array.ctypes.data, columns * size
    return [range(first + size * column, first + size * column + row * len(array), row) for column in range(columns)]


def _is_pointer(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, ctypes._Pointer)
