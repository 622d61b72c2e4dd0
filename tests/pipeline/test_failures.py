"""Retries by the contract's table with time that only passes when slept, and dead letters after them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.embed import Embedded, Embedder
from frostbyte.errors import EmbedFailed, ParseFailed
from frostbyte.intake import drop as drops
from frostbyte.parse import ParseJob
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import ingest
from frostbyte.pipeline.report import batch_status
from frostbyte.vault import Vault

PROSE = b"Goods are inspected on arrival. Damaged goods are returned within ten days.\n"
LoadDrop = Callable[[Path], drops.Drop]


class FailingWorker:
    """A real worker that fails `times` times for one file before it does its work."""

    def __init__(self, worker: Worker, file_id: str, times: int, *, transient: bool = True) -> None:
        self._worker, self._file_id, self._left, self._transient = worker, file_id, times, transient

    def parse(self, fd: int, job: ParseJob, timeout_s: float) -> Any:
        if job.file_id == self._file_id and self._left:
            self._left -= 1
            raise ParseFailed("the parser was killed", detail="WORKER_KILLED", transient=self._transient)
        return self._worker.parse(fd, job, timeout_s)


class FailingEmbedder:
    """A real embedder whose first calls fail."""

    def __init__(self, embedder: Embedder, times: int, code: str = "EMBEDDING_FAILED") -> None:
        self._embedder, self._left, self._code, self.model = embedder, times, code, embedder.model

    def embed_documents(self, texts: list[str]) -> Embedded:
        if self._left:
            self._left -= 1
            raise EmbedFailed("injected", code=self._code)
        return self._embedder.embed_documents(texts)


def test_a_killed_parser_is_tried_again_after_10_and_60_seconds(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop, clock: Any
) -> None:
    failing: Any = FailingWorker(worker, "a.txt", 2)
    result = ingest(
        vault,
        load_drop(write_drop({"a.txt": PROSE, "b.txt": PROSE + b"b"})),
        worker=failing,
        embedder=lambda: embedder,
        clock=clock,
    )
    assert [f.status for f in result.report.files] == ["indexed", "indexed"]
    assert clock.slept == [10.0, 60.0]
    assert vault.catalog.dead_letters() == []


def test_the_other_files_do_not_wait_for_a_retry(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop, clock: Any
) -> None:
    failing: Any = FailingWorker(worker, "a.txt", 1)
    ingest(
        vault,
        load_drop(write_drop({"a.txt": PROSE, "b.txt": PROSE + b"b"})),
        worker=failing,
        embedder=lambda: embedder,
        clock=clock,
    )
    indexed = [e.details["doc_id"] for e in vault.catalog.events(event_type="INDEX_WRITTEN", descending=False)[0]]
    first = vault.catalog.document_by_file("b.txt")
    assert first is not None
    assert indexed[0] == first.doc_id


def test_after_three_retries_the_file_is_a_dead_letter_and_the_report_says_why(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop, clock: Any
) -> None:
    failing: Any = FailingWorker(worker, "a.txt", 99)
    result = ingest(vault, load_drop(write_drop({"a.txt": PROSE})), worker=failing, embedder=lambda: embedder, clock=clock)
    assert clock.slept == [10.0, 60.0, 300.0]
    assert [f.status for f in result.report.files] == ["parse_failed"]
    (letter,) = vault.catalog.dead_letters()
    assert letter.retry_count == 3
    assert validate("dlq_entry", letter.to_json()) == []
    assert broken_rules("dlq_entry", letter.to_json()) == []
    kinds = [e.event_type for e in vault.catalog.chain_events("a.txt")]
    assert kinds == ["DOCUMENT_INGESTED", "DOCUMENT_PARSE_FAILED"]
    status = batch_status(vault, "batch_1").to_json()
    assert validate("batch_status", status) == []
    assert broken_rules("batch_status", status) == []


def test_a_corrupt_file_is_not_tried_again(
    vault: Vault, worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop, clock: Any
) -> None:
    folder = write_drop({"a.pdf": b"%PDF-1.7\nnothing of the kind\n"})
    result = ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder, clock=clock)
    assert clock.slept == []
    assert [f.status for f in result.report.files] == ["parse_failed"]


@pytest.mark.parametrize(
    ("code", "slept", "status"), [("EMBEDDING_FAILED", [10.0], "indexed"), ("DIMENSION_MISMATCH", [], "embed_failed")]
)
def test_an_embedder_is_tried_again_unless_its_dimensions_are_wrong(
    vault: Vault,
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    clock: Any,
    code: str,
    slept: list[float],
    status: str,
) -> None:
    failing: Any = FailingEmbedder(embedder, 1, code)
    result = ingest(vault, load_drop(write_drop({"a.txt": PROSE})), worker=worker, embedder=lambda: failing, clock=clock)
    assert clock.slept == slept
    assert [f.status for f in result.report.files] == [status]
    assert vault.verify_audit().valid
    if status == "embed_failed":
        assert vault.vectors.count() == 0
        assert [e.event_type for e in vault.catalog.chain_events("a.txt")][-1] == "EMBEDDING_FAILED"


def test_a_gate_that_cannot_run_holds_the_document(
    vault: Vault,
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError("injected")

    monkeypatch.setattr("frostbyte.policy.pii.find", broken)
    result = ingest(vault, load_drop(write_drop({"a.txt": PROSE})), worker=worker, embedder=lambda: embedder, clock=clock)
    assert clock.slept == [30.0, 30.0]
    assert [f.status for f in result.report.files] == ["policy_failed"]
    assert vault.vectors.count() == 0
    (failed,) = vault.catalog.events(event_type="POLICY_GATE_FAILED")[0]
    assert failed.details["gate_name"] == "pii"
    assert failed.details["status"] == "failure"
    assert broken_rules("acceptance_report", result.report.to_json()) == []
