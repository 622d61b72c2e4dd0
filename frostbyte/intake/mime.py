"""What a file is, and whether that is what its name and its sender say (rulings D1-D9, formats.json).

Three voices must agree before anything is taken in: the extension, the declared type and the content. The content is judged
by its own evidence: libmagic for PDF and images, `package` for Office files, `textual` for text from first to last byte.
`text/plain` and `text/csv` look alike (D1), so for those two the content says "text" and name and declaration, which must
agree, say which. Nothing known about a file means it is refused.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from frostbyte.contract.formats import CSV, DOCX, EXTENSIONS, MIME_BY_EXTENSION, PDF, PLATFORM_MIMES, PNG, TIFF, TXT, XLSX
from frostbyte.intake import libmagic, package, textual

_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True)
class Unsupported:
    """Refused as UNSUPPORTED_FORMAT. `message` says what was found and what was expected; never content."""

    message: str


@dataclass(frozen=True)
class Recognised:
    """Taken for `mime`, a platform type. Text is only taken once `text` has been fed the whole file and found no problem."""

    mime: str
    text: textual.TextCheck | None = None


def extension(filename: str) -> str:
    """The last extension in lower case with its dot, or an empty string. Both slashes part folders: names come from anywhere."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, last = name.rpartition(".")
    return f".{last}".lower() if dot and stem else ""


def recognise(fd: int, size: int, *, filename: str, declared: str, allowlist: Collection[str]) -> Recognised | Unsupported:
    """Judge the open file `fd` of `size` bytes by its beginning and, for packages, its directory.

    `allowlist` is the tenant's; types outside the platform's list are refused whatever it holds (D9). For text the answer is
    provisional until `Recognised.text` has seen the rest. Raises OSError where reading fails.
    """
    expected = claimed(filename, declared)
    if isinstance(expected, Unsupported):
        return expected
    if expected not in allowlist or expected not in PLATFORM_MIMES:
        return Unsupported(f"{expected} is not on this tenant's list of types")
    if size == 0:
        return Unsupported(f"the file is empty, expected {expected}")
    head = os.pread(fd, libmagic.HEAD_BYTES, 0)
    sniffed = libmagic.sniff(head)
    if expected in (TXT, CSV):
        foreign = textual.foreign_kind(head, sniffed)
        if foreign is not None:
            return Unsupported(f"found {foreign}, expected {expected}")
        return Recognised(expected, textual.TextCheck(size))
    if expected in (DOCX, XLSX):
        return _package(fd, size, head, sniffed, expected)
    if expected in (PDF, PNG, TIFF) and sniffed == expected:
        return Recognised(expected)
    return Unsupported(f"found {sniffed}, expected {expected}")


def inspect(fd: int, size: int, *, filename: str, declared: str, allowlist: Collection[str]) -> Recognised | Unsupported:
    """`recognise`, and for text the whole file read in blocks: a final answer."""
    answer = recognise(fd, size, filename=filename, declared=declared, allowlist=allowlist)
    if isinstance(answer, Unsupported) or answer.text is None:
        return answer
    position = 0
    while block := os.pread(fd, _BLOCK, position):
        answer.text.feed(block)
        position += len(block)
    return confirm(answer)


def confirm(answer: Recognised) -> Recognised | Unsupported:
    """The final answer once `answer.text`, where there is one, has been fed the whole file."""
    problem = answer.text.finish() if answer.text is not None else None
    if problem is None:
        return answer
    return Unsupported(f"not plain text: {problem}; expected {answer.mime}")


def claimed(filename: str, declared: str) -> str | Unsupported:
    """The one platform type that name and declaration both claim. Needs no file.

    The declared type is compared without regard to case and takes no parameters (D8).
    """
    suffix = extension(filename)
    if not suffix:
        return Unsupported("the name has no extension; expected one of " + _extensions())
    by_name = MIME_BY_EXTENSION.get(suffix)
    if by_name is None:
        return Unsupported(f"extension {_shown(suffix)} is not taken; expected one of " + _extensions())
    if declared.lower() not in PLATFORM_MIMES:
        return Unsupported(f"declared type {_shown(declared)} is not taken; extension {suffix} means {by_name}")
    if declared.lower() != by_name:
        return Unsupported(f"declared {declared.lower()}, but extension {suffix} means {by_name}")
    return by_name


def _package(fd: int, size: int, head: bytes, sniffed: str, expected: str) -> Recognised | Unsupported:
    if not head.startswith(b"PK\x03\x04"):
        return Unsupported(f"found {sniffed}, expected {expected}")
    found = package.inspect(fd, size)
    if found.mime is None:
        return Unsupported(f"found {found.problem}, expected {expected}")
    if found.mime != expected:
        return Unsupported(f"found {found.mime}, expected {expected}")
    return Recognised(expected)


def _extensions() -> str:
    return " ".join(suffix for suffixes in EXTENSIONS.values() for suffix in suffixes)


def _shown(text: str) -> str:
    """Foreign text made safe and short enough for a message."""
    return ascii(text if len(text) <= 80 else text[:80] + "...")
