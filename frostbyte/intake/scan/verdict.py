"""What a malware scan says of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from frostbyte.contract.fields import ScanResult


@dataclass(frozen=True)
class ScanVerdict:
    """`findings` are the names of the rules or signatures that hold, `engine` what looked, `sha256` of which bytes (hex).

    None of them is text of the file. `sha256` is None where the scanner does not say.
    """

    result: ScanResult
    findings: tuple[str, ...] = ()
    engine: str = ""
    sha256: str | None = None


Scan = Callable[[int, int], ScanVerdict]
"""Looks at an open file (descriptor, size in bytes). A scan that cannot be done raises ScanFailed; it never says clean (C13)."""
