"""The one door to the tokenizers library: text to token ids, in windows the model can see at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from frostbyte.errors import Damaged, EmbedFailed


@dataclass(frozen=True)
class Window:
    """Token ids for one run, special tokens included; `own` of them are the text's."""

    ids: list[int]
    own: int


@dataclass(frozen=True)
class Tokens:
    """A text's windows, at least one. `truncated` when the text went on past the limit."""

    windows: list[Window]
    truncated: bool


class Tokenizer:
    """A pack's tokenizer. Calls from several threads are safe."""

    def __init__(self, definition: bytes, *, max_tokens: int, window: int) -> None:
        """`definition` is a tokenizer.json. Raises Damaged when it is not one."""
        from tokenizers import Tokenizer as Engine

        try:
            self._engine = Engine.from_str(definition.decode("utf-8"))
        except Exception as error:  # the library raises bare Exception for a definition it cannot read
            raise Damaged(f"the tokenizer definition cannot be read: {error}") from error
        # A definition may bring its own cutting and padding: one text per run wants neither, and we say when we cut.
        self._engine.no_padding()
        self._engine.no_truncation()
        # A document that spells out "[SEP]" has written three letters in brackets, not the model's own mark.
        self._engine.encode_special_tokens = True
        self._max_tokens, self._window = max_tokens, window

    def encode(self, text: str) -> Tokens:
        """Windows as even in size as can be, so that no scrap of a text stands alone. Raises EmbedFailed."""
        encoding = self._encode(text)
        ids, special = encoding.ids, encoding.special_tokens_mask
        # What the model wants around a text ([CLS] .. [SEP]) goes around each window of it.
        start = next((at for at, mark in enumerate(special) if not mark), len(ids) // 2)
        end = len(ids) - next((at for at, mark in enumerate(reversed(special)) if not mark), len(ids) - start)
        before, own, after = ids[:start], ids[start:end], ids[end:]
        around = len(before) + len(after)
        kept = own[: self._max_tokens - around]
        count = max(1, -(-len(kept) // (self._window - around)))
        edges = [len(kept) * at // count for at in range(count + 1)]
        pieces = [kept[left:right] for left, right in pairwise(edges)]
        return Tokens([Window([*before, *piece, *after], len(piece)) for piece in pieces], len(kept) < len(own))

    def count(self, text: str) -> int:
        """How many tokens the whole text has, special tokens included, however long it is. Raises EmbedFailed."""
        return len(self._encode(text).ids)

    def _encode(self, text: str) -> Any:
        # The library takes a lone surrogate for "not a string". Replacing it would give a vector to text nobody wrote.
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise EmbedFailed("the text holds a lone surrogate, so it is not Unicode text") from error
        return self._engine.encode(text)
