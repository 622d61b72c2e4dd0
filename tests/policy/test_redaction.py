from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.chunks import Redaction
from frostbyte.errors import PolicyFailed
from frostbyte.policy import pii, redaction
from frostbyte.policy.pii import Finding


def test_a_span_becomes_its_token() -> None:
    text = "mail bob@example.org now"
    assert redaction.apply(text, [Finding(5, 20, "EMAIL", 0.9)]) == "mail [REDACTED:EMAIL] now"


@pytest.mark.parametrize("spans", [[(0, 4), (3, 6)], [(2, 2)], [(5, 99)], [(-1, 2)]])
def test_a_record_of_another_text_is_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        redaction.apply("0123456789", [Finding(start, end, "SSN", 1.0) for start, end in spans])


def test_a_heading_is_redacted_alone() -> None:
    assert redaction.redact("Claim of SSN 123-45-6789") == "Claim of SSN [REDACTED:SSN]"
    with pytest.raises(PolicyFailed):
        redaction.redact("anything", ["NAME"])


@given(st.text(max_size=60), st.lists(st.sampled_from(["bob@example.org ", "123-45-6789 ", "+1 212 555 0100 "]), max_size=4))
def test_the_contract_record_gives_the_same_text_again(prose: str, private: list[str]) -> None:
    text = prose + " " + prose.join(private)
    findings = pii.find(text)
    records = [Redaction.from_json(record.to_json()) for record in redaction.records(findings)]
    redacted = redaction.apply(text, records)
    assert redacted == redaction.apply(text, findings)
