"""The file does what the source does; its whole main job is done by tests/cli, tests/airgap and tests/test_demo.py."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte.cli.main import COMMANDS
from frostbyte.errors import ParseFailed
from frostbyte.parse import ParseJob, worker
from tests.binary.conftest import Frostbyte


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("verify-install", "prune-install")])
def test_every_command_is_there_and_has_the_help_of_the_source(frostbyte: Frostbyte, name: str) -> None:
    bundled = frostbyte(name, "--help")
    source = subprocess.run([sys.executable, "-m", "frostbyte", name, "--help"], capture_output=True, text=True, check=True)
    assert bundled.returncode == 0, bundled.stderr
    assert bundled.stdout == source.stdout


@pytest.mark.parametrize(
    "name", ["supply-agreement.pdf", "pump-service-report.docx", "invoice-0417.xlsx", "delivery-note-scan.png"]
)
def test_a_document_is_read_as_the_source_reads_it(frostbyte: Frostbyte, example_drop: Path, name: str) -> None:
    bundled = frostbyte("parse", example_drop / name)
    assert bundled.returncode == 0, bundled.stderr
    line = [sys.executable, "-m", "frostbyte", "parse", str(example_drop / name)]
    assert bundled.stdout == subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_pdfs_of_other_projects_are_read_as_the_source_reads_them(
    binary: Path, runtime: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its geometry is compiled, and may say nothing else for that."""
    files = sorted((repository.parent / "shared/corpora/files/pdf/docling-project__docling").glob("*pdf__sources__*.pdf"))
    paths = [path for path in files if path.stat().st_size < 300_000]
    if not paths:
        pytest.skip("the development corpora (../shared) are not here")

    def documents() -> list[str]:
        found = []
        with worker.Worker() as parser:
            for path in paths:
                with path.open("rb") as file:
                    try:
                        job = ParseJob(path.name[-200:], "acme", "application/pdf", "0" * 64)
                        said = parser.parse(file.fileno(), job, 60).model_dump_json()
                        found.append(re.sub(r'"parse_timestamp":"[^"]+"', "", said))
                    except ParseFailed as error:
                        found.append(f"{error.reason} {error.detail}")
        return found

    source = documents()
    monkeypatch.setattr(
        worker, "_command", lambda: ["/usr/bin/env", f"FROSTBYTE_RUNTIME_DIR={runtime}", str(binary), "parse-worker"]
    )
    different = [path.name for path, one, other in zip(paths, source, documents(), strict=True) if one != other]
    assert different == []
    assert sum('"chunks"' in said for said in source) >= 4


def test_personal_data_of_many_kinds_is_found_as_the_source_finds_it(frostbyte: Frostbyte, tmp_path: Path) -> None:
    texts = [
        "call +1 415 555 2671 or +44 20 7946 0958 or +49 30 901820",
        "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, SSN 536-22-8145",
        "write to kay@example.org; passport C01X00T47; born 12 March 1974; MRN 00123456",
    ]
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts)), encoding="utf-8")
    bundled = frostbyte("policy", "scan", lines)
    assert bundled.returncode == 0, bundled.stderr
    source = subprocess.run(
        [sys.executable, "-m", "frostbyte", "policy", "scan", lines], capture_output=True, text=True, check=True
    )
    assert bundled.stdout == source.stdout
    assert bundled.stdout.count('"type"') >= 5


def test_a_program_that_is_changed_on_disk_is_noticed_on_request(frostbyte: Frostbyte, binary: Path, tmp_path: Path) -> None:
    own = {"FROSTBYTE_RUNTIME_DIR": str(tmp_path / "runtime")}
    tmp_path.chmod(0o700)
    assert frostbyte("--version", **own).returncode == 0
    victim = next(tmp_path.glob("runtime/*/_internal/base_library.zip"))
    victim.chmod(0o600)
    with victim.open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"\0\1\2\3")
    assert frostbyte("verify-install", **own).returncode == 4
