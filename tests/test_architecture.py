"""The house rules, checked on every file: who may import whom, which file may import which library, what may lie in git.

The tables are those of docs/architecture.md. A new room, library or untested file has to be entered here, with a reason.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "frostbyte"

# Imports point from a row to the rows below it, never sideways. `errors` is below `contract`: ids and models raise errors.
ROWS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli", "api"}),
    frozenset({"benchmark", "selftest"}),  # use the use cases as they are
    frozenset({"pipeline", "retrieve", "tenants", "bundle", "host", "installation", "parity"}),
    frozenset({"appliance"}),
    frozenset({"settings"}),
    frozenset({"intake", "parse", "policy", "embed", "vault"}),
    frozenset({"contract"}),
    frozenset({"errors", "program"}),
    frozenset({"__init__"}),
)

# Library -> the files that may import it. A library not named here may not be imported at all.
DOORS: dict[str, tuple[str, ...]] = {
    "click": ("cli/*",),
    "cryptography": ("vault/*", "bundle/*"),
    "duckdb": ("vault/catalog*",),
    "jsonschema": ("contract/schema.py",),
    "lance": ("vault/vectors*",),
    "lancedb": ("vault/vectors*",),
    "magic": ("intake/libmagic*",),
    "numpy": ("embed/*", "vault/*", "parse/*", "pipeline/*", "retrieve/*", "evaluation*", "benchmark*"),
    "onnxruntime": ("embed/*", "parse/ocr*"),
    "phonenumbers": ("policy/pii*",),
    "PIL": ("parse/image*", "parse/ocr*", "parse/pdf*"),
    "pyarrow": ("vault/catalog*", "vault/unspaced.py", "vault/vectors*"),
    "pydantic": ("contract/*", "intake/manifest*", "parse/worker*"),
    "pypdf": ("parse/pdf*",),
    "pypdfium2": ("parse/pdf*", "intake/scan/decrypted.py"),
    "pyrage": ("vault/keys*",),
    "rapidocr": ("parse/ocr*",),
    "charset_normalizer": ("parse/encoding*",),
    "stdnum": ("policy/pii*",),
    "tokenizers": ("embed/*",),
    "yara_x": ("intake/scan/yara.py",),
}

# Source files whose tests stand in a file of another name: (which, where, why). The first pattern that fits holds.
TESTED_ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    ("__main__.py", "cli/test_main.py", "started as a process by the tests of the command line"),
    ("cli/eval*", "cli/test_tools.py", "commands that open no vault"),
    ("cli/bench.py", "cli/test_tools.py", "commands that open no vault"),
    ("cli/model.py", "cli/test_tools.py", "commands that open no vault"),
    ("cli/packs.py", "cli/test_tools.py", "commands that open no vault"),
    ("cli/parity.py", "cli/test_tools.py", "commands that open no vault"),
    ("cli/parse_*", "cli/test_parse.py", "how the command prints"),
    ("cli/report_*", "cli/test_report.py", "how the command prints"),
    ("cli/version.py", "cli/test_tools.py", "commands that open no vault"),
    ("cli/pii.py", "cli/test_reveal.py", "one command, tested with the proof that nothing else shows what it shows"),
    ("retrieve/reveal.py", "cli/test_reveal.py", "what may be shown once is tested against all that may not show it"),
    ("cli/*", "cli/test_main_job.py", "a command is tested as an operator uses it, after the others"),
    ("benchmark/*", "benchmark/test_measure.py", "every benchmark in small"),
    ("pipeline/*", "pipeline/test_batch.py", "the stages have no meaning apart from a batch"),
    ("intake/scan/child.py", "intake/scan/test_scanner.py", "a process, tested by talking to it"),
    ("intake/scan/verdict.py", "intake/scan/test_scanner.py", "a plain value: what the scan says"),
    ("parse/landlock.py", "parse/test_fences.py", "a fence is tested by trying to get over it"),
    ("parse/elements.py", "parse/test_assemble.py", "plain values: what the readers give to the assembler"),
)

FORBIDDEN_NAMES = {"utils", "util", "core", "common", "manager", "managers", "helpers", "misc"}
MOST_LINES = 450


def sources() -> list[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def tracked() -> list[str]:
    """Paths git tracks or would take, relative to the checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def room(path: str) -> str:
    return PurePosixPath(path).parts[0].removesuffix(".py")


def row(name: str) -> int:
    return next(i for i, names in enumerate(ROWS) if name in names)


def imported(path: str) -> set[str]:
    """Dotted names a file imports anywhere in it, also inside functions, and modules of ours that it names in a string
    (lazy tables).
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"), path)):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=module, names=aliases, level=0) if module:
                names |= {f"{module}.{alias.name}" for alias in aliases}
            case ast.ImportFrom(module=module, names=aliases, level=level):
                here = ("frostbyte", *PurePosixPath(path).parts[:-1])
                base = [*here[: len(here) - level + 1], *([module] if module else [])]
                names |= {".".join([*base, alias.name]) for alias in aliases}
            case ast.Constant(value=str(text)) if re.fullmatch(r"frostbyte(\.\w+)+", text):
                names.add(text)
            case _:
                pass
    return names


def rooms_imported(path: str) -> set[str]:
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("frostbyte.")}
    return {name for name in ours if any(name in names for names in ROWS)}


@pytest.mark.parametrize("path", sources())
def test_imports_point_one_way(path: str) -> None:
    here = room(path)
    assert any(here in names for names in ROWS), f"{here} is not in the table of rooms"
    wrong = [other for other in rooms_imported(path) if other != here and row(other) <= row(here)]
    assert not wrong, f"{path} imports {wrong}"


@pytest.mark.parametrize("path", sources())
def test_every_library_comes_in_by_its_door(path: str) -> None:
    libraries = {name.split(".")[0] for name in imported(path)} - set(sys.stdlib_module_names) - {"frostbyte"}
    wrong = [name for name in libraries if not any(fnmatch(path, door) for door in DOORS.get(name, ()))]
    assert not wrong, f"{path} imports {wrong}"


def test_settings_are_read_by_the_outer_rooms_alone() -> None:
    readers = [path for path in sources() if re.search(r"\bsettings\.resolve\(|import resolve", (PACKAGE / path).read_text())]
    assert {room(path) for path in readers} <= {"cli", "api"}


def test_no_file_is_a_drawer_for_anything() -> None:
    wrong = [path for path in tracked() if path.endswith(".py") and set(PurePosixPath(path[:-3]).parts) & FORBIDDEN_NAMES]
    assert not wrong


def test_no_file_is_too_long_for_one_noun() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in tracked() if path.endswith(".py")}
    assert not {path: lines for path, lines in lengths.items() if lines > MOST_LINES}


def _defines(path: str) -> bool:
    """Whether a file holds code of its own: an `__init__` that only says what a package is needs no test."""
    body = ast.parse((PACKAGE / path).read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)


def test_tests_mirror_the_tree() -> None:
    missing = []
    for path in sources():
        if not _defines(path):
            continue
        where, stem = PurePosixPath(path).parent, PurePosixPath(path).stem
        stem = where.name if stem == "__init__" else stem.strip("_")
        elsewhere = [place for pattern, place, _ in TESTED_ELSEWHERE if fnmatch(path, pattern)]
        mirrored = any((ROOT / "tests" / where).glob(f"test_{stem}*.py"))
        if not mirrored and not any((ROOT / "tests" / place).is_file() for place in elsewhere[:1]):
            missing.append(path)
    assert not missing, "no test file for\n" + "\n".join(missing)


def test_nothing_in_git_names_a_registry_or_this_machine() -> None:
    host = rb"py" + rb"pi\.org|python" + rb"hosted|ana" + rb"conda\.|deb\.deb" + rb"ian|index-u" + rb"rl"
    place = rb"(?<![\w.])/(?:ro" + rb"ot|wo" + rb"rk|tmp/w|op" + rb"t/(?:py" + rb"pi|wheels))[/-]"
    pattern = re.compile(host + rb"|" + place)
    found = {path: match.group() for path in tracked() if (match := pattern.search((ROOT / path).read_bytes()))}
    assert not found


def pinned(lock: str) -> set[str]:
    """Names a lock pins. Every line must be one package at one version with hashes, and nothing else."""
    names = set()
    for line in (ROOT / "packaging" / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        entry = re.fullmatch(r"([a-z0-9-]+)==\S+(?: +--hash=sha256:[0-9a-f]{64})+ *", line)
        assert entry is not None, f"{lock}: {line[:60]}"
        names.add(entry[1])
    return names


def test_the_locks_pin_every_dependency_by_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert {re.split(r"[<>=\[; ]", name)[0].lower() for name in wanted} <= pinned("requirements.lock")
    assert {"torch", "sentence-transformers", "onnx"} <= pinned("models.lock")


def test_the_changelog_names_the_version() -> None:
    import frostbyte

    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest[:1] == ["Unreleased"] or newest[0] == frostbyte.__version__
    assert frostbyte.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
