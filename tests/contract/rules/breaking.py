"""One broken object per rule: how to spoil a whole sample, or what to hold it against, so that exactly this rule breaks.

`BREAKING[schema][rule]` is a function that spoils the sample in place and returns the context to judge it in.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

Spoil = Callable[[dict[str, Any]], dict[str, Any]]
HASH = "sha256:" + "0" * 64
EXPORT = b'{"event":1}\n{"event":2}\n'
VECTOR = [i / 768 for i in range(768)]


def put(path: str, value: Any, **context: Any) -> Spoil:
    """Put `value` at a dotted path; numbers are places in arrays."""

    def spoil(o: dict[str, Any]) -> dict[str, Any]:
        place: Any = o
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            place = place[step]
        place[last] = value
        return context

    return spoil


def against(**context: Any) -> Spoil:
    """Leave the object whole and judge it in this context."""
    return lambda _: context


def also(*steps: Spoil) -> Spoil:
    def spoil(o: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = {}
        for step in steps:
            context |= step(o)
        return context

    return spoil


def _earlier(**changes: Any) -> list[dict[str, Any]]:
    """The event before the sample event, changed: the ingest whose output the sample parsed."""
    return [
        {
            "event_id": "0195a2b0-0000-7000-8000-000000000021",
            "tenant_id": "acme",
            "event_type": "DOCUMENT_INGESTED",
            "previous_event_id": None,
            "details": {"output_hash": "sha256:" + sha256(b"raw").hexdigest()},
            **changes,
        }
    ]


BREAKING: dict[str, dict[str, Spoil]] = {
    "acceptance_report": {
        "accepted+rejected+quarantined==submitted": put("summary.files_submitted", 5),
        "parsed_ok+warnings+parse_failed==accepted": put("summary.files_parsed_with_warnings", 1),
        "indexed+quarantined<=produced": put("summary.total_chunks_produced", 3),
        "sum(classifications)<=accepted": put("summary.classifications", {"invoice": 2, "other": 1}),
        "len(rejected_files)==files_rejected": put("rejected_files", []),
        "len(quarantined_files)==files_quarantined": put("quarantined_files", []),
        "len(files)==files_accepted": put("files", []),
        "remediation present for each error": put("dropped_content.0.remediation", " "),
    },
    "audit_event": {
        "details carries no document text, query text or PII value": put(
            "details.parser_versions", {"x": "due: 40 EUR!"}, secrets=["40 EUR"]
        ),
        "input_hash==previous event output_hash": against(earlier=_earlier(details={"output_hash": HASH})),
        "previous_event_id exists and is same tenant": against(earlier=_earlier(tenant_id="other")),
        "rows are never updated or deleted": put("actor", "someone else", stored_hash="0" * 64),
        "DOCUMENT_INGESTED input_hash==output_hash (ruling G3)": put("event_type", "DOCUMENT_INGESTED"),
    },
    "audit_export_manifest": {
        "file_sha256==sha256(export file bytes)": against(data=EXPORT.replace(b"1", b"3")),
        "event_count==lines": put("event_count", 3, data=EXPORT),
        "file name audit_export_{tenant}_{YYYYMMDD}_{YYYYMMDD}.jsonl": against(
            file_name="audit_export_acme_20260301_20260401.jsonl"
        ),
    },
    "batch_manifest": {
        "len(files)==file_count": put("file_count", 3),
        "unique(files[].file_id)": put("files.1.file_id", "invoice-7"),
        "file_count<=config.max_batch_size": against(config={"max_batch_size": 1}),
        "tenant_id==path.tenant_id==token.tenant_id": against(path_tenant="acme", token_tenant="other"),
    },
    "batch_receipt": {
        "accepted+rejected+quarantined==file_count": put("accepted", 2),
        "len(rejected_files)==rejected": put("rejected_files", []),
        "len(quarantined_files)==quarantined": put("quarantined_files", []),
        "len(receipts)==file_count (ruling C15)": put("receipts", []),
    },
    "batch_status": {
        "completed+processing+queued+failed==total_files": put("summary.queued", 1),
        "len(files)==total_files": also(put("summary.total_files", 3), put("summary.queued", 1)),
        "no stage after a failed stage is other than queued": put("files.1.stages.embed", "processing"),
        "error non-null <=> some stage failed": put("files.1.error", None),
    },
    "canonical_document": {
        "stats.chunk_count==len(chunks)": put("stats.chunk_count", 2),
        "stats.table_count==len(tables)": put("stats.table_count", 0),
        "stats.section_count==len(sections)": put("stats.section_count", 2),
        "stats.figure_count==len(figures)": put("stats.figure_count", 2),
        "tables[].rows==len(cells)": put("tables.0.rows", 3),
        "every reading_order id exists": put("reading_order.0", "sec_9"),
        "end_char-start_char==codepoints(text)": put("chunks.0.text", "Invoice 77"),
        "chunk_id==chk_+sha256(doc|page|start|end)[:12]": put("chunks.0.page", 2),
        "doc_id==doc_+sha256(file_id)[:12]": put("file_id", "invoice-8"),
        "chunks stand end to end from 0 (ruling B4)": lambda o: o["chunks"].reverse() or {},
    },
    "dlq_entry": {
        "status resolved <=> resolved_at and resolution non-null": put("resolution", None),
        "retry_count<=retries.json[stage].max": put("retry_count", 4),
        "first<=last": put("first_attempt_at", "2026-03-01T08:00:05.3Z"),
    },
    "error_envelope": {
        "code listed for the endpoint in endpoints.json": against(listed_codes=["VALIDATION_ERROR"]),
        "429/503 carry Retry-After": against(status=429, headers={"Content-Type": "application/json"}),
    },
    "export_manifest": {
        "document_count==count(documents/*)": put("document_count", 2),
        "chunk_count==count(chunks/*)": put("chunk_count", 1),
        "paths unique, relative, no ..": put("files.2.path", "chunks/a.json"),
        "every archive member is listed and vice versa": against(members=["documents/a.json", "chunks/a.json"]),
        "signed bytes are exactly the manifest without signature": against(signed=b"{}"),
    },
    "index_metadata_record": {
        "vector_sha256==sha256(768 little-endian float32) (byte form unspecified by documents)": against(
            vector=[0.0, *VECTOR[:767]]
        ),
    },
    "intake_receipt": {'storage_path=="raw/"+tenant_id+"/"+file_id+"/"+sha256': put("status", "accepted")},
    "log_line": {"no document text, PII, query text, keys": put("message", "asked: what is due", secrets=["what is due"])},
    "pagination_meta": {"pages==ceil(total/limit)": put("pages", 2)},
    "policy_enriched_chunk": {
        "pii_scan_result clean <=> pii_types_found empty": put("metadata.pii_types_found", []),
        "pii_action_taken matches pii_scan_result": put("metadata.pii_action_taken", "flagged"),
        "injection_action_taken consistent with score and tenant thresholds": put(
            "metadata.injection_action_taken",
            "pass",
            config={"injection_flag_threshold": 0.3, "injection_quarantine_threshold": 0.7},
        ),
        "redacted => text contains [REDACTED:TYPE] for each type": put("text", "Mail ann@example.org"),
    },
    "provenance_chain": {
        "chain_length==len(chain)": put("chain_length", 6),
        "positions 1..n": put("chain.2.position", 4),
        "hash_chain_valid <=> breaks empty <=> continuity": put("chain.5.input_hash", HASH),
        "DOCUMENT_INGESTED input_hash==output_hash (ruling G3)": put("chain.0.input_hash", HASH),
        "three POLICY_GATE_PASSED events, one per gate (ruling G2)": put("chain.3.event_type", "PII_DETECTED"),
    },
    "query_request": {
        "top_k<=config.retrieval_top_k_max": put("top_k", 51, config={"retrieval_top_k_max": 50, "retrieval_top_k_default": 5}),
        "default top_k=config.retrieval_top_k_default(5)": lambda o: (
            o.pop("top_k") and {"config": {"retrieval_top_k_max": 50, "retrieval_top_k_default": 5}, "effective_top_k": 10}
        ),
        "date_range.start<=end": put("filters.date_range.start", "2026-02-02"),
        "tenant_id never accepted from the body": put("tenant_id", "acme"),
    },
    "retrieval_response": {
        "generation.cited_chunks subset of chunks[].chunk_id": also(
            put("generation.cited_chunks", ["chk_000000000000"]), put("generation.answer", "x [chk_000000000000]")
        ),
        "citations in answer == cited_chunks": put("generation.answer", "40 EUR, I promise"),
        "chunks sorted by similarity_score desc": put("chunks.1.similarity_score", 0.9),
    },
    "tenant_config": {
        "injection_flag_threshold<injection_quarantine_threshold (checked after merge with defaults)": put(
            "injection_flag_threshold", 0.9
        ),
        "retrieval_top_k_default<=retrieval_top_k_max": put("retrieval_top_k_default", 61),
        "mime_allowlist subset of platform allowlist": put("mime_allowlist", ["text/plain", "text/html"]),
        "absent fields take defaults": lambda o: o.pop("retention_days") and {"effective": {**o, "retention_days": 30}},
    },
    "tenant_record": {
        "state changes only along states.json transitions": lambda o: {"previous": {**o, "state": "PENDING"}},
        "config_version +1 per accepted change": lambda o: {"previous": {**o, "config": {}}},
    },
}
