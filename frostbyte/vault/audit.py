"""The audit chain: how an event is written, and how any change made to the events later is found, with its place.

Every event's details carry `sequence` (1, 2, ... in this vault) and `previous_event_hash`; its hash is over the whole event
(ruling G6), so each hash stands for everything before it. `previous_event_id` links the events of one chain key (ruling G1).
The hashes are also appended to a *witness*, a file apart from the database that only the writing path touches and that
is sealed into every pack: someone who edits the events with the key in hand, hashes recomputed, still disagrees with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from frostbyte.contract.events import EventDraft
from frostbyte.contract.hashing import canonical_json, event_hash, tagged
from frostbyte.contract.ids import uuid7
from frostbyte.errors import StorageFailed

NO_HASH = "0" * 64
"""What the first event has for a previous hash."""
HASH_BYTES = 32


@dataclass(frozen=True)
class StoredEvent:
    """An event as its row says; nothing about it is trusted. Field order is column order."""

    sequence: int
    event_id: str
    event_type: str
    timestamp: str
    actor: str
    resource_type: str
    resource_id: str
    chain: str | None
    details: str
    previous_event_id: str | None
    hash: str

    def columns(self) -> tuple[Any, ...]:
        return astuple(self)

    def event(self, tenant_id: str) -> dict[str, Any]:
        """The event as the contract shows it: what its hash is over. Raises ValueError when its details are not JSON."""
        return {
            "event_id": self.event_id,
            "tenant_id": tenant_id,
            "event_type": self.event_type,
            "timestamp": self.timestamp,
            "actor": self.actor,
            "resource_type": self.resource_type,
            "resource_id": self.resource_id,
            "details": json.loads(self.details),
            "previous_event_id": self.previous_event_id,
        }


def write(
    draft: EventDraft, *, tenant_id: str, at: str, sequence: int, previous_hash: str, previous_id: str | None
) -> StoredEvent:
    """The event that follows one of hash `previous_hash`. `at` is its timestamp."""
    details = {**draft.details, "sequence": sequence, "previous_event_hash": tagged(previous_hash)}
    if draft.chain is not None:
        details["chain"] = draft.chain
    unhashed = StoredEvent(
        sequence=sequence,
        event_id=uuid7(),
        event_type=str(draft.event_type),
        timestamp=at,
        actor=draft.actor,
        resource_type=draft.resource_type,
        resource_id=draft.resource_id,
        chain=draft.chain,
        details=canonical_json(details).decode(),
        previous_event_id=previous_id,
        hash=NO_HASH,
    )
    return replace(unhashed, hash=event_hash(unhashed.event(tenant_id)))


class Break(NamedTuple):
    """Where the chain does not hold: the position (sequence number), the event found there, what is wrong (a fixed phrase)."""

    position: int
    event_id: str | None
    what: str


@dataclass(frozen=True)
class AuditReport:
    """The outcome of a verification. `head_hash` is the last event's, tagged; `events` is how many were read."""

    valid: bool
    events: int
    head_hash: str
    breaks: tuple[Break, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        breaks = [entry._asdict() for entry in self.breaks]
        return {"valid": self.valid, "events": self.events, "head_hash": self.head_hash, "breaks": breaks}


def verify(
    events: Iterable[StoredEvent], *, tenant_id: str, witness: bytes, schema: Sequence[str] = (), limit: int = 100
) -> AuditReport:
    """Check every event, given in order of sequence, against itself, the one before it and the witness.

    `schema` says what of the tables is not as it was made: breaks at position 0, before any event. At most `limit` breaks are
    listed; the first is where the chain was first touched.
    """
    breaks = [Break(0, None, what) for what in schema]
    expected = len(witness) // HASH_BYTES
    read, position, head, last_of = 0, 0, NO_HASH, dict[str, str]()
    for event in events:
        read += 1
        if len(breaks) >= limit:
            continue
        if type(event.sequence) is not int:  # NULL or a fraction, in a table of other types
            breaks.append(Break(position + 1, None, "event has no position"))
            continue
        if event.sequence <= position:
            breaks.append(Break(event.sequence, event.event_id, "event was inserted"))
            continue
        breaks += _missing(range(position + 1, min(event.sequence, expected + 1)), limit)
        previous = head if event.sequence == position + 1 else None
        position = event.sequence
        breaks += _faults(event, tenant_id, previous, last_of, witness)
        head = event.hash
        if event.chain is not None:
            last_of[event.chain] = event.event_id
    if len(breaks) < limit:
        breaks += _missing(range(position + 1, expected + 1), limit)
    return AuditReport(not breaks, read, tagged(head), tuple(breaks[:limit]))


def _missing(positions: range, limit: int) -> list[Break]:
    return [Break(position, None, "event is missing") for position in positions[:limit]]


def _faults(event: StoredEvent, tenant_id: str, previous: str | None, last_of: dict[str, str], witness: bytes) -> Iterator[Break]:
    """What is wrong with one event, the first of: its content, its place, its witness, its links."""

    def fault(what: str) -> Break:
        return Break(event.sequence, event.event_id, what)

    try:
        whole = event.event(tenant_id)
        digest = event_hash(whole)
        exact = canonical_json(whole["details"]).decode() == event.details  # else a key twice, say: readers differ on it
        place = (whole["details"].get("sequence"), whole["details"].get("chain"))
        link = whole["details"].get("previous_event_hash")
    except (ValueError, TypeError, AttributeError, RecursionError):
        yield fault("event is not readable")
        return
    witnessed = witness[(event.sequence - 1) * HASH_BYTES : event.sequence * HASH_BYTES].hex()
    if not witnessed:
        yield fault("event was inserted")
    elif digest != event.hash or not exact:
        yield fault("event was changed")
    elif place != (event.sequence, event.chain):
        yield fault("event is out of place")
    elif witnessed != event.hash:
        yield fault("event is not the one that was written")
    elif previous is not None and link != tagged(previous):
        yield fault("event does not follow the one before it")
    elif event.previous_event_id != (None if event.chain is None else last_of.get(event.chain)):
        yield fault("event is not linked to the last of its chain")


def is_witnessed(event: Mapping[str, Any], witness: bytes) -> bool:
    """Whether an event as the contract shows it is the one that was written: its hash is the witness's at its position."""
    position = event["details"].get("sequence")
    if type(position) is not int or position < 1:
        return False
    return witness[(position - 1) * HASH_BYTES : position * HASH_BYTES].hex() == event_hash(event)


def witness_head(witness: bytes) -> tuple[int, str]:
    """How many hashes a witness holds, and the last; what the head of the last commit must say."""
    return len(witness) // HASH_BYTES, witness[-HASH_BYTES:].hex() if witness else NO_HASH


def append_witness(path: Path, hashes: Iterable[str]) -> None:
    """Add event hashes to the witness in RAM."""
    try:
        with path.open("ab") as file:
            file.write(b"".join(bytes.fromhex(digest) for digest in hashes))
    except OSError as error:
        raise StorageFailed(f"the audit witness failed to grow: {error.strerror}") from error


def comparable(timestamp: str) -> str:
    """A timestamp in the fixed width events are stored with (6 digits of fraction), so that text order is time order."""
    seconds, _, fraction = timestamp.removesuffix("Z").partition(".")
    return f"{seconds}.{(fraction + '000000')[:6]}Z"
