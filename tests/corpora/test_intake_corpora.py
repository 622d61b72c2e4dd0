"""Real files of strangers: what the platform takes is taken, what it does not is refused, and nothing crashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frostbyte.contract.formats import MIME_BY_EXTENSION, PLATFORM_MIMES
from frostbyte.intake import mime
from frostbyte.intake.source import Source

# Good names on content the contract refuses: no PDF header where libmagic looks for one, templates, encrypted or macro-enabled
# packages, entities in content types, an archive that is none, an empty file, control characters in "text". Counted by hand.
REFUSED = {"pdf": 12, "docx": 3, "xlsx": 6, "csv": 2, "txt": 1, "png": 0, "tiff": 0}


def verdicts(shared: Path, folder: str) -> list[tuple[Path, Any]]:
    found = []
    for path in sorted((shared / "corpora" / folder).rglob("*")):
        if path.is_file():
            declared = MIME_BY_EXTENSION.get(mime.extension(path.name), "application/octet-stream")
            with Source(path).open() as (descriptor, size):
                verdict = mime.inspect(descriptor, size, filename=path.name, declared=declared, allowlist=PLATFORM_MIMES)
            found.append((path, verdict))
    assert found
    return found


@pytest.mark.parametrize("kind", REFUSED)
def test_files_of_platform_types(shared: Path, kind: str) -> None:
    refused = [
        (path.name, verdict.message)
        for path, verdict in verdicts(shared, f"files/{kind}")
        if isinstance(verdict, mime.Unsupported)
    ]
    assert len(refused) == REFUSED[kind], refused


@pytest.mark.parametrize("folder", ["files/eml", "files/not_allowed", "hostile/macro", "hostile/polyglot"])
def test_files_that_are_not_taken(shared: Path, folder: str) -> None:
    assert not [path.name for path, verdict in verdicts(shared, folder) if isinstance(verdict, mime.Recognised)]


@pytest.mark.parametrize("folder", ["hostile/bomb", "hostile/fuzz", "hostile/eicar"])
def test_files_that_are_for_parser_or_scanner_to_refuse(shared: Path, folder: str) -> None:
    verdicts(shared, folder)  # judged without a crash; a broken part inside a good package is not intake's to see
