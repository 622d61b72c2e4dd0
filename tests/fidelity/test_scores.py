"""The scores say what they claim, on small cases that can be checked by hand."""

from __future__ import annotations

from xml.sax.saxutils import escape

from . import made
from .scores import cells, f1, held, order, recall, tokens


def test_tokens_fold_case_and_forms_and_drop_marks() -> None:
    assert tokens(["The ﬁnal, soft\u00adened", "価格 ＡＢＣ"]) == ["the", "final", "softened", "価", "格", "abc"]


def test_recall_counts_repeated_items_as_often_as_they_are_wanted() -> None:
    assert recall(["a", "b"], ["a", "a", "b", "c"]) == 0.5
    assert recall([], []) == 1.0
    assert recall(["a"], ["b"]) == 0.0


def test_order_is_the_share_that_stands_in_one_common_order() -> None:
    assert order(list("abcd"), list("abcd")) == 1.0
    assert order(list("cdab"), list("abcd")) == 0.5
    assert order(list("xaybz"), list("ab")) == 1.0, "what only one side holds is not a question of order"


def test_cells_are_right_in_the_right_column() -> None:
    wanted = cells([[["Item", "Price"], ["Bolt", "3"]]])
    assert wanted == [(0, "item"), (1, "price"), (0, "bolt"), (1, "3")]
    assert f1(cells([[["Item", "Price"], ["3", "Bolt"]]]), wanted) == 0.5
    assert f1([], []) == 1.0


def test_a_field_is_held_whatever_marks_stand_in_it() -> None:
    assert held("Invoice INV 2023/7, total 4.904,94", ["INV/2023-7", "4904.94", "missing"]) == 2 / 3


def test_made_documents_are_the_same_for_a_seed_and_hold_what_their_truth_says() -> None:
    first, again, other = (list(made.documents(seed, 1)) for seed in (1, 1, 2))
    assert [text for *_, text in first] == [text for *_, text in again] != [text for *_, text in other]
    for style, name, truth, text in first:
        assert bool(truth.tables) == (style.family != "none"), name
        assert all(escape(cell) in text for table in truth.tables for row in table for cell in row), name
