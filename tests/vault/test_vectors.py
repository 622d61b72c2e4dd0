"""The index finds what is nearest and what is named, within a filter, exactly where it promises to be exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from frostbyte.errors import Damaged, StorageFailed
from frostbyte.vault import Filter, Vault, VectorRow, VectorTable

from .making import Place, add, check_sound, document


def unit(count: int, seed: int) -> NDArray[np.float32]:
    """Clustered, like embeddings."""
    rng = np.random.default_rng(1)
    centres = rng.standard_normal((20, 768), dtype=np.float32)
    rng = np.random.default_rng(seed)
    vectors = centres[rng.integers(0, 20, count)] + 0.7 * rng.standard_normal((count, 768), dtype=np.float32)
    return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def rows(vectors: NDArray[np.float32], start: int = 0) -> list[VectorRow]:
    return [
        VectorRow(
            chunk_id=f"chunk-{n:06}",
            doc_id=f"doc-{n // 10}",
            text=f"passage {n} about topic{n % 7}",
            vector=vector,
            classification="invoice" if n % 3 else "contract",
            received_date=f"2026-0{1 + n % 9}-15",
        )
        for n, vector in enumerate(vectors, start)
    ]


@pytest.fixture
def table(ram_root: Path) -> Iterator[VectorTable]:
    made = VectorTable.create(ram_root / "vectors")
    made.add(rows(unit(500, 2)))
    return made


def test_exact_search_ranks_by_cosine(table: VectorTable) -> None:
    vectors, query = unit(500, 2), unit(1, 3)[0]
    cosines = vectors.astype(np.float16).astype(np.float64) @ query.astype(np.float64)
    expected = [f"chunk-{n:06}" for n in np.argsort(-cosines)[:20]]
    hits = table.search_vector(query, 20)
    assert [hit.chunk_id for hit in hits] == expected
    np.testing.assert_allclose([hit.score for hit in hits], np.sort(cosines)[::-1][:20], atol=2e-3)


def test_a_vector_finds_itself_and_its_opposite_scores_minus_one(table: VectorTable) -> None:
    vector = unit(500, 2)[7]
    [hit] = table.search_vector(vector, 1)
    assert hit.chunk_id == "chunk-000007"
    assert hit.score == pytest.approx(1, abs=1e-3)
    hits = table.search_vector(-vector, 10, Filter(doc_ids=("doc-0",)))
    assert (hits[-1].chunk_id, hits[-1].score) == ("chunk-000007", pytest.approx(-1, abs=1e-3))


def test_text_search_ranks_by_stemmed_words(table: VectorTable) -> None:
    hits = table.search_text("Passages about TOPIC3", 100)
    best = [hit for hit in hits if hit.score > hits[-1].score]
    assert {int(hit.chunk_id[6:]) % 7 for hit in best} == {3}
    assert all(hit.score > 0 for hit in hits)
    assert table.search_text("nowhere", 5) == []


@pytest.mark.parametrize("query", ["", "   ", '"unbalanced', "a AND (b", "topic3~2 ^ * ? \\", "text:topic3", "\0", "'; DROP"])
def test_any_query_text_is_only_words(table: VectorTable, query: str) -> None:
    assert isinstance(table.search_text(query, 5), list)


@pytest.mark.parametrize(
    ("where", "allowed"),
    [
        (Filter(doc_ids=("doc-3", "doc-7", "no'such")), lambda n: n // 10 in (3, 7)),
        (Filter(classification="contract"), lambda n: n % 3 == 0),
        (Filter(date_from="2026-03-15", date_to="2026-04-15"), lambda n: n % 9 in (2, 3)),
        (Filter(doc_ids=("doc-3",), date_to="2026-05-01"), lambda n: n // 10 == 3 and n % 9 < 4),
        (Filter(doc_ids=()), lambda n: False),
        (Filter(doc_ids=("' OR '1'='1",)), lambda n: False),
        (Filter(classification="x' OR doc_id != '"), lambda n: False),
    ],
)
def test_a_filter_returns_every_match_and_nothing_else(table: VectorTable, where: Filter, allowed: object) -> None:
    expected = {f"chunk-{n:06}" for n in range(500) if allowed(n)}  # type: ignore[operator]
    assert {hit.chunk_id for hit in table.search_vector(unit(1, 3)[0], 500, where)} == expected
    assert {hit.chunk_id for hit in table.search_text("passage", 500, where)} == expected


def test_ties_are_ordered_by_chunk_id(ram_root: Path) -> None:
    vector = unit(1, 4)[0]
    table = VectorTable.create(ram_root / "vectors")
    table.add([VectorRow(f"chunk-{name}", "doc", "equal words", vector, "other", "2026-01-01") for name in "cabd"])
    for hits in (table.search_vector(vector, 4), table.search_text("equal", 4)):
        assert [hit.chunk_id for hit in hits] == ["chunk-a", "chunk-b", "chunk-c", "chunk-d"]


@pytest.mark.parametrize(("size", "value"), [(767, 0), (769, 0), (768, np.nan), (768, np.inf)])
def test_a_vector_that_is_not_768_finite_numbers_is_refused(table: VectorTable, size: int, value: float) -> None:
    with pytest.raises(ValueError, match="768"):
        table.add(rows(np.full((1, size), value, np.float32), 900))
    assert table.count() == 500


def test_a_query_vector_of_another_size_is_refused(table: VectorTable) -> None:
    with pytest.raises(ValueError, match="384"):
        table.search_vector(np.zeros(384, np.float32), 5)


def test_rows_can_be_taken_away(table: VectorTable) -> None:
    version = table.version
    table.remove(["chunk-000007", "chunk-000008", "no'such"])
    assert table.count() == 498
    assert table.version > version
    assert table.texts(["chunk-000007", "chunk-000009"]) == {"chunk-000009": "passage 9 about topic2"}
    table.build_indexes()
    assert table.count() == 498
    assert "chunk-000007" not in {hit.chunk_id for hit in table.search_vector(unit(500, 2)[7], 500)}


def test_a_table_can_be_opened_again_and_a_missing_or_broken_one_is_damaged(table: VectorTable, ram_root: Path) -> None:
    again = VectorTable.open(ram_root / "vectors")
    assert (again.version, again.count()) == (table.version, 500)
    with pytest.raises(Damaged):
        VectorTable.open(ram_root / "nowhere")
    for path in (ram_root / "vectors").rglob("*.manifest"):
        path.write_bytes(b"broken")
    with pytest.raises(Damaged):
        VectorTable.open(ram_root / "vectors")


def test_an_engine_error_is_a_storage_failure_without_its_text(table: VectorTable, ram_root: Path) -> None:
    for path in (ram_root / "vectors").rglob("*.lance"):
        if path.is_file():
            path.unlink()
    with pytest.raises(StorageFailed, match="failed to search") as caught:
        table.search_vector(unit(1, 5)[0], 5)
    assert str(ram_root) not in caught.value.message


def test_the_indexed_search_recalls_what_the_exact_one_finds(ram_root: Path) -> None:
    """The product's index kind over 6000 vectors, in steps: trained, then added to by optimising, then trained anew."""
    vectors = unit(6000, 6)
    table = VectorTable.create(ram_root / "vectors")
    table.add(rows(vectors[:2000]))
    table.build_indexes(indexed_from=1000)
    first = [index.name for index in table._table.list_indices() if index.columns == ["vector"]]
    table.add(rows(vectors[2000:2500], 2000))
    table.build_indexes(indexed_from=1000)
    assert [index.name for index in table._table.list_indices() if index.columns == ["vector"]] == first == ["vector_2"]
    table.add(rows(vectors[2500:], 2500))
    table.build_indexes(indexed_from=1000)
    assert [index.name for index in table._table.list_indices() if index.columns == ["vector"]] == ["vector_7"]
    assert not (ram_root / "vectors" / "tmp").exists()
    queries = unit(50, 7)
    truth = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    found = [{int(hit.chunk_id[6:]) for hit in table.search_vector(query, 10)} for query in queries]
    recall = sum(len(got & set(right.tolist())) for got, right in zip(found, truth, strict=True)) / 500
    assert recall >= 0.98
    # The filter's matches are few, so the search is exact: nothing is lost to partitions that are not probed.
    few = Filter(doc_ids=tuple(f"doc-{n}" for n in range(30)))
    assert len(table.search_vector(queries[0], 300, few)) == 300


def test_small_tables_get_no_vector_index(table: VectorTable) -> None:
    table.build_indexes()
    assert [index.columns for index in table._table.list_indices()] == [["text"]]


def test_the_index_of_a_vault_is_as_the_last_commit_recorded(place: Place) -> None:
    with place.open() as vault:
        assert vault.vectors.count() == vault.head.chunks == 6
        assert vault.vectors.version == vault.head.vector_version
    with place.open() as vault:
        VectorTable.open(vault._ram.path / "vectors").remove(["chk_000000100000"])
        with pytest.raises(Damaged, match="the last commit says"):
            vault.vectors.count()


def test_an_empty_vault_finds_nothing(tmp_path: Path, template: Place) -> None:
    from frostbyte.vault import keys

    from .making import record

    _, recipient = keys.generate_identity()
    with Vault.create(tmp_path / "empty", record("empty"), recipients=[recipient], ram=template.ram) as vault:
        assert (vault.vectors.count(), vault.vectors.version) == (0, 0)
        assert vault.vectors.search_vector(unit(1, 1)[0], 5) == vault.vectors.search_text("word", 5) == []
        assert not (vault._ram.path / "vectors").exists()
        assert vault.verify(deep=True).problems == ()


def test_searching_a_vault(vault: Vault) -> None:
    made = add(vault, 3, word="zebra")
    assert vault.vectors.search_vector(made.vectors[1], 1)[0].chunk_id == made.chunks[1].chunk_id
    assert {hit.chunk_id for hit in vault.vectors.search_text("zebras", 9)} == {chunk.chunk_id for chunk in made.chunks}
    found = vault.vectors.search_vector(made.vectors[1], 9, Filter(doc_ids=("doc_000000000001",)))
    assert {hit.chunk_id for hit in found} == {chunk.chunk_id for chunk in document(1).chunks}


def test_a_bulk_load_is_indexed_by_itself(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.vault.vault.INDEXED_FROM", 400)
    with place.open() as vault:
        add(vault, 3, chunks=300)
        assert vault._segments.since_base == 3
        add(vault, 4, chunks=300)
        assert vault._segments.since_base == 0
        check_sound(vault, documents={1, 2, 3, 4})


def test_what_was_removed_is_in_no_file_once_the_table_is_written_anew(ram_root: Path) -> None:
    table = VectorTable.create(ram_root / "vectors")
    secret = VectorRow("secret", "doc-0", "the zanzibarquux stands here", unit(1, 4)[0], "other", "2026-01-01")

    def holding() -> list[Path]:
        return [path for path in ram_root.rglob("*") if path.is_file() and b"zanzibarquux" in path.read_bytes()]

    table.add([secret, *rows(unit(40, 5), start=900)])
    table.remove(["secret"])
    table.build_indexes()
    assert holding()  # removing hides a row, and optimising may leave it where it is
    table.rewrite()
    table.build_indexes()
    assert not holding()
    assert table.count() == 40
    assert table.search_text("topic3", 5)
