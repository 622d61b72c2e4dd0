"""Keeps the OCR engine's downloader without a network client.

rapidocr imports `requests` to fetch models that are missing and pictures named by URL; this program does neither. It brings
urllib3, which opens an IPv6 socket as it is imported. So while rapidocr is imported, `requests` is a module of empty classes:
nothing is opened, a hundred milliseconds are saved, and a download that is tried all the same fails at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

PACKAGE = "requests"


class _Absent(ModuleType):
    """A module whose capital names are empty exceptions, fit for annotations and `except`; it has nothing else."""

    def __getattr__(self, name: str) -> object:
        if not name[:1].isupper():
            raise AttributeError(f"{self.__name__} is left out of this program; asked for was {name!r}")
        placeholder = type(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, placeholder)
        return placeholder


@contextmanager
def without_requests() -> Iterator[None]:
    """While inside, `import requests` gives the placeholder. No effect where it was imported before."""
    if PACKAGE in sys.modules:
        yield
        return
    sys.modules[PACKAGE] = _Absent(PACKAGE)
    try:
        yield
    finally:
        del sys.modules[PACKAGE]
