"""A tenant whose vault was taken away is named by every listing and by `verify`, and stays named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize("how", ["vault.json is gone", "the folder is gone"])
def test_a_vault_that_is_gone_is_a_problem_with_a_name(appliance: Run, home: Path, how: str) -> None:
    run = appliance
    assert run("tenant", "create", "Other").status == 0
    folder = home / "tenants" / "northgate"
    if how == "the folder is gone":
        shutil.rmtree(folder)
    else:
        (folder / "vault.json").unlink()
    for _ in range(2):  # the first time may not use up the trace
        listed = run("tenant", "list", "--json")
        assert listed.status == 4
        assert [tenant["tenant_id"] for tenant in listed.data["tenants"]] == ["northgate", "other"]
        assert "northgate" in listed.err
        for words in (("verify",), ("verify", "--tenant", "northgate")):
            checked = run(*words, "--json")
            assert checked.status == 4
            found = {entry["tenant_id"]: entry for entry in checked.data["tenants"]}
            assert not checked.data["valid"]
            assert [problem["where"] for problem in found["northgate"]["problems"]] == ["vault"]
        assert run("verify", "--tenant", "other").status == 0
