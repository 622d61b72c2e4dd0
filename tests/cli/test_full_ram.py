"""A RAM directory too small for the work: every command works or says so, and with more room the same command finishes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .test_full_disk import small_tmpfs, write_drop

Run = Callable[..., Any]


@pytest.mark.parametrize("size", ["512k", "1m", "2m"])
def test_too_little_ram_is_said_and_nothing_is_lost(run: Run, size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = write_drop(tmp_path / "drop")
    create = ("tenant", "create", "Northgate Medical Supply", "--id", "northgate")
    ingest = ("ingest", drop, "--tenant", "northgate")
    with small_tmpfs(tmp_path / "ram", size) as place:
        monkeypatch.setenv("FROSTBYTE_RAM_DIR", str(place))
        assert run("init").status == 0
        refused = False
        for words in (create, ingest, ("search", "vaccine", "--tenant", "northgate"), ("verify", "--deep"), ("selftest",)):
            ran = run(*words)
            if ran.status == 0:
                continue
            refused = True
            said = ran.err + (ran.out if words == ("selftest",) else "")
            assert ran.status in (1, 6) or words == ("selftest",), said
            assert any(text in said for text in ("RAM", "No space left", "no tenant")), f"{words}: {said}"
            assert "internal error" not in said
        assert refused or size == "2m"
        subprocess.run(["mount", "-o", "remount,size=512m", str(place)], check=True)
        assert run("tenant", "show", "northgate").status == 0 or run(*create).status == 0
        done = run(*ingest, "--json")
        assert done.status == 0, done.err
        assert done.data["report"]["summary"]["files_accepted"] == 6
        assert run("search", "vaccine", "--tenant", "northgate", "--verify").status == 0
        assert run("verify", "--deep").status == 0
        assert run("audit", "verify", "--tenant", "northgate").status == 0
