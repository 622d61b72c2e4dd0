"""What `./run hostile --offsets` says is worth what it notices: a span led elsewhere, a word no other reader finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.contract import formats
from tests.hostile import witness
from tests.hostile.offsets import faults, read
from tests.hostile.tracing import trace

NAMES = ("pump-service-report.docx", "invoice-0417.xlsx", "deliveries-march.csv", "letter-ellison.txt", "cold-chain-sop.pdf")
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "drop"


def test_every_offset_of_the_examples_leads_back_and_every_word_is_witnessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in NAMES:
        (tmp_path / name).write_bytes((EXAMPLES / name).read_bytes())
    assert trace([tmp_path], 60.0) == 0
    said = capsys.readouterr().out
    assert "5 files" in said
    assert said.count("100.00 %") >= 4


def test_a_span_that_leads_elsewhere_is_a_fault() -> None:
    reading, document = read(EXAMPLES / "letter-ellison.txt", formats.TXT)
    assert list(faults(reading, document)) == []
    first, *rest = document.source_map
    moved = first.model_copy(update={"page_start": first.page_start + 1, "page_end": first.page_end + 1})
    lineage = document.lineage.model_copy(update={"source_map": [moved, *rest]})
    assert any("is not its page's text" in fault for fault in faults(reading, document.model_copy(update={"lineage": lineage})))


def test_a_word_the_source_does_not_hold_has_no_witness(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Nothing of the kind.\n")
    _, document = read(EXAMPLES / "letter-ellison.txt", formats.TXT)
    found, words = witness.seen(tmp_path / "other.txt", formats.TXT, document)
    assert found < words / 2
