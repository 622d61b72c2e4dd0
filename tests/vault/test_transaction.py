"""What is put in one transaction is there whole or not at all, and putting again changes nothing or replaces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.envelopes import DlqEntry
from frostbyte.contract.ids import uuid7
from frostbyte.errors import Damaged, NotFound, StorageFailed
from frostbyte.vault import Transaction, Vault
from frostbyte.vault.vectors import Filter

from .faulty import Failing
from .making import Place, add, check_sound, document, draft


def dead_letter() -> DlqEntry:
    return DlqEntry.from_json(
        {
            "dlq_entry_id": uuid7(),
            "tenant_id": "northgate",
            "original_job_id": "job-1",
            "stage": "parse",
            "resource_id": "file-1",
            "resource_type": "document",
            "first_attempt_at": "2026-02-08T14:00:00Z",
            "last_attempt_at": "2026-02-08T14:01:00Z",
            "retry_count": 1,
            "error": {"code": "PARSER_ERROR", "message": "worker ended", "stack_trace_hash": "sha256:" + "0" * 64},
        }
    )


def test_an_error_inside_leaves_nothing(vault: Vault) -> None:
    before, head = vault.catalog.counts(), vault.head

    def work() -> None:
        with vault.transaction() as tx:
            document(3).put(tx)
            tx.put_dead_letter(dead_letter())
            tx.put_config(TenantConfig(retention_days=40), 2)
            raise KeyError("stop")

    with pytest.raises(KeyError):
        work()
    assert (vault.catalog.counts(), vault.head, vault.config_version) == (before, head, 1)
    check_sound(vault, documents={1, 2})
    add(vault, 3)
    check_sound(vault, documents={1, 2, 3})


def test_nothing_put_is_no_commit(vault: Vault) -> None:
    with vault.transaction():
        pass
    assert vault.commit_number == 2


def test_a_transaction_sees_what_it_put_and_ends_with_its_block(vault: Vault) -> None:
    with vault.transaction() as tx:
        tx.put_document(document(3).row)
        assert vault.catalog.document("doc_000000000003") is not None
        with pytest.raises(RuntimeError, match="open already"), vault.transaction():
            pass
    for put in (lambda: tx.put_document(document(4).row), lambda: tx.append_event(draft())):
        with pytest.raises(RuntimeError, match="is over"):
            put()


def test_the_same_chunks_again_change_nothing(vault: Vault) -> None:
    version, rows = vault.head.vector_version, vault.catalog.chunks("doc_000000000001")
    add(vault, 1)
    assert vault.catalog.chunks("doc_000000000001") == rows
    assert (vault.head.chunks, vault.head.vector_version) == (6, version)


def test_a_changed_chunk_is_replaced_in_both_engines(place: Place) -> None:
    with place.open() as vault:
        made, other = document(1), document(7)
        changed = replace(
            made.chunks[0],
            text="zebra",
            text_sha256=other.chunks[0].text_sha256,
            vector_sha256=other.chunks[0].vector_sha256,
            enriched={"text": "zebra", "metadata": {"classification": "other"}},
            classification="other",
        )
        with vault.transaction() as tx:
            tx.put_document(made.row)
            tx.put_chunks([changed, *made.chunks[1:]], np.concatenate([other.vectors[:1], made.vectors[1:]]))
    with place.open() as vault:
        assert vault.catalog.chunk(changed.chunk_id) == changed
        assert vault.catalog.chunks("doc_000000000001") == [changed, *made.chunks[1:]]
        assert vault.vectors.count() == 6
        assert vault.vectors.search_vector(other.vectors[0], 1)[0].chunk_id == changed.chunk_id
        assert [hit.chunk_id for hit in vault.vectors.search_text("zebra", 5)] == [changed.chunk_id]


def test_chunks_are_given_another_class_and_keep_text_and_vector(place: Place) -> None:
    made = document(1)
    rows = [replace(row, classification="invoice", enriched={"classification": "invoice"}) for row in made.chunks]
    with place.open() as vault:
        before = vault.vectors.search_vector(made.vectors[0], 6)
        with vault.transaction() as tx:
            tx.reclassify_chunks(rows)
        with pytest.raises(ValueError, match="cannot be given a class"), vault.transaction() as tx:
            tx.reclassify_chunks([replace(rows[0], text_sha256="0" * 64)])
    with place.open() as vault:
        assert vault.catalog.chunks("doc_000000000001") == rows
        assert vault.vectors.search_vector(made.vectors[0], 6) == before
        found = vault.vectors.search_text("contract", 9, Filter(classification="invoice"))
        assert {hit.chunk_id for hit in found} == {row.chunk_id for row in rows}
        assert vault.verify(deep=True).problems == ()


def test_a_chunk_put_twice_in_a_transaction_counts_once(vault: Vault) -> None:
    with vault.transaction() as tx:
        document(3).put(tx)
        document(3).put(tx)
    check_sound(vault, documents={1, 2, 3})
    assert vault.head.chunks == 9


def test_chunks_without_their_document_are_refused(vault: Vault) -> None:
    made = document(3)
    with pytest.raises(NotFound, match="doc_000000000003"), vault.transaction() as tx:
        tx.put_chunks(made.chunks, made.vectors)
    check_sound(vault, documents={1, 2})


@pytest.mark.parametrize("how", ["shape", "count", "type", "order", "hash"])
def test_vectors_that_are_not_the_rows_are_refused(vault: Vault, how: str) -> None:
    made = document(3)
    vectors = {
        "shape": made.vectors[:, :384],
        "count": made.vectors[:2],
        "type": made.vectors.astype(np.float64),
        "order": made.vectors.astype(">f4"),
        "hash": made.vectors[::-1],
    }[how]

    def work() -> None:
        with vault.transaction() as tx:
            tx.put_document(made.row)
            tx.put_chunks(made.chunks, vectors)

    with pytest.raises(ValueError, match=r"float32|another vector"):
        work()
    check_sound(vault, documents={1, 2})


def test_engines_that_disagree_are_not_committed(vault: Vault) -> None:

    def work() -> None:
        with vault.transaction() as tx:
            tx._writer.run("DELETE FROM chunks WHERE doc_id = 'doc_000000000001'")
            document(3).put(tx)

    with pytest.raises(Damaged, match="the commit is refused"):
        work()
    check_sound(vault, documents={1, 2})


def test_a_failing_seal_takes_everything_back_and_keeps_objects_to_record(place: Place) -> None:
    disk = Failing(0)
    with place.open(disk=disk) as vault:
        vault.objects.put("canonical:1", [b"text"])
        disk.count, disk.at = 0, 3
        with pytest.raises(StorageFailed):
            add(vault, 3)
        assert "canonical:1" not in vault.catalog.objects()
        add(vault, 3)
        assert "canonical:1" in vault.catalog.objects()
        check_sound(vault, documents={1, 2, 3})


def test_everything_a_transaction_can_put_survives_reopening(place: Place) -> None:
    entry, config = dead_letter(), TenantConfig(retention_days=99)

    def put(tx: Transaction) -> None:
        tx.put_dead_letter(entry)
        tx.put_config(config, 2)
        tx.put_config(TenantConfig(), 3)
        tx.put_config(config, 3)

    with place.open() as vault:
        record = vault.record().model_copy(update={"tenant_name": "Renamed"})
        with vault.transaction() as tx:
            put(tx)
            tx.put_record(record)
    with place.open() as vault:
        assert vault.catalog.dead_letters() == [entry]
        assert (vault.config(), vault.config_version) == (config, 3)
        assert vault.record() == record
        resolved = {**entry.to_json(), "status": "resolved", "resolved_at": "2026-03-01T00:00:00Z", "resolution": "reprocessed"}
        with vault.transaction() as tx:
            tx.put_dead_letter(DlqEntry.from_json(resolved))
        assert [letter.status for letter in vault.catalog.dead_letters()] == ["resolved"]


def test_other_threads_wait_for_the_transaction(vault: Vault) -> None:
    import threading

    seen: list[int] = []
    reader = threading.Thread(target=lambda: seen.append(vault.catalog.counts()["documents"]))
    with vault.transaction() as tx:
        document(3).put(tx)
        reader.start()
        reader.join(0.2)
        assert reader.is_alive()
    reader.join()
    assert seen == [3]
