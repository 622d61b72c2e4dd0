"""The main job as an operator does it, command by command, and the bad input around it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate

Run = Callable[..., Any]
BATCH = "batch_northgate_2025_04"


def test_from_drop_to_proof(appliance: Run, example_drop: Path, tmp_path: Path, home: Path) -> None:
    run = appliance
    ran = run("ingest", example_drop, "--tenant", "northgate", "--json")
    assert ran.status == 3, ran.err
    for name, key in (("batch_receipt", "batch"), ("acceptance_report", "report")):
        assert validate(name, ran.data[key]) == []
        assert broken_rules(name, ran.data[key]) == []

    again = run("ingest", example_drop, "--tenant", "northgate", "--json")
    assert (again.status, again.data) == (3, ran.data)
    assert "taken in before" in again.err

    report = run("report", BATCH, "--tenant", "northgate", "--json")
    assert report.data == ran.data["report"]
    page = run("report", BATCH, "--tenant", "northgate", "--format", "html").out
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "price-news.html" in page
    assert "# Acceptance report" in run("report", BATCH, "--tenant", "northgate", "--format", "markdown").out

    found = run("search", "how long may vaccines stay outside the refrigerator", "--tenant", "northgate", "--verify", "--json")
    assert found.status == 0, found.err
    response = found.data
    assert validate("retrieval_response", response) == []
    proved = [line.split(": ")[:2] for line in found.err.splitlines() if line.startswith("chk_")]
    assert proved == [[chunk["chunk_id"], "proved"] for chunk in response["chunks"]]
    best = response["chunks"][0]
    assert best["original_filename"] == "cold-chain-sop.pdf"

    shown = run("chunk", "show", best["chunk_id"], "--tenant", "northgate", "--json").data
    assert validate("policy_enriched_chunk", shown["chunk"]) == []
    assert validate("index_metadata_record", shown["index"]) == []
    assert shown["source"][0]["page"] == best["page"]
    assert shown["lineage"]["canonical_matches"]
    assert run("document", "show", best["doc_id"], "--tenant", "northgate", "--json").data["filename"] == "cold-chain-sop.pdf"

    chain = run("audit", "chain", best["chunk_id"], "--tenant", "northgate", "--json")
    assert chain.status == 0
    assert validate("provenance_chain", chain.data) == []
    listing = run("audit", "events", "--tenant", "northgate", "--type", "DOCUMENT_REJECTED", "--json").data
    assert listing["meta"]["total"] == 2
    one = listing["events"][0]
    assert run("audit", "event", one["event_id"], "--tenant", "northgate", "--json").data == one
    assert run("audit", "verify", "--tenant", "northgate").status == 0
    head = run("audit", "head", "--tenant", "northgate", "--json").data
    out = tmp_path / "audit.jsonl"
    exported = run("audit", "export", "--tenant", "northgate", "--output", out, "--json").data
    assert exported["event_count"] == head["events"] == len(out.read_text().splitlines())
    assert validate("audit_export_manifest", exported) == []
    assert run("verify", "--deep").status == 0

    record = run("tenant", "show", "northgate", "--json").data
    assert validate("tenant_record", record) == []
    assert record["usage"]["chunks_count"] == ran.data["report"]["summary"]["total_chunks_indexed"]
    _no_plaintext(home)


def _no_plaintext(home: Path) -> None:
    """Words of the example drop, its names included, are in no file of the home."""
    words = [b"refrigerator", b"supply-agreement", b"Northgate", b"536-22", b"bear interest", b"nms-001"]
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [word for word in words if word in data], path


def test_a_configuration_change_is_audited_and_checked(appliance: Run) -> None:
    run = appliance
    changed = run("tenant", "config", "northgate", "--set", "pii_policy=flag", "--set", "retrieval_top_k_default=3", "--json")
    assert changed.status == 0, changed.err
    assert changed.data["config"]["pii_policy"] == "flag"
    assert changed.data["config_version"] == 2
    (event,) = run("audit", "events", "--tenant", "northgate", "--type", "TENANT_CONFIG_UPDATED", "--json").data["events"]
    assert event["details"]["changes"]["pii_policy"] == {"from": "redact", "to": "flag"}
    for bad in ("pii_policy=REDACT", "embedding_mode=online", 'pii_types=["FACE"]', "retention_days=3", "nonsense=1"):
        ran = run("tenant", "config", "northgate", "--set", bad)
        assert ran.status == 2, bad
        assert bad.partition("=")[0] in ran.err
    assert run("tenant", "config", "northgate", "--json").data["config_version"] == 2


@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize("day", ["2025-13-45", "2025-02-30", "yesterday", ""])
def test_a_date_that_is_none_is_a_usage_error(appliance: Run, option: str, day: str) -> None:
    refused = appliance("search", "x", "--tenant", "northgate", option, day)
    assert refused.status == 2
    assert option in refused.err


def test_names_and_ids_are_taken_once(appliance: Run) -> None:
    run = appliance
    assert run("init").status == 1
    assert run("tenant", "create", "northgate MEDICAL supply").status == 1
    assert run("tenant", "create", "Other", "--id", "northgate").status == 1
    assert run("tenant", "create", "Other", "--id", "Bad-Id").status == 2
    assert run("tenant", "create", "Second Place Ltd.", "--json").data["tenant_id"] == "second_place_ltd"
    assert [t["tenant_id"] for t in run("tenant", "list", "--json").data["tenants"]] == ["northgate", "second_place_ltd"]


def _manifest(folder: Path, **changes: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(b"A line of text.\n")
    entry = {
        "file_id": "a",
        "filename": "a.txt",
        "mime_type": "text/plain",
        "size_bytes": 16,
        "sha256": "cb5e5a3b3c0e8d2f0f1f4b8b0e7d2c9a1f6e5d4c3b2a1908f7e6d5c4b3a29180",
    }
    body = {"batch_id": "b", "tenant_id": "northgate", "file_count": 1, "files": [entry], **changes}
    (folder / "manifest.json").write_text(json.dumps(body))
    return folder


def test_bad_drops_are_refused_with_a_reason(appliance: Run, tmp_path: Path) -> None:
    run = appliance
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, status, said in (
        (tmp_path / "missing", 2, "no such file"),
        (empty, 2, "no files"),
        (_manifest(tmp_path / "other", tenant_id="somebody_else"), 1, "tenant"),
        (_manifest(tmp_path / "count", file_count=2), 1, "file_count"),
    ):
        ran = run("ingest", path, "--tenant", "northgate")
        assert ran.status in (status, 6), ran.err
        assert said in ran.err.lower(), ran.err
    assert run("ingest", empty, "--tenant", "nobody").status == 1


def test_a_folder_without_manifest_with_files_that_cannot_be_used(appliance: Run, tmp_path: Path) -> None:
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "good.txt").write_text("The pump was repaired on Tuesday.\n")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "link.txt").symlink_to("/etc/passwd")
    unreadable = folder / "secret.txt"
    unreadable.write_text("x")
    unreadable.chmod(0)
    ran = appliance("ingest", folder, "--tenant", "northgate", "--json")
    assert ran.status == 3
    receipt = ran.data["batch"]
    reasons = {entry["file_id"].rsplit("-", 1)[0]: entry["reason"] for entry in receipt["rejected_files"]}
    assert reasons["empty.pdf"] == "UNSUPPORTED_FORMAT"
    assert reasons["link.txt"] == "UNSUPPORTED_FORMAT"
    if os.geteuid() != 0:  # root reads everything
        assert reasons["secret.txt"] == "CHECKSUM_MISMATCH"
    assert [f["status"] for f in ran.data["report"]["files"] if f["original_filename"] == "good.txt"] == ["indexed"]


def _drop(folder: Path, batch_id: str, name: str, data: bytes, sha256: str | None = None) -> Path:
    """A drop of one text file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    digest = sha256 or hashlib.sha256(data).hexdigest()
    entry = {"file_id": name, "filename": name, "mime_type": "text/plain", "size_bytes": len(data), "sha256": digest}
    manifest = {"batch_id": batch_id, "tenant_id": "northgate", "file_count": 1, "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_file_missing_from_the_stick_is_taken_in_under_a_new_batch_id(appliance: Run, tmp_path: Path) -> None:
    run = appliance
    data = b"The pump was repaired on Tuesday.\n"
    folder = _drop(tmp_path / "stick", "one", "a.txt", data)
    (folder / "a.txt").unlink()
    first = run("ingest", folder, "--tenant", "northgate")
    assert first.status == 3
    assert "CHECKSUM_MISMATCH" in first.out
    assert "do: copy the file again and rebuild the manifest with a new batch_id" in first.out
    (folder / "a.txt").write_bytes(data)
    again = run("ingest", folder, "--tenant", "northgate")
    assert again.status == 3
    assert "hint: not every file of it is indexed" in again.err
    assert "a new batch_id in its manifest" in again.err
    assert run("ingest", _drop(folder, "two", "a.txt", data), "--tenant", "northgate").status == 0


def test_a_folder_the_configuration_held_is_taken_in_under_another_batch_id(appliance: Run, tmp_path: Path) -> None:
    run = appliance
    folder = tmp_path / "loose"
    folder.mkdir()
    (folder / "letter.txt").write_text("The employee's SSN is 536-22-8145.\n")
    (folder / "table.csv").write_text("item,price\nbolt,3\n")
    pdf = 'mime_allowlist=["text/plain"]'
    assert run("tenant", "config", "northgate", "--set", "pii_policy=block", "--set", pdf).status == 0
    first = run("ingest", folder, "--tenant", "northgate", "--json").data["report"]
    assert [f["reason"] for f in (*first["rejected_files"], *first["quarantined_files"])] == [
        "UNSUPPORTED_FORMAT",
        "PII_BLOCK_POLICY",
    ]
    both = 'mime_allowlist=["text/plain", "text/csv"]'
    assert run("tenant", "config", "northgate", "--set", "pii_policy=redact", "--set", both).status == 0
    again = run("ingest", folder, "--tenant", "northgate")
    assert again.status == 3
    assert "--batch-id" in again.err
    done = run("ingest", folder, "--tenant", "northgate", "--batch-id", "again1", "--json")
    assert done.status == 0, done.out
    assert {f["status"] for f in done.data["report"]["files"]} == {"indexed"}
    held = next(f["file_id"] for f in done.data["report"]["files"] if f["original_filename"] == "letter.txt")
    assert run("audit", "chain", held, "--tenant", "northgate").status == 0
    assert run("audit", "verify", "--tenant", "northgate").status == 0
    complete = run("ingest", folder, "--tenant", "northgate", "--batch-id", "again1")
    assert complete.status == 0
    assert "hint" not in complete.err


def test_a_failed_file_says_what_to_do(appliance: Run, tmp_path: Path) -> None:
    (tmp_path / "locked.pdf").write_bytes(b"%PDF-1.7 nothing of the kind\n")
    ran = appliance("ingest", tmp_path / "locked.pdf", "--tenant", "northgate")
    assert ran.status == 3
    assert "NOT_A_PDF: the file is no PDF or too damaged to open" in ran.out
    assert "do: open and save the file in the program that made it" in ran.out


def test_an_index_keeps_to_its_model(appliance: Run, tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = appliance
    assert run("ingest", _drop(tmp_path / "one", "one", "a.txt", b"Pumps are greased.\n"), "--tenant", "northgate").status == 0
    assert run("model", "install", repository / "tests" / "embed" / "data" / "nomic-shaped").status == 0
    other = _drop(tmp_path / "two", "two", "b.txt", b"Valves are oiled.\n")
    monkeypatch.setenv("FROSTBYTE_MODEL", "nomic-shaped")
    refused = run("ingest", other, "--tenant", "northgate")
    assert refused.status == 6
    assert "models never mix in one index" in refused.err
    assert "hint: go back to the model of the index (FROSTBYTE_MODEL=minilm-l6-768)" in refused.err
    monkeypatch.delenv("FROSTBYTE_MODEL")
    assert run("report", "two", "--tenant", "northgate").status == 1
    found = run("search", "pumps", "--tenant", "northgate", "--mode", "vector", "--json")
    assert found.status == 0
    assert found.data["model_version_match"]
    assert run("ingest", other, "--tenant", "northgate").status == 0


# An ingest that is killed as soon as its batch is received.
RECEIVED = """
import os, signal, sys
import frostbyte.pipeline.batch as batch
from frostbyte.cli.main import run
received = batch._receive
def killed(*arguments):
    received(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
batch._receive = killed
run(["ingest", sys.argv[1], "--tenant", "northgate"])
"""


def test_the_report_of_a_killed_batch_is_refused_until_it_is_finished(appliance: Run, tmp_path: Path) -> None:
    folder = _drop(tmp_path / "one", "one", "a.txt", b"Pumps are greased.\n")
    ended = subprocess.run([sys.executable, "-c", RECEIVED, str(folder)], check=False)
    assert ended.returncode == -9
    ran = appliance("report", "one", "--tenant", "northgate", "--json")
    assert ran.status == 6
    assert "batch 'one' is not finished: 0 of 1 files are done" in ran.err
    assert "again" in ran.err
    assert appliance("ingest", folder, "--tenant", "northgate").status == 0
    assert appliance("report", "one", "--tenant", "northgate").status == 0


HOLD = """
import sys, time
from frostbyte import appliance
from frostbyte.settings import resolve
with appliance.load(resolve()).open_vault("northgate"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_vault_another_process_owns_is_status_5(appliance: Run) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        ran = appliance("search", "anything", "--tenant", "northgate")
        holder.kill()
    assert ran.status == 5
    assert "another process" in ran.err


def test_without_the_identity_nothing_opens(appliance: Run, home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "identity.txt"
    (home / "keys" / "operator.txt").rename(kept)
    refused = appliance("tenant", "show", "northgate")
    assert refused.status == 6
    assert "--identity" in refused.err
    assert appliance("tenant", "show", "northgate", "--identity", kept).status == 0


def test_a_passphrase_seals_the_identity(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse battery staple\n")
    monkeypatch.setenv("FROSTBYTE_PASSPHRASE_FILE", str(secret))
    assert run("init", "--json").data["identity_protection"] == "passphrase"
    assert b"AGE-SECRET-KEY" not in b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())
    assert run("tenant", "create", "T").status == 0
    secret.write_text("wrong\n")
    assert run("tenant", "list").status == 6
    monkeypatch.delenv("FROSTBYTE_PASSPHRASE_FILE")
    assert run("tenant", "list").status == 6


def test_damage_is_found_named_and_status_4(appliance: Run, home: Path) -> None:
    (segment, *_) = sorted((home / "tenants" / "northgate" / "seg").iterdir())
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    ran = appliance("verify", "--json")
    assert ran.status == 4
    assert not ran.data["valid"]
    assert segment.name in ran.data["tenants"][0]["problems"][0]["what"]
    assert appliance("tenant", "show", "northgate").status == 4


def test_an_interrupted_ingest_is_finished_by_the_same_command(appliance: Run, example_drop: Path, under_test: list[str]) -> None:
    command = [*under_test, "ingest", str(example_drop), "--tenant", "northgate"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        time.sleep(2.0)
        running.send_signal(2)
        _, said = running.communicate(timeout=60)
    assert running.returncode in (130, 3), said
    assert "Traceback" not in said
    ran = appliance("ingest", example_drop, "--tenant", "northgate", "--json")
    assert ran.status == 3
    assert ran.data["report"]["summary"]["files_submitted"] == 13
    assert appliance("audit", "verify", "--tenant", "northgate").status == 0
    assert appliance("verify", "--deep").status == 0
