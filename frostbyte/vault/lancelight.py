"""Makes `import lancedb` cheap: leaves out a generated REST client that a local table never uses.

Half of the import (about 800 ms) is `lance_namespace_urllib3_client`, hundreds of pydantic models of a remote catalogue
service. `lance_namespace` only re-exports their names. While lancedb is imported, a finder answers for that package with
modules whose every attribute is an empty class. `tests/vault/test_lancelight.py` pins what this relies on.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

PACKAGE = "lance_namespace_urllib3_client"


class _Placeholders(ModuleType):
    """A module in which every public name is an empty class of that name."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        placeholder = type(name, (Exception if name.endswith("Exception") else object,), {"__module__": self.__name__})
        setattr(self, name, placeholder)
        return placeholder


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == PACKAGE or fullname.startswith(PACKAGE + "."):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Placeholders(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


@contextmanager
def without_namespace_client() -> Iterator[None]:
    """While inside, the client package is imported as placeholders. No effect once lancedb or the client is there."""
    if "lancedb" in sys.modules or PACKAGE in sys.modules:
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
