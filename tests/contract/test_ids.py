from __future__ import annotations

import json
import re
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract import ids

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "ids.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_ids_are_the_servers(row: dict[str, Any]) -> None:
    if row["kind"] == "chunk_id":
        assert ids.chunk_id(row["doc_id"], row["page"], row["start_char"], row["end_char"]) == row["chunk_id"]
        return
    assert ids.doc_id(row["file_id"]) == row["doc_id"]
    place = 0
    for given_, chunk in zip(row["chunk_inputs"], row["chunks"], strict=True):
        end = place + len(given_["text"])
        assert (chunk["start_char"], chunk["end_char"]) == (place, end)
        assert chunk["page"] == (given_["page_number"] or 1)  # ruling B9
        assert ids.chunk_id(row["doc_id"], chunk["page"], place, end) == chunk["chunk_id"]
        place = end


def test_composed_and_decomposed_names_are_two_documents() -> None:
    assert ids.doc_id("caf\u00e9") != ids.doc_id("cafe\u0301")


@pytest.mark.parametrize("value", ["a", "0", "tenant_tenant_abc", "a" * 63])
def test_a_tenant_id(value: str) -> None:
    assert ids.is_tenant_id(value)


@pytest.mark.parametrize("value", ["", "_a", "A", "a-b", "a b", "a" * 64, "a\n", "é", "a/b", "..", "1²"])
def test_not_a_tenant_id(value: str) -> None:
    assert not ids.is_tenant_id(value)


@pytest.mark.parametrize("value", ["a", "file 1.pdf", "日本", "...", ".a", "a" * 256, "cafe\u0301", "𝒳" * 256])
def test_a_file_id(value: str) -> None:
    assert ids.is_file_id(value)


HOSTILE = ["", " ", "\u3000", ".", "..", "a/b", "../a", "a\\b", "a\0b", "a\nb", "a\x7f", "a" * 257, "\ud800", "x\udfff", "\t"]


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_not_a_file_id(value: str) -> None:
    assert not ids.is_file_id(value)


@given(st.text(st.characters(), max_size=40).filter(ids.is_file_id))
def test_a_file_id_stays_one_path_segment(file_id: str) -> None:
    path = Path("/raw") / file_id
    assert path.parent == Path("/raw")
    assert len(ids.raw_storage_path("acme", file_id, "0" * 64).split("/")) == 4


def test_storage_paths() -> None:
    assert ids.raw_storage_path("acme", "f", "h") == "raw/acme/f/h"
    assert ids.quarantine_storage_path("acme", "f", "h") == "quarantine/acme/f/h"
    assert ids.normalized_storage_path("acme", "doc_1") == "normalized/acme/doc_1/structured.json"


def test_uuids_are_of_version_7_and_sort_as_made() -> None:
    made = [ids.uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(uuid.UUID(one).version == 7 and uuid.UUID(one).variant == uuid.RFC_4122 for one in made)


def test_uuids_sort_as_made_when_the_clock_stands_still_or_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([5, 5, 3, *[5] * 9000])
    start = ids._last_ms + 10_000
    monkeypatch.setattr(ids, "_last_ms", start)
    monkeypatch.setattr(ids.time, "time_ns", lambda: (start + next(moments)) * 1_000_000)
    made = [ids.uuid7() for _ in range(9000)]
    assert made == sorted(made)
    assert len(set(made)) == 9000
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in made)


def test_uuids_of_many_threads_are_whole_and_apart() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend([ids.uuid7() for _ in range(2000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000
    assert {uuid.UUID(one).version for one in made} == {7}
