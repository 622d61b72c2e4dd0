"""The four stages behind intake: parse, policy, embed, index. Each takes a file's row, does its work, and commits row and events.

A stage that cannot go on raises; `batch.py` decides between another attempt and a dead letter. A stage is idempotent: run again
after a kill, it finds its input sealed in the vault and writes the same ids.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from frostbyte.contract.chunks import EnrichedChunk
from frostbyte.contract.clock import timestamp
from frostbyte.contract.documents import CanonicalDocument
from frostbyte.contract.events import EventType
from frostbyte.contract.hashing import canonical_json, chunks_hash, document_hash, sha256_hex
from frostbyte.errors import Damaged, NotFound, PolicyFailed, StateRefused
from frostbyte.pipeline import decisions, embedding
from frostbyte.pipeline.ahead import Task
from frostbyte.pipeline.earlier import document_of
from frostbyte.pipeline.records import Work, document_event, dropped_events, gate_events
from frostbyte.vault.rows import ChunkRow, DocumentRow, FileRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from frostbyte import embed
    from frostbyte.embed import Heads
    from frostbyte.policy import Judgement
    from frostbyte.vault import Vault


def parse(work: Work, row: FileRow) -> FileRow:
    """Sealed original -> canonical document, sealed. DOCUMENT_PARSED, and CONTENT_DROPPED for what was left out."""
    vault, document_row = work.vault, document_of(work, row)
    from frostbyte.policy import redact_properties

    parsed = work.ahead.parse(parse_task(work, document_row))
    began = time.perf_counter()
    document = parsed.document
    if document.lineage.properties:
        document = redact_properties(document, work.config.pii_types, tagger_of(work))
    data = document.to_json()
    digest = document_hash(data)
    _seal(work, f"canonical:{digest}", canonical_json(data))
    elapsed = (parsed.seconds + time.perf_counter() - began) * 1000
    versions = {"stage1": document.lineage.stage1_parser_version, "stage2": document.lineage.stage2_parser_version}
    with vault.transaction() as tx:
        tx.append_event(
            document_event(
                work,
                EventType.DOCUMENT_PARSED,
                row,
                (row.sha256, digest),
                {
                    "doc_id": document.doc_id,
                    "chunk_count": len(document.chunks),
                    "page_count": document.stats.page_count,
                    "parser_versions": versions,
                },
                duration_ms=elapsed,
            )
        )
        for draft in dropped_events(work, row, document, digest):
            tx.append_event(draft)
        tx.put_document(
            replace(
                document_row,
                canonical_sha256=digest,
                parser_version=document.lineage.stage2_parser_version,
                stats={**data["stats"], "dropped_content": document.dropped},
                state="parsed",
            )
        )
        warnings = [*row.warnings, *(w.to_json() for w in document.warnings)]
        return _advance(tx, row, "policy", warnings=warnings)


def parse_task(work: Work, document: DocumentRow) -> Task:
    """What the parse of a document needs. The original is unsealed when the task is begun, not before."""
    from frostbyte.parse import ParseJob

    job = ParseJob(document.file_id, work.vault.tenant_id, document.mime_type, document.sha256)
    return Task(job, document.size_bytes, lambda: original(work.vault, document.sha256))


def policy(
    work: Work,
    row: FileRow,
    by: Mapping[str, Any] | None = None,
    *,
    judged: tuple[Judgement, dict[str, str]] | None = None,
    standing: Mapping[str, Any] | None = None,
) -> FileRow:
    """Canonical document -> enriched chunks, sealed, or quarantine before anything is embedded. Three gate events (ruling G2).

    `by` is what the events say of a person who had the document judged again. Then what is held leaves the index, and the chunks
    of the former judgement are forgotten. `judged` is what `judge_document` gave, where that was asked before; `standing` what
    the row is to keep of people's words, where that is more than it says already.
    """
    vault, document_row = work.vault, document_of(work, row)
    judgement, detectors = judged or judge_document(work, document_row)
    kept = decisions.standing(document_row) if standing is None else standing
    # What the last gate handed on: the chunks to embed, or all of them when the document is held, for whoever reviews it.
    chunks = [chunk.to_json() for chunk in (judgement.chunks if judgement.outcome == "proceed" else judgement.quarantined)]
    digest = chunks_hash(chunks)
    _seal(work, f"enriched:{digest}", canonical_json(chunks))
    summary = {**judgement.summary, **_seal_held(work, judgement), **kept, "enriched_sha256": digest}
    forgotten = superseded(vault, document_row, summary)
    summary |= superseded_mark(document_row, forgotten)
    state = "judged" if judgement.outcome == "proceed" else "quarantined"
    with vault.transaction() as tx:
        for draft in gate_events(work, row, document_row, judgement, detectors):
            tx.append_event(replace(draft, details={**draft.details, **(by or {})}))
        tx.put_document(
            replace(
                document_row,
                classification=summary["classification"],
                policy=summary,
                state=state,
                config_version=work.config_version,
            )
        )
        for name in forgotten:
            tx.remove_object(name)
        warnings = list(row.warnings)
        if judgement.outcome != "proceed":
            tx.remove_chunks([chunk.chunk_id for chunk in vault.catalog.chunks(document_row.doc_id)])
            embedding.forget(work, document_row)
            return _finish(tx, row, "policy", "quarantined", reason=judgement.reason, warnings=warnings)
        if judgement.quarantined:
            warnings.append({"code": "CHUNKS_QUARANTINED", "count": len(judgement.quarantined)})
        if summary["review_suggested"]:
            warnings.append({"code": "CLASSIFICATION_REVIEW"})
        return _advance(tx, row, "embed", warnings=warnings)


def judge_document(work: Work, row: DocumentRow) -> tuple[Judgement, dict[str, str]]:
    """What the gates say of a document under the work's configuration, with people's words kept; and the detectors' versions.

    Changes nothing. Raises PolicyFailed, EmbedFailed, Damaged.
    """
    from frostbyte.policy import judge

    tagger, heads = tagger_of(work), heads_of(work, row)
    judgement = judge(
        canonical(work.vault, row),
        filename=row.filename,
        config=decisions.config_for(work.config, row),
        config_version=work.config_version,
        tagger=tagger,
        heads=heads,
        given_class=decisions.given_class(row),
    )
    return decisions.let_go(judgement, decisions.released(row)), versions(tagger, heads)


def superseded(vault: Vault, row: DocumentRow, summary: Mapping[str, Any]) -> list[str]:
    """The sealed chunks of the former judgement, unless they are those of this one or another document's too.

    The commit that supersedes them forgets them: what they hold may be redacted in those that follow.
    """
    keys = ("enriched_sha256", "held_sha256")
    former = {f"enriched:{(row.policy or {}).get(key)}" for key in keys} - {f"enriched:{summary.get(key)}" for key in keys}
    return unshared(vault, row, former) if former else []


def unshared(vault: Vault, document: DocumentRow, names: set[str]) -> list[str]:
    """Those of a document's objects that are recorded and no other document needs."""
    recorded = {name for name in names if vault.catalog.object(name) is not None}
    if not recorded:
        return []
    others = [other for other in vault.catalog.documents() if other.doc_id != document.doc_id and other.state != "erased"]
    shared = {f"enriched:{(other.policy or {}).get(key)}" for other in others for key in ("enriched_sha256", "held_sha256")}
    shared |= {name for other in others for name in (f"canonical:{other.canonical_sha256}", f"raw:{other.sha256}")}
    return sorted(recorded - shared)


def superseded_mark(row: DocumentRow, names: Sequence[str]) -> dict[str, list[str]]:
    """What a row says of superseded objects, so that one whose file a kill left is removed later."""
    every = sorted({*(row.policy or {}).get(_SUPERSEDED, []), *names})
    return {_SUPERSEDED: every} if every else {}


def remove_superseded(vault: Vault, row: DocumentRow) -> None:
    """Remove the files of what was superseded: a kill may have come between the commit that forgot it and that."""
    for name in (row.policy or {}).get(_SUPERSEDED, []):
        if vault.catalog.object(name) is None:
            vault.objects.remove(name)


def _seal_held(work: Work, judgement: Judgement) -> dict[str, Any]:
    """Keep the chunks held out of a document that goes on, for whoever reviews them; what the document's row says of them."""
    if judgement.outcome != "proceed" or not judgement.quarantined:
        return {}
    chunks = [chunk.to_json() for chunk in judgement.quarantined]
    digest = chunks_hash(chunks)
    _seal(work, f"enriched:{digest}", canonical_json(chunks))
    return {"held_sha256": digest}


def embed_and_index(work: Work, row: FileRow) -> FileRow:
    """Enriched chunks -> vectors, and one commit of rows, vectors and both events."""
    vault, document_row = work.vault, document_of(work, row)
    chunks = enriched(work, document_row)
    began = time.perf_counter()
    embedder = work.embedder()
    model = embedder.model
    require_model_of_index(work)
    enriched_hash = _enriched_hash(document_row)
    result = embedding.embed(work, embedder, str(document_row.canonical_sha256), [chunk.text for chunk in chunks])
    vectors = result.vectors
    vectors_hash = sha256_hex(vectors.tobytes())
    embedded_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    at = timestamp(work.clock.now())
    rows = [
        ChunkRow(
            chunk_id=chunk.chunk_id,
            doc_id=chunk.doc_id,
            ordinal=ordinal,
            page=chunk.offsets.page,
            start_char=chunk.offsets.start_char,
            end_char=chunk.offsets.end_char,
            element_type=chunk.element_type,
            section_title=chunk.section_title,
            text=chunk.text,
            enriched=chunk.metadata.model_dump(mode="json"),
            text_sha256=sha256_hex(chunk.text.encode("utf-8", "surrogatepass")),
            vector_sha256=sha256_hex(vectors[ordinal].tobytes()),
            embed_model=model.name,
            embed_version=model.version,
            embed_digest=model.digest,
            classification=chunk.metadata.classification,
            indexed_at=at,
        )
        for ordinal, chunk in enumerate(chunks)
    ]
    written = {"chunk_ids": [r.chunk_id for r in rows], "vector_sha256": [r.vector_sha256 for r in rows]}
    with vault.transaction() as tx:
        indexed = {chunk.chunk_id for chunk in vault.catalog.chunks(document_row.doc_id)}
        tx.remove_chunks(sorted(indexed - {r.chunk_id for r in rows}))
        tx.put_chunks(rows, vectors)
        tx.append_event(
            document_event(
                work,
                EventType.DOCUMENT_EMBEDDED,
                row,
                (enriched_hash, vectors_hash),
                {
                    "doc_id": document_row.doc_id,
                    "chunk_count": len(rows),
                    "embed_model": model.name,
                    "embed_version": model.version,
                    "embed_digest": model.digest,
                    "embed_dimensions": embedding.DIMENSIONS,
                },
                duration_ms=embedded_ms,
            )
        )
        tx.append_event(
            document_event(
                work,
                EventType.INDEX_WRITTEN,
                row,
                (vectors_hash, sha256_hex(canonical_json(written))),
                {
                    "doc_id": document_row.doc_id,
                    "chunk_ids": written["chunk_ids"],
                    "store_writes": {"catalog": len(rows), "vectors": len(rows)},
                },
                duration_ms=(time.perf_counter() - began) * 1000,
            )
        )
        indexing = {
            "chunks_embedded": len(rows),
            "embed_model": model.name,
            "embed_dimensions": embedding.DIMENSIONS,
            "indexed_at": at,
        }
        tx.put_document(replace(document_row, policy={**(document_row.policy or {}), "indexing": indexing}, state="indexed"))
        warnings = list(row.warnings)
        if any(result.truncated):
            warnings.append({"code": "TEXT_TRUNCATED", "count": sum(result.truncated)})
        done = {**row.stages, "embed": "completed", "index": "completed"}
        finished = replace(
            row, stages=done, current_stage="index", outcome="indexed", error=None, retry_at=None, warnings=warnings
        )
        tx.put_file(finished)
    embedding.forget(work, document_row)
    return finished


def require_model_of_index(work: Work) -> None:
    """Refuse to add vectors of another model to what is indexed: they could never be compared. Raises StateRefused."""
    indexed = sorted(work.vault.catalog.models())
    if not indexed:
        return
    model = work.embedder().model
    if {digest for _, _, digest in indexed} != {model.digest}:
        names = ", ".join(f"{name} {version} ({digest[:19]})" for name, version, digest in indexed)
        back = f"go back to the model of the index (FROSTBYTE_MODEL={indexed[0][0]}), or " if len(indexed) == 1 else ""
        raise StateRefused(
            f"tenant {work.vault.tenant_id!r} is indexed with model {names}, the one in use is {model.name} {model.version} "
            f"({model.digest[:19]}): models never mix in one index",
            hint=f"{back}take the drop in for a new tenant",
        )


_SUPERSEDED = "superseded_objects"

STAGES = {"parse": parse, "policy": policy, "embed": embed_and_index, "index": embed_and_index}


def canonical(vault: Vault, row: DocumentRow) -> CanonicalDocument:
    """The sealed canonical document. Raises Damaged when it is not the one that was recorded."""
    data = json.loads(vault.objects.read(f"canonical:{row.canonical_sha256}"))
    if document_hash(data) != row.canonical_sha256:
        raise Damaged(f"the canonical document of {row.doc_id} is not the recorded one")
    return CanonicalDocument.from_json(data)


def enriched(work: Work, row: DocumentRow) -> list[EnrichedChunk]:
    """The sealed enriched chunks. Raises Damaged when they are not the recorded ones."""
    return kept_chunks(work.vault, row, "enriched_sha256")


def kept_chunks(vault: Vault, row: DocumentRow, key: str) -> list[EnrichedChunk]:
    """The sealed chunks a document's row names under `key`, if any. Raises Damaged when they are not the recorded ones."""
    digest = (row.policy or {}).get(key)
    if digest is None:
        return []
    data = json.loads(vault.objects.read(f"enriched:{digest}"))
    if chunks_hash(data) != digest:
        raise Damaged(f"the enriched chunks of {row.doc_id} are not the recorded ones")
    return [EnrichedChunk.from_json(entry) for entry in data]


def tagger_of(work: Work) -> embed.Tagger | None:
    """The tagger, where the tenant's configuration needs one. Raises PolicyFailed where it is missing or damaged."""
    from frostbyte.policy import needs_tagger

    if not needs_tagger(work.config.pii_types):
        return None
    try:
        return work.tagger()
    except (NotFound, Damaged) as error:
        raise PolicyFailed(
            f"names and addresses cannot be looked for: {error.message}",
            hint=error.hint or "run `frostbyte verify-install`",
            details=[{"field": "gate_name", "value": "pii"}],
        ) from error


def versions(tagger: embed.Tagger | None, heads: Heads) -> dict[str, str]:
    """The rules, and the models that were asked, each with its version."""
    from frostbyte.policy import POLICY_VERSION

    rules, _, version = POLICY_VERSION.partition("/")
    return {rules: version, **({tagger.name: tagger.version} if tagger else {}), **heads.asked}


def heads_of(work: Work, row: DocumentRow) -> Heads:
    """What judges a document by its vectors.

    They are made with the model of the index where the heads were trained on that: then a text is embedded once for both.
    Elsewhere the shipped one is loaded besides, for a head means nothing on another's vectors.
    """
    from frostbyte.embed import Heads, shipped_encoder, shipped_encoder_digest

    def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        own = work.embedder()
        encoder = own if own.model.digest == shipped_encoder_digest() else shipped_encoder()
        return embedding.embed(work, encoder, str(row.canonical_sha256), texts).vectors

    return Heads(vectors, shipped_encoder_digest(), work.head)


def _enriched_hash(row: DocumentRow) -> str:
    return str((row.policy or {})["enriched_sha256"])


def original(vault: Vault, sha256: str) -> int:
    """The sealed original as an anonymous file in RAM, for a parser that may not see the vault. Never a path on disk."""
    descriptor = os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for block in vault.objects.open(f"raw:{sha256}"):
            view = memoryview(block)
            while view:
                view = view[os.write(descriptor, view) :]
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _seal(work: Work, name: str, data: bytes) -> None:
    """Keep what a stage made, once: to seal a recorded object again would leave it other than recorded until the commit."""
    if work.vault.catalog.object(name) is None:
        work.vault.objects.put(name, _blocks(data))


def _blocks(data: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def _advance(tx: Any, row: FileRow, following: str, *, warnings: list[dict[str, Any]]) -> FileRow:
    stages = {**row.stages, row.current_stage: "completed", following: "processing"}
    after = replace(row, stages=stages, current_stage=following, retry_count=0, retry_at=None, error=None, warnings=warnings)
    tx.put_file(after)
    return after


def _finish(tx: Any, row: FileRow, stage: str, outcome: str, *, reason: str | None, warnings: list[dict[str, Any]]) -> FileRow:
    stages = {**row.stages, stage: "completed"}
    after = replace(row, stages=stages, outcome=outcome, reason=reason, retry_at=None, error=None, warnings=warnings)
    tx.put_file(after)
    return after
