"""Redacted data is in no store and no output but one, and that one is recorded first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte import appliance as appliances
from frostbyte.errors import StorageFailed
from frostbyte.retrieve.reveal import reveal
from frostbyte.settings import resolve
from frostbyte.vault.disk import Disk

Run = Callable[..., Any]
T = ("--tenant", "northgate")
MARKERS = (
    "zq.marker77@qxexample.com",
    "536-22-8145",
    "4111 1111 1111 1111",
    "Margarethe Ohlensberg",
    "4417 Quillfeather Lane, Springfield, IL 62704",
)
TEXT = (
    "Delivery of vaccines\n\nThe depot keeps them cold. Write to zq.marker77@qxexample.com about the consignment. "
    "The driver's social security number is 536-22-8145, and the card to charge is 4111 1111 1111 1111.\n\n"
    "Contact: Margarethe Ohlensberg\nAddress: 4417 Quillfeather Lane, Springfield, IL 62704\n\n"
    "Deviations of the refrigerator are written in its log.\n"
)
# Pieces too: a full-text index keeps words, not the whole value.
PIECES = (
    *MARKERS,
    "marker77",
    "qxexample",
    "536-22",
    "22-8145",
    "1111 1111",
    "Margarethe",
    "Ohlensberg",
    "Quillfeather",
    "62704",
)
WORDS = ("marker77", "qxexample", "8145", "4111", "Margarethe", "Ohlensberg", "Quillfeather", "62704")


def leaks(data: str | bytes) -> list[str]:
    raw = (
        data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    ).lower()  # an index keeps words in small letters
    forms = {piece: (piece.lower().encode(), piece.lower().encode("utf-16-le")) for piece in PIECES}
    return [piece for piece, encoded in forms.items() if any(form in raw for form in encoded)]


@pytest.fixture
def taken_in(appliance: Run, tmp_path: Path, home: Path, kept: Path) -> Run:
    if kept.exists():
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        return appliance
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "note.txt").write_text(TEXT)
    types = '["EMAIL","SSN","FINANCIAL_ACCOUNT","NAME","ADDRESS"]'
    assert appliance("tenant", "config", "northgate", "--set", f"pii_types={types}").status == 0
    ran = appliance("ingest", folder, *T, "--batch-id", "b1")
    assert ran.status == 0, ran.err
    assert leaks(ran.out + ran.err) == []
    shutil.copytree(home, kept)
    return appliance


def test_a_redacted_value_is_nowhere_but_in_a_reveal(taken_in: Run, home: Path, ram_root: Path, tmp_path: Path) -> None:
    run = taken_in
    doc = run("search", "vaccines", *T, "--json").data["chunks"][0]
    out = tmp_path / "audit.jsonl"
    outputs = [
        run(*line, *T, *form)
        for line in (
            ("search", "marker77 consignment", "--verify"),
            ("search", "marker77 consignment", "--mode", "text"),
            ("search", "536-22-8145", "--answer"),
            ("document", "show", doc["doc_id"]),
            ("chunk", "show", doc["chunk_id"]),
            ("report", "b1"),
            ("audit", "events", "--limit", "500"),
            ("audit", "chain", doc["doc_id"]),
            ("quarantine", "list"),
        )
        for form in ((), ("--json",))
    ]
    outputs += [run("report", "b1", *T, "--format", form) for form in ("markdown", "html")]
    outputs.append(run("audit", "export", *T, "--output", out))
    assert out.stat().st_size
    assert not [found for ran in outputs if (found := leaks(ran.out + ran.err))]
    assert leaks(out.read_bytes()) == []

    with appliances.load(resolve(str(home))).open_vault("northgate") as vault:
        (chunk,) = vault.catalog.chunks(doc["doc_id"])
        span = chunk.end_char - chunk.start_char
        assert len(chunk.text) != span  # a redaction changes the text, never the offsets (ruling F15)
        assert leaks(repr([*vault.catalog.documents(), *vault.catalog.chunks(doc["doc_id"]), *vault.catalog.files("b1")])) == []
        assert leaks(repr(vault.catalog.events(limit=500))) == []
        for word in WORDS:
            assert vault.vectors.search_text(word, 5) == []
        # The engines' files are compressed, so that what is in them is read through the engines too: every row of every table.
        rows = [
            vault.catalog._rows(f'SELECT * FROM "{name}"')
            for (name,) in vault.catalog._rows("SELECT table_name FROM duckdb_tables()")
        ]
        assert len(rows) > 5
        assert "consignment" in repr(stored := [rows, vault.vectors._table()._table.to_arrow().to_pylist()])
        assert leaks(repr(stored)) == []
        files = [path for path in ram_root.rglob("*") if path.is_file()]
        assert {"catalog.db"} < {path.name for path in files}
        assert not [path for path in files if leaks(path.read_bytes())]
    left = [path for place in (home, ram_root) for path in place.rglob("*") if path.is_file()]
    assert not [path for path in left if leaks(path.read_bytes())]

    shown = run("pii", "reveal", "--chunk", doc["chunk_id"], *T, "--reason", "asked by the patient", "--json")
    assert sorted(span["value"] for span in shown.data["redactions"]) == sorted(MARKERS)
    assert leaks(shown.out)
    assert all(0 <= found["start"] < found["end"] <= span for found in shown.data["redactions"])
    (event,) = [
        e
        for e in run("audit", "events", *T, "--type", "RETRIEVAL_EXECUTED", "--json").data["events"]
        if e["details"]["mode"] == "pii_reveal"
    ]
    assert event["details"]["operator_reason"] == "asked by the patient"
    assert event["details"]["revealed_to"]
    assert leaks(repr(event)) == []
    assert not [path for path in home.rglob("*") if path.is_file() and leaks(path.read_bytes())]


def test_what_cannot_be_recorded_is_not_shown(taken_in: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chunk_id = taken_in("search", "vaccines", *T, "--json").data["chunks"][0]["chunk_id"]

    def full(self: Disk, *_: Any) -> None:
        raise StorageFailed("the disk is full")

    with appliances.load(resolve(str(home))).open_vault("northgate") as vault:
        monkeypatch.setattr(Disk, "write", full)
        with pytest.raises(StorageFailed):
            reveal(vault, chunk_id, "why", operator="dana")


def test_a_reveal_wants_a_reason_and_a_chunk_that_is_there(taken_in: Run) -> None:
    chunk_id = taken_in("search", "vaccines", *T, "--json").data["chunks"][0]["chunk_id"]
    assert taken_in("pii", "reveal", "--chunk", chunk_id, *T).status == 2
    assert taken_in("pii", "reveal", "--chunk", chunk_id, *T, "--reason", " ").status == 2
    assert taken_in("pii", "reveal", "--chunk", "chk_000000000000", *T, "--reason", "x").status == 1
