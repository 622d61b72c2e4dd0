"""Models and JSON Schemas say the same: what one takes the other takes, and what comes out of a model fits its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frostbyte.contract import audit, chunks, config, documents, envelopes, events, receipts, reports, retrieval, schema, tenants
from frostbyte.contract.fields import Model
from frostbyte.contract.ids import is_file_id

MODELS: dict[str, type[Model]] = {
    "acceptance_report": reports.AcceptanceReport,
    "audit_event": events.AuditEvent,
    "audit_event_common": events.AuditEvent,
    "audit_export_manifest": audit.AuditExportManifest,
    "batch_manifest": receipts.BatchManifest,
    "batch_receipt": receipts.BatchReceipt,
    "batch_status": receipts.BatchStatus,
    "canonical_document": documents.CanonicalDocument,
    "dlq_entry": envelopes.DlqEntry,
    "error_envelope": envelopes.ErrorEnvelope,
    "export_manifest": audit.ExportManifest,
    "index_metadata_record": chunks.IndexMetadataRecord,
    "intake_receipt": receipts.IntakeReceipt,
    "log_line": envelopes.LogLine,
    "pagination_meta": envelopes.PaginationMeta,
    "policy_enriched_chunk": chunks.EnrichedChunk,
    "provenance_chain": audit.ProvenanceChain,
    "query_request": retrieval.QueryRequest,
    "retrieval_response": retrieval.RetrievalResponse,
    "success_envelope": envelopes.SuccessEnvelope,
    "tenant_config": config.TenantConfig,
    "tenant_record": tenants.TenantRecord,
}
# Whether an event holds the details of its type is judged where it is made (EventDraft); a tampered one must stay readable.
SHAPED = [name for name in schema.NAMES if name != "audit_event"]
# Cross-field rules live inside these models: what the schema alone takes may still be refused.
CROSS_FIELD = {"tenant_config", "tenant_record"}
# A new dead letter is pending: only we write them, and these three take their defaults.
NEW_LETTER = {"status", "resolved_at", "resolution"}
UNWRITTEN_DEFAULT = ("injection_per_document_quarantine", False)
FILE_ID_PATTERN = r"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]+$"
SAFE = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))


def test_every_schema_has_a_model() -> None:
    assert tuple(MODELS) == schema.NAMES


def test_an_unknown_schema_is_a_bug() -> None:
    with pytest.raises(KeyError):
        schema.schema("tenant")


def test_a_schema_is_ones_own_to_change() -> None:
    schema.schema("log_line").clear()
    assert schema.schema("log_line")


@pytest.mark.parametrize("name", schema.NAMES)
def test_schemas_are_well_formed(name: str) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema.schema(name))


@pytest.mark.parametrize("name", schema.AMENDMENTS)
def test_an_amendment_changes_its_schema(name: str) -> None:
    assert schema.schema(name) != json.loads(schema._text(name))


def test_broken_places_are_named_without_their_values() -> None:
    assert schema.validate("pagination_meta", {"total": "SECRET", "page": 0}) == [
        "(top): required",
        "(top): required",
        "page: minimum",
        "total: type",
    ]


@pytest.mark.parametrize("size", ["least", "most"])
@pytest.mark.parametrize("name", schema.NAMES)
def test_samples_fit_schema_and_model(name: str, size: str, sample: Any) -> None:
    given_ = sample(name, size)
    assert schema.validate(name, given_) == []
    made = MODELS[name].from_json(given_)
    assert schema.validate(name, made.to_json()) == []
    assert _holds(made.to_json(), given_)
    assert MODELS[name].from_json(made.to_json()) == made
    assert MODELS[name].model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("name", schema.NAMES)
def test_nothing_changes_once_made(name: str, sample: Any) -> None:
    made = MODELS[name].from_json(sample(name))
    with pytest.raises(ValueError, match="frozen"):
        setattr(made, next(iter(type(made).model_fields)), None)


@pytest.mark.parametrize("name", SHAPED)
def test_what_breaks_the_schema_is_refused_by_the_model(name: str, sample: Any) -> None:
    whole = sample(name)
    checked = 0
    for path in _paths(whole):
        for wrong in (*WRONG, DELETED):
            broken = _changed(whole, path, wrong)
            if not schema.validate(name, broken) or (wrong is None and _may_be_left_out(name, path)):
                continue
            if wrong is DELETED and name == "dlq_entry" and path[0] in NEW_LETTER:
                continue
            checked += 1
            with pytest.raises(ValueError, match="validation error"):
                MODELS[name].from_json(broken)
    assert checked >= len(WRONG)


@pytest.mark.parametrize("name", SHAPED)
def test_what_the_schema_takes_the_model_takes_and_keeps(name: str) -> None:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(_of_schema(schema.schema(name)))
    def check(value: dict[str, Any]) -> None:
        try:
            made = MODELS[name].from_json(value)
        except ValueError:
            assert name in CROSS_FIELD
            return
        out = made.to_json()
        assert schema.validate(name, out) == []
        assert _holds(out, value)
        assert MODELS[name].from_json(out) == made

    check()


DELETED = object()
WRONG: tuple[Any, ...] = (None, True, "", "\n", " x\n", -1, 0.5, 10**9, [], [1], {}, {"unknown": 1})


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from _paths(below, (*path, key))


def _changed(whole: dict[str, Any], path: tuple[Any, ...], wrong: Any) -> dict[str, Any]:
    broken = deepcopy(whole)
    place: Any = broken
    for step in path[:-1]:
        place = place[step]
    if wrong is DELETED:
        del place[path[-1]]
    else:
        place[path[-1]] = wrong
    return broken


def _may_be_left_out(name: str, path: tuple[Any, ...]) -> bool:
    """An optional field is None in Python when it is not there, so a null is taken for it; `parse_query` refuses nulls itself."""
    place: Any = schema.schema(name)
    for step in path[:-1]:
        place = place.get("items", {}) if isinstance(step, int) else place.get("properties", {}).get(step, {})
        place = next((option for option in place.get("anyOf", ()) if option.get("type") == "object"), place)
    return path[-1] not in place.get("required", ())


def _holds(out: Any, value: Any) -> bool:
    """Everything of `value` is in `out`; what was null or at its unwritten default may be absent, defaults may be new."""
    if isinstance(value, dict):
        unwritten = {key for key, inner in value.items() if inner is None or (key, inner) == UNWRITTEN_DEFAULT}
        return isinstance(out, dict) and all(_holds(out.get(key), inner) for key, inner in value.items() if key not in unwritten)
    if isinstance(value, list):
        return isinstance(out, list) and len(out) == len(value) and all(map(_holds, out, value))
    return bool(out == value)


_ANY = st.none() | st.booleans() | st.integers(-5, 5) | st.text(SAFE, max_size=5)


def _of_schema(part: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the dialect these schemas use."""
    if "anyOf" in part:
        return st.one_of([_of_schema(option) for option in part["anyOf"]])
    if "enum" in part:
        return st.sampled_from(part["enum"])
    if "const" in part:
        return st.just(part["const"])
    match part.get("type"):
        case "object" if "properties" in part:
            fields = {key: _of_schema(inner) for key, inner in part["properties"].items()}
            required = {key: fields.pop(key) for key in part.get("required", ())}
            return st.fixed_dictionaries(required, optional=fields)
        case "object":
            values = part.get("additionalProperties")
            keys = st.sampled_from(part["propertyNames"]["enum"]) if "propertyNames" in part else st.text(SAFE, max_size=5)
            return st.dictionaries(keys, _of_schema(values) if isinstance(values, dict) else _ANY, max_size=3)
        case "array":
            least = part.get("minItems", 0)
            unique = repr if part.get("uniqueItems") else None
            return st.lists(_of_schema(part["items"]), min_size=least, max_size=least + 2, unique_by=unique)
        case "string" if part.get("pattern") == FILE_ID_PATTERN:
            return st.text(SAFE, min_size=1, max_size=20).filter(is_file_id)
        case "string" if "pattern" in part:
            return st.from_regex(re.compile(part["pattern"], re.ASCII), fullmatch=True).filter(str.isprintable)
        case "string":
            return st.text(SAFE, min_size=part.get("minLength", 0), max_size=20)
        case "integer":
            return st.integers(part.get("minimum", -(2**40)), part.get("maximum", 2**40))
        case "number":
            return st.floats(part.get("minimum", -1e9), part.get("maximum", 1e9)) | st.just(part.get("maximum", 1))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            return _ANY
