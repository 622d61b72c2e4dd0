"""Rules of a document on its way: canonical, enriched, indexed."""

from __future__ import annotations

import struct

from frostbyte.contract.hashing import sha256_hex
from frostbyte.contract.ids import chunk_id, doc_id
from frostbyte.contract.rules.rule import Json, Rule, config_of

_ACTION_RANK = {"pass": 0, "flag": 1, "quarantine": 2}
_ACTION_OF_SCAN = {"clean": "none", "pii_found": "flagged", "redacted": "redacted", "blocked": "blocked"}


def _counted(array: str, count: str) -> Rule:
    return lambda o, _: len(o.get(array, ())) == o["stats"][count]


def _reading_order_exists(o: Json, _: Json) -> bool:
    arrays = (("sections", "section_id"), ("tables", "table_id"), ("figures", "figure_id"), ("chunks", "chunk_id"))
    known = {entry[key] for array, key in arrays for entry in o.get(array, ())}
    return known.issuperset(o.get("reading_order", ()))


def _spans_fit(o: Json, _: Json) -> bool:
    return all(chunk["end_char"] - chunk["start_char"] == len(chunk["text"]) for chunk in o["chunks"])


def _chunk_ids_true(o: Json, _: Json) -> bool:
    return all(c["chunk_id"] == chunk_id(o["doc_id"], c["page"], c["start_char"], c["end_char"]) for c in o["chunks"])


def _chunks_end_to_end(o: Json, _: Json) -> bool:
    place = 0
    for chunk in o["chunks"]:
        if chunk["start_char"] != place:
            return False
        place = chunk["end_char"]
    return True


def _vector_hash(o: Json, context: Json) -> bool:
    if "vector" not in context:
        return True
    vector = list(context["vector"])
    return len(vector) == 768 and o["vector_sha256"] == sha256_hex(struct.pack("<768f", *vector))


def _injection_action(o: Json, context: Json) -> bool:
    """At or above a threshold acts (ruling F1); the appliance's own detector may only raise the action (ruling A4)."""
    config = config_of(context)
    if config is None:
        return True
    meta = o["metadata"]
    score, action = meta["injection_score"], meta["injection_action_taken"]
    own = "quarantine" if score >= config["injection_quarantine_threshold"] else "pass"
    if own == "pass" and score >= config["injection_flag_threshold"]:
        own = "flag"
    raised = max(own, meta.get("appliance_action", own), key=_ACTION_RANK.__getitem__)
    return action in (own, raised)


def _redaction_marks(o: Json, _: Json) -> bool:
    meta = o["metadata"]
    return meta["pii_scan_result"] != "redacted" or all(f"[REDACTED:{kind}]" in o["text"] for kind in meta["pii_types_found"])


RULES: dict[str, dict[str, Rule]] = {
    "canonical_document": {
        "stats.chunk_count==len(chunks)": _counted("chunks", "chunk_count"),
        "stats.table_count==len(tables)": _counted("tables", "table_count"),
        "stats.section_count==len(sections)": _counted("sections", "section_count"),
        "stats.figure_count==len(figures)": _counted("figures", "figure_count"),
        "tables[].rows==len(cells)": lambda o, _: all(table["rows"] == len(table["cells"]) for table in o.get("tables", ())),
        "every reading_order id exists": _reading_order_exists,
        "end_char-start_char==codepoints(text)": _spans_fit,
        "chunk_id==chk_+sha256(doc|page|start|end)[:12]": _chunk_ids_true,
        "doc_id==doc_+sha256(file_id)[:12]": lambda o, _: o["doc_id"] == doc_id(o["file_id"]),
        "chunks stand end to end from 0 (ruling B4)": _chunks_end_to_end,
    },
    "index_metadata_record": {
        "vector_sha256==sha256(768 little-endian float32) (byte form unspecified by documents)": _vector_hash,
    },
    "policy_enriched_chunk": {
        "pii_scan_result clean <=> pii_types_found empty": lambda o, _: (
            (o["metadata"]["pii_scan_result"] == "clean") == (not o["metadata"]["pii_types_found"])
        ),
        "pii_action_taken matches pii_scan_result": lambda o, _: (
            o["metadata"]["pii_action_taken"] == _ACTION_OF_SCAN[o["metadata"]["pii_scan_result"]]
        ),
        "injection_action_taken consistent with score and tenant thresholds": _injection_action,
        "redacted => text contains [REDACTED:TYPE] for each type": _redaction_marks,
    },
}
