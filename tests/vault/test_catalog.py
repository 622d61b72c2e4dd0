"""What was put is read back equal, and every question the rooms above ask has its answer."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from frostbyte.contract.events import EventDraft, EventType
from frostbyte.errors import Damaged
from frostbyte.vault import BatchRow, FileRow, Vault
from frostbyte.vault.catalog import CatalogWriter

from .making import Place, add, check_sound, document, draft

AT = "2026-02-08T14:00:00.000000Z"


def batch(number: int, **how: object) -> BatchRow:
    row = BatchRow(
        batch_id=f"batch-{number}",
        manifest_sha256="0" * 64,
        manifest={"files": [{"name": "Ünï\u2028\U0001f600'\"\\"}], "n": 1.5, "none": None},
        source="drop",
        state="queued",
        submitted_at=AT,
        received_at=f"2026-02-{number:02}T00:00:00.000000Z",
        updated_at=AT,
    )
    return replace(row, **how)  # type: ignore[arg-type]


def file(batch_number: int, file_id: str, position: int, **how: object) -> FileRow:
    row = FileRow(f"batch-{batch_number}", file_id, position, "a'b\n.txt", "text/plain", None, 2**40, "1" * 64, "pending")
    return replace(row, **how)  # type: ignore[arg-type]


def test_rows_come_back_equal_and_are_replaced_by_key(place: Place) -> None:
    first, second = batch(2), batch(1, receipt={"a": [1]}, report={"b": {}})
    queued = file(2, "f2", 1, stages={"parse": "queued"}, warnings=[{"code": "X", "page": None}])
    files = [queued, file(2, "f1", 0), file(1, "f1", 0)]
    with place.open() as vault, vault.transaction() as tx:
        for row in (first, second):
            tx.put_batch(row)
        for entry in files:
            tx.put_file(entry)
    with place.open() as vault:
        assert vault.catalog.batch("batch-2") == first
        assert vault.catalog.batch("none") is None
        assert vault.catalog.batches() == [second, first]
        assert vault.catalog.files("batch-2") == [files[1], files[0]]
        assert vault.catalog.file_rows("f1") == [files[2], files[1]]
        done = replace(first, state="completed", receipt={"x": 1})
        ended = replace(files[0], outcome="indexed", stages={}, error={"code": "E"}, retry_count=2, retry_at=AT, doc_id="doc_1")
        with vault.transaction() as tx:
            tx.put_batch(done)
            tx.put_file(ended)
            tx.put_file(replace(ended, retry_count=3))
    with place.open() as vault:
        assert vault.catalog.batch("batch-2") == done
        assert vault.catalog.files("batch-2") == [files[1], replace(ended, retry_count=3)]
        assert vault.catalog.counts() == {
            "batches": 2, "files": 3, "documents": 2, "chunks": 6, "events": 2, "dead_letters": 0, "objects": 1
        }  # fmt: skip
        assert vault.catalog.stored_bytes() == 9


def test_documents_and_chunks_come_back_equal(place: Place) -> None:
    made = document(3, 5)
    unlike = replace(made.chunks[0], enriched={"text": "not the text", "x": [1, None]}, section_title=None)
    with place.open() as vault, vault.transaction() as tx:
        tx.put_document(made.row)
        tx.put_chunks([unlike, *made.chunks[1:]], made.vectors)
    with place.open() as vault:
        catalog = vault.catalog
        assert catalog.document(made.row.doc_id) == catalog.document_by_file("file-3") == made.row
        assert catalog.documents()[2] == made.row
        assert catalog.documents_with_sha256(made.row.sha256) == [made.row]
        assert catalog.document("doc_none") is catalog.document_by_file("none") is catalog.chunk("chk_none") is None
        assert catalog.chunks(made.row.doc_id) == [unlike, *made.chunks[1:]]
        assert catalog.chunk(made.chunks[4].chunk_id) == made.chunks[4]
        assert catalog.chunks("doc_none") == []
        found = catalog.chunks_by_id([made.chunks[1].chunk_id, "chk_none", "it's"])
        assert found == {made.chunks[1].chunk_id: made.chunks[1]}
        assert catalog.models() == {("minilm-l6-768", "1", "d" * 64)}


def test_a_row_without_its_text_is_damage(vault: Vault) -> None:
    CatalogWriter(vault.catalog).run("UPDATE chunks SET chunk_id = 'chk_lost' WHERE chunk_id = 'chk_000000100000'")
    with pytest.raises(Damaged, match="no text"):
        vault.catalog.chunk("chk_lost")


def test_events_are_filtered_paged_and_ordered(place: Place) -> None:
    times = iter(f"2026-02-08T14:00:{second:02}.000000Z" for second in range(60))
    with place.open(clock=lambda: next(times)) as vault, vault.transaction() as tx:
        for number in range(5):
            tx.append_event(draft(number))
        tx.append_event(EventDraft(EventType.TENANT_SUSPENDED, "tenant", "northgate", {"reason": "TEST"}))
    with place.open() as vault:
        events = vault.catalog.events
        every, total = events()
        assert (total, len(every)) == (8, 8)
        assert [event.details["sequence"] for event in every] == [8, 7, 6, 5, 4, 3, 2, 1]
        assert [event.details["sequence"] for event in events(page=2, limit=3)[0]] == [5, 4, 3]
        assert [event.details["sequence"] for event in events(page=3, limit=3, descending=False)[0]] == [7, 8]
        assert events(page=9)[0] == []
        assert events(event_type="TENANT_SUSPENDED")[1] == events(resource_type="tenant")[1] == 1
        assert events(resource_id="file-1")[1] == 2
        assert events(since="2026-02-08T14:00:02Z", until="2026-02-08T14:00:04Z")[1] == 3
        assert events(until="2026-02-08T14:00:00.0Z", resource_id="file-0")[1] == 1
        assert events(resource_id="' OR 1=1 --")[1] == 0
        assert vault.catalog.event(every[2].event_id) == every[2]
        assert vault.catalog.event("none") is None
        assert vault.catalog.chain_events("none") == []


def test_the_engine_reaches_nothing_outside(vault: Vault, tmp_path: Path) -> None:
    import duckdb

    run = vault.catalog._connection.execute
    (tmp_path / "a.csv").write_text("a\n1\n")
    outside = tmp_path / "out.db"
    for sql in (
        f"SELECT * FROM '{tmp_path}/a.csv'",
        f"COPY chunks TO '{tmp_path}/out.csv'",
        f"ATTACH '{outside}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET checkpoint_threshold = '1MB'",
        "SELECT * FROM local_variable",
    ):
        local_variable = [1]
        assert local_variable
        with pytest.raises(duckdb.Error):
            run(sql)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv", "northgate"]


def test_a_long_life_of_changes_rollbacks_and_reopenings_keeps_every_row(place: Place) -> None:
    """Against a model in plain Python: what DuckDB replays from its log is what was committed."""
    rng = random.Random(7)
    documents = {n: document(n) for n in (1, 2)}
    files: dict[tuple[str, str], FileRow] = {}
    vault = place.open()
    for step in range(60):
        action = rng.choice(["put", "put", "put", "again", "fail", "files", "files", "maintain", "reopen"])
        if action in ("put", "again", "fail"):
            number = rng.choice(list(documents)) if action == "again" else rng.randint(3, 40)
            made = document(number, rng.choice([1, 3, 80]), word=rng.choice(["contract", "zebra"]))
            if number in documents:  # a document keeps its number of chunks here: nothing takes chunks away
                made = document(number, len(documents[number].chunks), word=rng.choice(["contract", "zebra"]))
            made = replace(made, row=replace(made.row, stats={"step": step}))
            try:
                with vault.transaction() as tx:
                    made.put(tx)
                    if action == "fail":
                        raise KeyError
            except KeyError:
                continue
            documents[number] = made
        elif action == "files":
            with vault.transaction() as tx:
                for number in range(rng.randint(1, 5)):
                    stages = {"parse": rng.choice(["queued", "completed"])}
                    row = file(1, f"f{rng.randint(0, 9)}", number, retry_count=step, stages=stages)
                    files[row.batch_id, row.file_id] = row
                    tx.put_file(row)
        elif action == "maintain":
            vault.maintain()
        else:
            vault.close()
            vault = place.open()
    vault.close()
    with place.open() as vault:
        check_sound(vault, documents=set(documents))
        for made in documents.values():
            assert vault.catalog.document(made.row.doc_id) == made.row
            assert vault.catalog.chunks(made.row.doc_id) == made.chunks
        assert {(row.batch_id, row.file_id): row for row in vault.catalog.files("batch-1")} == files
        assert vault.vectors.count() == sum(len(made.chunks) for made in documents.values())
        add(vault, 50)
