from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.receipts import BatchManifest, IntakeReceipt, RejectedFile


def test_a_manifest_keeps_unknown_fields_at_both_levels(sample: Any) -> None:
    manifest = BatchManifest.from_json(sample("batch_manifest")).to_json()
    assert manifest["project"] == "kept too"
    assert manifest["files"][1]["note"] == "kept"


@pytest.mark.parametrize("digest", ["a" * 64, "A" * 64, "aB" * 32])
def test_a_checksum_may_be_in_any_case(digest: str, sample: Any) -> None:
    manifest = sample("batch_manifest")
    manifest["files"][0]["sha256"] = digest
    assert BatchManifest.from_json(manifest).files[0].sha256 == digest


@pytest.mark.parametrize(
    "wrong",
    [
        {"file_id": "../etc/passwd"},
        {"file_id": ""},
        {"size_bytes": -1},
        {"size_bytes": "3"},
        {"size_bytes": True},
        {"mime_type": ""},
        {"sha256": "g" * 64},
        {"sha256": "a" * 63},
    ],
    ids=str,
)
def test_a_hostile_manifest_line_is_refused(wrong: dict[str, Any], sample: Any) -> None:
    manifest = sample("batch_manifest")
    manifest["files"][0] |= wrong
    with pytest.raises(ValidationError):
        BatchManifest.from_json(manifest)


def test_a_batch_of_nothing_is_refused(sample: Any) -> None:
    with pytest.raises(ValidationError):
        BatchManifest.from_json(sample("batch_manifest") | {"file_count": 0, "files": []})


@pytest.mark.parametrize("path", ["raw/acme/f", "elsewhere/acme/f/" + "0" * 64, "raw/acme/f/" + "G" * 64])
def test_a_receipt_points_into_raw_or_quarantine(path: str, sample: Any) -> None:
    with pytest.raises(ValidationError):
        IntakeReceipt.from_json(sample("intake_receipt") | {"storage_path": path})


def test_a_rejection_has_one_of_three_reasons() -> None:
    line = {"file_id": "f", "message": "no"}
    for reason in ("UNSUPPORTED_FORMAT", "SIZE_EXCEEDED", "CHECKSUM_MISMATCH"):
        assert RejectedFile.from_json({**line, "reason": reason}).reason == reason
    with pytest.raises(ValidationError):
        RejectedFile.from_json({**line, "reason": "MALWARE_DETECTED"})
