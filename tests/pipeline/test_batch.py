"""A drop through all five stages on real stores: what is stored, what is said, and that doing it again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.rules import broken_rules
from frostbyte.contract.schema import validate
from frostbyte.embed import Embedder, default_pack_dir, load
from frostbyte.errors import ManifestInvalid, PermissionRefused, StateRefused
from frostbyte.intake import drop as drops
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import IngestResult, Silent, acceptance_report, finished_report, ingest
from frostbyte.vault import Vault

LoadDrop = Callable[[Path], drops.Drop]
Run = Callable[[Path], IngestResult]
PROSE = b"Goods are inspected on arrival.\n\nDamaged goods are returned within ten days at the supplier's cost.\n"


@pytest.fixture
def run(vault: Vault, worker: Worker, embedder: Embedder, load_drop: LoadDrop) -> Run:
    return lambda folder: ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)


def test_the_example_drop_ends_as_its_manifest_deserves(
    new_vault: Callable[..., Vault], worker: Worker, embedder: Embedder, example_drop: Path, load_drop: LoadDrop
) -> None:
    vault = new_vault()
    result = ingest(vault, load_drop(example_drop), worker=worker, embedder=lambda: embedder)
    report, receipt = result.report.to_json(), result.receipt.to_json()
    assert validate("acceptance_report", report) == []
    assert broken_rules("acceptance_report", report) == []
    assert validate("batch_receipt", receipt) == []
    assert broken_rules("batch_receipt", receipt) == []
    summary = report["summary"]
    assert (summary["files_submitted"], summary["files_rejected"], summary["files_quarantined"]) == (13, 2, 1)
    assert {f["status"] for f in report["files"]} == {"indexed"}
    assert {r["reason"] for r in report["rejected_files"]} == {"CHECKSUM_MISMATCH", "UNSUPPORTED_FORMAT"}
    assert [q["reason"] for q in report["quarantined_files"]] == ["INJECTION_HIGH_SCORE"]
    counts = vault.catalog.counts()
    assert counts["chunks"] == summary["total_chunks_indexed"] == vault.vectors.count()
    assert vault.verify(deep=True).problems == ()
    assert vault.verify_audit().valid
    for row in vault.catalog.files(result.receipt.batch_id):
        if row.status == "accepted":
            assert row.receipt is not None
            assert validate("intake_receipt", row.receipt) == []
            assert broken_rules("intake_receipt", row.receipt) == []
    events, _ = vault.catalog.events(limit=500, descending=False)
    for event in events:
        assert validate("audit_event", event.to_json()) == [], event.event_type
    for document in vault.catalog.documents():
        canonical = json.loads(vault.objects.read(f"canonical:{document.canonical_sha256}"))
        assert validate("canonical_document", canonical) == []
        assert broken_rules("canonical_document", canonical) == []


def test_no_personal_data_is_in_any_row_or_index(vault: Vault, run: Run, write_drop: Callable[..., Path]) -> None:
    folder = write_drop(
        {"letter.txt": b"Dear Ms Ellison,\n\nyour social security number 536-22-8145 is on file; write to m.e@example.com.\n"}
    )
    run(folder)
    document = vault.catalog.document_by_file("letter.txt")
    assert document is not None
    text = " ".join(chunk.text for chunk in vault.catalog.chunks(document.doc_id))
    assert "536-22-8145" not in text
    assert "m.e@example.com" not in text
    assert "[REDACTED:SSN]" in text
    assert "[REDACTED:EMAIL]" in text
    assert vault.vectors.search_text("8145", 5) == []


def test_the_same_drop_again_stores_nothing_and_returns_the_same_receipts(
    vault: Vault, run: Run, write_drop: Callable[..., Path]
) -> None:
    folder = write_drop({"a.txt": PROSE, "b.csv": b"item,price\nbolt,3\nnut,1\n"})
    first = run(folder)
    before, commit = vault.catalog.counts(), vault.commit_number
    second = run(folder)
    assert second.repeated
    assert not first.repeated
    assert second.receipt == first.receipt
    assert second.report == first.report
    assert vault.catalog.counts() == before
    assert vault.commit_number == commit


def test_the_same_files_in_another_batch_get_receipts_but_no_new_chunks(
    vault: Vault, run: Run, write_drop: Callable[..., Path]
) -> None:
    run(write_drop({"a.txt": PROSE}, batch_id="one"))
    chunks = vault.catalog.counts()["chunks"]
    again = run(write_drop({"a.txt": PROSE}, batch_id="two"))
    assert again.receipt.accepted == 1
    assert again.complete
    warnings = [w["code"] for w in again.report.files[0].parsing.warnings if w["code"] != "SCAN_SKIPPED"]
    assert warnings == ["ALREADY_INGESTED", "CLASSIFICATION_REVIEW"]
    assert vault.catalog.counts()["chunks"] == chunks
    assert vault.verify_audit().valid


def test_other_content_under_a_known_file_id_is_refused_whole(vault: Vault, run: Run, write_drop: Callable[..., Path]) -> None:
    run(write_drop({"a.txt": PROSE}, batch_id="one"))
    with pytest.raises(ManifestInvalid) as refused:
        run(write_drop({"a.txt": b"Something else entirely.\n"}, batch_id="two"))
    assert refused.value.contract_code == "DUPLICATE_FILE_ID"
    assert vault.catalog.batch("two") is None


def test_a_batch_id_names_one_manifest(run: Run, write_drop: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_drop({"a.txt": PROSE})
    run(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "submitter": "somebody else"}))
    with pytest.raises(ManifestInvalid, match="another manifest"):
        run(folder)


def test_a_rejected_file_may_come_again_corrected(vault: Vault, run: Run, write_drop: Callable[..., Path]) -> None:
    first = run(write_drop({"a.txt": PROSE}, batch_id="one", wrong={"a.txt"}))
    assert first.receipt.rejected == 1
    second = run(write_drop({"a.txt": PROSE}, batch_id="two"))
    assert second.complete
    assert vault.verify_audit().valid


def test_one_broken_file_does_not_stop_the_others(vault: Vault, run: Run, write_drop: Callable[..., Path]) -> None:
    result = run(
        write_drop(
            {"a.txt": PROSE, "broken.pdf": b"%PDF-1.7\nnothing of the kind\n", "blank.txt": b"  \n\n \n", "z.txt": PROSE + b"z"}
        )
    )
    statuses = {f.file_id: f.status for f in result.report.files}
    assert statuses == {"a.txt": "indexed", "broken.pdf": "parse_failed", "blank.txt": "parse_failed", "z.txt": "indexed"}
    letters = {entry.resource_id: entry for entry in vault.catalog.dead_letters()}
    assert set(letters) == {"broken.pdf", "blank.txt"}
    for letter in letters.values():
        assert validate("dlq_entry", letter.to_json()) == []
        assert broken_rules("dlq_entry", letter.to_json()) == []
    assert broken_rules("acceptance_report", result.report.to_json()) == []
    assert not result.complete


def test_a_blocking_tenant_holds_the_document_before_it_is_embedded(
    new_vault: Callable[..., Vault], worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    vault = new_vault(pii_policy="block")
    folder = write_drop({"a.txt": b"The employee's SSN is 536-22-8145.\n"})
    result = ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)
    assert [q.reason for q in result.report.quarantined_files] == ["PII_BLOCK_POLICY"]
    assert vault.vectors.count() == 0
    kinds = [e.event_type for e in vault.catalog.chain_events("a.txt")]
    assert "DOCUMENT_QUARANTINED" in kinds
    assert "DOCUMENT_EMBEDDED" not in kinds


def _declare(folder: Path, size: int) -> Path:
    """Let the drop's manifest say that its first file has this size."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][0]["size_bytes"] = size
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_batch_over_the_quota_is_refused_before_anything_is_stored(
    new_vault: Callable[..., Vault], worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    vault = new_vault(storage_quota_gb=1, max_file_size_mb=2000)
    folder = _declare(write_drop({"a.txt": PROSE, "b.txt": PROSE}), 0)
    with (folder / "a.txt").open("r+b") as file:
        file.truncate(1_100_000_000)  # sparse: what counts is what lies there, whatever the manifest says
    with pytest.raises(PermissionRefused, match="1100000000 bytes") as refused:
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)
    assert refused.value.contract_code == "STORAGE_QUOTA_EXCEEDED"
    assert vault.catalog.counts()["batches"] == 0


def test_a_size_that_only_the_manifest_states_fills_no_quota(
    new_vault: Callable[..., Vault], worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    vault = new_vault(storage_quota_gb=1)
    folder = _declare(write_drop({"a.txt": PROSE}), 2**53 - 1)
    result = ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)
    assert result.complete
    assert "SIZE_MISMATCH" in [warning["code"] for warning in result.report.files[0].parsing.warnings]
    again = load_drop(_declare(write_drop({"a.txt": PROSE}, "again"), 2**53 - 1))
    assert ingest(vault, again, worker=worker, embedder=lambda: embedder).complete


def test_files_that_are_too_large_or_no_files_fill_no_quota(
    new_vault: Callable[..., Vault], worker: Worker, embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    vault = new_vault(storage_quota_gb=1, max_file_size_mb=1)
    folder = write_drop({"a.txt": PROSE, "huge.txt": PROSE + b"2", "gone.txt": PROSE + b"3"})
    (folder / "gone.txt").unlink()
    with (folder / "huge.txt").open("r+b") as file:
        file.truncate(1_100_000_000)
    result = ingest(vault, load_drop(folder), worker=worker, embedder=lambda: embedder)
    assert {f.file_id for f in result.report.rejected_files} == {"huge.txt", "gone.txt"}
    assert [f.status for f in result.report.files] == ["indexed"]


@pytest.fixture(scope="session")
def other_embedder(repository: Path) -> Embedder:
    return load(repository / "tests" / "embed" / "data" / "nomic-shaped")


def test_another_model_is_refused_before_anything_is_stored(
    vault: Vault, run: Run, worker: Worker, other_embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    run(write_drop({"a.txt": PROSE}, "one"))
    before, commit = vault.catalog.counts(), vault.commit_number
    folder = write_drop({"b.txt": b"Another text.\n"}, "two")
    with pytest.raises(StateRefused, match="models never mix") as refused:
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: other_embedder)
    assert refused.value.hint is not None
    assert "FROSTBYTE_MODEL=minilm-l6-768" in refused.value.hint
    assert (vault.catalog.counts(), vault.commit_number) == (before, commit)
    assert run(folder).complete
    assert {name for name, _, _ in vault.catalog.models()} == {"minilm-l6-768"}


def test_another_model_does_not_finish_what_the_first_began(
    vault: Vault, run: Run, worker: Worker, other_embedder: Embedder, write_drop: Callable[..., Path], load_drop: LoadDrop
) -> None:
    folder = write_drop({"a.txt": PROSE, "b.txt": b"Another text.\n"})

    class Stop(Silent):
        def stage(self, file_id: str, filename: str, stage: str) -> None:
            if (file_id, stage) == ("b.txt", "embed"):
                raise InterruptedError

    with pytest.raises(InterruptedError):
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: load(default_pack_dir()), progress=Stop())
    with pytest.raises(StateRefused, match="models never mix"):
        ingest(vault, load_drop(folder), worker=worker, embedder=lambda: other_embedder)
    assert run(folder).complete


def test_an_unfinished_batch_has_no_report(vault: Vault, run: Run, worker: Worker, embedder: Embedder, write_drop: Any) -> None:
    folder = write_drop({"a.txt": PROSE, "b.txt": b"Another text.\n"})

    class Stop(Silent):
        def stage(self, file_id: str, filename: str, stage: str) -> None:
            if (file_id, stage) == ("b.txt", "embed"):
                raise InterruptedError

    with pytest.raises(InterruptedError):
        ingest(vault, drops.load(folder, vault.tenant_id), worker=worker, embedder=lambda: embedder, progress=Stop())
    with pytest.raises(StateRefused, match="batch 'batch_1' is not finished: 1 of 2 files are done") as refused:
        finished_report(vault, "batch_1")
    assert "ingest" in str(refused.value.hint)
    with pytest.raises(ValueError, match="1 files"):
        acceptance_report(vault, "batch_1")
    assert finished_report(vault, run(folder).receipt.batch_id).summary.files_accepted == 2
