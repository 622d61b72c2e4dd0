"""Whether the unpacked program is whole: every file against the manifest inside the tree.

A manifest cannot vouch for itself: whoever can write the tree can write both. So the tree's owner and modes are looked at too,
and the launcher judges the tree by the index in the single file, which is not in it. This is for a tree that is started without
its launcher, and finds a disk's decay, a cleaner's zeal, a hand that slipped.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from frostbyte.errors import Damaged, NotFound

MANIFEST = "MANIFEST.sha256"
"""In the tree's root: a line `hex  path` for every other file, sorted; a link is listed with the digest of what it leads to."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_MARKS = re.compile(r"\.[^/]+")
"""Files of the launcher in the root of the tree, such as the mark that it was unpacked whole."""


@dataclass(frozen=True)
class Problem:
    """One file that is not what it should be: its path in the tree, and a phrase."""

    path: str
    what: str


@dataclass(frozen=True)
class TreeReport:
    """How many files the manifest names, how many bytes they have, and what is wrong."""

    files: int
    size: int
    problems: tuple[Problem, ...]


def check_tree(tree: Path) -> TreeReport:
    """Hash every file of the tree. Raises NotFound when it has no manifest, Damaged when that makes no sense."""
    expected = _read_manifest(tree)
    problems, size, seen = [], 0, set()
    for path, relative in _walk(tree):
        if what := _exposed(path):
            problems.append(Problem(relative or ".", what))
        if path.is_dir() and not path.is_symlink():
            continue
        if relative not in expected:
            if relative != MANIFEST and not _MARKS.fullmatch(relative) and not _leads_to_known(path, tree, expected):
                problems.append(Problem(relative, "is not in the manifest"))
            continue
        seen.add(relative)
        try:
            if path.is_symlink() and not path.resolve(strict=True).is_relative_to(tree.resolve()):
                problems.append(Problem(relative, "leads out of the tree"))
                continue
            size += path.stat().st_size
            if sha256(path) != expected[relative]:
                problems.append(Problem(relative, "has other bytes than the manifest says"))
        except OSError as error:
            problems.append(Problem(relative, f"cannot be read: {error.strerror}"))
    problems += [Problem(relative, "is missing") for relative in sorted(set(expected) - seen)]
    return TreeReport(len(expected), size, tuple(problems))


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _read_manifest(tree: Path) -> dict[str, str]:
    path = tree / MANIFEST
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise NotFound(
            f"{str(tree)!r} has no {MANIFEST}: what it consists of cannot be checked",
            hint="start the single file instead: its launcher checks both",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged(f"cannot read {str(path)!r}") from error
    expected = {}
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if found is None or PurePosixPath(found[2]).is_absolute() or ".." in PurePosixPath(found[2]).parts:
            raise Damaged(f"{str(path)!r} line {number} is not a digest and a path")
        expected[PurePosixPath(found[2]).as_posix()] = found[1]
    if not expected:
        raise Damaged(f"{str(path)!r} is empty")
    return expected


def _walk(tree: Path) -> Iterator[tuple[Path, str]]:
    """The tree and everything in it, links not followed, each with its path in the tree."""
    yield tree, ""
    for folder, folders, files in os.walk(tree):
        for name in sorted([*folders, *files]):
            path = Path(folder) / name
            yield path, path.relative_to(tree).as_posix()


def _leads_to_known(path: Path, tree: Path, expected: dict[str, str]) -> bool:
    """Whether this is a link to a file, or a folder of files, that the manifest names."""
    if not path.is_symlink():
        return False
    try:
        target = path.resolve(strict=True).relative_to(tree.resolve()).as_posix()
    except (OSError, ValueError):
        return False
    return target in expected or any(name.startswith(target + "/") for name in expected)


def _exposed(path: Path) -> str | None:
    try:
        status = path.lstat()
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    if status.st_uid not in (os.getuid(), 0):
        return f"belongs to uid {status.st_uid}"
    if not stat.S_ISLNK(status.st_mode) and status.st_mode & 0o022:
        return f"may be written by others (mode {stat.S_IMODE(status.st_mode):04o})"
    return None
