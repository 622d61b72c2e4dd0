"""What every contract object is made of: the strict, frozen base and the field types the schemas share.

Strict on purpose (ruling C5): `"1"`, `true` and `1.0` are not integers here, unlike in the server. A schema's optional field
that must not be null is `None` in Python and left out of the JSON (`absent`). Patterns are anchored at the true end of the
text, which the schemas' `$` is not under Python's `re`: a trailing newline is refused here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, ValidationError

from frostbyte.contract.ids import is_file_id


class Model(BaseModel):
    """Base of every contract object: no coercion, no unknown field, no NaN, no change after it is made."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        populate_by_name=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    def to_json(self) -> dict[str, Any]:
        """The object as plain JSON values, ready for `canonical_json` and the schemas."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The object of a JSON value. Raises pydantic's ValidationError; a room that reads foreign bytes translates it."""
        return cls.model_validate(dict(value))


class OpenModel(Model):
    """A contract object whose schema lets unknown fields ride along; they are kept."""

    model_config = ConfigDict(extra="allow")


def absent() -> Any:
    """Default of an optional, not nullable field: `None` in Python, no key in JSON."""
    return Field(default=None, exclude_if=_is_none)


def _is_none(value: object) -> bool:
    return value is None


def _file_id(value: str) -> str:
    if not is_file_id(value):
        raise ValueError("blank, longer than 256 code points, or holds a separator or control character")
    return value


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == math.inf:
        raise ValueError("must be a finite number")
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,62}$")]
File = Annotated[str, AfterValidator(_file_id)]
Doc = Annotated[str, StringConstraints(pattern=r"^doc_[0-9a-f]{12}$")]
ChunkRef = Annotated[str, StringConstraints(pattern=r"^chk_[0-9a-f]{12}$")]
Uuid7 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
TaggedSha256 = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Timestamp = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Count = Annotated[int, Field(ge=0)]
Page = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Number = Annotated[int | float, PlainValidator(_number)]
"""JSON's number: what came as 500 stays 500, not 500.0."""

Stage = Literal["intake", "parse", "policy", "embed", "index"]
StageState = Literal["queued", "processing", "completed", "failed"]
FileVerdict = Literal["accepted", "rejected", "quarantined"]
ScanResult = Literal["clean", "quarantined", "skipped"]
ElementType = Literal["paragraph", "table", "heading", "list_item", "figure_caption"]
Classification = Literal["contract", "invoice", "SOP", "policy", "correspondence", "legal_filing", "other"]
PiiType = Literal[
    "SSN", "DOB", "EMAIL", "PHONE", "NAME", "ADDRESS", "MEDICAL_RECORD", "FINANCIAL_ACCOUNT", "PASSPORT", "DRIVERS_LICENSE"
]
PiiAction = Literal["none", "redacted", "flagged", "blocked"]
ResourceType = Literal["document", "chunk", "query", "tenant", "batch"]
EventStatus = Literal["success", "failure", "quarantined"]
MimeType = Literal[
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/plain",
    "text/csv",
    "image/png",
    "image/tiff",
]


def error_details(failure: ValidationError, *, values: bool = False) -> list[dict[str, Any]]:
    """Error-envelope `details` of a failed validation: field path and constraint, and scalar values only if asked for.

    Values stay out by default: what failed to validate may be document text.
    """
    found = []
    for error in failure.errors(include_url=False, include_context=False):
        entry: dict[str, Any] = {
            "field": ".".join(str(part) for part in error["loc"]) or "body",
            "constraint": error["msg"].removeprefix("Value error, "),
        }
        if values and isinstance(error.get("input"), (str, int, float, bool)):
            entry["value"] = error["input"]
        found.append(entry)
    return found
