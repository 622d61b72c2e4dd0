"""Text to windows of token ids: nothing lost, nothing smuggled, cutting said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.embed import default_pack_dir
from frostbyte.embed.tokens import Tokenizer
from frostbyte.errors import Damaged, EmbedFailed

DEFINITION = (default_pack_dir() / "tokenizer.json").read_bytes()
CLS, SEP = 101, 102
WHOLE = Tokenizer(DEFINITION, max_tokens=1 << 20, window=1 << 20)


def own(tokenizer: Tokenizer, text: str) -> list[int]:
    """The text's tokens from all its windows, their form checked."""
    ids = []
    for window in tokenizer.encode(text).windows:
        assert (window.ids[0], window.ids[-1]) == (CLS, SEP)
        assert window.own == len(window.ids) - 2
        ids += window.ids[1:-1]
    return ids


def test_a_short_text_is_one_window() -> None:
    tokens = Tokenizer(DEFINITION, max_tokens=512, window=256).encode("hello world")
    assert [window.ids for window in tokens.windows] == [[CLS, 7592, 2088, SEP]]
    assert not tokens.truncated


def test_an_empty_text_is_the_two_marks_alone() -> None:
    tokens = Tokenizer(DEFINITION, max_tokens=512, window=256).encode("")
    assert [window.ids for window in tokens.windows] == [[CLS, SEP]]
    assert not tokens.truncated


@settings(max_examples=60)
@given(count=st.integers(0, 300), window=st.integers(8, 64), room=st.integers(0, 200))
def test_windows_are_even_and_hold_the_text_in_order_up_to_the_limit(count: int, window: int, room: int) -> None:
    text = " ".join(str(number) for number in range(count))
    tokenizer = Tokenizer(DEFINITION, max_tokens=window + room, window=window)
    whole, tokens = own(WHOLE, text), tokenizer.encode(text)
    kept = own(tokenizer, text)
    assert kept == whole[: window + room - 2]
    assert tokens.truncated == (len(kept) < len(whole))
    sizes = [one.own for one in tokens.windows]
    assert max(sizes) <= window - 2
    assert max(sizes) - min(sizes) <= 1
    assert tokenizer.count(text) == len(whole) + 2


@pytest.mark.parametrize("mark", ["[SEP]", "[CLS]", "[PAD]", "[MASK]", "[UNK]"])
def test_a_text_cannot_smuggle_in_the_models_own_marks(mark: str) -> None:
    ids = own(WHOLE, f"{mark} before {mark} after {mark}")
    assert not set(ids) & {0, 100, CLS, SEP, 103}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "plain then \udc80"])
def test_a_lone_surrogate_is_refused(text: str) -> None:
    with pytest.raises(EmbedFailed, match="surrogate"):
        WHOLE.encode(text)
    with pytest.raises(EmbedFailed, match="surrogate"):
        WHOLE.count(text)


@settings(max_examples=150)
@given(st.text())
def test_any_unicode_text_has_tokens(text: str) -> None:
    assert WHOLE.count(text) == sum(window.own for window in WHOLE.encode(text).windows) + 2


@pytest.mark.parametrize("definition", [b"", b"{}", b"\xff", b'{"version": "1.0"}'])
def test_a_definition_that_is_none_is_damage(definition: bytes) -> None:
    with pytest.raises(Damaged):
        Tokenizer(definition, max_tokens=512, window=512)
