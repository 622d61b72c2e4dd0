"""A vault opens for its operator, once at a time, and only with the keys and the vault.json it was made with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte.contract.hashing import canonical_json
from frostbyte.errors import EXIT_LOCKED, EXIT_REFUSED, Damaged, KeyRefused, VaultLocked
from frostbyte.vault import Vault, keys

from .making import Place, add, record


def test_a_second_owner_is_refused_here_and_in_another_process(place: Place) -> None:
    script = (
        "import sys; sys.path[:0] = [{tests!r}]; from pathlib import Path; from frostbyte.errors import VaultLocked\n"
        "from frostbyte.vault import Vault, RamPolicy\n"
        "try: Vault.open(Path({directory!r}), identity={identity!r}, ram=RamPolicy(root=Path({ram!r})))\n"
        "except VaultLocked as error: print(error.exit_code, error.hint)"
    )
    with place.open() as vault:
        with pytest.raises(VaultLocked):
            place.open()
        arguments = {"tests": ".", "directory": str(place.directory), "identity": place.identity, "ram": str(place.ram.root)}
        ended = subprocess.run(
            [sys.executable, "-c", script.format(**arguments)], capture_output=True, text=True, cwd=Path(__file__).parents[2]
        )
        assert ended.stdout.startswith(f"{EXIT_LOCKED} wait"), ended.stderr
        add(vault, 3)
    place.open().close()


def test_a_wrong_identity_is_refused_and_gives_the_lock_back(place: Place) -> None:
    with pytest.raises(KeyRefused) as caught:
        Vault.open(place.directory, identity=keys.generate_identity()[0], ram=place.ram)
    assert caught.value.exit_code == EXIT_REFUSED
    with pytest.raises(KeyRefused):
        Vault.open(place.directory, identity="nonsense", ram=place.ram)
    place.open().close()


@pytest.mark.parametrize("field", ["vault_id", "tenant_id", "recipients", "authentication", "format", "extra"])
def test_a_changed_vault_json_is_refused(place: Place, field: str) -> None:
    path = place.directory / "vault.json"
    about = json.loads(path.read_bytes())
    changed = {"format": 2, "recipients": [keys.generate_identity()[1], *about["recipients"]]}.get(field, "0" * 32)
    path.write_bytes(canonical_json({**about, field: 7}))
    with pytest.raises(Damaged):
        place.open()
    path.write_bytes(canonical_json({**about, field: changed}))
    with pytest.raises(Damaged):
        place.open()
    twice = canonical_json(about).replace(b"{", b'{"tenant_id":"another",', 1)
    assert json.loads(twice) == about
    path.write_bytes(twice)
    with pytest.raises(Damaged):
        place.open()
    path.write_bytes(canonical_json(about))
    place.open().close()


def test_keys_of_another_vault_are_refused(place: Place, tmp_path: Path, template: Place) -> None:
    recipient = keys.recipient_of(template.identity)
    Vault.create(tmp_path / "other", record("other"), recipients=[recipient], ram=template.ram).close()
    for name in ("dek.age", "identity.age", "originals.age"):
        kept = (place.directory / "keys" / name).read_bytes()
        (place.directory / "keys" / name).write_bytes((tmp_path / "other" / "keys" / name).read_bytes())
        with pytest.raises(Damaged):
            place.open()
        (place.directory / "keys" / name).write_bytes(kept)
    place.open().close()


def test_the_data_key_alone_opens_no_original(place: Place) -> None:
    with place.open() as vault:
        vault.objects.put("raw:x", [b"upload"])
        vault.objects.put("enriched:x", [b"redacted"])
        data, originals = vault._sealers.data, vault._sealers.originals
        (path,) = [
            path for path in (place.directory / "originals").rglob("*.fbo") if path.stem == data.keyed_name("object", "raw:x")
        ]
        with pytest.raises(Damaged):
            data.read(path, f"originals/{path.stem}").whole()
        assert originals.read(path, f"originals/{path.stem}").whole().endswith(b"upload")
        kept = data.keyed_name("object", "enriched:x")
        assert (place.directory / "objects" / kept[:2] / f"{kept}.fbo").exists()
