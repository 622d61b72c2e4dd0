from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from frostbyte.contract.reports import AcceptanceReport, Outcome


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_a_file_comes_to_one_of_seven_ends(outcome: str, sample: Any) -> None:
    report = sample("acceptance_report")
    report["files"][0]["status"] = outcome
    assert AcceptanceReport.from_json(report).files[0].status == outcome


@pytest.mark.parametrize("status", ["completed", "INDEXED", ""])
def test_no_other_end_is_known(status: str, sample: Any) -> None:
    report = sample("acceptance_report")
    report["files"][0]["status"] = status
    with pytest.raises(ValidationError):
        AcceptanceReport.from_json(report)


def test_a_refusal_without_advice_is_refused(sample: Any) -> None:
    report = sample("acceptance_report")
    report["rejected_files"][0]["remediation"] = ""
    with pytest.raises(ValidationError):
        AcceptanceReport.from_json(report)


@pytest.mark.parametrize("counts", [{"sop": 1}, {"invoice": -1}, {"invoice": "1"}])
def test_classifications_are_counted_by_known_names(counts: dict[str, Any], sample: Any) -> None:
    report = sample("acceptance_report")
    report["summary"]["classifications"] = counts
    with pytest.raises(ValidationError):
        AcceptanceReport.from_json(report)
