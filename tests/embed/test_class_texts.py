"""The made-up passages that a head for classes is trained on: every sentence can be spoken, the same for the same seed."""

from __future__ import annotations

import pytest
from classes.texts import LABELS, Texts, _genres, _topics

from frostbyte.contract.fields import Classification


def test_the_labels_are_the_contracts_classes() -> None:
    assert set(LABELS) == set(Classification.__args__)


@pytest.mark.parametrize("label", LABELS)
def test_every_sentence_and_heading_is_filled(label: str) -> None:
    texts, topics = Texts(1), _topics()
    said = [frame for headings, frames in _genres(label) for frame in (*headings, *frames)]
    assert len(said) > 40
    for number, frame in enumerate(said):
        assert "{" not in texts._filled(frame, topics[number % len(topics)])
    assert all(frames for _, frames in _genres(label))


def test_a_seed_gives_the_same_passages_and_another_gives_others() -> None:
    first, again, other = ([made.one(label) for label in LABELS] for made in (Texts(3), Texts(3), Texts(4)))
    assert first == again
    assert first != other
