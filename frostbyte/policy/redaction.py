"""Taking personal data out of a text so that the act itself can be checked later.

A span becomes `[REDACTED:<CODE>]` (ruling F11). The spans, in offsets of the original text, go with the chunk, so that
`apply(original, redactions) == stored` proves a stored passage against the sealed document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from frostbyte.contract.chunks import Redaction
from frostbyte.policy import pii


class Span(Protocol):
    """What a finding and a contract redaction have in common. Offsets are code points."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def type(self) -> str: ...


def token(kind: str) -> str:
    """The mark that stands where personal data of a contract type stood."""
    return f"[REDACTED:{kind}]"


def apply(text: str, redactions: Iterable[Span]) -> str:
    """`text` with every span replaced by its token.

    Raises ValueError for spans that overlap, are empty or reach beyond the text: such a record does not belong to this text.
    """
    parts = []
    position = 0
    for span in sorted(redactions, key=lambda span: span.start):
        if not position <= span.start < span.end <= len(text):
            raise ValueError(f"redaction {span.start}..{span.end} does not fit a text of {len(text)} code points")
        parts += [text[position : span.start], token(span.type)]
        position = span.end
    return "".join([*parts, text[position:]])


def redact(text: str, types: Sequence[str] = pii.PATTERNED) -> str:
    """`text` without personal data of the given types: for headings, captions and other strings that are shown alone.

    Raises PolicyFailed for a type without a recogniser.
    """
    return apply(text, pii.find(text, types))


def records(findings: Iterable[pii.Finding]) -> list[Redaction]:
    """Findings as the contract keeps them with a redacted chunk."""
    return [Redaction.model_validate({"start": f.start, "end": f.end, "type": f.type}) for f in findings]
