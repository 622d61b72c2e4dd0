"""Audit events of the pipeline, in the contract's words, and the work of one ingest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from frostbyte import __version__
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.contract.hashing import tagged
from frostbyte.pipeline.progress import Clock, Progress

if TYPE_CHECKING:
    from frostbyte.embed import Embedder
    from frostbyte.parse.worker import Worker
    from frostbyte.vault import Vault

PIPELINE_VERSION = f"frostbyte/{__version__}"

_COMPONENT = {"intake": "intake-gateway", "parse": "parse-worker", "policy": "policy-engine", "embed": "embedding-service", "index": "embedding-service"}


@dataclass(frozen=True)
class Work:
    """What every stage of one ingest shares. `embedder` is called for when the first document needs vectors."""

    vault: Vault
    config: TenantConfig
    config_version: int
    worker: Worker
    embedder: Callable[[], Embedder]
    clock: Clock
    progress: Progress
    parse_timeout_s: float
    actor: str


def document_event(
    kind: EventType,
    *,
    file_id: str,
    stage: str,
    input_hash: str,
    output_hash: str,
    duration_ms: float,
    actor: str,
    status: str = "success",
    resource_type: str = "document",
    resource_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> EventDraft:
    """An event of a document's chain (chain key: its file id, ruling G1). Hashes are bare hex."""
    return EventDraft(
        event_type=kind,
        resource_type=resource_type,
        resource_id=resource_id or file_id,
        actor=actor,
        chain=file_id,
        details={
            "component": _COMPONENT[stage],
            "input_hash": tagged(input_hash),
            "output_hash": tagged(output_hash),
            "pipeline_version": PIPELINE_VERSION,
            "duration_ms": round(duration_ms, 3),
            "status": status,
            **(details or {}),
        },
    )
