"""The measures against values worked out by hand, a collection through the real index, and collections that are broken."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from frostbyte.embed import default_pack_dir, load
from frostbyte.errors import UsageError
from frostbyte.retrieve import evaluation

DOCUMENTS = [
    {"id": "d1", "text": "Vaccines are kept between two and eight degrees.", "scope": "sop"},
    {"id": "d2", "title": "Invoices", "text": "Payment is due thirty days after receipt.", "scope": "contract"},
    {"id": "d3", "text": "The court dismissed the appeal.", "scope": "filing"},
]
QUERIES = [
    {"id": "q1", "text": "at what temperature are vaccines stored"},
    {"id": "q2", "text": "when must an invoice be paid", "scope": "contract"},
    {"id": "q3", "text": "when must an invoice be paid", "scope": "sop"},
    {"id": "unjudged", "text": "nothing"},
]


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, DOCUMENTS)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, QUERIES)))
    (tmp_path / "qrels.tsv").write_text("query\tdocument\trelevance\nq1\td1\t1\nq2\td2\t2\nq3\td2\t1\n")
    return tmp_path


def test_measures_by_hand() -> None:
    values = evaluation.measures(["x", "a", "b"], {"a": 2, "b": 1, "c": 1, "n": 0})
    gain = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert values["ndcg@10"] == pytest.approx(gain / ideal)
    assert values["recall@10"] == pytest.approx(2 / 3)
    assert values["mrr@10"] == pytest.approx(1 / 2)
    assert evaluation.measures([], {"a": 1}) == {"ndcg@10": 0.0, "recall@10": 0.0, "recall@100": 0.0, "mrr@10": 0.0}


@pytest.mark.parametrize("mode", ["vector", "text", "hybrid"])
def test_a_collection_is_ranked_within_the_scope_of_its_queries(collection: Path, ram_root: Path, mode: evaluation.Mode) -> None:
    embedder = load(default_pack_dir())
    found = evaluation.evaluate(evaluation.load(collection), lambda: embedder, ram_root / "index", mode)
    assert found["queries"] == 3
    assert found["documents"] == 3
    # q1 and q2 are answered; q3 looks where its document is not, so it cannot be.
    assert found["recall@10"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["mrr@10"] == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", '{"id": "d1"}', "line 1"),
        ("corpus.jsonl", "not json", "line 1 is not JSON"),
        ("corpus.jsonl", b'{"id": 1, "text": "caf\xe9"}', "line 1 is not UTF-8"),
        ("corpus.jsonl", b"\0", "line 1"),
        ("corpus.jsonl", '{"id": "\\ud800", "text": "x"}', "line 1"),
        ("corpus.jsonl", '{"id": 1, "text": "\\ud800"}', "line 1"),
        ("corpus.jsonl", '{"id": 1, "text": "x", "title": 7}', "line 1"),
        ("corpus.jsonl", None, "is a directory"),
        ("queries.jsonl", '{"id": "q1", "text": "x", "scope": "\\ud800"}', "line 1"),
        ("corpus.jsonl", "", "no documents"),
        ("queries.jsonl", '{"id": "zz", "text": "unjudged"}', "no judged queries"),
        ("qrels.tsv", "query\tdocument\trelevance\nq1\td1\tmuch\n", "line 2"),
        ("qrels.tsv", "query\tdocument\trelevance\nq1\td1\tinf\n", "line 2"),
        ("qrels.tsv", "query\tdocument\trelevance\nq1\td1\n", "line 2"),
        ("qrels.tsv", "query\tdocument\trelevance\nq1\t" + "d" * 200_000 + "\t1\n", "qrels.tsv"),
        ("qrels.tsv", b"query\tdocument\trelevance\n\xe9\td1\t1\n", "not UTF-8"),
        ("qrels.tsv", None, "is a directory"),
    ],
)
def test_a_broken_collection_is_named(collection: Path, name: str, content: str | bytes | None, said: str) -> None:
    (collection / name).unlink()
    if content is None:
        (collection / name).mkdir()
    else:
        (collection / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UsageError) as refused:
        evaluation.load(collection)
    assert said in refused.value.message


def test_a_missing_file_is_named(collection: Path) -> None:
    (collection / "qrels.tsv").unlink()
    with pytest.raises(UsageError, match=r"qrels\.tsv"):
        evaluation.load(collection)
