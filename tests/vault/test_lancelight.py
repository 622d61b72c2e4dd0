"""The cheap import of lancedb: what it leaves out is never used, and what it gives works."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

ROUND = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
import warnings
warnings.simplefilter("error")
{first}
import numpy as np
from frostbyte.vault import VectorRow, VectorTable
table = VectorTable.create(Path({place!r}))
vector = np.ones(768, np.float32)
table.add([VectorRow("a", "d", "some words", vector, "other", "2026-01-01")])
table.remove(["none"])
table.build_indexes()
table = VectorTable.open(Path({place!r}))
assert table.count() == 1
assert [h.chunk_id for h in table.search_vector(vector, 3)] == ["a"] == [h.chunk_id for h in table.search_text("words", 3)]
modules = [name for name in sys.modules if name.startswith("lance_namespace_urllib3_client")]
print(len(modules), any(getattr(sys.modules[name], "__file__", None) for name in modules))
"""


def run(place: Path, first: str = "") -> list[str]:
    script = ROUND.format(tests=str(Path(__file__).parents[1]), place=str(place), first=first)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.split()


def test_everything_works_without_the_client_package(ram_root: Path) -> None:
    count, real = run(ram_root / "light")
    assert real == "False"
    assert 0 < int(count) < 30


def test_everything_works_the_same_with_it(ram_root: Path) -> None:
    count, real = run(ram_root / "full", "import lancedb")
    assert real == "True"
    assert int(count) > 100


def test_the_pinned_versions_are_those_this_was_checked_with() -> None:
    """A new version may start to use the client for local tables: read its namespace.py before changing these numbers."""
    assert importlib.metadata.version("lancedb").split(".")[:2] == ["0", "40"]
    assert importlib.metadata.version("lance-namespace").split(".")[:2] == ["0", "13"]


def test_the_finder_answers_for_nothing_else() -> None:
    from frostbyte.vault.lancelight import PACKAGE, _Finder

    finder = _Finder()
    assert finder.find_spec("lance_namespace") is None
    assert finder.find_spec(PACKAGE + "x") is None
    assert finder.find_spec(PACKAGE + ".models.anything") is not None
    assert not [entry for entry in sys.meta_path if isinstance(entry, _Finder)]
