"""The policy room against the golden vectors and the development corpora, judged by the judge that others use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from frostbyte.embed import shipped_tagger
from frostbyte.policy import scan, signals, vectors

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def judged(shared: Path, folder: Path, kind: str, expected: Iterable[Row], answer: Callable[[Row], Row]) -> Row:
    """The judge's verdict on what `answer` says to each row."""
    wanted = list(expected)
    (folder / "expected").write_text("\n".join(map(json.dumps, wanted)), encoding="utf-8")
    (folder / "actual").write_text("\n".join(json.dumps({"id": row["id"], **answer(row)}) for row in wanted), encoding="utf-8")
    command = [sys.executable, str(shared / "tools" / "judge.py"), kind, str(folder / "expected"), str(folder / "actual")]
    verdict: Row = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    return verdict


@pytest.mark.parametrize(
    ("kind", "answer"), [("injection", vectors.injection_row), ("classification", vectors.classification_row)]
)
def test_every_golden_row(shared: Path, tmp_path: Path, kind: str, answer: Callable[[Row], Row]) -> None:
    verdict = judged(shared, tmp_path, kind, rows(shared / "contracts" / "vectors" / f"{kind}.jsonl"), answer)
    assert verdict["wrong"] == []
    assert verdict["passed"] == verdict["rows"] > 100


@pytest.mark.parametrize("name", ["presidio_generated_large", "presidio_synth_v2"])
def test_personal_data_is_found_and_little_else(shared: Path, tmp_path: Path, name: str) -> None:
    expected = rows(shared / "corpora" / "pii" / f"{name}.jsonl")
    verdict = judged(shared, tmp_path, "pii", expected, lambda row: {"pii": scan(row["text"], "", shipped_tagger())["pii"]})
    for kind in ("SSN", "EMAIL", "PHONE", "FINANCIAL_ACCOUNT", "DOB"):
        assert verdict[kind]["recall"] >= 0.95, kind
        assert verdict[kind]["precision"] >= 0.95, kind
    assert verdict["NAME"]["f2"] >= 0.88
    assert verdict["ADDRESS"]["f2"] >= 0.75


def test_attacks_are_detected_and_honest_text_is_let_through(shared: Path, tmp_path: Path) -> None:
    expected = [row for path in sorted((shared / "corpora" / "injection").glob("*.jsonl")) for row in rows(path)]
    verdict = judged(
        shared, tmp_path, "attack", expected, lambda row: {"injection": {"appliance_action": signals.detect(row["text"]).action}}
    )
    assert verdict["detected"] >= 0.95
    assert verdict["by_source"]["microsoft/BIPIA attack"][0] >= 0.9 * verdict["by_source"]["microsoft/BIPIA attack"][1]
    assert verdict["by_source"]["NVIDIA/garak attack"][0] >= 0.9 * verdict["by_source"]["NVIDIA/garak attack"][1]
    assert verdict["false_positive"] <= 0.01
    assert verdict["false_quarantine"] == 0.0


def test_the_vectors_attacks_are_seen_and_their_benign_rows_are_not(shared: Path) -> None:
    seen = {"attack": [0, 0], "benign": [0, 0]}
    for row in rows(shared / "contracts" / "vectors" / "injection.jsonl"):
        if row["truth"] in seen and row["kind"] != "edge":
            seen[row["truth"]][0] += scan(row["text"])["injection"]["appliance_action"] != "pass"
            seen[row["truth"]][1] += 1
    assert seen["attack"][0] / seen["attack"][1] >= 0.95
    assert seen["benign"][0] == 0
