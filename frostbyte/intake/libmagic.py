"""The door to libmagic: what the first bytes of a file say it is.

python-magic asks the system for a library (and starts `ldconfig` to do so), and importing `pylibmagic` rewrites
`LD_LIBRARY_PATH` for every child process. An appliance wants one known library, no child process and an untouched
environment: python-magic is told where the library and database inside the `pylibmagic` wheel lie, and asks nobody.

The wheel carries libmagic 5.41, older than the server's 5.44, and versions disagree most about packages and text. So nothing
is admitted on libmagic's word alone: `package` reads Office packages, `textual` reads text, libmagic says what else it may be.
"""

from __future__ import annotations

import ctypes.util
import functools
import importlib.util
import os
from pathlib import Path
from typing import Any, Final

from frostbyte.errors import HostRefused

HEAD_BYTES: Final = 64 * 1024
"""How much of a file's beginning is looked at. A sniff past this would cost more and decide nothing."""

# Never inside compressed data, OLE directories or ELF tables: such files are refused by their first bytes, so the C code
# that walks their (hostile) structures has nothing to add.
_NO_CHECK_COMPRESS: Final = 0x0001000
_NO_CHECK_ELF: Final = 0x0010000
_NO_CHECK_CDF: Final = 0x0040000


def sniff(head: bytes) -> str:
    """The MIME type libmagic gives these bytes, such as `application/pdf`; `application/x-empty` for none.

    Safe to call from any thread: a libmagic handle is not, and python-magic guards it with a lock. Raises HostRefused where
    the bundled library or its database cannot be loaded.
    """
    module, handle = _open()
    try:
        answer: str = handle.from_buffer(head[:HEAD_BYTES])
    except module.MagicException:
        # A rule that ran into one of libmagic's own limits; the caller treats an unknown type as not taken.
        return "application/octet-stream"
    return answer


def version() -> int:
    """The library's version as a number, 541 for 5.41."""
    return int(_open()[0].version())


@functools.cache
def _open() -> tuple[Any, Any]:
    folder = _folder()
    try:
        module = _import_magic(folder / "libmagic.so.1", folder / "magic.mgc")
        # The database is named, so neither MAGIC in the environment nor ~/.magic is ever read.
        handle = module.Magic(mime=True, magic_file=str(folder / "magic.mgc"))
        module.magic_setflags(handle.cookie, handle.flags | _NO_CHECK_COMPRESS | _NO_CHECK_ELF | _NO_CHECK_CDF)
    except (ImportError, OSError) as error:
        raise HostRefused("tried to load the bundled libmagic and failed; without it no file can be admitted") from error
    except Exception as error:  # python-magic's own class, known only once its import went well
        if type(error).__name__ != "MagicException":
            raise
        raise HostRefused("tried to load the bundled libmagic database and failed; without it no file can be admitted") from error
    return module, handle


def _import_magic(library: Path, database: Path) -> Any:
    """Import python-magic bound to this library: while it is imported, its question for one is answered with the path.

    Importing it also loads libmagic's default database, twice. Where that lies is what MAGIC says, or else a folder of the
    machine the wheel was built on, below /tmp, which any user here could make. So MAGIC names the bundled one meanwhile.
    """
    found, told = ctypes.util.find_library, os.environ.get("MAGIC")
    ctypes.util.find_library = lambda name: str(library) if name == "magic" else found(name)
    os.environ["MAGIC"] = str(database)
    try:
        import magic
    finally:
        ctypes.util.find_library = found
        if told is None:
            del os.environ["MAGIC"]
        else:
            os.environ["MAGIC"] = told
    return magic


def _folder() -> Path:
    # find_spec on a top-level package locates it without running it.
    spec = importlib.util.find_spec("pylibmagic")
    if spec is None or not spec.submodule_search_locations:
        raise HostRefused("the bundled libmagic (package pylibmagic) is not installed; without it no file can be admitted")
    return Path(next(iter(spec.submodule_search_locations)))
