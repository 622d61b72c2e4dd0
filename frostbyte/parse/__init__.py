"""Documents into canonical documents: one file per format, one chunker for all.

    document = parse_file("/proc/self/fd/5", ParseJob(file_id, tenant_id, mime_type, sha256))

A *reader* (`docx.read`, ...) turns a file into a `Reading`; `chunking` and `assemble` do the rest and know no format. In
production this runs in `worker`, a child process that holds no key.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from frostbyte.parse.elements import Reading

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument

PARSER_VERSION = "frostbyte-parse/1"
"""Changes whenever the same bytes may give other chunks (ruling A2): chunk ids hang on offsets, so a change means a re-index."""

READERS: dict[str, tuple[str, str]] = {
    formats.PDF: ("frostbyte.parse.pdf", "read"),
    formats.DOCX: ("frostbyte.parse.docx", "read"),
    formats.XLSX: ("frostbyte.parse.xlsx", "read"),
    formats.TXT: ("frostbyte.parse.text", "read"),
    formats.CSV: ("frostbyte.parse.delimited", "read"),
    formats.PNG: ("frostbyte.parse.image", "read"),
    formats.TIFF: ("frostbyte.parse.image", "read"),
}
"""Verified MIME type to reader; a literal table, so that what runs is what was reviewed and a frozen build can see it."""


@dataclass(frozen=True)
class ParseJob:
    """What a parse needs besides the bytes. `mime_type` is the type intake verified, never the declared one (ruling E5)."""

    file_id: str
    tenant_id: str
    mime_type: str
    sha256: str


def parse_file(path: str, job: ParseJob) -> CanonicalDocument:
    """Read the file at `path` (may be `/proc/self/fd/N`) and assemble its canonical document.

    Raises ParseFailed, with a contract reason and never with text of the document, whatever the file holds.
    """
    entry = READERS.get(job.mime_type)
    if entry is None:
        raise ParseFailed(f"no reader for type {job.mime_type!r}", reason="UNSUPPORTED_FORMAT")
    module, function = entry
    read = cast(Callable[[str], Reading], getattr(importlib.import_module(module), function))
    from frostbyte.parse.assemble import assemble

    try:
        reading = read(path)
        return assemble(reading, file_id=job.file_id, tenant_id=job.tenant_id, raw_sha256=job.sha256)
    except ParseFailed:
        raise
    # Hostile bytes make parser libraries raise anything at all. This is the parser's outermost edge, and the cause is not chained
    # (`from None`): its message may quote the document (ruling E8).
    except Exception as error:
        raise ParseFailed("the file could not be read", reason="PARSER_ERROR", detail=type(error).__name__) from None
