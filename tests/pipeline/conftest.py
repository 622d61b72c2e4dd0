"""A real vault, a real embedder and a real parser worker for the pipeline's tests, and small drops to put through them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.formats import MIME_BY_EXTENSION
from frostbyte.contract.tenants import TenantRecord
from frostbyte.embed import Embedder, default_pack_dir, load
from frostbyte.intake import drop as drops
from frostbyte.parse.worker import Worker
from frostbyte.vault import RamPolicy, Vault, keys

TENANT = "northgate"


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 2, 8, 14, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load(default_pack_dir())


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """One parser child for all: it keeps nothing of a document. Who kills one, or looks at it, starts its own."""
    with Worker() as started:
        yield started


@pytest.fixture
def new_vault(tmp_path: Path, ram_root: Path) -> Iterator[Callable[..., Vault]]:
    """`new_vault(pii_policy="block")`: an open vault of an ACTIVE tenant with that configuration."""
    opened: list[Vault] = []

    def make(**config: Any) -> Vault:
        _, recipient = keys.generate_identity()
        record = TenantRecord(
            tenant_id=TENANT,
            tenant_name="Northgate",
            state="ACTIVE",
            created_at="2026-02-08T13:00:00Z",
            config=TenantConfig(**config),
        )
        vault = Vault.create(tmp_path / f"vault{len(opened)}", record, recipients=[recipient], ram=RamPolicy(root=ram_root))
        opened.append(vault)
        return vault

    yield make
    for vault in opened:
        vault.close()


@pytest.fixture
def vault(new_vault: Callable[..., Vault]) -> Vault:
    return new_vault()


def drop_in(
    place: Path,
    contents: dict[str, bytes],
    batch_id: str = "batch_1",
    ids: dict[str, str] | None = None,
    wrong: set[str] | None = None,
) -> Path:
    """A folder of these files with its manifest; of the files `wrong` names it states a digest that is not theirs."""
    folder = place / f"drop-{batch_id}"
    folder.mkdir()
    entries = []
    for name, data in contents.items():
        (folder / name).write_bytes(data)
        digest = "f" * 64 if name in (wrong or ()) else hashlib.sha256(data).hexdigest()
        mime = MIME_BY_EXTENSION.get(Path(name).suffix, "application/octet-stream")
        file_id = (ids or {}).get(name, name)
        entries.append({"file_id": file_id, "filename": name, "mime_type": mime, "size_bytes": len(data), "sha256": digest})
    manifest = {"batch_id": batch_id, "tenant_id": TENANT, "file_count": len(entries), "files": entries, "submitter": "dana"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture
def write_drop(tmp_path: Path) -> Callable[..., Path]:
    """`write_drop({"a.txt": b"..."}, batch_id="b1", ids={"a.txt": "file_a"}, wrong={"a.txt"})`: a folder with its manifest."""

    return partial(drop_in, tmp_path)


@pytest.fixture
def load_drop() -> Callable[[Path], drops.Drop]:
    return lambda folder: drops.load(folder, TENANT)
