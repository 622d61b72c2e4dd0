"""What the gates hold, and its ways out: released by a person into the index, or erased for good.

Each way is one command that may be given again: a release that was killed between its commit and the index goes on there, an
erasure that was killed before the files were gone removes what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from frostbyte.contract.chunks import EnrichedChunk
from frostbyte.contract.events import POLICY, EventType
from frostbyte.contract.hashing import canonical_json, chunks_hash
from frostbyte.contract.reasons import accept_reason
from frostbyte.embed import shipped_head, shipped_tagger
from frostbyte.errors import Damaged, NotFound, StateRefused
from frostbyte.pipeline import stages
from frostbyte.pipeline.ahead import ParseAhead
from frostbyte.pipeline.decisions import PERSONAL_DATA_RELEASED, released, standing
from frostbyte.pipeline.progress import Silent, SystemClock
from frostbyte.pipeline.records import Work, document_event
from frostbyte.vault.rows import DocumentRow, FileRow

if TYPE_CHECKING:
    from frostbyte.embed import Embedder
    from frostbyte.vault import Vault

SHOWN_CHUNKS = 20
SHOWN_CHARACTERS = 600
ERASED = "erased"
_PII, _INJECTION = "PII_BLOCK_POLICY", "INJECTION_HIGH_SCORE"


@dataclass(frozen=True)
class Held:
    """A document that is held, or of which chunks are; `whole` says which. No `chunks` where no gate made any."""

    document: DocumentRow
    row: FileRow
    reason: str
    whole: bool
    chunks: tuple[EnrichedChunk, ...]

    def to_json(self) -> dict[str, Any]:
        """Names, counts and reasons, never text."""
        found = self.document.policy or {}
        return {
            "doc_id": self.document.doc_id,
            "file_id": self.document.file_id,
            "batch_id": self.row.batch_id,
            "original_filename": self.document.filename,
            "state": self.document.state,
            "held": "document" if self.whole else "chunks",
            "reason": self.reason,
            "pii_types": found.get("pii_types", []),
            "injection_max_score": found.get("injection_max_score"),
            "chunk_ids": [chunk.chunk_id for chunk in self.chunks],
        }


def work_of(vault: Vault, embedder: Callable[[], Embedder], *, model_name: str = "unknown", actor: str = "operator") -> Work:
    """A work that takes documents on from where they lie: nothing is parsed."""
    from functools import cache

    return Work(
        vault=vault,
        config=vault.config(),
        config_version=vault.config_version,
        ahead=cast(ParseAhead, None),
        embedder=cache(embedder),
        tagger=cache(shipped_tagger),
        head=cache(shipped_head),
        clock=SystemClock(),
        progress=Silent(),
        actor=actor,
        model_name=model_name,
    )


def held(vault: Vault) -> list[Held]:
    """All that is held, oldest document first."""
    return [found for document in vault.catalog.documents() if (found := _held(vault, document)) is not None]


def find(vault: Vault, resource: str) -> Held:
    """What is held under a doc_id, a file_id or a held chunk's id. Raises NotFound, StateRefused where nothing of it is held."""
    document = vault.catalog.document(resource) or vault.catalog.document_by_file(resource)
    if document is None:
        for entry in held(vault):
            if any(chunk.chunk_id == resource for chunk in entry.chunks):
                return entry
        if vault.catalog.chunk(resource) is not None:
            raise StateRefused(f"chunk {resource!r} is not held: it is indexed")
        raise NotFound(
            f"nothing with id {resource!r} is held in tenant {vault.tenant_id!r}", hint="see `frostbyte quarantine list`"
        )
    found = _held(vault, document)
    if found is None:
        raise StateRefused(f"nothing of document {resource!r} is held: it is {document.state}")
    return found


def show(entry: Held) -> dict[str, Any]:
    """What is held, with the beginnings of its chunks, redacted as for the index. Bounded, however much there is."""
    chunks = [
        {
            "chunk_id": chunk.chunk_id,
            "page": chunk.offsets.page,
            "start_char": chunk.offsets.start_char,
            "end_char": chunk.offsets.end_char,
            "injection_score": chunk.metadata.injection_score,
            "patterns": chunk.metadata.injection_patterns_matched,
            "signals": chunk.metadata.appliance_signals,
            "beginning": chunk.text[:SHOWN_CHARACTERS],
            "characters_not_shown": max(0, len(chunk.text) - SHOWN_CHARACTERS),
        }
        for chunk in entry.chunks[:SHOWN_CHUNKS]
    ]
    return {**entry.to_json(), "chunks": chunks, "chunks_not_shown": max(0, len(entry.chunks) - SHOWN_CHUNKS)}


def release(work: Work, resource: str, reason: str, operator: str) -> FileRow:
    """Take what is held through embedding and index on a person's word; the file's row after.

    A document blocked for its personal data is judged again with that redacted, and stays held where the injection gate holds it.
    Raises NotFound, UsageError for a reason that is none, StateRefused where nothing is held or no gate has judged it.
    """
    reason = accept_reason(reason)
    vault = work.vault
    begun = vault.catalog.document(resource) or vault.catalog.document_by_file(resource)
    if begun is None:
        begun = next((d for d in vault.catalog.documents() if resource in released(d)), None)
    if begun is not None and interrupted(vault, begun):
        return stages.embed_and_index(work, row_of(vault, begun))
    if (
        begun is not None
        and begun.state == "indexed"
        and released(begun)
        and (_held(vault, begun) is None or resource in released(begun))
    ):
        return row_of(vault, begun)
    entry = find(vault, resource)
    by = {"released_by": operator, "operator_reason": reason}
    document, row = entry.document, entry.row
    if row.status != "accepted":
        raise StateRefused(
            f"document {document.doc_id!r} was held at intake ({entry.reason}) and never opened: it is not released",
            hint="clean the source and take the file in again under a new batch_id, or erase it",
        )
    if document.state == "policy_failed":
        raise StateRefused(
            f"document {document.doc_id!r} was not judged: what no gate could check is not released",
            hint="run `frostbyte doctor`, then take the file in again under a new batch_id",
        )
    stages.require_model_of_index(work)
    if entry.reason == _PII:
        work.custody[row.file_id] = f"{row.file_id}/release-{vault.head.events + 1}"
        redacting = work.config.model_copy(update={"pii_policy": "redact"})
        again = replace(row, outcome=None, reason=None, current_stage="policy")
        kept = {**standing(document), PERSONAL_DATA_RELEASED: True}
        after = stages.policy(replace(work, config=redacting), again, by, standing=kept)
        return after if after.outcome is not None else stages.embed_and_index(work, after)
    chosen = {chunk.chunk_id for chunk in entry.chunks if resource in (document.doc_id, document.file_id, chunk.chunk_id)}
    return stages.embed_and_index(work, _let_go(work, entry, chosen, by))


def erase(work: Work, resource: str, reason: str, operator: str) -> bool:
    """Remove a held document, its original and all that was made of it; its row and events stay as a tombstone.

    True where it was there, False where it had been erased before. Raises NotFound, UsageError, StateRefused.
    """
    reason = accept_reason(reason)
    vault = work.vault
    document = vault.catalog.document(resource) or vault.catalog.document_by_file(resource)
    if document is not None and document.state == ERASED:
        for name in (document.policy or {}).get("erased_objects", []):  # a kill may have come before the files were gone
            if vault.catalog.object(name) is None:
                vault.objects.remove(name)
        vault.purge()
        return False
    entry = find(vault, resource)
    document, row = entry.document, entry.row
    if resource not in (document.doc_id, document.file_id):
        raise StateRefused(
            f"chunk {resource!r} cannot be erased alone: its text is in its document and in the original too",
            hint=f"erase the whole document {document.doc_id}, or leave the chunk held",
        )
    names = _objects(vault, document)
    indexed = [chunk.chunk_id for chunk in vault.catalog.chunks(document.doc_id)]
    last = last_hash(work, row)
    details = {
        "component": POLICY,
        "dropped_element_type": "document",
        "page": 1,
        "reason": "ERASED_BY_OPERATOR",
        "doc_id": document.doc_id,
        "quarantine_reason": entry.reason,
        "erased_by": operator,
        "operator_reason": reason,
        "objects_removed": len(names),
        "chunks_removed": len(indexed),
    }
    with vault.transaction() as tx:
        tx.append_event(document_event(work, EventType.CONTENT_DROPPED, row, (last, last), details))
        tx.remove_chunks(indexed)
        for name in names:
            tx.remove_object(name)
        stone = {"erased_objects": names, "quarantine_reason": entry.reason}
        tx.put_document(replace(document, state=ERASED, canonical_sha256=None, stats=None, policy=stone))
        if entry.row.outcome == "indexed":
            tx.put_file(replace(row, outcome="quarantined", reason=entry.reason))
    stages.remove_superseded(vault, document)
    if indexed:
        vault.purge()
    return True


def _let_go(work: Work, entry: Held, chosen: set[str], by: dict[str, Any]) -> FileRow:
    """Commit that the chosen chunks may be embedded, with those that pass already; the file's row, at the embedding stage."""
    vault, document, row = work.vault, entry.document, entry.row
    passing = [] if entry.whole else list(stages.kept_chunks(vault, document, "enriched_sha256"))
    going = sorted([*passing, *(c for c in entry.chunks if c.chunk_id in chosen)], key=lambda c: c.offsets.start_char)
    digest = seal_chunks(work, going)
    staying = [chunk for chunk in entry.chunks if chunk.chunk_id not in chosen]
    summary = {
        **{key: value for key, value in (document.policy or {}).items() if key != "held_sha256"},
        "enriched_sha256": digest,
        "chunks_quarantined": len(staying),
        "released": sorted({*released(document), *chosen}),
        **({"held_sha256": seal_chunks(work, staying)} if staying else {}),
    }
    forgotten = stages.superseded(vault, document, summary)
    summary |= stages.superseded_mark(document, forgotten)
    chain = vault.catalog.chain_events(work.chain(row.file_id))
    passed = sum(event.event_type == EventType.POLICY_GATE_PASSED for event in chain)
    # A chain shows three gates passed for each time it leads to the index (ruling G2): those that stand are said again.
    gates = ("pii", "classification", "injection")[passed % 3 :]
    before = last_hash(work, row)
    stages_now = {**row.stages, "policy": "completed", "embed": "processing", "index": "queued"}
    after = replace(row, outcome=None, reason=None, current_stage="embed", stages=stages_now, retry_count=0)
    with vault.transaction() as tx:
        for gate in gates:
            last = gate == "injection"
            result = {"released_chunk_ids": sorted(chosen), "human_release": True} if last else {"as_judged_before": True}
            details = {"gate_name": gate, "result_summary": result, "config_version": document.config_version}
            tx.append_event(
                document_event(work, EventType.POLICY_GATE_PASSED, row, (before, digest), {**details, **(by if last else {})})
            )
            before = digest
        for name in forgotten:
            tx.remove_object(name)
        tx.put_document(replace(document, state="judged", policy=summary))
        tx.put_file(after)
    return after


def _held(vault: Vault, document: DocumentRow) -> Held | None:
    policy = document.policy or {}
    if document.state == "policy_failed":
        row = row_of(vault, document)
        return Held(document, row, row.reason or "POLICY_FAILED", True, ())
    if document.state == "quarantined":
        row = row_of(vault, document)
        return Held(document, row, row.reason or _INJECTION, True, tuple(stages.kept_chunks(vault, document, "enriched_sha256")))
    if document.state in ("indexed", "judged") and policy.get("held_sha256"):
        return Held(
            document, row_of(vault, document), _INJECTION, False, tuple(stages.kept_chunks(vault, document, "held_sha256"))
        )
    return None


def seal_chunks(work: Work, chunks: Sequence[EnrichedChunk]) -> str:
    """Keep enriched chunks; the hash that a document's row names them by."""
    data = [chunk.to_json() for chunk in chunks]
    digest = chunks_hash(data)
    if work.vault.catalog.object(f"enriched:{digest}") is None:
        work.vault.objects.put(f"enriched:{digest}", [canonical_json(data)])
    return digest


def _objects(vault: Vault, document: DocumentRow) -> list[str]:
    """The recorded objects that no other document needs."""
    policy = document.policy or {}
    wanted = {f"canonical:{document.canonical_sha256}", f"enriched:{policy.get('enriched_sha256')}"}
    wanted |= {f"enriched:{policy.get('held_sha256')}"}
    wanted.add(f"raw:{document.sha256}")
    return stages.unshared(vault, document, wanted)


def interrupted(vault: Vault, document: DocumentRow) -> bool:
    """Whether a document of a batch that has ended waits for the index: a command that let it go on was killed."""
    batch = vault.catalog.batch(document.batch_id)
    return document.state == "judged" and batch is not None and batch.state == "completed"


def row_of(vault: Vault, document: DocumentRow) -> FileRow:
    """The file's row of the batch that the document belongs to."""
    rows = vault.catalog.file_rows(document.file_id)
    found = next((row for row in reversed(rows) if row.batch_id == document.batch_id), None)
    if found is None:
        raise Damaged(f"no batch of the catalog has the file of document {document.doc_id}")
    return found


def last_hash(work: Work, row: FileRow) -> str:
    """Where the document's custody stands: the output of its last event, bare hex."""
    events = work.vault.catalog.chain_events(work.chain(row.file_id))
    return str(events[-1].details["output_hash"]).removeprefix("sha256:")
