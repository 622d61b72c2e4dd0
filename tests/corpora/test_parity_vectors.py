"""The golden vectors: every judged row of every kind, through the command's own functions and the judge that came with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte import parity

ROWS = {
    "ids": "ids.jsonl",
    "injection": "injection.jsonl",
    "classification": "classification.jsonl",
    "manifest": "manifest_validation.jsonl",
    "mime": "mime.jsonl",
    "chunking": "chunking.jsonl",
}


@pytest.mark.parametrize("kind", ROWS)
def test_every_judged_row_passes(kind: str, shared: Path, tmp_path: Path) -> None:
    vectors = shared / "contracts" / "vectors"
    expected, actual = vectors / ROWS[kind], tmp_path / "actual.jsonl"
    results = list(parity.run(kind, parity.read_rows(expected), base=vectors))
    actual.write_text("".join(json.dumps(row) + "\n" for row in results), encoding="utf-8")
    judge = [sys.executable, str(shared / "tools" / "judge.py"), kind, str(expected), str(actual)]
    done = subprocess.run(judge, capture_output=True, text=True, check=False)
    verdict = json.loads(done.stdout)
    assert (verdict["wrong"], done.returncode) == ([], 0)
    assert verdict["passed"] == verdict["rows"] > 30

    # Our own comparison looks at more fields than the judge and must agree.
    found = parity.compare(parity.read_rows(expected), results)
    assert found["equal"], found["different"][:3]
    assert found["rows"] - found["left_open"] >= verdict["rows"]
