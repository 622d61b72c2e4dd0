"""What a malware scan says of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from frostbyte.contract.fields import ScanResult


@dataclass(frozen=True)
class ScanVerdict:
    """`findings` are the names of the rules or signatures that hold, `engine` what looked, `sha256` of which bytes (hex),
    `places` for each finding where in the file it stands first (`place`), "" for the file itself and where it is not known.

    None of them is text of the file. `sha256` is None where the scanner does not say.
    """

    result: ScanResult
    findings: tuple[str, ...] = ()
    engine: str = ""
    sha256: str | None = None
    places: tuple[str, ...] = ()

    def told(self) -> Iterator[str]:
        """Each finding in words: its name, and in what part of the file it stands."""
        for name, place in zip_longest(self.findings, self.places, fillvalue=""):
            yield f"{name} in {place}" if place else name


Scan = Callable[[int, int], ScanVerdict]
"""Looks at an open file (descriptor, size in bytes). A scan that cannot be done raises ScanFailed; it never says clean (C13)."""
