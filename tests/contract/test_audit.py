from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.audit import AuditExportManifest, ChainEntry, ExportManifest, ProvenanceChain
from frostbyte.contract.events import EventType


def test_from_is_a_word_of_python_and_still_the_field_in_json(sample: Any) -> None:
    manifest = AuditExportManifest.from_json(sample("audit_export_manifest", "least"))
    assert manifest.from_ == manifest.to_json()["from"]
    fields = {key: value for key, value in manifest.to_json().items() if key != "from"}
    assert AuditExportManifest(from_=manifest.from_, **fields) == manifest
    assert "from_" not in manifest.to_json()


def test_a_break_says_where_and_what(sample: Any) -> None:
    chain = sample("provenance_chain")
    chain["hash_chain_valid"] = False
    chain["hash_chain_verification"]["breaks"] = [{"position": 2, "event_id": None, "what": "the event is missing"}]
    assert ProvenanceChain.from_json(chain).hash_chain_verification.breaks[0].position == 2
    chain["hash_chain_verification"]["breaks"] = [2]
    with pytest.raises(ValidationError):
        ProvenanceChain.from_json(chain)


def test_an_entry_takes_only_the_28_types(sample: Any) -> None:
    entry = sample("provenance_chain")["chain"][0]
    assert ChainEntry.from_json(entry).event_type is EventType.DOCUMENT_INGESTED
    with pytest.raises(ValidationError):
        ChainEntry.from_json(entry | {"event_type": "DOCUMENT_DELETED"})


@pytest.mark.parametrize(
    "path", ["documents/a/b.json", "scripts/a.json", "/documents/a.json", "documents/a.txt", "chunks/a\\b.json"]
)
def test_an_export_lists_only_documents_and_chunks(path: str, sample: Any) -> None:
    manifest = sample("export_manifest")
    manifest["files"][0]["path"] = path
    with pytest.raises(ValidationError):
        ExportManifest.from_json(manifest)
