"""A vault with a few documents in it, taken in by the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.tenants import TenantRecord
from frostbyte.embed import Embedder, default_pack_dir, load
from frostbyte.intake import drop
from frostbyte.parse.worker import Worker
from frostbyte.pipeline import ingest
from frostbyte.vault import RamPolicy, Vault, keys

DOCUMENTS = {
    "sop.txt": "Standard operating procedure\n\nVaccines are stored between 2 and 8 degrees in a locked refrigerator.\n",
    "contract.txt": "Supply terms\n\nInvoices fall due 30 days after receipt. Late payment bears interest of 1.5 percent.\n",
    "letter.txt": "Dear Ms Ellison,\n\nyour social security number 536-22-8145 is on file with us; the refund went out.\n",
}


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load(default_pack_dir())


@pytest.fixture
def filled(tmp_path: Path, ram_root: Path, embedder: Embedder) -> Iterator[Vault]:
    _, recipient = keys.generate_identity()
    config = TenantConfig(generation_enabled=True)
    record = TenantRecord(tenant_id="acme", tenant_name="Acme", state="ACTIVE", created_at="2026-02-08T13:00:00Z", config=config)
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    with (
        Vault.create(tmp_path / "vault", record, recipients=[recipient], ram=RamPolicy(root=ram_root)) as vault,
        Worker() as worker,
    ):
        ingest(vault, drop.load(folder, "acme"), worker=worker, embedder=lambda: embedder)
        yield vault
