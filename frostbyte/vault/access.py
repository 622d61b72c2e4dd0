"""Who may open a vault: the owner's lock, vault.json, and the key files between an identity and the two keys that seal.

vault.json is the only plaintext at rest. It holds no secret, and is authenticated under the data
key: a changed one is refused.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frostbyte.contract.hashing import canonical_json
from frostbyte.errors import Damaged, KeyRefused, NotFound, VaultLocked
from frostbyte.vault import keys
from frostbyte.vault.disk import Disk, storage_failed
from frostbyte.vault.seal import Sealer

FORMAT = 1
_IDENTITY, _DATA_KEY, _ORIGINALS_KEY = "identity.age", "dek.age", "originals.age"


@dataclass(frozen=True)
class Sealers:
    """What seals a vault's files: the originals have a key of their own, which can be destroyed without the rest."""

    data: Sealer
    originals: Sealer


def found(directory: Path, tenant_id: str, recipients: Sequence[str], disk: Disk) -> Sealers:
    """Make a new vault's keys and its vault.json; the sealers for the rest. Raises KeyRefused, StorageFailed."""
    identity, recipient = keys.generate_identity()
    data_key, originals_key, vault_id = os.urandom(32), os.urandom(32), os.urandom(16).hex()
    sealer = Sealer(data_key, vault_id, disk)
    about: dict[str, Any] = {"format": FORMAT, "vault_id": vault_id, "tenant_id": tenant_id, "recipients": list(recipients)}
    about["authentication"] = _authentication(sealer, about)
    disk.write_file(directory / "keys" / _IDENTITY, [keys.seal_bytes(identity.encode(), recipients)])
    disk.write_file(directory / "keys" / _DATA_KEY, [keys.seal_bytes(data_key, [recipient])])
    disk.write_file(directory / "keys" / _ORIGINALS_KEY, [keys.seal_bytes(originals_key, [recipient])])
    disk.write_file(directory / "vault.json", [json.dumps(about, indent=1, sort_keys=True).encode() + b"\n"])
    return Sealers(sealer, Sealer(originals_key, vault_id, disk))


def own(directory: Path) -> int:
    """Take the owner's lock. It ends with the process, however that ends."""
    try:
        fd = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise storage_failed("open", directory / "lock", error) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise VaultLocked(
            f'the vault "{directory.name}" is in use by another process', hint="wait for it to end, or stop it, then try again"
        ) from error
    return fd


def read_about(directory: Path) -> dict[str, Any]:
    """What vault.json says, unauthenticated. Raises NotFound, Damaged, StorageFailed."""
    path = directory / "vault.json"
    try:
        about: dict[str, Any] = json.loads(path.read_bytes(), object_pairs_hook=_once)
        version = about["format"]
        texts = [about[name] for name in ("vault_id", "tenant_id", "authentication")] + about["recipients"]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("not text")
    except FileNotFoundError as error:
        raise NotFound(f'there is no vault at "{directory}"') from error
    except OSError as error:
        raise storage_failed("read", path, error) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged('"vault.json" is not readable') from error
    if version != FORMAT:
        raise Damaged(f'"vault.json" has format {version}, this program reads {FORMAT}')
    return about


def unlock(directory: Path, about: dict[str, Any], identity: str, disk: Disk) -> Sealers:
    """Operator's identity -> tenant's identity -> both keys -> sealers whose vault.json is authentic."""
    tenant_identity = _key(directory, _IDENTITY, identity, keys.recipient_of(identity) in about["recipients"])
    data_key, originals_key = (
        _key(directory, name, tenant_identity.decode("ascii", "replace"), True) for name in (_DATA_KEY, _ORIGINALS_KEY)
    )
    sealer, originals = (Sealer(key, str(about["vault_id"]), disk) for key in (data_key, originals_key))
    if _authentication(sealer, about) != about["authentication"]:
        raise Damaged('"vault.json" was changed')
    return Sealers(sealer, originals)


def _key(directory: Path, name: str, identity: str, ours: bool) -> bytes:
    path = directory / "keys" / name
    try:
        return keys.open_bytes(path.read_bytes(), identity, what=f"key file {name}")
    except FileNotFoundError as error:
        raise Damaged(f'the key file "{name}" is missing') from error
    except OSError as error:
        raise storage_failed("read", path, error) from error
    except KeyRefused as error:
        if ours:  # age says the same of a changed header as of a wrong key
            raise Damaged(f'the key file "{name}" is damaged, or sealed to other keys than "vault.json" says') from error
        raise


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of a key given twice one reader takes the first, and the last alone is authenticated."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _authentication(sealer: Sealer, about: dict[str, Any]) -> str:
    said = {name: value for name, value in about.items() if name != "authentication"}
    return sealer.keyed_name("vault.json", canonical_json(said).decode())
