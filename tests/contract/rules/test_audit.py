"""The audit rules where one broken object is not enough: links across events, exports held against their bytes."""

from __future__ import annotations

from typing import Any

import pytest

from frostbyte.contract.hashing import canonical_json, event_hash, sha256_hex
from frostbyte.contract.rules import broken_rules

A, B, C = (f"sha256:{digit * 64}" for digit in "abc")
ID = "0195a2b0-0000-7000-8000-00000000000{}".format


def event(n: int, kind: str, before: int | None, **hashes: str) -> dict[str, Any]:
    return {
        "event_id": ID(n),
        "tenant_id": "acme",
        "event_type": kind,
        "actor": "system",
        "details": dict(hashes),
        "previous_event_id": None if before is None else ID(before),
    }


def test_hashes_continue_past_events_that_carry_none() -> None:
    ingested = event(1, "DOCUMENT_INGESTED", None, input_hash=A, output_hash=A)
    dropped = event(2, "CONTENT_DROPPED", 1)
    good = event(3, "DOCUMENT_PARSED", 2, input_hash=A, output_hash=B)
    bad = event(3, "DOCUMENT_PARSED", 2, input_hash=C, output_hash=B)
    assert broken_rules("audit_event", good, earlier=[dropped, ingested]) == []
    assert broken_rules("audit_event", bad, earlier=[ingested, dropped]) == ["input_hash==previous event output_hash"]


def test_an_event_that_carries_no_hashes_need_not_continue_them() -> None:
    failed = event(2, "DOCUMENT_PARSE_FAILED", 1, input_hash=C)
    assert broken_rules("audit_event", failed, earlier=[event(1, "DOCUMENT_INGESTED", None, input_hash=A, output_hash=A)]) == []


def test_a_link_to_nowhere_is_found() -> None:
    lost = event(2, "CONTENT_DROPPED", 7)
    assert broken_rules("audit_event", lost, earlier=[]) == ["previous_event_id exists and is same tenant"]
    assert broken_rules("audit_event", lost) == []


def test_any_change_to_a_stored_event_shows(sample: Any) -> None:
    stored = sample("audit_event")
    digest = event_hash(stored)
    assert broken_rules("audit_event", stored, stored_hash=digest) == []
    for field in ("timestamp", "resource_id", "event_id"):
        changed = {**stored, field: stored[field] + "0"}
        assert broken_rules("audit_event", changed, stored_hash=digest) == ["rows are never updated or deleted"]


@pytest.mark.parametrize("details", [{"text": "x"}, {"a": [{"query_text": "x"}]}])
def test_a_telling_name_is_enough(details: dict[str, Any], sample: Any) -> None:
    spoiled = sample("audit_event", "least") | {"details": details}
    assert broken_rules("audit_event", spoiled) == ["details carries no document text, query text or PII value"]


def test_an_export_is_held_against_its_bytes_and_name() -> None:
    data = b"{}\n{}\n{}\n"
    manifest = {
        "tenant_id": "acme",
        "from": "2026-03-01T00:00:00Z",
        "to": "2026-03-31T23:59:59Z",
        "event_count": 3,
        "file_sha256": sha256_hex(data),
    }
    context = {"data": data, "file_name": "audit_export_acme_20260301_20260331.jsonl"}
    assert broken_rules("audit_export_manifest", manifest, **context) == []


@pytest.mark.parametrize("path", ["/documents/a.json", "documents/../a.json", "../documents/a.json"])
def test_a_path_that_leaves_the_archive_is_found(path: str, sample: Any) -> None:
    manifest = sample("export_manifest", "least") | {"files": [{"path": path, "sha256": "0" * 64}]}
    assert "paths unique, relative, no .." in broken_rules("export_manifest", manifest)


def test_a_whole_archive_and_its_signed_bytes_hold(sample: Any) -> None:
    manifest = sample("export_manifest")
    members = [file["path"] for file in manifest["files"]]
    signed = canonical_json({key: value for key, value in manifest.items() if key != "signature"})
    assert broken_rules("export_manifest", manifest, members=members[::-1], signed=signed) == []
    assert len(broken_rules("export_manifest", manifest, members=[*members, "run.sh"], signed=signed + b" ")) == 2


def test_a_chain_is_invalid_exactly_when_it_has_breaks(sample: Any) -> None:
    rule = ["hash_chain_valid <=> breaks empty <=> continuity"]
    chain = sample("provenance_chain")
    broken = [{"position": 3, "event_id": None, "what": "the event was changed"}]
    chain["hash_chain_verification"]["breaks"] = broken
    assert broken_rules("provenance_chain", chain) == rule
    chain["hash_chain_valid"] = False
    assert broken_rules("provenance_chain", chain) == []
    chain["hash_chain_verification"]["breaks"] = []
    assert broken_rules("provenance_chain", chain) == rule


def test_a_document_that_was_never_indexed_may_have_fewer_gates(sample: Any) -> None:
    chain = sample("provenance_chain")
    chain["chain"] = chain["chain"][:3]
    chain["chain_length"] = 3
    assert broken_rules("provenance_chain", chain) == []
