"""A document's chain of custody, from received bytes to index, as the contract shows it (PRD 5.7, rulings G1, G8, G11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from frostbyte.contract.audit import ChainBreak, ChainEntry, ChainVerification, ProvenanceChain
from frostbyte.contract.events import AuditEvent, EventType
from frostbyte.errors import Damaged, NotFound

if TYPE_CHECKING:
    from frostbyte.vault import Vault

METHOD = (
    "input_hash of each event equals output_hash of the one before; previous_event_id links them; "
    "the hash of each whole event is the one its commit sealed"
)
_PAGE = 500


def chain(vault: Vault, resource_id: str) -> ProvenanceChain:
    """The chain of a file_id, doc_id or chunk_id. Searches that returned the document's chunks follow as references.

    Raises NotFound for an id no document of this vault has.
    """
    file_id, chunk_ids, kind = _resolve(vault, resource_id)
    events = vault.catalog.chain_events(vault.catalog.custody(file_id) or file_id)
    references = list(_retrievals(vault, chunk_ids))
    changed = vault.unwitnessed([*events, *references])
    breaks: list[ChainBreak] = []
    entries: list[ChainEntry] = []
    before: AuditEvent | None = None
    for position, event in enumerate(events, start=1):
        details = event.details
        if event.event_id in changed:
            breaks.append(_changed(position, event))
        if event.previous_event_id != (before.event_id if before else None):
            breaks.append(
                ChainBreak(position=position, event_id=event.event_id, what="previous_event_id is not the event before")
            )
        if before is not None and details.get("input_hash") != before.details.get("output_hash"):
            breaks.append(ChainBreak(position=position, event_id=event.event_id, what="input_hash is not the output_hash before"))
        entries.append(_entry(position, event, str(details.get("input_hash")), str(details.get("output_hash"))))
        before = event
    if not events:
        breaks.append(ChainBreak(position=0, what="no event is recorded for this document"))
    if before is not None:
        last = str(before.details.get("output_hash"))
        for position, event in enumerate(references, start=len(entries) + 1):
            entries.append(_entry(position, event, last, last))
            if event.event_id in changed:
                breaks.append(_changed(position, event))
    return ProvenanceChain(
        resource_id=resource_id,
        resource_type=kind,
        tenant_id=vault.tenant_id,
        chain_length=len(entries),
        chain=entries,
        hash_chain_valid=not breaks,
        hash_chain_verification=ChainVerification(method=METHOD, breaks=breaks),
    )


def _resolve(vault: Vault, resource_id: str) -> tuple[str, set[str], Literal["document", "chunk"]]:
    chunk = vault.catalog.chunk(resource_id)
    if chunk is not None:
        document = vault.catalog.document(chunk.doc_id)
        if document is not None:
            return document.file_id, {resource_id}, "chunk"
    document = vault.catalog.document(resource_id) or vault.catalog.document_by_file(resource_id)
    if document is None:
        raise NotFound(
            f"no document or chunk {resource_id!r} in tenant {vault.tenant_id!r}", hint="give a file_id, doc_id or chunk_id"
        )
    return document.file_id, {c.chunk_id for c in vault.catalog.chunks(document.doc_id)}, "document"


def _changed(position: int, event: AuditEvent) -> ChainBreak:
    return ChainBreak(position=position, event_id=event.event_id, what="the event is not the one that was written")


def _entry(position: int, event: AuditEvent, input_hash: str, output_hash: str) -> ChainEntry:
    try:
        return ChainEntry(
            position=position,
            event_id=event.event_id,
            event_type=event.event_type,
            timestamp=event.timestamp,
            component=str(event.details.get("component", "unknown")),
            input_hash=input_hash,
            output_hash=output_hash,
            status=event.details.get("status", "success"),
            duration_ms=event.details.get("duration_ms", 0),
        )
    except ValueError as error:  # what the program writes has these
        raise Damaged(
            f"event {event.event_id!r} is not readable as a step of a chain",
            hint="run `frostbyte audit verify` to see what was changed",
        ) from error


def _retrievals(vault: Vault, chunk_ids: set[str]) -> Iterator[AuditEvent]:
    """Searches that returned one of the chunks, oldest first. They change nothing, so they carry the last hash unchanged."""
    found: list[AuditEvent] = []
    page, seen, total = 1, 0, 1
    while seen < total:
        events, total = vault.catalog.events(event_type=EventType.RETRIEVAL_EXECUTED, page=page, limit=_PAGE)
        found += [event for event in events if chunk_ids & set(event.details.get("chunk_ids_returned", ()))]
        seen, page = seen + len(events), page + 1
        if not events:
            break
    yield from reversed(found)
