"""Every error has its contract code, one of the documented exit statuses and an HTTP status; none can carry text by accident."""

from __future__ import annotations

import pytest

from frostbyte import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.FrostbyteError)]
STATUSES = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_is_mapped(kind: type[errors.FrostbyteError]) -> None:
    assert kind.code == kind.code.upper()
    assert kind.exit_code in STATUSES - {errors.EXIT_OK, errors.EXIT_INTERRUPTED}
    assert 400 <= kind.http_status < 600
    assert kind("cannot do it").contract_code


def test_a_parse_failure_is_final_unless_said_otherwise() -> None:
    failure = errors.ParseFailed("the document could not be parsed", reason="FILE_CORRUPTED")
    assert (failure.contract_code, failure.detail, failure.transient) == ("FILE_CORRUPTED", None, False)


def test_details_are_the_errors_own() -> None:
    entry = {"field": "batch_id"}
    error = errors.ManifestInvalid("refused", code="DUPLICATE_FILE_ID", details=[entry])
    entry["field"] = "changed"
    assert error.details == ({"field": "batch_id"},)
    assert error.contract_code == "DUPLICATE_FILE_ID"
