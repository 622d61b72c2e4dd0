"""Heads answer by name from vectors made once, and what cannot be used fails the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from frostbyte.embed import Embedder, Head, Heads, shipped_encoder_digest, shipped_head
from frostbyte.errors import Damaged, NotFound, PolicyFailed

TEXTS = ["The tenant pays the rent on the first of the month.", "Wash the valve, then check the gauge."]


class Made:
    """The vectors of the shipped encoder, and what they were asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> Any:
        self.asked.append(list(texts))
        return self._embedder.embed_documents(texts).vectors


@pytest.fixture
def opened(head_dir: Callable[..., Path]) -> Callable[[str, str], Head]:
    return lambda name, encoder: Head(head_dir(name, encoder), encoder)


def test_two_heads_are_answered_from_the_same_vectors(embedder: Embedder, opened: Callable[[str, str], Head]) -> None:
    made = Made(embedder)
    heads = Heads(made, embedder.model.digest, opened)
    first, second = heads("one", TEXTS), heads("two", TEXTS)
    assert made.asked == [TEXTS]
    wanted = opened("one", embedder.model.digest).probabilities(embedder.embed_documents(TEXTS).vectors)
    assert [list(row.values()) for row in first] == wanted.tolist()
    assert list(second[0]) == ["left", "right", "up"]
    heads("one", TEXTS[:1])
    assert made.asked == [TEXTS, TEXTS[:1]]


def test_no_text_has_no_answer(embedder: Embedder, opened: Callable[[str, str], Head]) -> None:
    assert Heads(Made(embedder), embedder.model.digest, opened)("one", []) == []


def test_a_head_that_is_missing_or_damaged_fails_the_gate_before_anything_is_embedded(embedder: Embedder) -> None:
    def broken(*_: object) -> Head:
        raise Damaged("injected")

    for open_head in (shipped_head, broken):
        made = Made(embedder)
        with pytest.raises(PolicyFailed, match="no-such-head") as failed:
            Heads(made, embedder.model.digest, open_head)("no-such-head", TEXTS)
        assert failed.value.hint is not None
        assert "verify-install" in failed.value.hint
        assert made.asked == []


def test_the_digest_of_the_shipped_encoder_is_that_of_its_vectors(embedder: Embedder) -> None:
    assert shipped_encoder_digest() == embedder.model.digest
    with pytest.raises(NotFound):
        shipped_head("no-such-head", embedder.model.digest)
