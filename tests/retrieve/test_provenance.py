"""The chain of custody of a document, as the contract shows it."""

from __future__ import annotations

import pytest

from frostbyte.contract.events import EventType
from frostbyte.contract.retrieval import parse_query
from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.embed import Embedder
from frostbyte.errors import Damaged, NotFound
from frostbyte.retrieve import search
from frostbyte.retrieve.provenance import chain
from frostbyte.vault import Vault
from frostbyte.vault.tables import DDL

WAY = [
    "DOCUMENT_INGESTED",
    "DOCUMENT_PARSED",
    "POLICY_GATE_PASSED",
    "POLICY_GATE_PASSED",
    "POLICY_GATE_PASSED",
    "DOCUMENT_EMBEDDED",
    "INDEX_WRITTEN",
]


def test_a_file_a_document_and_a_chunk_lead_to_the_same_unbroken_chain(filled: Vault) -> None:
    document = next(d for d in filled.catalog.documents() if d.filename == "sop.txt")
    chunk = filled.catalog.chunks(document.doc_id)[0]
    for resource in (document.file_id, document.doc_id, chunk.chunk_id):
        found = chain(filled, resource).to_json()
        assert validate("provenance_chain", found) == []
        assert broken_rules("provenance_chain", found) == []
        assert found["hash_chain_valid"]
        assert [entry["event_type"] for entry in found["chain"]] == WAY
    assert found["chain"][0]["input_hash"] == f"sha256:{document.sha256}"


def test_searches_that_returned_the_chunk_follow_as_references(filled: Vault, embedder: Embedder) -> None:
    found = search(filled, parse_query({"query_text": "vaccines"}), embedder=lambda: embedder).response.chunks[0]
    shown = chain(filled, found.chunk_id)
    assert shown.chain[-1].event_type == "RETRIEVAL_EXECUTED"
    assert shown.hash_chain_valid


def test_an_unknown_resource_is_not_found(filled: Vault) -> None:
    with pytest.raises(NotFound, match="nobody"):
        chain(filled, "nobody")


def _rewrite(vault: Vault, change: str, event_type: str) -> None:
    """Change the last event of a type with the key in hand, around the program: its hash and links stay as they are."""
    run = vault.catalog._connection.execute
    triggers = [sql for sql in DDL if "TRIGGER" in sql]
    for name in ("events_no_update", "events_no_delete"):
        run(f"DROP TRIGGER {name} ON events")
    run(f"UPDATE events SET {change} WHERE sequence = (SELECT max(sequence) FROM events WHERE event_type = '{event_type}')")
    for sql in triggers:
        run(sql)


@pytest.mark.parametrize(
    ("change", "event_type"),
    [
        ("actor = 'nobody'", "DOCUMENT_PARSED"),
        ("timestamp = '2020-01-01T00:00:00.000000Z'", "INDEX_WRITTEN"),
        ("""details = replace(details, '"status":"success"', '"status":"failure"')""", "DOCUMENT_INGESTED"),
        ("actor = 'nobody'", "RETRIEVAL_EXECUTED"),
    ],
)
def test_an_event_that_is_not_the_one_written_breaks_the_chain(
    filled: Vault, embedder: Embedder, change: str, event_type: str
) -> None:
    """The hashes of content still hang together: only the hash of the whole event tells."""
    hits = search(filled, parse_query({"query_text": "vaccines", "top_k": 50}), embedder=lambda: embedder).response.chunks
    _rewrite(filled, change, event_type)
    victim = filled.catalog.events(event_type=EventType(event_type), limit=1)[0][0]
    owner = victim.resource_id if event_type.startswith("DOCUMENT") else hits[0].doc_id
    if event_type == "INDEX_WRITTEN":
        owner = victim.resource_id
    shown = chain(filled, owner)
    assert not shown.hash_chain_valid
    [found] = shown.hash_chain_verification.breaks
    assert (found.event_id, found.what) == (victim.event_id, "the event is not the one that was written")
    assert shown.chain[found.position - 1].event_id == victim.event_id
    assert broken_rules("provenance_chain", shown.to_json()) == []


def test_an_event_without_the_hashes_of_its_content_is_damage(filled: Vault) -> None:
    document = filled.catalog.documents()[0]
    _rewrite(filled, "details = '{}'", "INDEX_WRITTEN")
    _rewrite(filled, f"chain = '{document.file_id}'", "INDEX_WRITTEN")
    with pytest.raises(Damaged, match="not readable"):
        chain(filled, document.file_id)
