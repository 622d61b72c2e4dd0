"""The only room that touches a tenant's disk. `Vault` is the way in."""

from frostbyte.vault.audit import AuditReport, Break
from frostbyte.vault.objects import StoredObject
from frostbyte.vault.ram import RamPolicy
from frostbyte.vault.rows import BatchRow, ChunkRow, DocumentRow, FileRow
from frostbyte.vault.transaction import Transaction
from frostbyte.vault.vault import Vault
from frostbyte.vault.vectors import Filter, Hit, VectorRow, VectorTable
from frostbyte.vault.verify import Problem, VerifyReport

__all__ = [
    "AuditReport",
    "BatchRow",
    "Break",
    "ChunkRow",
    "DocumentRow",
    "FileRow",
    "Filter",
    "Hit",
    "Problem",
    "RamPolicy",
    "StoredObject",
    "Transaction",
    "Vault",
    "VectorRow",
    "VectorTable",
    "VerifyReport",
]
