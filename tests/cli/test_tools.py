"""The commands that open no vault: policy scan, eval, parity, model, version, and what they say to bad input."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte import __version__

Run = Callable[..., Any]
FIGURES = {
    "ndcg@10", "recall@10", "recall@100", "mrr@10", "queries", "documents", "index_seconds", "query_p50_ms", "query_p95_ms",
}  # fmt: skip
PACK = Path(__file__).resolve().parent.parent.parent / "models" / "minilm-l6-768"


def test_policy_scan_gives_a_line_each_and_never_the_text(run: Run, tmp_path: Path, example_drop: Path) -> None:
    note = (example_drop / "forwarded-note.txt").read_text(encoding="utf-8")
    rows = [
        {"id": "letter", "text": "Her social security number is 123-45-6789.", "filename": "letter.txt"},
        {"id": "note", "text": note},
    ]
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n", encoding="utf-8")
    ran = run("policy", "scan", lines)
    letter, attack = map(json.loads, ran.out.splitlines())
    assert [letter["id"], attack["id"]] == ["letter", "note"]
    assert [(found["type"], found["start"], found["end"]) for found in letter["pii"]] == [("SSN", 30, 41)]
    assert letter["classification"] == "correspondence"
    assert attack["injection"]["score"] >= 0.7
    assert attack["injection"]["action"] == attack["injection"]["appliance_action"] == "quarantine"
    assert "123-45-6789" not in ran.out


@pytest.mark.parametrize("line", [b"not json", b"[]", b'{"id": 1}', b'{"id": 1, "text": 2}', b'"text"', b'{"id": "\xe9"}', b"\0"])
def test_policy_scan_names_the_line_it_cannot_read(run: Run, tmp_path: Path, line: bytes) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b'{"id": "a", "text": "b"}\n' + line + b"\n")
    ran = run("policy", "scan", lines)
    assert ran.status == 2
    assert "line 2" in ran.err


def test_eval_measures_a_collection(run: Run, tmp_path: Path) -> None:
    texts = {"a": "vaccines are kept cool", "b": "invoices fall due after thirty days", "c": "pumps need firmware"}
    rows = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
    (tmp_path / "corpus.jsonl").write_text(rows, encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"id": "q", "text": "when must an invoice be paid"}\n', encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query\tdocument\trelevance\nq\tb\t1\n", encoding="utf-8")
    for mode in ("hybrid", "vector", "text"):
        ran = run("eval", tmp_path, "--mode", mode, "--json")
        assert ran.status == 0, ran.err
        assert set(ran.data) >= FIGURES
        assert (ran.data["queries"], ran.data["documents"], ran.data["recall@10"]) == (1, 3, 1.0)
    assert run("eval", tmp_path / "absent").status == 2


def test_what_is_printed_of_a_row_is_json_that_a_terminal_shows(run: Run, tmp_path: Path) -> None:
    identity = "\ud800\u202e\x9b"
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"id": identity, "text": "x", "file_id": "f", "chunk_inputs": []}) + "\n", encoding="utf-8")
    for command in (("policy", "scan"), ("parity", "run", "ids")):
        ran = run(*command, lines)
        assert json.loads(ran.out)["id"] == identity
        assert ran.out.strip().isprintable()


def test_parity_runs_and_compares(run: Run, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.jsonl"
    inputs.write_text('{"id": "r1", "doc_id": "doc_000000000000", "page": 1, "start_char": 0, "end_char": 5}\n', encoding="utf-8")
    ran = run("parity", "run", "ids", inputs)
    assert ran.status == 0, ran.err
    assert re.fullmatch(r"chk_[0-9a-f]{12}", json.loads(ran.out)["chunk_id"])
    actual = tmp_path / "actual.jsonl"
    actual.write_text(ran.out, encoding="utf-8")
    assert run("parity", "compare", actual, actual, "--json").data["equal"] is True
    changed = tmp_path / "changed.jsonl"
    changed.write_text(ran.out.replace("chk_", "chk_f"), encoding="utf-8")
    assert run("parity", "compare", actual, changed).status == 4
    assert run("parity", "compare", actual, tmp_path / "absent").status == 2


def test_model_verify_finds_a_changed_byte(run: Run, tmp_path: Path) -> None:
    assert run("model", "verify", "--json").data["dimensions"] == 768
    pack = shutil.copytree(PACK, tmp_path / "pack")
    tokenizer = pack / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes().replace(b"a", b"b", 1))
    refused = run("model", "verify", pack)
    assert refused.status == 4
    assert "tokenizer.json" in refused.err


def test_an_installed_model_is_found_by_its_name(run: Run, home: Path) -> None:
    assert run("init").status == 0
    installed = run("model", "install", PACK, "--json")
    assert installed.status == 0, installed.err
    assert Path(installed.data["directory"]).is_relative_to(home)
    (Path(installed.data["directory"]) / "tokenizer.json").write_text("{}")
    assert run("model", "verify").status == 4


def test_version_says_program_revision_and_model(run: Run) -> None:
    data = run("version", "--json").data
    assert data["version"] == __version__
    assert data["revision"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", data["model"]["digest"])


def test_an_unknown_benchmark_is_a_usage_error(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("bench", "frobnicate")
    assert refused.status == 2
    assert "ingest" in refused.err
    assert list(tmp_path.iterdir()) == []
