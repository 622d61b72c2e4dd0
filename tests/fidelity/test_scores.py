"""The scores say what they claim, on small cases that can be checked by hand."""

from __future__ import annotations

from .scores import cells, f1, order, recall, tokens


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
