"""A question (query_request) and its cited answer (retrieval_response)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from frostbyte.contract.fields import (
    ChunkRef,
    Classification,
    Count,
    Date,
    Doc,
    Model,
    Page,
    Sha256,
    Share,
    Tenant,
    Text,
    Timestamp,
    Uuid7,
    absent,
    error_details,
)
from frostbyte.errors import UsageError

TOP_K_LIMIT = 200
"""Above any tenant's retrieval_top_k_max (ruling H14: 1..min(config max, 200))."""


class DateRange(Model):
    """Days received, both included; either end may be open."""

    start: Date | None = absent()
    end: Date | None = absent()


class QueryFilters(Model):
    classification: Classification | None = absent()
    date_range: DateRange | None = absent()
    doc_ids: list[Text] | None = absent()


class QueryRequest(Model):
    """`top_k` absent means the tenant's retrieval_top_k_default; above its maximum is refused, never clamped (ruling H14)."""

    query_text: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    top_k: Annotated[int, Field(ge=1, le=TOP_K_LIMIT)] | None = absent()
    filters: QueryFilters | None = absent()
    include_generation: bool = False


def parse_query(body: Mapping[str, Any]) -> QueryRequest:
    """The request of an untrusted JSON body; a null, like a tenant_id, is refused.

    Raises UsageError, whose details never quote the query.
    """
    nulls = [{"field": path, "constraint": "must not be null"} for path in _nulls(body)]
    if nulls:
        raise UsageError("tried to read a query, but a field is null", details=nulls)
    try:
        return QueryRequest.from_json(body)
    except ValidationError as failure:
        raise UsageError("tried to read a query, but it breaks the contract", details=error_details(failure)) from failure


def _nulls(value: object, path: str = "") -> list[str]:
    if value is None:
        return [path]
    if isinstance(value, Mapping):
        return [found for key, inner in value.items() for found in _nulls(inner, f"{path}.{key}".lstrip("."))]
    return []


class RetrievedChunk(Model):
    """A cited passage: `text` is the normalised text from `start_char` to `end_char`.

    `similarity_score` is a cosine with negatives shown as 0 (ruling H15).
    """

    chunk_id: ChunkRef
    doc_id: Doc
    original_filename: Text
    text: str
    page: Page
    start_char: Count
    end_char: Count
    similarity_score: Share
    classification: Classification
    embed_model: Text
    embed_version: Text
    source_sha256: Sha256


class Generation(Model):
    answer: str | None
    cited_chunks: list[ChunkRef]
    ungrounded_claims: list[str]
    suppressed: bool


class RetrievalResponse(Model):
    query_id: Uuid7
    tenant_id: Tenant
    chunks: Annotated[list[RetrievedChunk], Field(max_length=200)]
    timestamp: Timestamp
    model_version_match: bool
    generation: Generation | None
