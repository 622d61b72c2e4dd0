"""The personal data that was taken out of a chunk, for an operator who says why. Recorded before anything is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from frostbyte.contract.chunks import Redaction
from frostbyte.contract.events import SERVING, EventDraft, EventType
from frostbyte.contract.hashing import document_hash
from frostbyte.contract.ids import uuid7
from frostbyte.contract.reasons import accept_reason
from frostbyte.errors import Damaged, NotFound

if TYPE_CHECKING:
    from frostbyte.vault import Vault


def reveal(vault: Vault, chunk_id: str, reason: str, *, operator: str, actor: str = "operator") -> list[dict[str, Any]]:
    """Each redacted span of an indexed chunk: type, offsets in the original chunk text, and what stood there.

    The event names the chunk, the types, the operator and the reason, never the values. Raises NotFound, UsageError, Damaged, and
    StorageFailed where the reveal cannot be recorded: then nothing is given out.
    """
    reason = accept_reason(reason)
    chunk = vault.catalog.chunk(chunk_id)
    document = vault.catalog.document(chunk.doc_id) if chunk else None
    if chunk is None or document is None:
        raise NotFound(f"no indexed chunk {chunk_id!r} in tenant {vault.tenant_id!r}")
    spans = [Redaction.from_json(entry) for entry in chunk.enriched.get("redactions", [])]
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
                    "mode": "pii_reveal",
                    "chunk_ids_returned": [chunk_id],
                    "result_count": 1,
                    "model_version_match": True,
                    "pii_types": sorted({span.type for span in spans}),
                    "spans_revealed": len(spans),
                    "revealed_to": operator,
                    "operator_reason": reason,
                },
            )
        )
    data = json.loads(vault.objects.read(f"canonical:{document.canonical_sha256}"))
    if document_hash(data) != document.canonical_sha256:
        raise Damaged(f"the canonical document of {document.doc_id} is not the recorded one")
    text = next((piece["text"] for piece in data["chunks"] if piece["chunk_id"] == chunk_id), None)
    if text is None or any(span.end > len(text) for span in spans):
        raise Damaged(f"the recorded redactions of {chunk_id} do not fit its document")
    return [{"type": s.type, "start": s.start, "end": s.end, "value": text[s.start : s.end]} for s in spans]
