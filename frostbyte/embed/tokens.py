"""The one door to the tokenizers library: text to token ids, cut at the model's limit and saying so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from frostbyte.errors import Damaged, EmbedFailed


@dataclass(frozen=True)
class Tokens:
    """The ids of one text, special tokens included. `truncated` when the text went on past the limit."""

    ids: list[int]
    truncated: bool


class Tokenizer:
    """A pack's tokenizer. Calls from several threads are safe."""

    def __init__(self, definition: bytes, *, max_tokens: int) -> None:
        """`definition` is a tokenizer.json. Raises Damaged when it is not one."""
        from tokenizers import Tokenizer as Engine

        # A definition may bring its own cutting and padding. Ours alone counts: no padding (one text per run), and two
        # engines because cutting is a state of the engine and counting must not cut.
        self._whole = _engine(Engine, definition)
        self._cut = _engine(Engine, definition)
        self._cut.enable_truncation(max_tokens)

    def encode(self, text: str) -> Tokens:
        """At most `max_tokens` ids. Raises EmbedFailed for text that is not Unicode (a lone surrogate)."""
        encoding = _encode(self._cut, text)
        return Tokens(encoding.ids, bool(encoding.overflowing))

    def count(self, text: str) -> int:
        """How many tokens the whole text has, special tokens included, however long it is."""
        return len(_encode(self._whole, text).ids)


def _engine(engine: Any, definition: bytes) -> Any:
    try:
        made = engine.from_str(definition.decode("utf-8"))
    except Exception as error:  # the library raises bare Exception for a definition it cannot read
        raise Damaged(f"the tokenizer definition cannot be read: {error}") from error
    made.no_padding()
    made.no_truncation()
    return made


def _encode(engine: Any, text: str) -> Any:
    # The library takes a lone surrogate for "not a string". Replacing it would give a vector to text nobody wrote.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise EmbedFailed("the text holds a lone surrogate, so it is not Unicode text")
    return engine.encode(text)
