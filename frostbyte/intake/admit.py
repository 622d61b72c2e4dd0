"""Intake's verdict on one file of a batch: accepted, rejected or quarantined, and why.

The reported reason follows the documents' order (C2): type, size, checksum, malware. The work is one pass: the file is opened
once, its beginning sniffed, then it streams by while it is hashed and, if it claims to be text, read to the last byte.

The contract knows three reasons to reject a file; most of what it does not foresee is sorted under them:

- a file that is missing or cannot be read is a CHECKSUM_MISMATCH: the manifest promises bytes with a digest, and those bytes
  are not there. The message says "not found" or "could not be read".
- a file that defeats the malware scan is refused as SERVICE_UNAVAILABLE, for it was not checked; a scanner that is broken raises.
- a link, folder, pipe, socket or device is UNSUPPORTED_FORMAT: it is no document, whatever its name says.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar, Final, Literal

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.fields import ScanResult
from frostbyte.contract.receipts import ManifestFile
from frostbyte.errors import FrostbyteError, ScanFailed
from frostbyte.intake import mime
from frostbyte.intake.scan.verdict import Scan, ScanVerdict
from frostbyte.intake.source import Source, SourceRefused

Status = Literal["accepted", "rejected", "quarantined"]
Reason = Literal["UNSUPPORTED_FORMAT", "SIZE_EXCEEDED", "CHECKSUM_MISMATCH", "MALWARE_DETECTED", "SERVICE_UNAVAILABLE"]

MEGABYTE: Final = 1024 * 1024
"""Bytes in a megabyte of `max_file_size_mb`, as the server counts."""
_BLOCK: Final = 1024 * 1024
_OVERSIZE_LOOK: Final = 1024 * 1024


class SourceChanged(FrostbyteError):
    """A file is not what it was when it was admitted: gone, unreadable, or other bytes. The pipeline rejects it."""

    code: ClassVar[str] = "CHECKSUM_MISMATCH"


@dataclass(frozen=True)
class AdmissionWarning:
    """Something the batch's report should say of an admitted file. `code` is a fixed word."""

    code: Literal["SIZE_MISMATCH", "SCAN_SKIPPED"]
    message: str


@dataclass(frozen=True)
class Admission:
    """The verdict on a file. `size_bytes` is the real size (C10), 0 where no file could be opened.

    `scanned_with` names what looked for malware, empty where nothing did. `mime_type` is the platform type, None unless accepted
    or quarantined; `sha256` is None where the file was refused before it was read to the end. `message` is None only when
    accepted; it never holds content or a file's name.
    """

    file_id: str
    status: Status
    reason: Reason | None
    message: str | None
    mime_type: str | None
    size_bytes: int
    sha256: str | None
    scan_result: ScanResult
    warnings: tuple[AdmissionWarning, ...] = ()
    source: Source | None = None
    scanned_with: str = ""

    def blocks(self) -> Iterator[bytes]:
        """The admitted bytes again, in blocks. Raises SourceChanged, at the latest after the last block, if they are others.

        For sealing: what is stored is only kept when this ends without an error, so a file swapped after its admission
        never enters under the digest of another.
        """
        if self.source is None or self.sha256 is None:
            raise SourceChanged(f"tried to read {self.file_id!r} again, but no file was admitted under this id")
        digest, size = hashlib.sha256(), 0
        try:
            with self.source.open() as (descriptor, _):
                for block in _stream(descriptor, self.size_bytes + 1):
                    digest.update(block)
                    size += len(block)
                    yield block
        except SourceRefused as refusal:
            raise SourceChanged(f"tried to read {self.file_id!r} again: {refusal.what}") from refusal
        except OSError as error:
            raise SourceChanged(f"tried to read {self.file_id!r} again: {_why(error)}") from error
        if size != self.size_bytes or digest.hexdigest() != self.sha256:
            raise SourceChanged(f"{self.file_id!r} changed after it was admitted: its bytes no longer match its checksum")


def admit(
    entry: ManifestFile, path: Path | None, config: TenantConfig, scan: Scan | None = None, *, root: Path | None = None
) -> Admission:
    """Judge the file at `path` against its manifest entry and the tenant's configuration.

    `path` None means that the manifest's name leads to no place inside the drop. With `root`, the drop's folder, links are
    refused in every folder below it too. Without a scanner the result is `skipped` and a warning says so.
    Never raises for anything the file is or does; what a scanner raises passes through.
    """
    claim = mime.claimed(entry.filename, entry.mime_type)
    if isinstance(claim, mime.Unsupported):
        return _rejected(entry, "UNSUPPORTED_FORMAT", claim.message, 0)
    if path is None:
        return _rejected(entry, "CHECKSUM_MISMATCH", "file not found: its name leads outside the drop", 0)
    source = Source(path, root)
    try:
        with source.open() as (descriptor, size):
            return _judge(entry, source, descriptor, size, config, scan)
    except SourceRefused as refusal:
        reason: Reason = "UNSUPPORTED_FORMAT" if refusal.fault == "irregular" else "CHECKSUM_MISMATCH"
        return _rejected(entry, reason, refusal.what, 0)


def _judge(entry: ManifestFile, source: Source, descriptor: int, size: int, config: TenantConfig, scan: Scan | None) -> Admission:
    limit = int(config.max_file_size_mb * MEGABYTE)
    digest, read = hashlib.sha256(), 0
    try:
        answer = mime.recognise(
            descriptor, size, filename=entry.filename, declared=entry.mime_type, allowlist=config.mime_allowlist
        )
        if isinstance(answer, mime.Unsupported):
            return _rejected(entry, "UNSUPPORTED_FORMAT", answer.message, size)
        # A file past the limit is refused anyway: enough of it is read to name its type, not hundreds of gigabytes.
        for block in _stream(descriptor, limit + 1 if size <= limit else min(size, _OVERSIZE_LOOK)):
            digest.update(block)
            read += len(block)
            if answer.text is not None:
                answer.text.feed(block)
    except OSError as error:
        return _rejected(entry, "CHECKSUM_MISMATCH", f"the file could not be read ({_why(error)})", size)
    size = read if size <= limit else size  # a file that grew or shrank meanwhile counts as read
    # Of a file past the limit only a beginning was read: what that holds counts, how it ends cannot be said.
    seen_enough = size <= limit or (answer.text is not None and answer.text.problem is not None)
    final = mime.confirm(answer) if seen_enough else answer
    if isinstance(final, mime.Unsupported):
        return _rejected(entry, "UNSUPPORTED_FORMAT", final.message, size)
    if size > limit:
        return _rejected(entry, "SIZE_EXCEEDED", f"{size} bytes, this tenant takes at most {limit}", size)
    found = digest.hexdigest()
    if found != entry.sha256.lower():
        message = f"the manifest says sha256 {entry.sha256.lower()}, the file has {found}"
        return _rejected(entry, "CHECKSUM_MISMATCH", message, size, sha256=found)
    return _scanned(entry, source, descriptor, size, found, final.mime, scan)


def _scanned(
    entry: ManifestFile, source: Source, descriptor: int, size: int, sha256: str, mime_type: str, scan: Scan | None
) -> Admission:
    warnings: list[AdmissionWarning] = []
    if entry.size_bytes != size:
        warnings.append(AdmissionWarning("SIZE_MISMATCH", f"the manifest says {entry.size_bytes} bytes, the file has {size}"))
    try:
        verdict = ScanVerdict("skipped") if scan is None else scan(descriptor, size)
    except ScanFailed as failure:
        if not failure.about_file:
            raise
        return _rejected(entry, "SERVICE_UNAVAILABLE", failure.message, size, sha256=sha256)
    if verdict.sha256 not in (None, sha256):
        return _rejected(entry, "CHECKSUM_MISMATCH", "the file changed while it was read", size)
    if verdict.result == "skipped":
        warnings.append(AdmissionWarning("SCAN_SKIPPED", "not scanned for malware: the operator switched the scan off"))
    infected = verdict.result == "quarantined"
    return Admission(
        file_id=entry.file_id,
        status="quarantined" if infected else "accepted",
        reason="MALWARE_DETECTED" if infected else None,
        message=_findings(verdict) if infected else None,
        mime_type=mime_type,
        size_bytes=size,
        sha256=sha256,
        scan_result=verdict.result,
        warnings=tuple(warnings),
        source=source,
        scanned_with=verdict.engine,
    )


def _findings(verdict: ScanVerdict) -> str:
    found = f": {', '.join(islice(verdict.told(), 8))}" if verdict.findings else ""
    return f"the malware scan holds this file back{found}" + (f" [{verdict.engine}]" if verdict.engine else "")


def _rejected(entry: ManifestFile, reason: Reason, message: str, size: int, *, sha256: str | None = None) -> Admission:
    return Admission(
        file_id=entry.file_id,
        status="rejected",
        reason=reason,
        message=message,
        mime_type=None,
        size_bytes=size,
        sha256=sha256,
        scan_result="skipped",
    )


def _stream(descriptor: int, most: int) -> Iterator[bytes]:
    """The file from its start, at most `most` bytes of it. By position: the descriptor's own offset stays where it is."""
    position = 0
    while position < most:
        block = os.pread(descriptor, min(_BLOCK, most - position), position)
        if not block:
            return
        position += len(block)
        yield block


def _why(error: OSError) -> str:
    return (error.strerror or "input/output error").lower()
