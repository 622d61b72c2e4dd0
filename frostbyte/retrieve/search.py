"""A search of a tenant's vault. Recorded in the audit chain, without the query, before a result leaves this function."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from frostbyte.contract.clock import timestamp
from frostbyte.contract.events import SERVING, EventDraft, EventType
from frostbyte.contract.ids import uuid7
from frostbyte.contract.retrieval import TOP_K_LIMIT, Generation, QueryRequest, RetrievalResponse, RetrievedChunk
from frostbyte.errors import Damaged, UsageError
from frostbyte.retrieve.answer import answer
from frostbyte.retrieve.ranking import Mode, rank

if TYPE_CHECKING:
    from frostbyte.embed import Embedder
    from frostbyte.vault import Vault
    from frostbyte.vault.vectors import Filter


@dataclass(frozen=True)
class Found:
    """The contract's response, the mode that was really used, and what the reader must be told."""

    response: RetrievalResponse
    mode: Mode
    warnings: tuple[str, ...]


def search(
    vault: Vault, request: QueryRequest, *, embedder: Callable[[], Embedder], mode: Mode = "hybrid", actor: str = "operator"
) -> Found:
    """Rank, load, record, return. `embedder` is called for only when vectors are compared.

    Raises UsageError for a `top_k` above the tenant's maximum (never clamped, ruling H14) or dates that are none or in the wrong
    order, and StorageFailed when the search cannot be recorded: then nothing is returned.
    """
    began = time.perf_counter()
    config = vault.config()
    top_k = request.top_k or config.retrieval_top_k_default
    limit = min(config.retrieval_top_k_max, TOP_K_LIMIT)
    if top_k > limit:
        raise UsageError(
            f"top_k {top_k} is above this tenant's maximum {limit}",
            details=[{"field": "top_k", "value": top_k, "constraint": f"at most {limit}"}],
        )
    where = _filter(request)
    warnings: list[str] = []
    used, matching = mode, True
    indexed = vault.catalog.models()
    if indexed:
        model = embedder().model
        matching = {digest for _, _, digest in indexed} == {model.digest}
        if not matching:
            names = ", ".join(sorted(f"{name} {version}" for name, version, _ in indexed))
            warnings.append(
                f"the index was made by {names}, the loaded model is {model.name} {model.version}: vectors are not compared"
            )
            if mode == "vector":
                raise UsageError(warnings[0], hint="search with --mode text, or install the model pack the index was made with")
            used = "text"
    ranked = (
        rank(vault.vectors, request.query_text, lambda text: embedder().embed_query(text), mode=used, k=top_k, where=where)
        if indexed
        else []
    )
    chunks = _retrieved(vault, ranked)
    query_id = uuid7()
    with vault.transaction() as tx:
        tx.append_event(
            EventDraft(
                event_type=EventType.RETRIEVAL_EXECUTED,
                resource_type="query",
                resource_id=query_id,
                actor=actor,
                details={
                    "component": SERVING,
                    "status": "success",
                    "query_id": query_id,
                    "mode": used,
                    "top_k": top_k,
                    "chunk_ids_returned": [c.chunk_id for c in chunks],
                    "result_count": len(chunks),
                    "model_version_match": matching,
                    "filters": request.filters.to_json() if request.filters else {},
                    "duration_ms": round((time.perf_counter() - began) * 1000, 3),
                },
            )
        )
        generation = _generate(request, chunks, config.generation_enabled, config.generation_suppress_ungrounded, warnings)
        if generation is not None:
            tx.append_event(
                EventDraft(
                    event_type=EventType.GENERATION_EXECUTED,
                    resource_type="query",
                    resource_id=query_id,
                    actor=actor,
                    details={
                        "component": SERVING,
                        "status": "success",
                        "query_id": query_id,
                        "cited_chunks": generation.cited_chunks,
                        "ungrounded_claims_count": len(generation.ungrounded_claims),
                        "suppressed": generation.suppressed,
                    },
                )
            )
    response = RetrievalResponse(
        query_id=query_id,
        tenant_id=vault.tenant_id,
        chunks=chunks,
        timestamp=timestamp(),
        model_version_match=matching,
        generation=generation,
    )
    return Found(response, used, tuple(warnings))


def _generate(
    request: QueryRequest, chunks: list[RetrievedChunk], enabled: bool, suppress: bool, warnings: list[str]
) -> Generation | None:
    if not request.include_generation:
        return None
    if not enabled:
        warnings.append("answers are switched off for this tenant (generation_enabled is false)")
        return None
    return answer(request.query_text, chunks, suppress_ungrounded=suppress)


def _filter(request: QueryRequest) -> Filter:
    from frostbyte.vault.vectors import Filter

    filters = request.filters
    dates = filters.date_range if filters else None
    for name, day in (("start", dates.start), ("end", dates.end)) if dates else ():
        if day is not None:
            _refuse_no_day(name, day)
    if dates and dates.start and dates.end and dates.start > dates.end:
        raise UsageError(
            f"the date range starts on {dates.start}, after its end {dates.end}",
            details=[{"field": "date_range", "constraint": "start <= end"}],
        )
    return Filter(
        doc_ids=tuple(filters.doc_ids) if filters and filters.doc_ids else None,
        classification=filters.classification if filters else None,
        date_from=dates.start if dates else None,
        date_to=dates.end if dates else None,
    )


def _refuse_no_day(name: str, day: str) -> None:
    """The contract's pattern lets 2025-13-45 pass; compared as text it would filter, but not by any date."""
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise UsageError(
            f"there is no day {day}",
            details=[{"field": f"date_range.{name}", "value": day, "constraint": "a day of the calendar"}],
        ) from error


def _retrieved(vault: Vault, ranked: list[tuple[str, float]]) -> list[RetrievedChunk]:
    rows = vault.catalog.chunks_by_id([chunk_id for chunk_id, _ in ranked])
    found = []
    for chunk_id, score in ranked:
        chunk = rows.get(chunk_id)
        document = vault.catalog.document(chunk.doc_id) if chunk else None
        if chunk is None or document is None:
            raise Damaged(f"the index holds chunk {chunk_id}, the catalog does not")
        found.append(
            RetrievedChunk(
                chunk_id=chunk.chunk_id,
                doc_id=chunk.doc_id,
                original_filename=document.filename,
                text=chunk.text,
                page=chunk.page,
                start_char=chunk.start_char,
                end_char=chunk.end_char,
                similarity_score=score,
                classification=document.classification or "other",  # type: ignore[arg-type]  # the model checks it
                embed_model=chunk.embed_model,
                embed_version=chunk.embed_version,
                source_sha256=document.sha256,
            )
        )
    return found
