from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.hashing import canonical_json, chunks_hash, document_hash, event_hash, sha256_hex, tagged

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


def test_the_bytes_are_these() -> None:
    assert canonical_json({"b": [1, 2.5, None, True], "a": "é\n\u2028"}) == '{"a":"é\\n\u2028","b":[1,2.5,null,true]}'.encode()
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tagged("00") == "sha256:00"


@given(JSON)
def test_bytes_lead_back_to_the_value_and_do_not_change(value: Any) -> None:
    once = canonical_json(value)
    assert json.loads(once) == value
    assert canonical_json(json.loads(once)) == once


@given(st.dictionaries(TEXT, JSON, min_size=2, max_size=5), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical_json(dict(items)) == canonical_json(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_lacks_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([value])


def test_a_document_hash_leaves_out_the_time_of_parsing_and_nothing_else(sample: Any) -> None:
    document = sample("canonical_document")
    later = sample("canonical_document")
    later["lineage"]["parse_timestamp"] = "2027-01-01T00:00:00Z"
    assert document_hash(document) == document_hash(later)
    assert document["lineage"]["parse_timestamp"]  # the document itself is left alone
    for change in ({"tenant_id": "other"}, {"lineage": {**document["lineage"], "raw_sha256": "0" * 64}}, {"chunks": []}):
        assert document_hash({**document, **change}) != document_hash(document)


def test_chunks_are_hashed_in_order() -> None:
    assert chunks_hash([{"a": 1}, {"b": 2}]) == sha256_hex(b'[{"a":1},{"b":2}]')
    assert chunks_hash([{"b": 2}, {"a": 1}]) != chunks_hash([{"a": 1}, {"b": 2}])
    assert chunks_hash(chunk for chunk in [{"a": 1}]) == chunks_hash([{"a": 1}])


def test_an_event_is_hashed_whole(sample: Any) -> None:
    event = sample("audit_event")
    assert all(event_hash({**event, key: "changed"}) != event_hash(event) for key in event)
