"""Rules of the audit trail: events, the chain they form, and what is exported of them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath

from frostbyte.contract.events import HASH_CHAINED, forbidden_details
from frostbyte.contract.hashing import canonical_json, event_hash, sha256_hex
from frostbyte.contract.rules.rule import Json, Rule, free_of


def _continues_hashes(o: Json, context: Json) -> bool:
    """The nearest hash-chained event down the `previous_event_id` links left off where this one takes up."""
    if "earlier" not in context or o["event_type"] not in HASH_CHAINED:
        return True
    earlier = {event["event_id"]: event for event in context["earlier"]}
    before = earlier.get(o["previous_event_id"])
    while before is not None and before["event_type"] not in HASH_CHAINED:
        before = earlier.get(before["previous_event_id"])
    return before is None or bool(before["details"].get("output_hash") == o["details"].get("input_hash"))


def _previous_exists(o: Json, context: Json) -> bool:
    if "earlier" not in context or o["previous_event_id"] is None:
        return True
    return any(e["event_id"] == o["previous_event_id"] and e["tenant_id"] == o["tenant_id"] for e in context["earlier"])


def _ingested_unchanged(o: Json, _: Json) -> bool:
    details = o["details"]
    return bool(o["event_type"] != "DOCUMENT_INGESTED" or details.get("input_hash") == details.get("output_hash"))


def _export_name(o: Json, context: Json) -> bool:
    days = [o[end][:10].replace("-", "") for end in ("from", "to")]
    return context.get("file_name") in (None, f"audit_export_{o['tenant_id']}_{days[0]}_{days[1]}.jsonl")


def _under(folder: str) -> Rule:
    return lambda o, _: o[f"{folder.removesuffix('s')}_count"] == sum(f["path"].startswith(f"{folder}/") for f in o["files"])


def _paths_safe(o: Json, _: Json) -> bool:
    paths = [file["path"] for file in o["files"]]
    return len(set(paths)) == len(paths) and not any(
        PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts for path in paths
    )


def _members_listed(o: Json, context: Json) -> bool:
    return "members" not in context or sorted(context["members"]) == sorted(file["path"] for file in o["files"])


def _signed_bytes(o: Json, context: Json) -> bool:
    unsigned = {key: value for key, value in o.items() if key != "signature"}
    return context.get("signed") in (None, canonical_json(unsigned))


def _chain_valid(o: Json, _: Json) -> bool:
    """Valid means no break, and a gap between hashes is a break; a break may also be one the hashes alone do not show (G6)."""
    chain = o["chain"]
    continuous = all(a["output_hash"] == b["input_hash"] for a, b in pairwise(chain))
    valid = o["hash_chain_valid"]
    return valid == (not o["hash_chain_verification"]["breaks"]) and (continuous or not valid)


def _three_gates(o: Json, _: Json) -> bool:
    kinds = [entry["event_type"] for entry in o["chain"]]
    return "INDEX_WRITTEN" not in kinds or kinds.count("POLICY_GATE_PASSED") % 3 == 0 < kinds.count("POLICY_GATE_PASSED")


RULES: dict[str, dict[str, Rule]] = {
    "audit_event": {
        "details carries no document text, query text or PII value": lambda o, context: (
            not forbidden_details(o["details"]) and free_of(o["details"], context.get("secrets", ()))
        ),
        "input_hash==previous event output_hash": _continues_hashes,
        "previous_event_id exists and is same tenant": _previous_exists,
        "rows are never updated or deleted": lambda o, context: context.get("stored_hash") in (None, event_hash(o)),
        "DOCUMENT_INGESTED input_hash==output_hash (ruling G3)": _ingested_unchanged,
    },
    "audit_event_common": {},
    "audit_export_manifest": {
        "file_sha256==sha256(export file bytes)": lambda o, context: (
            "data" not in context or o["file_sha256"] == sha256_hex(context["data"])
        ),
        "event_count==lines": lambda o, context: "data" not in context or o["event_count"] == len(context["data"].splitlines()),
        "file name audit_export_{tenant}_{YYYYMMDD}_{YYYYMMDD}.jsonl": _export_name,
    },
    "export_manifest": {
        "document_count==count(documents/*)": _under("documents"),
        "chunk_count==count(chunks/*)": _under("chunks"),
        "paths unique, relative, no ..": _paths_safe,
        "every archive member is listed and vice versa": _members_listed,
        "signed bytes are exactly the manifest without signature": _signed_bytes,
    },
    "provenance_chain": {
        "chain_length==len(chain)": lambda o, _: o["chain_length"] == len(o["chain"]),
        "positions 1..n": lambda o, _: [entry["position"] for entry in o["chain"]] == list(range(1, len(o["chain"]) + 1)),
        "hash_chain_valid <=> breaks empty <=> continuity": _chain_valid,
        "DOCUMENT_INGESTED input_hash==output_hash (ruling G3)": lambda o, _: all(
            entry["input_hash"] == entry["output_hash"] for entry in o["chain"] if entry["event_type"] == "DOCUMENT_INGESTED"
        ),
        "three POLICY_GATE_PASSED events, one per gate (ruling G2)": _three_gates,
    },
}
