"""Names and addresses through a whole ingest: none in what is indexed, and no document indexed unlooked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.embed import Embedder, Tagger
from frostbyte.intake.drop import Drop
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import ingest
from frostbyte.vault import Vault

LoadDrop = Callable[[Path], Drop]
LETTER = b"""Delivery note

The parcel for Margarethe Olufsen goes to 48 Larchwood Crescent, Flat 3, before noon.
Please ask Mr. Tomasz Zielinski whether the invoice was paid. The warehouse closes at six.
"""
PRIVATE = ("Margarethe", "Olufsen", "Larchwood", "Zielinski")


def test_what_is_indexed_holds_no_name_and_no_address(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
) -> None:
    vault = new_vault(pii_types=["NAME", "ADDRESS", "EMAIL"])
    result = ingest(vault, load_drop(write_drop({"note.txt": LETTER})), worker=worker, embedder=lambda: embedder)
    assert result.complete
    (document,) = vault.catalog.documents()
    indexed = " ".join(chunk.text for chunk in vault.catalog.chunks(document.doc_id))
    assert "[REDACTED:NAME]" in indexed
    assert "[REDACTED:ADDRESS]" in indexed
    assert "The warehouse closes at six." in indexed
    assert not [word for word in PRIVATE if word in indexed]
    (seen,) = vault.catalog.events(event_type="PII_DETECTED")[0]
    assert seen.details["pii_types_found"] == ["ADDRESS", "NAME"]


def test_without_the_model_the_document_is_held_and_not_called_clean(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    tmp_path: Path,
    clock: Any,
) -> None:
    vault = new_vault(pii_types=["NAME"])
    drop = load_drop(write_drop({"note.txt": LETTER}))
    result = ingest(
        vault, drop, worker=worker, embedder=lambda: embedder, tagger=lambda: Tagger(tmp_path / "nothing here"), clock=clock
    )
    assert [f.status for f in result.report.files] == ["policy_failed"]
    assert vault.vectors.count() == 0
    (failed,) = vault.catalog.events(event_type="POLICY_GATE_FAILED")[0]
    assert failed.details["gate_name"] == "pii"


@pytest.mark.parametrize("types", [[], ["SSN", "EMAIL"]])
def test_who_does_not_look_for_names_needs_no_model(
    new_vault: Callable[..., Vault],
    worker: Worker,
    embedder: Embedder,
    write_drop: Callable[..., Path],
    load_drop: LoadDrop,
    types: list[str],
) -> None:
    def never() -> Tagger:
        raise AssertionError("loaded for nothing")

    vault = new_vault(pii_types=types)
    drop = load_drop(write_drop({"note.txt": LETTER}))
    assert ingest(vault, drop, worker=worker, embedder=lambda: embedder, tagger=never).complete
