"""The 28 event types and what each must and must never say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract import schema
from frostbyte.contract.events import (
    ALIASES,
    CHAIN_DETAILS,
    COMPONENTS,
    FORBIDDEN_DETAILS,
    HASH_CHAINED,
    REQUIRED_DETAILS,
    RESOURCE_TYPES,
    AuditEvent,
    EventDraft,
    EventType,
    forbidden_details,
    missing_details,
    rename_aliases,
)

EVENTS = [json.loads(line) for line in (Path(__file__).parent / "data" / "events.jsonl").read_text().splitlines()]
HASH = "sha256:" + "0" * 64
CHAINED = {
    "component": "intake-gateway",
    "input_hash": HASH,
    "output_hash": HASH,
    "pipeline_version": "1",
    "duration_ms": 0,
    "status": "success",
}


def whole(kind: EventType) -> dict[str, Any]:
    return {name: CHAINED.get(name, "x") for name in REQUIRED_DETAILS[kind]}


def draft(kind: EventType, details: dict[str, Any], **other: Any) -> EventDraft:
    return EventDraft(kind, RESOURCE_TYPES[kind], "r1", details, **other)


def test_the_types_are_the_contracts_in_order() -> None:
    assert [row["event_type"] for row in EVENTS] == list(EventType)
    assert len(EventType) == 28
    assert len(COMPONENTS) == 5


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row["event_type"])
def test_what_each_must_say(row: dict[str, Any]) -> None:
    kind = EventType(row["event_type"])
    assert [RESOURCE_TYPES[kind]] == row["resource_types"]
    assert (kind in HASH_CHAINED) == row["hash_chain"]
    assert list(REQUIRED_DETAILS[kind]) == row["required_details"] + (list(CHAIN_DETAILS) if row["hash_chain"] else [])


@pytest.mark.parametrize("kind", EventType)
def test_a_whole_event_fits_the_schema_and_a_draft_lacking_a_detail_is_refused(kind: EventType) -> None:
    made = draft(kind, whole(kind))
    event = AuditEvent(
        event_id="0195a2b0-0000-7000-8000-000000000001",
        tenant_id="acme",
        event_type=kind,
        timestamp="2026-03-01T08:00:00Z",
        actor=made.actor,
        resource_type=made.resource_type,
        resource_id=made.resource_id,
        details=made.details,
        previous_event_id=None,
    )
    assert schema.validate("audit_event", event.to_json()) == []
    for name in REQUIRED_DETAILS[kind]:
        less = {key: value for key, value in whole(kind).items() if key != name}
        assert missing_details(kind, less) == [name]
        assert schema.validate("audit_event", {**event.to_json(), "details": less})
        with pytest.raises(ValueError, match=f"{kind} lacks {name}"):
            draft(kind, less)


@pytest.mark.parametrize("name", sorted(FORBIDDEN_DETAILS))
def test_content_cannot_slip_in_under_a_telling_name(name: str) -> None:
    for details in ({name: "x"}, {"result_summary": {name: "x"}}, {"matches": [{"deeper": {name: "x"}}]}):
        assert forbidden_details(details) == [name]
        with pytest.raises(ValueError, match=f"must not carry {name}"):
            draft(EventType.TENANT_CREATED, details)


def test_an_event_is_about_its_own_kind_of_thing() -> None:
    with pytest.raises(ValueError, match="about a tenant, not a document"):
        EventDraft(EventType.TENANT_CREATED, "document", "r1", {})


@pytest.mark.parametrize("other", [{"resource_id": ""}, {"actor": ""}])
def test_an_event_names_its_thing_and_its_actor(other: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="resource_id and an actor"):
        EventDraft(EventType.TENANT_CREATED, "tenant", **{"resource_id": "acme", "details": {}, **other})


def test_a_draft_is_by_the_system_and_stands_alone_unless_said() -> None:
    made = draft(EventType.TENANT_CREATED, {})
    assert (made.actor, made.chain) == ("system", None)


@pytest.mark.parametrize(("kind", "alias", "name"), [(kind, *pair) for kind, names in ALIASES.items() for pair in names.items()])
def test_imported_details_take_the_documented_name(kind: EventType, alias: str, name: str) -> None:
    assert name in REQUIRED_DETAILS[kind]
    assert rename_aliases(kind, {alias: 1, "other": 2}) == {name: 1, "other": 2}
    assert rename_aliases(kind, {alias: 1, name: 2}) == {alias: 1, name: 2}
    rows = {row["event_type"]: row["detail_aliases_in_other_documents"] for row in EVENTS}
    assert str(rows[kind][name]).split(" ")[0] == alias


@given(st.sampled_from(EventType), st.dictionaries(st.text(max_size=5), st.integers(), max_size=4))
def test_renaming_twice_changes_no_more(kind: EventType, details: dict[str, int]) -> None:
    once = rename_aliases(kind, details)
    assert rename_aliases(kind, once) == once
    assert rename_aliases(EventType.TENANT_CREATED, details) == details
