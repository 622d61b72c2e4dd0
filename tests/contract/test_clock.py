from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.clock import timestamp
from frostbyte.contract.envelopes import LogLine

MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))


def test_now_is_in_utc_and_says_so() -> None:
    before = datetime.now(UTC)
    said = datetime.fromisoformat(timestamp())
    assert before <= said <= datetime.now(UTC)


def test_another_zone_is_brought_to_utc() -> None:
    at = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(at) == "2026-02-28T23:30:00.000000Z"


@given(MOMENTS, MOMENTS)
def test_stamps_keep_the_moment_and_sort_as_text(one: datetime, other: datetime) -> None:
    assert datetime.fromisoformat(timestamp(one)) == one
    assert (timestamp(one) < timestamp(other)) == (one < other)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", timestamp(one))
    LogLine(timestamp=timestamp(one), level="info", tenant_id=None, request_id="r", component="c", message="m")
