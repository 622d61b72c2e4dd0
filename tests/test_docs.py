"""The documents say what the program does: pages are compared with it, links resolve, the example drop is what it claims."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import click
import pytest

from frostbyte import errors, settings
from frostbyte.cli.main import root

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_command_page_is_what_the_program_says() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == load(ROOT / "docs" / "make_cli.py").page()


def test_every_command_and_option_has_help() -> None:
    make = load(ROOT / "docs" / "make_cli.py")
    seen = 0
    for name, text in make.commands(root, make._context(root, "frostbyte", None)):
        seen += 1
        assert re.search(r"\n\n  [A-Z]", text), f"{name} does not say what it does"
        bare = [line for line in text.splitlines() if re.fullmatch(r"  (-\w, )?--[\w-]+( [A-Z.\[\]|a-z]+)?", line)]
        following = text.splitlines()
        for line in bare:
            after = following[following.index(line) + 1 : following.index(line) + 2]
            assert after, f"{name}: {line.strip()} has no help"
            assert after[0].startswith("      "), f"{name}: {line.strip()} has no help"
    assert seen > 15


def test_the_command_page_lists_every_exit_status_and_setting() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert listed == {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    for key in settings._FILE_KEYS:
        assert f"| `FROSTBYTE_{key.upper()}` | `{key}` |" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_index_of_decisions_is_complete() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = set(re.findall(r"\]\(([^)]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert linked == {path.name for path in folder.glob("*.md")} - {"README.md"}


def test_the_readme_is_short_and_names_the_pages() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in text


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    test_command = re.search(r"^(\./run test)\b", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert test_command is not None
    assert re.search(rf"CI=true .*{re.escape(test_command[1])}", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))


def test_every_command_of_run_is_described() -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    commands = re.findall(r"^  ([a-z]+)\)$", script, re.MULTILINE)
    assert {"demo", "test", "lint", "bench", "models"} <= set(commands)
    helped = subprocess.run([ROOT / "run", "help"], capture_output=True, text=True, check=True).stdout
    for command in commands:
        assert re.search(rf"^  {command}\b", helped, re.MULTILINE)


def test_run_refuses_an_unknown_command_and_an_old_python(tmp_path: Path) -> None:
    wrong = subprocess.run([ROOT / "run", "frobnicate"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\ncase $1 in --version) echo Python 3.8.0;; *) exit 1;; esac\n")
    old.chmod(0o755)
    checkout = tmp_path / "checkout"
    (checkout / "packaging").mkdir(parents=True)
    (checkout / "packaging" / "requirements.lock").touch()
    (checkout / "run").write_bytes((ROOT / "run").read_bytes())
    environment = {"PATH": "/usr/bin:/bin", "FROSTBYTE_PYTHON": str(old)}
    refused = subprocess.run(["bash", checkout / "run", "lint"], capture_output=True, text=True, check=False, env=environment)
    assert refused.returncode == 1
    assert "needs python3 >= 3.11; found Python 3.8.0" in refused.stderr


def _content(name: str, data: bytes) -> object:
    """What a file holds, without how a compressor happened to pack it: another build of zlib gives other bytes."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {member: package.read(member) for member in package.namelist()}
    if name.endswith(".png"):
        from PIL import Image

        with Image.open(io.BytesIO(data)) as image:
            return image.size, image.mode, image.info.get("dpi"), image.tobytes()
    if name == "manifest.json":
        compressed = (".docx", ".xlsx", ".png")
        manifest = json.loads(data)
        for entry in manifest["files"]:
            if entry["filename"].endswith(compressed):
                del entry["size_bytes"], entry["sha256"]
        return manifest
    return data


def test_the_example_drop_is_what_its_script_writes(example_drop: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "docs" / "examples" / "make_drop.py", tmp_path], check=True)
    names = sorted(path.name for path in example_drop.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert _content(name, (example_drop / name).read_bytes()) == _content(name, (tmp_path / name).read_bytes()), name


def test_the_example_drop_has_one_of_each_fault(example_drop: Path) -> None:
    manifest = json.loads((example_drop / "manifest.json").read_text(encoding="utf-8"))
    digests = {e["filename"]: hashlib.sha256((example_drop / e["filename"]).read_bytes()).hexdigest() for e in manifest["files"]}
    assert manifest["file_count"] == len(manifest["files"]) == len(digests) == 13
    assert [e["filename"] for e in manifest["files"] if e["sha256"] != digests[e["filename"]]] == ["stock-count.csv"]
    assert [e["filename"] for e in manifest["files"] if e["mime_type"] == "text/html"] == ["price-news.html"]
    assert digests["returns-policy.txt"] == digests["returns-policy-copy.txt"]
    assert len(set(digests.values())) == 12


def test_the_operators_card_is_one_page_of_commands_that_exist() -> None:
    text = (ROOT / "docs" / "operator-card.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 62, "a printed page holds no more"
    assert max(map(len, text.splitlines())) <= 110
    lines = re.findall(r"^(?:\./)?frostbyte (.+?)(?: {2,}#.*| >.*)?$", text, re.MULTILINE)
    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line)
        command: click.Command = root
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, line
            command = found
        command.make_context("frostbyte", words)  # raises for an option or argument that does not exist
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    by_signals = {errors.EXIT_HUNG_UP, errors.EXIT_INTERRUPTED, errors.EXIT_TERMINATED}
    assert listed == {value for name, value in vars(errors).items() if name.startswith("EXIT_")} - by_signals
