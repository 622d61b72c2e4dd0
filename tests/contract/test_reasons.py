"""A reason is some words on one line."""

from __future__ import annotations

import pytest

from frostbyte.contract.reasons import LONGEST_REASON, accept_reason
from frostbyte.errors import UsageError


def test_a_reason_is_one_line() -> None:
    assert accept_reason("  asked for\n by the court ") == "asked for by the court"


@pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_REASON + 1)])
def test_no_reason_and_a_novel_are_refused(reason: str) -> None:
    with pytest.raises(UsageError):
        accept_reason(reason)
