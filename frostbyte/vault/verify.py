"""Checks everything a vault has at rest: the pack chain, every sealed file, and that rows, vectors and objects agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from frostbyte.contract.hashing import sha256_hex
from frostbyte.errors import Damaged, StorageFailed
from frostbyte.vault.catalog import Catalog
from frostbyte.vault.objects import Objects, StoredObject
from frostbyte.vault.segments import Segments
from frostbyte.vault.vectors import Vectors


class Problem(TypedDict):
    """Something at rest is not what it should be: the file or row, and a phrase."""

    where: str
    what: str


@dataclass(frozen=True)
class VerifyReport:
    """How many things were checked and what was wrong with them."""

    checked: int
    problems: tuple[Problem, ...]


def verify(segments: Segments, objects: Objects, catalog: Catalog, vectors: Vectors, *, deep: bool) -> VerifyReport:
    """Check the chain, that recorded objects are there, that both engines agree; `deep` reads every file at rest to its end."""
    checked = 1
    problems: list[Problem] = []
    digests: dict[str, str] = {}
    try:
        digests = segments.check_chain()
    except (Damaged, StorageFailed) as error:
        problems.append(Problem(where="seg", what=error.message))
    problems += [Problem(where="catalog", what=what) for what in catalog.schema_differences()]
    recorded: dict[str, StoredObject] = {}
    try:
        recorded = catalog.objects()
    except Damaged as error:
        problems.append(Problem(where="catalog", what=error.message))
    for name in recorded:
        checked += 1
        if not objects.exists(name):
            problems.append(Problem(where=name, what="recorded object is missing"))
    if deep:
        for path in segments.files():
            checked += 1
            try:
                segments.check(path, digests.get(path.name))
            except (Damaged, StorageFailed) as error:
                problems.append(Problem(where=f"seg/{path.name}", what=error.message))
        for path in objects.paths():
            checked += 1
            try:
                objects.check(path, recorded)
            except (Damaged, StorageFailed) as error:
                problems.append(Problem(where=f"{path.parent.parent.name}/{path.name}", what=error.message))
    checked += 2
    try:
        problems += _disagreements(catalog, vectors, deep=deep)
    except Damaged as error:
        problems.append(Problem(where="catalog", what=error.message))
    return VerifyReport(checked, tuple(problems))


def _disagreements(catalog: Catalog, vectors: Vectors, *, deep: bool) -> list[Problem]:
    chunks = catalog.counts()["chunks"]
    if vectors.count() != chunks:
        return [Problem(where="index", what=f"the index has {vectors.count()} vectors, the catalog {chunks} chunks")]
    if not deep:
        return []
    found = []
    for document in catalog.documents():
        try:
            for chunk in catalog.chunks(document.doc_id):
                if chunk.text_sha256 != sha256_hex(chunk.text.encode()):
                    found.append(Problem(where=chunk.chunk_id, what="chunk text is not the one recorded"))
        except Damaged as error:
            found.append(Problem(where=document.doc_id, what=error.message))
    return found
