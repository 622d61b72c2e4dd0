from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from frostbyte.contract.fields import Stage
from frostbyte.contract.reports import Outcome
from frostbyte.contract.retries import DEAD_LETTER, NO_RETRY, RETRIES, STAGES


def test_the_table_is_the_contracts() -> None:
    contract = json.loads((Path(__file__).parent / "data" / "retries.json").read_text())
    for stage, retry in RETRIES.items():
        row = contract[stage]
        assert (retry.max, retry.strategy, list(retry.intervals_s)) == (row["max"], row["strategy"], row["intervals_s"])
    assert tuple(contract) == STAGES == get_args(Stage)


def test_every_retry_has_its_wait() -> None:
    assert all(len(retry.intervals_s) == retry.max for retry in RETRIES.values())


def test_a_stage_that_gives_up_leaves_an_outcome_of_the_report() -> None:
    assert set(DEAD_LETTER) == set(STAGES)
    assert set(DEAD_LETTER.values()) <= set(get_args(Outcome))
    assert DEAD_LETTER["policy"] == "policy_failed"  # ruling K3: held, not quarantined


def test_a_wrong_dimension_is_never_tried_again() -> None:
    assert "DIMENSION_MISMATCH" in NO_RETRY
