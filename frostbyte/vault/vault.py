"""An open tenant vault: sealed at rest, in RAM while open. Holding the object is the permission to read and write it.

    with Vault.open(directory, identity=operator_identity, ram=RamPolicy()) as vault:
        with vault.transaction() as tx:
            tx.put_document(row)
            tx.append_event(draft)          # both durable, or neither, when the block ends
        vault.catalog.document(row.doc_id)

docs/vault-format.md has the bytes; segments.py the chain of commits; transaction.py the writing path.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from frostbyte.contract.clock import timestamp
from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import AuditEvent
from frostbyte.contract.tenants import TenantRecord
from frostbyte.errors import AlreadyExists, Damaged, FrostbyteError, StorageFailed
from frostbyte.vault import access, audit
from frostbyte.vault.access import Sealers
from frostbyte.vault.catalog import Catalog, CatalogWriter
from frostbyte.vault.disk import Disk
from frostbyte.vault.manifest import CATALOG, VECTORS, WITNESS, Head
from frostbyte.vault.objects import Objects
from frostbyte.vault.ram import RamDirectory, RamPolicy, prepare_host
from frostbyte.vault.segments import Segments
from frostbyte.vault.transaction import Transaction
from frostbyte.vault.vectors import INDEXED_FROM, Vectors
from frostbyte.vault.verify import VerifyReport, verify

logger = logging.getLogger(__name__)

MAINTAIN_EVERY = 100
"""Commits after which a new base is written, if not many new chunks ask for it earlier: without it everything gets slower."""
_DIRECTORIES = ("keys", "seg", "orphans", "objects", "originals")


class Vault:
    """One tenant's vault, owned by this process until `close`. Not for use by forked children."""

    def __init__(
        self, directory: Path, sealers: Sealers, tenant_id: str, ram_directory: RamDirectory, lock: int, clock: Callable[[], str]
    ) -> None:
        """Use `Vault.create` or `Vault.open`."""
        self.tenant_id = tenant_id
        self._directory, self._sealers, self._ram, self._lock_fd, self._clock = directory, sealers, ram_directory, lock, clock
        self._lock = threading.RLock()
        self._transaction: Transaction | None = None
        self._unusable: str | None = None
        self.objects = Objects(directory, sealers.data, sealers.originals)
        self._segments = Segments(directory / "seg", directory / "orphans", ram_directory.path, sealers.data)
        self.vectors = Vectors(ram_directory.path / VECTORS, lambda: self._segments.head, self._lock)
        self._catalog: Catalog | None = None

    @classmethod
    def create(
        cls,
        directory: Path,
        record: TenantRecord,
        *,
        recipients: Sequence[str],
        ram: RamPolicy,
        disk: Disk | None = None,
        clock: Callable[[], str] = timestamp,
    ) -> Vault:
        """Make a vault whose keys are sealed to `recipients` (the operator's, and one for recovery), and open it.

        It appears whole or not at all. Raises AlreadyExists, KeyRefused, HostRefused, StorageFailed.
        """
        if directory.exists():
            raise AlreadyExists(f'there is a vault at "{directory}" already')
        disk = disk or Disk()
        with ExitStack() as undo:
            prepare_host(ram)
            making = directory.with_name(f".{directory.name}.new")
            disk.remove_tree(making)
            undo.push(lambda *_: _give_up(disk, making))
            for path in (making, *(making / name for name in _DIRECTORIES)):
                disk.make_directory(path)
            lock = access.own(making)
            undo.callback(os.close, lock)
            sealers = access.found(making, record.tenant_id, recipients, disk)
            ram_directory = RamDirectory(ram, _ram_name(directory))
            undo.callback(ram_directory.remove)
            vault = cls(making, sealers, record.tenant_id, ram_directory, lock, clock)
            undo.callback(vault._stop_engines)
            vault._found(record)
            for path in (making / "keys", making):
                disk.sync_directory(path)
            disk.rename(making, directory)
            disk.sync_directory(directory.parent)
            vault._moved(directory)
            undo.pop_all()
        return vault

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        identity: str,
        ram: RamPolicy,
        disk: Disk | None = None,
        clock: Callable[[], str] = timestamp,
    ) -> Vault:
        """Own the vault and bring it into RAM. `identity` is the operator's (or the recovery) age identity.

        Raises NotFound, VaultLocked, KeyRefused, Damaged, HostRefused (no RAM, swap in clear), StorageFailed.
        """
        about = access.read_about(directory)
        with ExitStack() as undo:
            lock = access.own(directory)
            undo.callback(os.close, lock)
            prepare_host(ram)
            sealers = access.unlock(directory, about, identity, disk or Disk())
            ram_directory = RamDirectory(ram, _ram_name(directory))
            undo.callback(ram_directory.remove)
            vault = cls(directory, sealers, str(about["tenant_id"]), ram_directory, lock, clock)
            undo.callback(vault._stop_engines)
            vault._load()
            undo.pop_all()
        return vault

    @property
    def catalog(self) -> Catalog:
        """Metadata and audit events, to read."""
        if self._catalog is None:
            raise StorageFailed(self._unusable or "the vault is not open")
        return self._catalog

    @property
    def config_version(self) -> int:
        """The version of `config()`."""
        return self.catalog.config()[1]

    @property
    def head(self) -> Head:
        """What the last commit recorded: how many events and chunks, the last event's hash, the index version."""
        return self._segments.head

    @property
    def commit_number(self) -> int:
        """Commits this vault has seen."""
        return self._segments.commit_number

    def record(self) -> TenantRecord:
        """The tenant's record as last put."""
        return self.catalog.record()

    def config(self) -> TenantConfig:
        """The tenant's settings as last put."""
        return self.catalog.config()[0]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One commit for both engines. When the block ends without error it is durable; otherwise nothing of it remains.

        Raises StorageFailed when it could not be made durable: the vault is then as before and can go on being used.
        Transactions do not nest; other threads wait.
        """
        with self._lock:
            self._check_usable()
            if self._transaction is not None:
                raise RuntimeError("a transaction is open already")
            writer = CatalogWriter(self.catalog)
            writer.begin()
            transaction = Transaction(writer, self.tenant_id, self.head, self._clock)
            self._transaction = transaction
            in_ram = False
            try:
                yield transaction
                transaction._open = False
                if transaction._changed or self.objects.stored:
                    in_ram = True
                    self._commit(transaction, writer)
                else:
                    writer.rollback()
            except BaseException:
                transaction._open = False
                self._undo(writer, in_ram)
                raise
            finally:
                self._transaction = None
        if self._maintenance_due():
            try:
                self.maintain()
            except FrostbyteError as error:  # the transaction is durable: its caller must not be told otherwise
                logger.warning("maintenance failed and is tried again after the next commit: %s", error)

    def maintain(self) -> None:
        """Optimise the index, fold the catalog's log, write a new base. Raises StorageFailed; nothing is lost then."""
        with self._lock:
            self._check_usable()
            try:
                self._rebase()
            except BaseException:
                self._reload()
                raise

    def purge(self) -> None:
        """Write the index anew without what was removed from it, and a base, so that no file at rest holds it any more.

        Raises StorageFailed; nothing that is still indexed is lost then.
        """
        with self._lock:
            self._check_usable()
            try:
                self.vectors._rewrite()
                self._rebase()
            except BaseException:
                self._reload()
                raise

    def verify(self, *, deep: bool = False) -> VerifyReport:
        """Check the chain and that everything recorded is there; `deep` reads every file at rest and compares the engines."""
        with self._lock:
            self._check_usable()
            return verify(self._segments, self.objects, self.catalog, self.vectors, deep=deep)

    def verify_audit(self) -> audit.AuditReport:
        """Check every audit event against itself, the one before it and the witness sealed with each commit."""
        with self._lock:
            self._check_usable()
            schema = self.catalog.schema_differences()
            try:
                return audit.verify(
                    self.catalog.stored_events(), tenant_id=self.tenant_id, witness=self._witness(), schema=schema
                )
            except Damaged as error:  # the events cannot even be selected
                return audit.verify((), tenant_id=self.tenant_id, witness=self._witness(), schema=[*schema, error.message])

    def unwitnessed(self, events: Iterable[AuditEvent]) -> set[str]:
        """Ids of those events that are not, word for word, what a commit wrote."""
        with self._lock:
            self._check_usable()
            witness = self._witness()
            return {event.event_id for event in events if not audit.is_witnessed(event.to_json(), witness)}

    def size_bytes(self) -> int:
        """Bytes this vault takes at rest."""
        return sum(path.lstat().st_size for path in self._directory.rglob("*") if path.is_file())

    def close(self) -> None:
        """Wipe the RAM copy and give up the vault. Everything committed is at rest already. May be called twice."""
        with self._lock:
            if self._lock_fd >= 0:
                self._unusable = "the vault is closed"
                try:
                    self._stop_engines()
                finally:
                    self._ram.remove()
                    os.close(self._lock_fd)
                    self._lock_fd = -1

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _found(self, record: TenantRecord) -> None:
        """Commit 0: empty engines as the first base."""
        self._start_engines()
        writer = CatalogWriter(self.catalog)
        writer.begin()
        writer.create(self.tenant_id)
        writer.put_record(record)
        writer.put_config(record.config, record.config_version)
        writer.put_commit(0, self._clock(), Head())
        writer.commit()
        writer.checkpoint()
        self._segments.rebase(Head())

    def _moved(self, directory: Path) -> None:
        self._directory = directory
        self.objects = Objects(directory, self._sealers.data, self._sealers.originals)
        self._segments.moved(directory / "seg", directory / "orphans")

    def _load(self) -> None:
        head = self._segments.load()
        if audit.witness_head(self._witness()) != (head.events, head.event_hash):
            raise Damaged("the audit witness is not the one the last commit recorded")
        self._start_engines()
        number, recorded = self.catalog.recorded_head()
        counted = CatalogWriter(self.catalog).count_chunks()
        if (number, recorded, counted) != (self._segments.commit_number, head, head.chunks):
            expected = f"commit {self._segments.commit_number} with {head.chunks}"
            raise Damaged(f"the catalog is at commit {number} with {counted} chunks, the pack chain at {expected}")

    def _maintenance_due(self) -> bool:
        # Half as much again as the base has: a bulk load is indexed a few times, not after every commit.
        many = max(INDEXED_FROM, self.head.chunks // 3)
        return self._segments.since_base >= MAINTAIN_EVERY or self._segments.chunks_since_base >= many

    def _witness(self) -> bytes:
        try:
            return (self._ram.path / WITNESS).read_bytes()
        except FileNotFoundError:  # before the first event
            return b""

    def _start_engines(self) -> None:
        self._catalog = Catalog(self._ram.path / CATALOG, self.tenant_id, self.vectors.texts, self._lock)

    def _stop_engines(self) -> None:
        # DuckDB hands an open database of the same path to whoever connects next: none may stay open.
        self.vectors._forget()
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None

    def _commit(self, transaction: Transaction, writer: CatalogWriter) -> None:
        reached = self._sealers.data.disk.reached
        stored = dict(self.objects.stored)
        transaction._put_objects(list(stored.values()))
        stale, fresh, classes, hashes = transaction._flush()
        reached("commit: write vectors")
        chunks, version = self.head.chunks, self.head.vector_version
        if fresh or stale:
            self.vectors._replace(stale, fresh)
        if classes:
            self.vectors._reclassify(classes)
        if fresh or stale or classes:
            chunks, version = self.vectors.count(), self.vectors.version
        head = transaction._after(chunks, version)
        number = self.commit_number + 1
        writer.put_commit(number, self._clock(), head)
        if writer.count_chunks() != chunks:
            raise Damaged(f"the catalog has {writer.count_chunks()} chunks and the index {chunks}: the commit is refused")
        reached("commit: commit the catalog")
        writer.commit()
        audit.append_witness(self._ram.path / WITNESS, hashes)
        reached("commit: seal")
        self._segments.commit(head)
        for name in stored:
            self.objects.stored.pop(name, None)
        for name in transaction._removed:
            try:
                self.objects.remove(name)
            except StorageFailed as error:  # the transaction is durable: its caller must not be told otherwise
                logger.warning("a forgotten object could not be removed: %s", error)

    def _rebase(self) -> None:
        reached = self._sealers.data.disk.reached
        reached("base: optimise vectors")
        self.vectors._build_indexes()
        head = Head(self.head.events, self.head.event_hash, self.head.chunks, self.vectors.version)
        reached("base: checkpoint the catalog")
        writer = CatalogWriter(self.catalog)
        writer.put_vector_version(self.commit_number, head.vector_version)
        writer.checkpoint()
        reached("base: seal")
        self._segments.rebase(head)

    def _undo(self, writer: CatalogWriter, in_ram: bool) -> None:
        """After a failure: a rollback while only DuckDB's open transaction was touched, else the RAM copy is thrown away."""
        if not in_ram:
            try:
                writer.rollback()
            except StorageFailed:
                in_ram = True
        if in_ram:
            self._reload()

    def _reload(self) -> None:
        """Throw the RAM copy away and bring the last durable commit back. When that fails the vault must be reopened."""
        try:
            self._stop_engines()
            self._ram.clear()
            self._load()
        except FrostbyteError as error:
            logger.error("the vault could not be brought back after a failed write: %s", error)
            self._unusable = "a write failed and the last commit could not be brought back; close the vault and open it again"

    def _check_usable(self) -> None:
        if self._unusable is not None:
            raise StorageFailed(self._unusable)


def _give_up(disk: Disk, making: Path) -> None:
    with suppress(StorageFailed):
        disk.remove_tree(making)


def _ram_name(directory: Path) -> str:
    return "vault-" + hashlib.sha256(os.path.realpath(directory).encode()).hexdigest()[:16]
