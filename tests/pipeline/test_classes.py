"""The class of a document through a whole ingest: told by meaning, and no document indexed where the head cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from frostbyte.embed import Embedder, Head, shipped_head
from frostbyte.intake.drop import Drop
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import ingest
from frostbyte.policy.classes import HEAD
from frostbyte.vault import Vault

LoadDrop = Callable[[Path], Drop]
LETTER = b"""Dear Mr. Haddad,

Thank you for your letter of 3 May concerning the pumps. I will call you next week.

Yours sincerely,
Ingrid Larsen
"""


def test_row_event_and_chunk_say_the_class_and_who_decided(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
) -> None:
    vault = new_vault()
    assert ingest(vault, load_drop(write_drop({"courtesy.txt": LETTER})), worker=worker, embedder=lambda: embedder).complete
    (document,) = vault.catalog.documents()
    (chunk,) = vault.catalog.chunks(document.doc_id)
    (event,) = (e for e in vault.catalog.events(event_type="POLICY_GATE_PASSED")[0] if e.details["gate_name"] == "classification")
    assert document.classification == chunk.classification == "correspondence"
    assert document.policy is not None
    for said in (document.policy, chunk.enriched, event.details["result_summary"]):
        assert (said["classification"], said["classifier_version"]) == ("correspondence", "classes-1")
        assert said["rule_v1"]["classification"] == "legal_filing"  # "court": a word inside another (ruling F17)


def test_without_the_head_the_document_is_held_under_no_class(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    tmp_path: Path,
    clock: Any,
) -> None:
    def missing(name: str, encoder: str) -> Head:
        return Head(tmp_path / "nothing here", encoder) if name == HEAD else shipped_head(name, encoder)

    vault = new_vault()
    drop = load_drop(write_drop({"note.txt": LETTER}))
    result = ingest(vault, drop, worker=worker, embedder=lambda: embedder, head=missing, clock=clock)
    assert [f.status for f in result.report.files] == ["policy_failed"]
    assert vault.vectors.count() == 0
    (failed,) = vault.catalog.events(event_type="POLICY_GATE_FAILED")[0]
    assert failed.details["gate_name"] == "classification"
