"""The document rules at their edges: what the appliance's detector may do to an action, offsets in code points."""

from __future__ import annotations

import struct
from itertools import product
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.hashing import sha256_hex
from frostbyte.contract.ids import chunk_id
from frostbyte.contract.rules import broken_rules

RULE = "injection_action_taken consistent with score and tenant thresholds"
ACTIONS = ["pass", "flag", "quarantine"]


def enriched(sample: Any, score: float, action: str, appliance: str | None) -> dict[str, Any]:
    chunk: dict[str, Any] = sample("policy_enriched_chunk", "least")
    chunk["metadata"] |= {"injection_score": score, "injection_action_taken": action}
    if appliance:
        chunk["metadata"]["appliance_action"] = appliance
    return chunk


@pytest.mark.parametrize(
    ("score", "server"),
    [
        (0.0, "pass"),
        (0.29, "pass"),
        (0.3, "flag"),
        (0.69, "flag"),
        (0.7, "quarantine"),
        (0.4 + 0.2 + 0.1, "quarantine"),
        (1.0, "quarantine"),
    ],
)
def test_at_the_threshold_acts(score: float, server: str, sample: Any) -> None:
    for action in ACTIONS:
        broken = broken_rules("policy_enriched_chunk", enriched(sample, score, action, None), config=TenantConfig())
        assert broken == ([] if action == server else [RULE])


@pytest.mark.parametrize(("appliance", "action"), list(product(ACTIONS, ACTIONS)))
def test_the_appliance_raises_and_never_lowers(appliance: str, action: str, sample: Any) -> None:
    broken = broken_rules("policy_enriched_chunk", enriched(sample, 0.3, action, appliance), config=TenantConfig())
    raised = max("flag", appliance, key=ACTIONS.index)
    assert broken == ([] if action in ("flag", raised) else [RULE])


def test_without_the_tenants_thresholds_nothing_is_judged(sample: Any) -> None:
    assert broken_rules("policy_enriched_chunk", enriched(sample, 1.0, "pass", None)) == []


def test_every_redacted_type_is_marked(sample: Any) -> None:
    chunk = sample("policy_enriched_chunk")
    chunk["metadata"]["pii_types_found"] = ["EMAIL", "SSN"]
    assert broken_rules("policy_enriched_chunk", chunk) == ["redacted => text contains [REDACTED:TYPE] for each type"]
    chunk["text"] += " [REDACTED:SSN]"
    assert broken_rules("policy_enriched_chunk", chunk) == []


@pytest.mark.parametrize("text", ["a", "é", "日本", "𝒳y", "e\u0301"])
def test_offsets_count_code_points(text: str, sample: Any) -> None:
    document = sample("canonical_document")
    doc = document["doc_id"]
    document |= {"chunks": [document["chunks"][0]], "reading_order": []}
    document["stats"]["chunk_count"] = 1
    document["chunks"][0] |= {"text": text, "end_char": len(text), "chunk_id": chunk_id(doc, 1, 0, len(text))}
    assert broken_rules("canonical_document", document) == []
    wide = len(text.encode()) if len(text.encode()) != len(text) else 2
    document["chunks"][0] |= {"end_char": wide, "chunk_id": chunk_id(doc, 1, 0, wide)}
    assert broken_rules("canonical_document", document) == ["end_char-start_char==codepoints(text)"]


def test_a_gap_between_chunks_is_found(sample: Any) -> None:
    document = sample("canonical_document")
    last = document["chunks"][-1]
    last["start_char"] += 1
    last["end_char"] += 1
    last["chunk_id"] = chunk_id(document["doc_id"], 1, last["start_char"], last["end_char"])
    document["reading_order"] = []
    assert broken_rules("canonical_document", document) == ["chunks stand end to end from 0 (ruling B4)"]


def test_a_vector_of_another_length_is_not_the_one_written(sample: Any) -> None:
    record = sample("index_metadata_record")
    vector = [0.25] * 768
    record["vector_sha256"] = sha256_hex(struct.pack("<768f", *vector))
    assert broken_rules("index_metadata_record", record, vector=vector) == []
    assert len(broken_rules("index_metadata_record", record, vector=vector[:767])) == 1
