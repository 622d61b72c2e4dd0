"""The 28 audit event types, what each must say, and an event before and after it is written (PRD App. A, App. H).

An event is never a log line: it is read by an auditor years later. It names things by id and hash; it holds no document
text, query text, personal data or matched injection text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from frostbyte.contract.fields import Model, ResourceType, Tenant, Text, Timestamp, Uuid7


class EventType(StrEnum):
    BATCH_RECEIVED = "BATCH_RECEIVED"
    DOCUMENT_INGESTED = "DOCUMENT_INGESTED"
    DOCUMENT_REJECTED = "DOCUMENT_REJECTED"
    DOCUMENT_QUARANTINED = "DOCUMENT_QUARANTINED"
    DOCUMENT_PARSED = "DOCUMENT_PARSED"
    DOCUMENT_PARSE_FAILED = "DOCUMENT_PARSE_FAILED"
    CONTENT_DROPPED = "CONTENT_DROPPED"
    POLICY_GATE_PASSED = "POLICY_GATE_PASSED"
    POLICY_GATE_FAILED = "POLICY_GATE_FAILED"
    PII_DETECTED = "PII_DETECTED"
    DOCUMENT_EMBEDDED = "DOCUMENT_EMBEDDED"
    INDEX_WRITTEN = "INDEX_WRITTEN"
    EMBEDDING_FAILED = "EMBEDDING_FAILED"
    RETRIEVAL_EXECUTED = "RETRIEVAL_EXECUTED"
    GENERATION_EXECUTED = "GENERATION_EXECUTED"
    TENANT_CREATED = "TENANT_CREATED"
    TENANT_PROVISION_STARTED = "TENANT_PROVISION_STARTED"
    TENANT_PROVISIONED = "TENANT_PROVISIONED"
    TENANT_PROVISION_FAILED = "TENANT_PROVISION_FAILED"
    TENANT_PROVISION_RETRY = "TENANT_PROVISION_RETRY"
    TENANT_CONFIG_UPDATED = "TENANT_CONFIG_UPDATED"
    TENANT_SUSPENDED = "TENANT_SUSPENDED"
    TENANT_RESUMED = "TENANT_RESUMED"
    TENANT_DEPROVISION_STARTED = "TENANT_DEPROVISION_STARTED"
    TENANT_DEPROVISIONED = "TENANT_DEPROVISIONED"
    TENANT_DEPROVISION_FAILED = "TENANT_DEPROVISION_FAILED"
    TENANT_ABANDONED = "TENANT_ABANDONED"
    BATCH_COMPLETED = "BATCH_COMPLETED"


INTAKE = "intake-gateway"
PARSE = "parse-worker"
POLICY = "policy-engine"
EMBEDDING = "embedding-service"
SERVING = "serving-api"
COMPONENTS: tuple[str, ...] = (INTAKE, PARSE, POLICY, EMBEDDING, SERVING)

CHAIN_DETAILS: tuple[str, ...] = ("component", "input_hash", "output_hash", "pipeline_version", "duration_ms", "status")
"""What each event of the success chain says besides its own details."""
HASH_CHAINED: frozenset[EventType] = frozenset(
    {
        EventType.DOCUMENT_INGESTED,
        EventType.DOCUMENT_PARSED,
        EventType.POLICY_GATE_PASSED,
        EventType.DOCUMENT_EMBEDDED,
        EventType.INDEX_WRITTEN,
    }
)
_OWN_DETAILS: dict[EventType, tuple[str, ...]] = {
    EventType.BATCH_RECEIVED: ("file_count", "submitter"),
    EventType.DOCUMENT_INGESTED: ("sha256", "mime_type", "storage_path"),
    EventType.DOCUMENT_REJECTED: ("rejection_reason", "failed_check"),
    EventType.DOCUMENT_PARSED: ("chunk_count", "page_count", "parser_versions"),
    EventType.DOCUMENT_PARSE_FAILED: ("failure_reason", "parser_versions"),
    EventType.CONTENT_DROPPED: ("dropped_element_type", "page", "reason"),
    EventType.POLICY_GATE_PASSED: ("gate_name", "result_summary"),
    EventType.POLICY_GATE_FAILED: ("gate_name", "failure_reason", "action_taken"),
    EventType.PII_DETECTED: ("pii_types_found", "action_taken"),
    EventType.DOCUMENT_EMBEDDED: ("chunk_count", "embed_model", "embed_version", "embed_dimensions"),
    EventType.INDEX_WRITTEN: ("chunk_ids", "store_writes"),
    EventType.EMBEDDING_FAILED: ("failure_reason", "retry_count", "embed_model"),
    EventType.RETRIEVAL_EXECUTED: ("query_id", "chunk_ids_returned", "result_count", "model_version_match"),
    EventType.GENERATION_EXECUTED: ("query_id", "cited_chunks", "ungrounded_claims_count", "suppressed"),
    EventType.TENANT_CONFIG_UPDATED: ("changes", "config_version", "previous_config_version"),
    EventType.TENANT_SUSPENDED: ("reason",),
    EventType.TENANT_RESUMED: ("reason",),
    EventType.TENANT_DEPROVISION_STARTED: ("reason",),
    EventType.BATCH_COMPLETED: ("report_id",),
}
REQUIRED_DETAILS: dict[EventType, tuple[str, ...]] = {
    kind: _OWN_DETAILS.get(kind, ()) + (CHAIN_DETAILS if kind in HASH_CHAINED else ()) for kind in EventType
}

_RESOURCE_BY_PREFIX: tuple[tuple[str, ResourceType], ...] = (
    ("TENANT_", "tenant"),
    ("BATCH_", "batch"),
    ("RETRIEVAL_", "query"),
    ("GENERATION_", "query"),
    ("INDEX_", "chunk"),
)
RESOURCE_TYPES: dict[EventType, ResourceType] = {
    kind: next((resource for prefix, resource in _RESOURCE_BY_PREFIX if kind.startswith(prefix)), "document")
    for kind in EventType
}
"""The resource type of each event. INDEX_WRITTEN is of type chunk although its resource_id is the doc_id (ruling G1)."""

ALIASES: dict[EventType, dict[str, str]] = {
    EventType.DOCUMENT_REJECTED: {"reason": "rejection_reason"},
    EventType.POLICY_GATE_PASSED: {"gate": "gate_name"},
    EventType.POLICY_GATE_FAILED: {"gate": "gate_name"},
    EventType.PII_DETECTED: {"pii_types": "pii_types_found", "pii_action_taken": "action_taken"},
    EventType.EMBEDDING_FAILED: {"error_code": "failure_reason"},
    EventType.RETRIEVAL_EXECUTED: {"chunk_ids": "chunk_ids_returned", "chunk_count": "result_count"},
}
"""Names other documents and the server give a detail, and the PRD's name (ruling F21)."""

FORBIDDEN_DETAILS: frozenset[str] = frozenset(
    {"text", "chunk_text", "query", "query_text", "matched_text", "pii_values", "content", "snippet", "raw_error"}
)
"""Detail names that would carry what an event must never hold; refused at any depth."""


def rename_aliases(event_type: EventType, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details of an imported event under the PRD's names; a name already there is not overwritten."""
    renamed = dict(details)
    for alias, name in ALIASES.get(event_type, {}).items():
        if alias in renamed and name not in renamed:
            renamed[name] = renamed.pop(alias)
    return renamed


def missing_details(event_type: EventType, details: Mapping[str, Any]) -> list[str]:
    """The required details that are not there."""
    return [name for name in REQUIRED_DETAILS[event_type] if name not in details]


def forbidden_details(details: Mapping[str, Any]) -> list[str]:
    """Names in `details`, at any depth, under which content could slip into the audit chain."""
    found: list[str] = []
    for name, value in details.items():
        if name in FORBIDDEN_DETAILS:
            found.append(name)
        for inner in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(inner, Mapping):
                found.extend(forbidden_details(inner))
    return found


@dataclass(frozen=True)
class EventDraft:
    """An event to be written: the vault adds id, time, tenant, its place in the chain and `previous_event_id`.

    `chain` is the chain key that links it to earlier events: the file_id for all events of a document (ruling G1), None for
    events that stand alone. Raises ValueError where a required detail is missing or a forbidden one is there: that is a bug.
    """

    event_type: EventType
    resource_type: ResourceType
    resource_id: str
    details: dict[str, Any]
    actor: str = "system"
    chain: str | None = None

    def __post_init__(self) -> None:
        if self.resource_type != RESOURCE_TYPES[self.event_type]:
            raise ValueError(f"{self.event_type} is about a {RESOURCE_TYPES[self.event_type]}, not a {self.resource_type}")
        if missing := missing_details(self.event_type, self.details):
            raise ValueError(f"{self.event_type} lacks {', '.join(missing)}")
        if forbidden := forbidden_details(self.details):
            raise ValueError(f"{self.event_type} must not carry {', '.join(forbidden)}")
        if not self.resource_id or not self.actor:
            raise ValueError(f"{self.event_type} needs a resource_id and an actor")


class AuditEvent(Model):
    """An event as written. What its details must hold is judged by `rules`, so that a tampered one can still be read."""

    event_id: Uuid7
    tenant_id: Tenant
    event_type: Annotated[EventType, Field(strict=False)]
    timestamp: Timestamp
    actor: Text
    resource_type: ResourceType
    resource_id: Text
    details: dict[str, Any]
    previous_event_id: Uuid7 | None
