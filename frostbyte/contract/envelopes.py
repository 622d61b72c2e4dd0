"""What wraps an answer (success, error, pages) and what a failure leaves behind (log line, dead letter)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from frostbyte.contract.fields import (
    Count,
    Model,
    OpenModel,
    ResourceType,
    Stage,
    TaggedSha256,
    Tenant,
    Text,
    Timestamp,
    Uuid7,
    absent,
)


class ErrorDetail(OpenModel):
    field: Text
    value: Any = absent()
    constraint: Text | None = absent()


class ErrorBody(Model):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    message: str
    details: list[ErrorDetail] = Field(default_factory=list)
    request_id: Text


class ErrorEnvelope(Model):
    success: Literal[False]
    error: ErrorBody


class SuccessEnvelope(Model):
    success: Literal[True]
    data: dict[str, Any]
    meta: dict[str, Any] | None = absent()


class PaginationMeta(OpenModel):
    """`pages` is ceil(total / limit)."""

    total: Count
    page: Annotated[int, Field(ge=1)]
    limit: Annotated[int, Field(ge=1)]
    pages: Count

    @classmethod
    def of(cls, total: int, page: int, limit: int) -> PaginationMeta:
        return cls(total=total, page=page, limit=limit, pages=-(-total // limit))


class LogLine(OpenModel):
    """No document text, personal data, query text or key; ids and hashes only."""

    timestamp: Timestamp
    level: Literal["debug", "info", "warning", "error", "critical"]
    tenant_id: Tenant | None
    request_id: Text
    component: Text
    message: str


class DlqError(Model):
    """`stack_trace_hash` tells two failures apart without keeping the trace, which may quote the document."""

    code: Text
    message: str
    stack_trace_hash: TaggedSha256


class DlqEntry(Model):
    """A dead letter: a stage gave up on something after its retries (PRD App. D)."""

    dlq_entry_id: Uuid7
    tenant_id: Tenant
    original_job_id: Text
    stage: Stage
    resource_id: Text
    resource_type: ResourceType
    first_attempt_at: Timestamp
    last_attempt_at: Timestamp
    retry_count: Count
    error: DlqError
    status: Literal["pending_review", "resolved", "abandoned"] = "pending_review"
    resolved_at: Timestamp | None = None
    resolution: Literal["reprocessed", "skipped", "manual_fix"] | None = None
