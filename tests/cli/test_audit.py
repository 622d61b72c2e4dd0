"""The audit commands: one form of the head, exports that fail without a trace, times as meant, hostile text made visible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from frostbyte.appliance import load
from frostbyte.contract.events import EventDraft, EventType
from frostbyte.settings import resolve
from frostbyte.vault.tables import DDL

Run = Callable[..., Any]


def test_the_head_is_said_in_one_form(appliance: Run) -> None:
    head = appliance("audit", "head", "--tenant", "northgate", "--json").data
    report = appliance("audit", "verify", "--tenant", "northgate", "--json").data
    assert head["head_hash"] == report["head_hash"]
    assert head["head_hash"].startswith("sha256:")
    assert head["events"] == report["events"] == 3
    assert appliance("audit", "head", "--tenant", "northgate").out == f"3 {head['head_hash']}\n"


def test_an_export_that_cannot_be_written_is_a_usage_error(appliance: Run, tmp_path: Path) -> None:
    export = ("audit", "export", "--tenant", "northgate", "--output")
    for place in (tmp_path / "nowhere" / "x.jsonl", tmp_path, Path("/proc/x.jsonl")):
        ran = appliance(*export, place)
        assert ran.status == 2, ran.err
        assert str(place) in ran.err


@pytest.mark.parametrize("taken", ["x.jsonl", "x.jsonl.manifest.json"])
def test_an_export_writes_over_nothing(appliance: Run, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("kept")
    ran = appliance("audit", "export", "--tenant", "northgate", "--output", tmp_path / "x.jsonl")
    assert ran.status == 2
    assert taken in ran.err
    assert (tmp_path / taken).read_text() == "kept"
    assert [path.name for path in tmp_path.glob("x.jsonl*")] == [taken]


def test_an_export_that_fails_leaves_nothing(appliance: Run, tmp_path: Path) -> None:
    with load(resolve()).open_vault("northgate") as vault:
        run = vault.catalog._connection.execute
        run("DROP TABLE events")
        run(next(sql for sql in DDL if "TABLE events" in sql))
        run("INSERT INTO events VALUES (1, 'x', 'x', 'x', 'x', 'x', 'x', NULL, '{', NULL, 'x')")
        vault.maintain()
    ran = appliance("audit", "export", "--tenant", "northgate", "--output", tmp_path / "x.jsonl")
    assert ran.status == 4
    assert list(tmp_path.glob("x.jsonl*")) == []


def test_an_export_and_its_manifest_agree(appliance: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    said = appliance("audit", "export", "--tenant", "northgate", "--output", out, "--json").data
    assert json.loads((tmp_path / "x.jsonl.manifest.json").read_bytes()) == said
    assert said["file_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "0001-01-01T00:00:00+23:59"),
        ("--to", "9999-12-31T23:59:59-23:59"),
        ("--from", "yesterday"),
        ("--page", "99999999999999999999"),
        ("--page", "0"),
    ],
)
def test_what_is_no_time_and_no_page_is_a_usage_error(appliance: Run, words: tuple[str, str]) -> None:
    ran = appliance("audit", "events", "--tenant", "northgate", *words)
    assert ran.status == 2, ran.err
    assert words[0] in ran.err
    assert words[1] in ran.err


def test_a_day_alone_is_meant_from_its_begin_to_its_end(appliance: Run) -> None:
    def total(*words: str) -> int:
        ran = appliance("audit", "events", "--tenant", "northgate", "--json", *words)
        assert ran.status == 0, ran.err
        return int(ran.data["meta"]["total"])

    written = appliance("audit", "events", "--tenant", "northgate", "--json").data["events"]
    newest, oldest = (datetime.fromisoformat(event["timestamp"]) for event in (written[0], written[-1]))
    first, last, before = (f"{day:%Y-%m-%d}" for day in (oldest, newest, oldest - timedelta(days=1)))
    assert total("--from", first, "--to", last) == 3
    assert total("--to", before) == 0
    assert total("--to", f"{oldest - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}Z") == 0
    assert total("--from", "0987-01-01", "--to", f"{datetime.now(UTC) + timedelta(days=1):%Y%m%d}") == 3


def test_hostile_text_is_shown_and_not_obeyed(appliance: Run) -> None:
    name = "a\x9b31m\u202efdp.exe"
    with load(resolve()).open_vault("northgate") as vault, vault.transaction() as tx:
        details = {"component": "intake-gateway", "rejection_reason": name, "failed_check": "type"}
        event = tx.append_event(EventDraft(EventType.DOCUMENT_REJECTED, "document", name, details, chain=name))
    shown = [
        appliance("audit", *words, "--tenant", "northgate", *form)
        for words in (("events",), ("event", event.event_id))
        for form in ((), ("--json",))
    ]
    for ran in shown:
        assert ran.status == 0, ran.err
        assert not {"\x9b", "\u202e"} & set(ran.out)
    assert r"a\x9b31m\u202efdp.exe" in shown[0].out
    assert shown[3].data["resource_id"] == name
    chain = appliance("audit", "chain", name, "--tenant", "northgate")
    assert chain.status == 1
    assert not {"\x9b", "\u202e"} & set(chain.err)


def test_a_chain_whose_table_was_rewritten_is_status_4_everywhere(appliance: Run) -> None:
    with load(resolve()).open_vault("northgate") as vault:
        vault.catalog._connection.execute("DROP TABLE events")
        with vault.transaction() as tx:
            tx.put_record(vault.record())
    verified = appliance("audit", "verify", "--tenant", "northgate", "--json")
    assert verified.status == 4
    assert verified.data["breaks"][0] == {"position": 0, "event_id": None, "what": "table 'events' is missing"}
    checked = appliance("verify")
    assert checked.status == 4
    assert "table 'events' is missing" in checked.out
    for words in (("events",), ("head",), ("chain", "x"), ("event", "x")):
        ran = appliance("audit", *words, "--tenant", "northgate")
        assert ran.status in ((1, 4) if words[0] == "chain" else (4,)), ran.err
        assert "internal error" not in ran.err
