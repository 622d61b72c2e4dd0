"""The door to libmagic: what the first bytes of a file say it is.

Bound with ctypes straight to the library and database inside the `pylibmagic` wheel. The usual binding asks the system for
a library first (it starts `ldconfig`), and importing `pylibmagic` rewrites `LD_LIBRARY_PATH` for every child process and
patches `ctypes`; an appliance wants one known library, no child process and an untouched environment.

The wheel carries libmagic 5.41, older than the server's 5.44, and versions disagree most about packages and text. So nothing
is admitted on libmagic's word alone: `package` reads Office packages, `textual` reads text, libmagic says what else it may be.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import threading
from pathlib import Path
from typing import Any, Final

from frostbyte.errors import HostRefused

HEAD_BYTES: Final = 64 * 1024
"""How much of a file's beginning is looked at. A sniff past this would cost more and decide nothing."""

_MIME_TYPE: Final = 0x0000010
# Never inside compressed data, OLE directories or ELF tables: such files are refused by their first bytes, so the C code
# that walks their (hostile) structures has nothing to add.
_NO_CHECK_COMPRESS: Final = 0x0001000
_NO_CHECK_ELF: Final = 0x0010000
_NO_CHECK_CDF: Final = 0x0040000

_lock = threading.Lock()


def sniff(head: bytes) -> str:
    """The MIME type libmagic gives these bytes, such as `application/pdf`; `application/x-empty` for none.

    Safe to call from any thread: a libmagic handle is not, so one handle is shared under a lock. Raises HostRefused where the
    bundled library or its database cannot be loaded.
    """
    data = head[:HEAD_BYTES]
    with _lock:
        library, handle = _open()
        answer = library.magic_buffer(handle, data, len(data))
        if answer is None:
            # A rule that ran into one of libmagic's own limits; the caller treats an unknown type as not taken.
            return "application/octet-stream"
        text: str = answer.decode("ascii", "replace")
    return text


def version() -> int:
    """The library's version as a number, 541 for 5.41."""
    with _lock:
        return int(_open()[0].magic_version())


@functools.cache
def _open() -> tuple[ctypes.CDLL, ctypes.c_void_p]:
    folder = _folder()
    try:
        library = ctypes.CDLL(str(folder / "libmagic.so.1"))
    except OSError as error:
        raise HostRefused("tried to load the bundled libmagic and failed; without it no file can be admitted") from error
    _declare(library, "magic_open", ctypes.c_void_p, ctypes.c_int)
    _declare(library, "magic_load", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)
    _declare(library, "magic_buffer", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
    _declare(library, "magic_version", ctypes.c_int)
    handle = ctypes.c_void_p(library.magic_open(_MIME_TYPE | _NO_CHECK_COMPRESS | _NO_CHECK_ELF | _NO_CHECK_CDF))
    # The database is named, so neither MAGIC in the environment nor ~/.magic is ever read.
    if not handle or library.magic_load(handle, str(folder / "magic.mgc").encode()) != 0:
        raise HostRefused("tried to load the bundled libmagic database and failed; without it no file can be admitted")
    return library, handle


def _declare(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> None:
    function = getattr(library, name)
    function.restype = result
    function.argtypes = list(arguments)


def _folder() -> Path:
    # find_spec on a top-level package locates it without running it.
    spec = importlib.util.find_spec("pylibmagic")
    if spec is None or not spec.submodule_search_locations:
        raise HostRefused("the bundled libmagic (package pylibmagic) is not installed; without it no file can be admitted")
    return Path(next(iter(spec.submodule_search_locations)))
