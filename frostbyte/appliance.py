"""The appliance's home: the operator's identity, the signing key, and where tenants live.

    <home>/appliance.json        format, appliance id, public keys. No secret
    <home>/keys/operator.txt     the operator's age identity, mode 0600; or operator.age, sealed by a passphrase;
                                 or neither, when the operator keeps the identity elsewhere (a USB token)
    <home>/keys/signing.pub      minisign public key; signing.key.age is the secret key sealed to the operator
    <home>/registry.age          tenant records, sealed to the operator: a cache of what the vaults say
    <home>/models/               installed model packs
    <home>/malware/              the operator's malware rules with their signature, where they replace the program's own
    <home>/tenants/<tenant_id>/  a vault each

Whoever holds the identity and the home can read every tenant; whoever holds only one of them can read nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frostbyte.contract.clock import timestamp
from frostbyte.contract.ids import is_tenant_id, uuid7
from frostbyte.contract.states import TERMINAL
from frostbyte.contract.tenants import TenantRecord
from frostbyte.errors import AlreadyExists, Damaged, KeyRefused, NotFound, StorageFailed, UsageError
from frostbyte.intake.scan import rules
from frostbyte.intake.scan.rules import RuleSet
from frostbyte.settings import Settings
from frostbyte.vault import RamPolicy, Vault, keys, minisign

FORMAT = 1
RULES = Path("malware", "rules.yar")
"""Where the operator's malware rules lie in the home, with their signature beside them."""


@dataclass(frozen=True)
class Appliance:
    """An initialised home. Holding one is not a permission: opening a vault needs the operator's identity."""

    settings: Settings
    appliance_id: str
    recipients: tuple[str, ...]
    signing_public_key: str

    @property
    def tenants_directory(self) -> Path:
        return self.settings.home / "tenants"

    @property
    def ram(self) -> RamPolicy:
        return RamPolicy(root=self.settings.ram_root, swap=self.settings.swap)

    def identity(self) -> str:
        """The operator's age identity. Raises KeyRefused when none can be had."""
        return load_identity(self.settings)

    def sign(self, data: bytes, comment: str) -> str:
        """The text of a minisign signature by the appliance's key, which the operator's identity opens."""
        path = self.settings.home / "keys" / "signing.key.age"
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
        return minisign.sign(data, keys.open_bytes(sealed, self.identity()).decode("ascii"), comment)

    def vault_directory(self, tenant_id: str) -> Path:
        """Where the tenant's vault lies. Raises NotFound for an unknown or malformed id, Damaged for a folder without a vault."""
        directory = self.tenants_directory / tenant_id
        if tenant_id not in self._folders():
            known = ", ".join(self._folders()) or "none yet"
            raise NotFound(
                f"no tenant {tenant_id!r} in {str(self.settings.home)!r}", code="TENANT_NOT_FOUND", hint=f"tenants here: {known}"
            )
        if not self._has_vault(tenant_id):
            raise Damaged(f"the vault of tenant {tenant_id!r} has no vault.json", hint="restore its folder from a backup")
        return directory

    def tenant_ids(self) -> list[str]:
        """Ids of all tenants of this home, sorted: those with a folder and those of the registry, whole or not.

        Needs the operator's identity when there is a registry. A deprovisioned tenant whose vault is gone is left out.
        """
        cached = self._cached_records()
        ended = {key for key, record in cached.items() if record.state in TERMINAL and not self._has_vault(key)}
        return sorted({*self._folders(), *cached} - ended)

    def lost_vaults(self) -> dict[str, str]:
        """What is wrong with each tenant that has no vault to open: a trace of it is left, a folder or a record."""
        lost, folders = {}, self._folders()
        for tenant_id in self.tenant_ids():
            if tenant_id not in folders:
                lost[tenant_id] = "the registry names this tenant and its folder is missing"
            elif not self._has_vault(tenant_id):
                lost[tenant_id] = "the tenant's folder has no vault.json"
        return lost

    @contextmanager
    def open_vault(self, tenant_id: str) -> Iterator[Vault]:
        """Open a tenant's vault as its one owner, and close it. Raises Damaged when another tenant's lies in its place."""
        with Vault.open(self.vault_directory(tenant_id), identity=self.identity(), ram=self.ram) as vault:
            if vault.tenant_id != tenant_id:
                raise Damaged(f"in the folder of tenant {tenant_id!r} lies the vault of tenant {vault.tenant_id!r}")
            yield vault

    def registry(self) -> dict[str, TenantRecord]:
        """Tenant records by id. A tenant the cache does not know is read from its vault, so a lost registry costs time only.

        A record stays when its vault is gone: it may be the last trace of a tenant (see `lost_vaults`).
        """
        cached = self._cached_records()
        records = dict(cached)
        for tenant_id in self._folders():
            if tenant_id not in records and self._has_vault(tenant_id):
                with self.open_vault(tenant_id) as vault:
                    records[tenant_id] = vault.record()
        if records != cached:
            self._store(records)
        return dict(sorted(records.items()))

    def remember(self, record: TenantRecord) -> None:
        """Put a changed record in the registry."""
        self._store({**self._cached_records(), record.tenant_id: record})

    def _folders(self) -> list[str]:
        """Ids by the folders under tenants/. A creation at work has a name that is no tenant's."""
        try:
            return sorted(p.name for p in self.tenants_directory.iterdir() if is_tenant_id(p.name) and p.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageFailed(f"cannot read {str(self.tenants_directory)!r}: {error.strerror}") from error

    def _has_vault(self, tenant_id: str) -> bool:
        return (self.tenants_directory / tenant_id / "vault.json").is_file()

    def _cached_records(self) -> dict[str, TenantRecord]:
        path = self.settings.home / "registry.age"
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
        plain = keys.open_bytes(sealed, self.identity())
        try:
            return {entry["tenant_id"]: TenantRecord.model_validate(entry) for entry in json.loads(plain)}
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(f"{str(path)!r} holds no tenant records", hint="remove it: it is made again from the vaults") from error

    def _store(self, records: dict[str, TenantRecord]) -> None:
        plain = json.dumps([records[key].model_dump(mode="json", exclude_none=True) for key in sorted(records)]).encode()
        write_file(self.settings.home / "registry.age", keys.seal_bytes(plain, self.recipients))


def initialise(
    settings: Settings, *, recovery_recipients: Sequence[str] = (), identity_out: Path | None = None
) -> dict[str, Any]:
    """Make a home: operator identity, signing key, appliance file. Returns what to tell the operator (no secret).

    With a passphrase in `settings` the identity is sealed by it; with `identity_out` it is written there and not in the home.
    Raises AlreadyExists when the home holds an appliance, UsageError when a recovery recipient is not an age recipient.
    """
    home = settings.home
    if (home / "appliance.json").exists():
        raise AlreadyExists(f"{str(home)!r} already holds an appliance", code="ALREADY_INITIALIZED", hint="choose another --home")
    if (home / "tenants").is_dir() and any((home / "tenants").iterdir()):
        raise AlreadyExists(
            f"{str(home)!r} holds tenants but no appliance.json",
            code="ALREADY_INITIALIZED",
            hint="restore appliance.json from a backup",
        )
    for recipient in recovery_recipients:
        if not keys.is_recipient(recipient):
            raise UsageError(f"recovery recipient {recipient!r} is not an age recipient", hint="it starts with age1")
    passphrase = read_passphrase(settings)
    if passphrase and identity_out:
        raise UsageError(
            "--identity-out and a passphrase were both given", hint="a passphrase seals the identity kept in the home"
        )
    try:
        for directory in (home, home / "keys", home / "tenants", home / "models"):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError as error:
        raise StorageFailed(f"cannot make the home {str(home)!r}: {error.strerror}") from error
    identity, recipient = keys.generate_identity()
    where, protection = _keep_identity(home, identity, recipient, passphrase, identity_out)
    recipients = (recipient, *recovery_recipients)
    secret, public = minisign.generate()
    write_file(home / "keys" / "signing.key.age", keys.seal_bytes(secret.encode(), recipients))
    write_file(home / "keys" / "signing.pub", public.encode())
    about = {
        "format": FORMAT,
        "appliance_id": uuid7(),
        "created_at": timestamp(),
        "recipients": list(recipients),
        "signing_public_key": public.splitlines()[1],
    }
    write_file(home / "appliance.json", (json.dumps(about, indent=1) + "\n").encode())
    return {
        "home": str(home),
        "appliance_id": about["appliance_id"],
        "created_at": about["created_at"],
        "operator_recipient": recipient,
        "recovery_recipients": list(recovery_recipients),
        "identity": str(where),
        "identity_protection": protection,
        "signing_public_key": about["signing_public_key"],
    }


def load(settings: Settings) -> Appliance:
    """The appliance in `settings.home`. Raises NotFound when there is none, Damaged when its file cannot be understood."""
    path = settings.home / "appliance.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise Damaged(f"{str(path)!r} has format {about['format']!r}, this program knows {FORMAT}")
        return Appliance(settings, about["appliance_id"], tuple(about["recipients"]), about["signing_public_key"])
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(f"no appliance in {str(settings.home)!r}", hint="run `frostbyte init` first, or give --home") from error
    except OSError as error:
        raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{str(path)!r} is not an appliance file") from error


def malware_rules(home: Path) -> RuleSet:
    """The rules files are scanned by: the operator's where the home has some, else the program's own.

    Raises Damaged where the home's are not signed by this appliance's key, ScanFailed where the program's are not whole.
    """
    path = home / RULES
    try:
        data = path.read_bytes()
        signature = path.with_name(path.name + ".minisig").read_bytes()
    except FileNotFoundError as error:
        if path.exists():
            hint = "`frostbyte malware install` places rules with their signature"
            raise Damaged(f"the malware rules {str(path)!r} are not signed", hint=hint) from error
        return rules.shipped()
    except NotADirectoryError:
        return rules.shipped()
    except OSError as error:
        raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
    minisign.verify(data, signature, load(Settings(home=home)).signing_public_key, what=f"malware rules {str(path)!r}")
    return rules.parse(data, "home")


def load_identity(settings: Settings) -> str:
    """Find the operator's identity: the file of the setting, else the home's. Raises KeyRefused when it cannot be had."""
    sealed = settings.home / "keys" / "operator.age"
    path = settings.identity or (sealed if sealed.exists() else settings.home / "keys" / "operator.txt")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeyRefused(
            f"cannot read the operator's identity {str(path)!r}: {error.strerror}",
            hint="give --identity FILE or set FROSTBYTE_IDENTITY",
        ) from error
    if data.startswith(b"age-encryption.org/"):
        passphrase = read_passphrase(settings)
        if passphrase is None:
            raise KeyRefused(
                f"the operator's identity {str(path)!r} is sealed by a passphrase and none was given",
                hint="set FROSTBYTE_PASSPHRASE_FILE (or FROSTBYTE_PASSPHRASE)",
            )
        data = keys.open_with_passphrase(data, passphrase)
    for line in data.decode("ascii", "replace").splitlines():
        if line.startswith("AGE-SECRET-KEY-1"):
            return line.strip()
    raise KeyRefused(f"{str(path)!r} holds no age identity", hint="it has a line that starts with AGE-SECRET-KEY-1")


def read_passphrase(settings: Settings) -> str | None:
    """The passphrase from its file (first line) or the environment; None when neither is set."""
    if settings.passphrase_file is None:
        return settings.passphrase
    try:
        text = settings.passphrase_file.read_text(encoding="utf-8").split("\n", 1)[0]
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRefused(f"cannot read the passphrase file {str(settings.passphrase_file)!r}") from error
    if not text:
        raise KeyRefused(f"the passphrase file {str(settings.passphrase_file)!r} is empty")
    return text


def write_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a small file durably: temporary name, fsync, rename, fsync of the folder. Raises StorageFailed."""
    temporary = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise StorageFailed(f"cannot write {str(path)!r}: {error.strerror}") from error


def _keep_identity(home: Path, identity: str, recipient: str, passphrase: str | None, out: Path | None) -> tuple[Path, str]:
    text = f"# operator identity of a frostbyte appliance\n# public key: {recipient}\n{identity}\n".encode()
    if passphrase:
        path = home / "keys" / "operator.age"
        write_file(path, keys.seal_with_passphrase(text, passphrase))
        return path, "passphrase"
    if out is not None:
        if out.exists():
            raise AlreadyExists(
                f"{str(out)!r} exists", code="ALREADY_EXISTS", hint="an identity is never written over another file"
            )
        write_file(out, text)
        return out, "kept outside the home"
    path = home / "keys" / "operator.txt"
    write_file(path, text)
    return path, "file permissions only"
