from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.chunks import EnrichedChunk, Redaction


def test_metadata_keeps_what_another_version_added(sample: Any) -> None:
    chunk = sample("policy_enriched_chunk")
    chunk["metadata"]["review"] = "due"
    assert EnrichedChunk.from_json(chunk).to_json()["metadata"]["review"] == "due"


def test_a_bare_server_chunk_reads_with_nothing_found_by_the_appliance(sample: Any) -> None:
    metadata = EnrichedChunk.from_json(sample("policy_enriched_chunk", "least")).metadata
    assert (metadata.appliance_action, metadata.config_version) == (None, None)
    assert (metadata.redactions, metadata.appliance_signals, metadata.pii_spans) == ([], [], {})
    assert not {"appliance_action", "config_version"} & set(metadata.to_json())


def test_a_redaction_has_no_place_for_what_stood_there() -> None:
    with pytest.raises(ValidationError):
        Redaction.from_json({"start": 0, "end": 3, "type": "EMAIL", "text": "a@b"})


@pytest.mark.parametrize("found", [{"EMAIL": "ann@example.org"}, {"EMAIL": ["x"]}, {"CARD": 1}])
def test_personal_data_is_counted_by_type_only(found: dict[str, Any], sample: Any) -> None:
    chunk = sample("policy_enriched_chunk")
    chunk["metadata"]["pii_spans"] = found
    with pytest.raises(ValidationError):
        EnrichedChunk.from_json(chunk)
