"""Words in scripts without spaces are found by pairs of characters, through the real index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frostbyte.vault import Filter, VectorRow, VectorTable, unspaced

TEXTS = {
    "japanese": "本契約の支払期限は請求書の日付から三十日以内とする。",
    "validity": "見積書の有効期限は発行日から九十日です。",
    "chinese": "合同条款规定付款期限为三十天。甲方应在收到发票后支付款项。",
    "thai": "สัญญาฉบับนี้กำหนดให้ชำระเงินภายในสามสิบวัน",
    "korean": "계약서의 지급기한은 삼십일 이내로 한다",
    "mixed": "The payment deadline (支払期限) is thirty days.",
    "english": "Payment is due within thirty days of the invoice.",
}


@pytest.fixture
def table(ram_root: Path) -> VectorTable:
    made = VectorTable.create(ram_root / "vectors")
    vector = np.eye(1, 768, dtype=np.float32)[0]
    for number, (name, text) in enumerate(TEXTS.items()):
        made.add([VectorRow(name, f"d{number}", text, vector, "contract", f"2026-01-0{number + 1}")])
    made.build_indexes()
    return made


def found(table: VectorTable, query: str, where: Filter | None = None) -> list[str]:
    return [hit.chunk_id for hit in table.search_text(query, 10, where or Filter())]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("支払期限", {"japanese", "mixed"}),
        ("請求書の支払期限はいつですか", {"japanese"}),
        ("有効期限", {"validity"}),
        ("发票", {"chinese"}),
        ("ชำระเงิน", {"thai"}),
        ("지급", {"korean"}),
        ("甲", {"chinese"}),
        ("payment deadline 支払期限", {"mixed"}),
    ],
)
def test_a_word_inside_a_sentence_without_spaces_is_found(table: VectorTable, query: str, best: set[str]) -> None:
    assert set(found(table, query)[: len(best)]) == best


def test_a_filter_and_a_number_of_results_hold_here_too(table: VectorTable) -> None:
    assert found(table, "支払期限", Filter(doc_ids=("d5",))) == ["mixed"]
    assert found(table, "支払期限", Filter(classification="invoice")) == []
    assert found(table, "支払期限", Filter(date_to="2026-01-01")) == ["japanese"]
    hits = table.search_text("支払期限", 1)
    assert len(hits) == 1
    assert hits == table.search_text("支払期限", 2)[:1]
    assert found(table, "電話番号") == []


def test_english_is_ranked_as_before(table: VectorTable) -> None:
    assert unspaced.pieces("Payment within 30 days, café, Größe, договор, 'a' OR x = 1; (*)") == []
    assert found(table, "invoices")[:1] == ["english"]


def test_a_long_question_is_cut_into_pairs_once_each() -> None:
    assert unspaced.pieces("支払期限 and 支払・契") == ["支払", "払期", "期限", "契"]
    long = "".join(map(chr, range(0x4E00, 0x5E00)))
    assert len(unspaced.pieces(long)) == 64


def test_a_question_of_the_longest_kind_is_answered(table: VectorTable) -> None:
    assert found(table, TEXTS["japanese"] * 300)[0] == "japanese"
