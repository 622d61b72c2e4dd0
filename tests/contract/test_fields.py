from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from frostbyte.contract.fields import (
    Count,
    File,
    Model,
    Number,
    OpenModel,
    Sha256,
    Share,
    Tenant,
    Text,
    Timestamp,
    absent,
    error_details,
)


class Thing(Model):
    name: Text
    size: Count = 0
    share: Share = 0.5
    number: Number = 1
    note: Annotated[str, Field(max_length=3)] | None = absent()


class Named(Model):
    tenant: Tenant = "a"
    file: File = "f"
    digest: Sha256 = "0" * 64
    at: Timestamp = "2026-03-01T08:00:00Z"


def test_what_is_absent_is_not_written() -> None:
    assert Thing(name="a").to_json() == {"name": "a", "size": 0, "share": 0.5, "number": 1}
    assert Thing(name="a", note="b").to_json()["note"] == "b"
    assert Thing.from_json({"name": "a"}) == Thing(name="a")


@pytest.mark.parametrize(
    "wrong",
    [{"size": "1"}, {"size": True}, {"size": 1.0}, {"size": -1}, {"name": b"a"}, {"name": ""}, {"share": True}, {"share": "0.5"},
     {"share": float("nan")}, {"number": float("inf")}, {"number": True}, {"number": "1"}, {"note": "long"}, {"other": 1}],
    ids=str,
)  # fmt: skip
def test_nothing_is_coerced_or_carried_along(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Thing.from_json({"name": "a", **wrong})


@pytest.mark.parametrize(
    "wrong",
    [{"tenant": "a\n"}, {"digest": "0" * 64 + "\n"}, {"digest": "A" * 64}, {"at": "2026-03-01T08:00:00Z\n"}, {"file": "a\n"},
     {"at": "2026-03-01T08:00:00"}, {"at": "2026-03-01T08:00:00+00:00"}, {"at": "２０26-03-01T08:00:00Z"}, {"file": ".."},
     {"file": "\ud800"}],
    ids=ascii,
)  # fmt: skip
def test_patterns_end_where_the_text_ends(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Named.from_json(wrong)


def test_an_open_object_keeps_what_it_does_not_know() -> None:
    class Open(OpenModel):
        name: Text

    assert Open.from_json({"name": "a", "more": [1]}).to_json() == {"name": "a", "more": [1]}
    with pytest.raises(ValidationError):
        Open.from_json({"name": 1})


def test_details_name_the_place_and_not_the_value() -> None:
    class Outer(Model):
        things: list[Thing]

    with pytest.raises(ValidationError) as failed:
        Outer.from_json({"things": [{"name": "a"}, {"name": "", "size": "SECRET"}]})
    details = error_details(failed.value)
    assert [entry["field"] for entry in details] == ["things.1.name", "things.1.size"]
    assert "SECRET" not in str(details) + str(failed.value)
    assert error_details(failed.value, values=True)[1]["value"] == "SECRET"


def test_a_fault_of_the_whole_is_the_bodys() -> None:
    with pytest.raises(ValidationError) as failed:
        Thing.model_validate(3)
    assert [entry["field"] for entry in error_details(failed.value)] == ["body"]
