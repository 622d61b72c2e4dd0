"""What is in the program, what is not, and that it says so itself."""

from __future__ import annotations

import json
import marshal
import re
import struct
import subprocess
import sys
from pathlib import Path

import frostbyte as package
from tests.binary.conftest import Frostbyte

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))

import compile_modules  # noqa: E402
import floor  # noqa: E402
import licences  # noqa: E402


def test_the_manifest_inside_accounts_for_every_file(tree: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "--strict", "MANIFEST.sha256"], cwd=tree, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    listed = {line.split("  ", 1)[1] for line in (tree / "MANIFEST.sha256").read_text().splitlines()}
    there = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    assert there - listed == {"MANIFEST.sha256", ".complete"}
    assert listed <= there


def test_verify_install_finds_it_whole(frostbyte: Frostbyte, tree: Path) -> None:
    ran = frostbyte("verify-install", "--json")
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["problems"], report["unpacked"]) == (0, [], str(tree))


def test_it_is_of_the_version_of_the_source(frostbyte: Frostbyte) -> None:
    said = json.loads(frostbyte("version", "--json").stdout)
    assert said["version"] == package.__version__
    assert re.fullmatch(r"[0-9a-f]{12}(\+changes)?|unknown", said["revision"])


def test_every_part_has_a_licence_it_may_be_carried_under(tree: Path) -> None:
    document = json.loads((tree / "SBOM.cdx.json").read_text(encoding="utf-8"))
    parts = [part for whole in document["components"] for part in (whole, *whole.get("components", ()))]
    assert len(parts) > 500
    refused = [part["name"] for part in parts if not licences.may_be_carried(part["licenses"][0]["expression"])]
    assert refused == []
    named = {part["name"] for part in document["components"]}
    assert {"cpython", "duckdb", "lancedb", "mypyc", "onnxruntime", "pypdfium2", "zstd", "musl", "minilm-l6-768"} <= named
    assert not named & {"pytest", "hypothesis", "mypy", "ruff", "requests", "urllib3", "huggingface-hub", "pandas"}


def test_the_notices_name_every_part(tree: Path) -> None:
    document = json.loads((tree / "SBOM.cdx.json").read_text(encoding="utf-8"))
    notices = (tree / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    assert [part["name"] for part in document["components"] if f"\n{part['name']} {part['version']}: " not in notices] == []
    assert (tree / "LICENSE").is_file()


def test_no_library_of_the_machine_it_was_built_on_is_asked_for(tree: Path) -> None:
    """Everything but glibc itself comes along, and no path of the build is looked at when it is loaded."""
    own = {path.name for path in tree.rglob("*.so*")}
    glibc = re.compile(r"(lib(c|m|dl|rt|pthread|util|resolv)\.so\.\d|ld-linux-x86-64\.so\.2)")
    missing, foreign = set(), set()
    for path in (path for path in tree.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        printed = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"NEEDED +(\S+)", printed):
            if name not in own and not glibc.fullmatch(name):
                missing.add((path.name, name))
        for places in re.findall(r"R(?:UN)?PATH +(\S+)", printed):
            foreign |= {(path.name, place) for place in places.split(":") if not place.startswith("$ORIGIN")}
    assert missing == set()
    assert foreign == set()


def test_nothing_in_it_is_for_another_c_library_than_the_rest(tree: Path) -> None:
    needed = floor.needs(tree)
    assert len(needed) > 50
    assert max(needed.values()) >= (2, 17)


def test_the_geometry_of_pages_is_in_it_compiled_and_only_so(tree: Path) -> None:
    program = (tree / "frostbyte").read_bytes()
    at = re.search(rb"PYZ\0..\r\n", program, re.DOTALL)
    assert at is not None
    (listed,) = struct.unpack_from("!i", program, at.end())
    modules = {name for name, *_ in marshal.loads(program[at.start() + listed :])}
    compiled = {f"frostbyte.parse.{name}" for name in compile_modules.MODULES}
    assert "frostbyte.parse.pdf" in modules
    assert not modules & compiled
    places = {path.relative_to(tree / "_internal") for path in tree.rglob("frostbyte/**/*.so")}
    assert {".".join((*place.parent.parts, place.name.split(".")[0])) for place in places} == compiled | {
        "frostbyte.parse.pdf_each",
        f"{compile_modules.GROUP}__mypyc",
    }
