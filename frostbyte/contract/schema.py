"""The product's own copies of the contract's JSON Schemas, and what the rulings change in them.

The files in `schemas/` are the contract's, byte for byte. Where a ruling departs from one, the change stands here, named, and
is applied when the schema is read. `jsonschema` is a test dependency: the running program trusts its typed models instead.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from frostbyte.contract.reports import Outcome

NAMES: tuple[str, ...] = (
    "acceptance_report",
    "audit_event",
    "audit_event_common",
    "audit_export_manifest",
    "batch_manifest",
    "batch_receipt",
    "batch_status",
    "canonical_document",
    "dlq_entry",
    "error_envelope",
    "export_manifest",
    "index_metadata_record",
    "intake_receipt",
    "log_line",
    "pagination_meta",
    "policy_enriched_chunk",
    "provenance_chain",
    "query_request",
    "retrieval_response",
    "success_envelope",
    "tenant_config",
    "tenant_record",
)

_PER_DOCUMENT = {"type": "boolean", "default": False}
_BREAK = {
    "type": "object",
    "properties": {
        "position": {"type": "integer", "minimum": 0},
        "event_id": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "what": {"type": "string", "minLength": 1},
    },
    "required": ["position", "what"],
    "additionalProperties": False,
}
AMENDMENTS: dict[str, tuple[tuple[str, tuple[str, ...], Any], ...]] = {
    "acceptance_report": (("K1", ("properties", "files", "items", "properties", "status"), {"enum": list(get_args(Outcome))}),),
    "provenance_chain": (("G11", ("properties", "hash_chain_verification", "properties", "breaks", "items"), _BREAK),),
    "query_request": (("H14", ("properties", "top_k", "maximum"), 200),),
    "tenant_config": (
        ("F20", ("properties", "injection_per_document_quarantine"), _PER_DOCUMENT),
        ("D9", ("properties", "mime_allowlist", "minItems"), 1),
    ),
    "tenant_record": (
        ("F20", ("properties", "config", "properties", "injection_per_document_quarantine"), _PER_DOCUMENT),
        ("D9", ("properties", "config", "properties", "mime_allowlist", "minItems"), 1),
    ),
}
"""Schema -> (ruling, path, value put there)."""


def schema(name: str) -> dict[str, Any]:
    """The schema called `name`, amended by the rulings; yours to change. Raises KeyError for a name the contract lacks."""
    amended: dict[str, Any] = json.loads(_text(name))
    for _ruling, path, value in AMENDMENTS.get(name, ()):
        place = amended
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return amended


def validate(name: str, value: Any) -> list[str]:
    """What in `value` breaks the schema, as `path: rule` lines that quote no value; empty when it holds. Needs `jsonschema`."""
    return [
        f"{'.'.join(str(step) for step in error.absolute_path) or '(top)'}: {error.validator}"
        for error in sorted(_validator(name).iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path])
    ]


@cache
def _text(name: str) -> str:
    if name not in NAMES:
        raise KeyError(name)
    return files("frostbyte.contract").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def _validator(name: str) -> Any:
    # a test extra, slow to import, and without types
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    return Draft202012Validator(schema(name))
