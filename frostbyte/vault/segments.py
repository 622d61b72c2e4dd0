"""The chain of sealed packs: what makes one commit of both engines durable, and how it is read back.

Words: a *working file* is a file of an engine in the RAM directory; a *pack* (`p-N`) holds what commit N changed in them; a
*base* (`base-N`) holds all of them at commit N; a *segment* (`s-...`) is one large piece (>= 1 MiB) sealed by itself, which a
pack or base refers to, so that a base reuses it instead of sealing it again. Each pack names the seal of the one before it.

Working files come in two kinds. Lance's never change once written, so a new name is new content. The catalog's database, its
write-ahead log and the audit witness grow in place: their new tail is shipped, or the whole file where the database
was rewritten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from frostbyte.errors import Damaged, HostRefused, StorageFailed
from frostbyte.vault.manifest import (
    CATALOG,
    GROWING,
    SUFFIX,
    VECTORS,
    WAL,
    Head,
    Manifest,
    Piece,
    Stream,
    read_manifest,
    sealed_name,
)
from frostbyte.vault.ram import check_room
from frostbyte.vault.seal import CHUNK, Sealer

BIG = 1 << 20
"""Bytes from which a piece becomes a segment of its own."""
_NOT_KEPT = "latest_version_hint.json"  # Lance rewrites it in place and does without it
_SHIPPED_NS = 0  # mtime given to the database once its bytes are at rest: any later write shows
_NAME = re.compile(r"(p|base)-(\d{10})|s-[0-9a-f]{24}")


@dataclass
class _State:
    """Where the chain stands."""

    commit: int = 0
    seal: str = "0" * 64
    base: int = 0
    base_chunks: int = 0
    known: dict[str, Piece] = field(default_factory=dict)  # Lance files at rest
    shipped: dict[str, int] = field(default_factory=dict)  # bytes at rest of the growing files


class Segments:
    """The pack chain of one open vault, between `seg/` at rest and the working files in RAM."""

    def __init__(self, directory: Path, orphans: Path, ram: Path, sealer: Sealer) -> None:
        self._directory, self._orphans, self._ram, self._sealer = directory, orphans, ram, sealer
        self._disk = sealer.disk
        self._state = _State()
        self.head = Head()

    @property
    def commit_number(self) -> int:
        """Commits so far."""
        return self._state.commit

    @property
    def since_base(self) -> int:
        """Packs that an open has to read on top of the base."""
        return self._state.commit - self._state.base

    @property
    def chunks_since_base(self) -> int:
        """Chunks more than the base has."""
        return self.head.chunks - self._state.base_chunks

    def moved(self, directory: Path, orphans: Path) -> None:
        """The vault was given its final name."""
        self._directory, self._orphans = directory, orphans

    def load(self) -> Head:
        """Verify the chain, bring every working file into RAM, quarantine what no commit owns. Raises Damaged, HostRefused."""
        self._state, live = _State(), set()
        check_room(self._ram, sum(path.stat().st_size for path in self.files()))
        for name in self._chain():
            manifest = self._restore(name)
            live |= {name} | {piece.segment for piece in manifest.pieces if piece.segment}
        self._tidy(live)
        self._mark_shipped()
        return self.head

    def commit(self, head: Head) -> None:
        """Make durable what the engines wrote in RAM since the last commit. Raises StorageFailed; then RAM must be reloaded."""
        now = self._lance_files()
        removed = [path for path in self._state.known if path not in now]
        pieces = [Piece(path, 0, size) for path, size in now.items() if path not in self._state.known]
        growing = {path: self._size(path) for path in GROWING}
        rewritten = self._database_changed() or growing[WAL] < self._state.shipped.get(WAL, 0)
        if rewritten:
            pieces.append(Piece(CATALOG, 0, self._size(CATALOG)))
        for path, size in growing.items():
            start = 0 if rewritten and path == WAL else self._state.shipped.get(path, 0)
            if size > start:
                pieces.append(Piece(path, start, size - start))
        if rewritten and not growing[WAL]:
            removed.append(WAL)
        self._write("pack", self._state.commit + 1, pieces, removed, head)
        self._mark_shipped()

    def rebase(self, head: Head) -> None:
        """Write all working files at the current commit as a new base, then take away what it makes superfluous."""
        now = self._lance_files()
        reused = [piece for path, piece in self._state.known.items() if path in now and piece.segment]
        fresh = [Piece(path, 0, size) for path, size in now.items() if path not in {piece.path for piece in reused}]
        fresh += [Piece(path, 0, self._size(path)) for path in (CATALOG, *GROWING) if self._size(path)]
        previous = self._state.base
        live = self._write("base", self._state.commit, reused + fresh, [], head)
        self._mark_shipped()
        for path in sorted(self._directory.iterdir()):
            if path.suffix == SUFFIX and path.name not in live:
                self._disk.remove(path)
        self._disk.sync_directory(self._directory)
        for path in sorted(self._orphans.iterdir()):
            # An orphan is kept through one whole base after the one it was found under, for whoever must look into it.
            if int(path.name.partition("-")[0]) < previous:
                self._disk.remove(path)

    def files(self) -> Iterator[Path]:
        """Every file of the chain at rest."""
        yield from sorted(path for path in self._directory.iterdir() if path.suffix == SUFFIX)

    def check(self, path: Path, digest: str | None = None) -> None:
        """Read one file of the chain to its end; `digest` is what the chain says of it. Raises Damaged."""
        for _ in self._sealer.read(path, sealed_name(path.name), digest=digest):
            pass

    def check_chain(self) -> dict[str, str]:
        """Read the chain at rest as an open would, but for the content of segments; their digests by name. Raises Damaged."""
        state, segments = _State(), dict[str, str]()
        for name in self._chain():
            reading = self._sealer.read(self._directory / name, sealed_name(name))
            stream = Stream(iter(reading))
            manifest = read_manifest(name, stream)
            state = _follow(name, manifest, state)
            for _ in stream.rest():
                pass
            state.seal = reading.digest or ""
            segments |= {piece.segment: piece.seal or "" for piece in manifest.pieces if piece.segment}
        if (state.commit, state.seal) != (self._state.commit, self._state.seal):
            raise Damaged(f"the pack chain at rest ends at commit {state.commit}, this vault is at {self._state.commit}")
        for name in segments:
            if not (self._directory / name).exists():
                raise Damaged(f'the segment "{name}" is missing')
        return segments

    def _chain(self) -> list[str]:
        """The newest base and the packs on top of it, in order."""
        found: dict[str, list[int]] = {"base": [], "p": []}
        for path in self._directory.iterdir():
            match = _NAME.fullmatch(path.stem) if path.suffix == SUFFIX else None
            if match and match[1]:
                found[match[1]].append(int(match[2]))
        if not found["base"]:
            raise Damaged("the vault has no base segment")
        base = max(found["base"])
        packs = sorted(number for number in found["p"] if number > base)
        for expected, number in enumerate(packs, base + 1):
            if number != expected:
                raise Damaged(f'the pack of commit {expected} is missing, later ones are there: "{_name("p", expected)}"')
        return [_name("base", base), *(_name("p", number) for number in packs)]

    def _restore(self, name: str) -> Manifest:
        reading = self._sealer.read(self._directory / name, sealed_name(name))
        stream = Stream(iter(reading))
        manifest = read_manifest(name, stream)
        self._state = _follow(name, manifest, self._state)
        for path in manifest.removed:
            (self._ram / path).unlink(missing_ok=True)
        for piece in manifest.pieces:
            if piece.segment:
                segment = self._directory / piece.segment
                self._bring(piece, self._sealer.read(segment, sealed_name(piece.segment), digest=piece.seal))
            else:
                self._bring(piece, stream.take(piece.size))
        if any(stream.rest()):
            raise Damaged(f'"{name}" holds more than its manifest says')
        self._state.seal = reading.digest or ""
        self.head = manifest.head
        return manifest

    def _bring(self, piece: Piece, blocks: Iterable[bytes]) -> None:
        target = self._ram / piece.path
        written = 0
        if piece.offset != (target.stat().st_size if piece.offset else 0):
            raise Damaged(f'"{piece.path}" does not continue where the commit before it ended')
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with target.open("ab" if piece.offset else "wb") as file:
                for block in blocks:
                    file.write(block)
                    written += len(block)
        except OSError as error:
            raise HostRefused(
                f'cannot bring the vault into RAM at "{self._ram}": {error.strerror}',
                hint="give the RAM directory more room; an open vault needs about 1.6 KB and its text per chunk",
            ) from error
        if written != piece.size:
            raise Damaged(f'"{piece.path}" has {written} bytes at rest, not {piece.size}')

    def _tidy(self, live: set[str]) -> None:
        """Move what no commit owns out of the way, under the number of the commit it was found at."""
        moved = False
        for path in sorted(self._directory.iterdir()):
            if path.name not in live:
                self._disk.rename(path, self._orphans / f"{self._state.commit:010d}-{path.name.lstrip('.')}")
                moved = True
        if moved:
            self._disk.sync_directory(self._orphans)
            self._disk.sync_directory(self._directory)

    def _write(self, kind: str, number: int, pieces: list[Piece], removed: list[str], head: Head) -> set[str]:
        """Seal a pack or base; the names of the files it needs. When its name may or may not be durable, it is taken back."""
        placed = [self._seal_segment(piece) if piece.size >= BIG and not piece.segment else piece for piece in pieces]
        if any(piece.segment for piece in placed):
            self._disk.sync_directory(self._directory)  # after a power cut no pack may refer to a segment that is not there
        manifest = Manifest(kind, number, self._state.seal, tuple(removed), tuple(placed), head)
        name = manifest.name
        path = self._directory / name
        try:
            sealed = self._sealer.write(path, sealed_name(name), self._content(manifest))
            self._disk.sync_directory(self._directory)
        except StorageFailed:
            with suppress(StorageFailed):
                if path.exists():
                    self._disk.remove(path)
                    self._disk.sync_directory(self._directory)
            if path.exists():
                raise StorageFailed(f'"{name}" could neither be made durable nor taken back; reopen the vault') from None
            raise
        self._disk.reached(f"acknowledge {name}")
        self.head = head
        self._state.seal = sealed.digest
        self._state.commit = number
        if kind == "base":
            self._state.base, self._state.base_chunks, self._state.known = number, head.chunks, {}
        for path_removed in removed:
            self._state.known.pop(path_removed, None)
        self._state.known |= {piece.path: piece for piece in placed if piece.path.startswith(VECTORS + "/")}
        return {name} | {piece.segment for piece in placed if piece.segment}

    def _seal_segment(self, piece: Piece) -> Piece:
        name = f"s-{os.urandom(12).hex()}{SUFFIX}"
        sealed = self._sealer.write(self._directory / name, sealed_name(name), self._bytes(piece))
        return Piece(piece.path, piece.offset, piece.size, name, sealed.digest)

    def _content(self, manifest: Manifest) -> Iterator[bytes]:
        yield manifest.encode()
        for piece in manifest.pieces:
            if not piece.segment:
                yield from self._bytes(piece)

    def _bytes(self, piece: Piece) -> Iterator[bytes]:
        left = piece.size
        with (self._ram / piece.path).open("rb") as file:
            file.seek(piece.offset)
            while left:
                block = file.read(min(CHUNK, left))
                if not block:
                    raise StorageFailed(f'"{piece.path}" shrank in RAM while it was being sealed')
                left -= len(block)
                yield block

    def _lance_files(self) -> dict[str, int]:
        """Lance's files in RAM and their sizes, oldest directory level first."""
        found: dict[str, int] = {}

        def walk(directory: str, relative: str) -> None:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        walk(entry.path, f"{relative}/{entry.name}")
                    elif entry.name != _NOT_KEPT:
                        found[f"{relative}/{entry.name}"] = entry.stat().st_size

        if (self._ram / VECTORS).is_dir():
            walk(str(self._ram / VECTORS), VECTORS)
        return found

    def _size(self, path: str) -> int:
        try:
            return (self._ram / path).stat().st_size
        except FileNotFoundError:
            return 0

    def _database_changed(self) -> bool:
        return (self._ram / CATALOG).stat().st_mtime_ns != _SHIPPED_NS

    def _mark_shipped(self) -> None:
        # A clock's tick is too coarse to see two writes of the same size; a time nobody writes at is not.
        os.utime(self._ram / CATALOG, ns=(_SHIPPED_NS, _SHIPPED_NS))
        self._state.shipped = {path: self._size(path) for path in GROWING}


def _follow(name: str, manifest: Manifest, state: _State) -> _State:
    """The state after a pack or base, known files and sizes included. Raises Damaged when it does not follow."""
    number, is_base = manifest.commit, manifest.kind == "base"
    if not is_base and (number != state.commit + 1 or manifest.previous != state.seal):
        raise Damaged(f'"{name}" does not follow the commit before it: the pack chain is broken')
    after = _State(number, state.seal, state.base, state.base_chunks, dict(state.known))
    if is_base:
        after = _State(number, state.seal, number, manifest.head.chunks)
    for path in manifest.removed:
        after.known.pop(path, None)
    after.known |= {piece.path: piece for piece in manifest.pieces if piece.path.startswith(VECTORS + "/")}
    return after


def _name(kind: str, number: int) -> str:
    return f"{kind}-{number:010d}{SUFFIX}"
