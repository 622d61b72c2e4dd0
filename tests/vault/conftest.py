"""One vault made at rest per session; a test works on its copy."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.vault import RamPolicy, Vault, keys

from .making import TENANT, Place, add, record


@pytest.fixture(scope="session")
def room_ram() -> Iterator[Path]:
    """A RAM root for the whole session."""
    root = Path(tempfile.mkdtemp(prefix="frostbyte-test-vault-", dir="/dev/shm"))
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, room_ram: Path) -> Place:
    """A closed vault at rest: documents 1 and 2, one object, one base and two packs."""
    identity, recipient = keys.generate_identity()
    place = Place(tmp_path_factory.mktemp("template") / TENANT, identity, RamPolicy(root=room_ram))
    with Vault.create(place.directory, record(), recipients=[recipient], ram=place.ram) as vault:
        vault.objects.put("raw:" + "a" * 64, [b"raw bytes"])
        add(vault, 1)
        add(vault, 2)
    return place


@pytest.fixture
def place(template: Place, tmp_path: Path) -> Place:
    """A copy of the template at rest."""
    return template.copy(tmp_path / TENANT)


@pytest.fixture
def vault(place: Place) -> Iterator[Vault]:
    """The copy, open."""
    with place.open() as opened:
        yield opened
