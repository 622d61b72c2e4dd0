"""The made-up drop: each kind is what its name says, read back by the program's own readers, the same at every call."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.formats import MIME_BY_EXTENSION
from frostbyte.contract.receipts import ManifestFile
from frostbyte.intake import admit
from frostbyte.parse import ParseJob, parse_file
from frostbyte.selftest.papers import ATTACK, Paper, papers


def test_the_papers_are_the_same_at_every_call() -> None:
    assert papers() == papers()


def test_every_format_but_tiff_is_there() -> None:
    kinds = {Path(paper.filename).suffix for paper in papers()}
    assert set(MIME_BY_EXTENSION) - kinds == {".tiff", ".tif"}  # read by the code that reads PNG
    assert ATTACK in papers()


@pytest.mark.parametrize("paper", [paper for paper in papers() if paper is not ATTACK], ids=lambda paper: paper.filename)
def test_a_paper_is_what_its_name_says_and_holds_its_words(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / paper.filename
    path.write_bytes(paper.content)
    kind = MIME_BY_EXTENSION[path.suffix]
    job = ParseJob(file_id=path.name, tenant_id="t", mime_type=kind, sha256=hashlib.sha256(paper.content).hexdigest())
    text = " ".join(chunk.text for chunk in parse_file(str(path), job).chunks)
    assert all(word in text for word in (*paper.words, *paper.hidden))
    entry = {"file_id": "f", "filename": path.name, "mime_type": kind, "size_bytes": len(paper.content), "sha256": job.sha256}
    admission = admit(ManifestFile.from_json(entry), path, TenantConfig())
    assert (admission.status, admission.mime_type) == ("accepted", kind)
