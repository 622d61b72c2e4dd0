"""Every text in every old encoding of its language, at four lengths: how often it is read right, and what is said when not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.wild.texts import TEXTS, UNICODE


@dataclass(frozen=True)
class Case:
    """A text as bytes. `length`: which cut of it this is."""

    language: str
    encoding: str
    length: str
    text: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.text.encode(self.encoding)


def cases() -> Iterator[Case]:
    """All cases: the whole text, its first line, its first sentence, and its words as rows of a table."""
    for language, (text, legacy) in TEXTS.items():
        line = text.partition("\n")[0]
        words = text.split()
        cuts = {
            "whole": text,
            "line": line,
            "sentence": line.partition(". ")[0],
            "table": "\n".join(f"{i};{' '.join(words[i : i + 2])};{i * 7}.50" for i in range(0, len(words), 2)),
        }
        for length, cut in cuts.items():
            for encoding in (*legacy, *UNICODE):
                if all(ord(character) < 128 for character in cut) and encoding in legacy:
                    continue
                yield Case(language, encoding, length, cut)


Decode = Callable[[bytes], tuple[str, bool]]
"""Bytes to text and whether the program calls it certain."""


def ours(data: bytes) -> tuple[str, bool]:
    """What the parser reads."""
    from frostbyte.parse.encoding import decode

    decoded = decode(data)
    return decoded.text, decoded.certain and not decoded.replaced


def at_the_door() -> dict[str, int]:
    """What intake does with the wide encodings' cases that have no mark: `refused`, `right`, or taken and read `wrong`."""
    from frostbyte.intake.textual import TextCheck

    outcomes = {"right": 0, "refused": 0, "wrong": 0}
    for case in cases():
        if case.encoding.endswith(("-le", "-be")):
            check = TextCheck(len(case.data))
            check.feed(case.data)
            refused = check.finish() is not None
            outcomes["refused" if refused else "right" if ours(case.data)[0] == case.text else "wrong"] += 1
    return outcomes


def charset_normalizer(data: bytes) -> tuple[str, bool]:
    """charset-normalizer with all it knows."""
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return (str(best), False) if best is not None else ("", False)


def chardet(data: bytes) -> tuple[str, bool]:
    """chardet, where it is installed."""
    import chardet as library

    found = library.detect(data)["encoding"]
    try:
        return data.decode(found or "utf-8"), False
    except (UnicodeDecodeError, LookupError):
        return "", False


def measure(decode: Decode) -> dict[str, dict[str, list[Case]]]:
    """The cases by what came of them: `right`, `wrong`, and `silent` (wrong and called certain), under each group."""
    found: dict[str, dict[str, list[Case]]] = defaultdict(lambda: {"right": [], "wrong": [], "silent": []})
    for case in cases():
        text, certain = decode(case.data)
        outcome = "right" if text.removeprefix("\ufeff") == case.text else "silent" if certain else "wrong"
        group = "unicode" if case.encoding in UNICODE else f"legacy {case.length}"
        found[group][outcome].append(case)
    return dict(found)
