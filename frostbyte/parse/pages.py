"""Page text for formats that have none: elements laid down one after another, a blank line between, each with its span.

What typesetting adds to letters is undone: a soft hyphen goes, a Latin ligature becomes its letters. Nobody searches for those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frostbyte.parse.elements import Element, Hidden, Kind, Page

_TYPESET = str.maketrans({"\u00ad": "", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def untypeset(text: str) -> str:
    """Text without soft hyphens (at the end of a line they join its last word to the next line) and Latin ligatures."""
    return text if text.isascii() else text.replace("\u00ad\n", "").translate(_TYPESET)


class PageWriter:
    """Lays elements on pages and keeps `pages[n-1].text[page_start:page_end] == element.text`.

    Text is stripped; what is blank is not laid down.
    """

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.hidden: list[Hidden] = []
        self._texts: list[list[str]] = [[]]
        self._length = 0

    @property
    def page(self) -> int:
        """The page being written, from 1."""
        return len(self._texts)

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages so far, empty ones too."""
        return tuple(Page(number, "\n\n".join(texts)) for number, texts in enumerate(self._texts, 1))

    def turn(self) -> None:
        """Start the next page."""
        self._texts.append([])
        self._length = 0

    def add(self, kind: Kind, text: str, *, level: int | None = None) -> None:
        """Lay down one element other than a table."""
        text = untypeset(text).strip()
        if text:
            self._put(kind, text, level=level)

    def hide(self, kind: str, start: int = 0, end: int | None = None) -> None:
        """Say that the source does not show that stretch of the element laid down last, all of it by default."""
        element = self.elements[-1]
        size = len(element.text)
        start, end = max(start, 0), size if end is None else min(end, size)
        if start < end:
            self.hidden.append(Hidden(element.page, element.page_start + start, element.page_start + end, kind))

    def add_table(
        self, rows: Sequence[Sequence[str]], *, has_header: bool, hidden: Mapping[tuple[int, int], str] | None = None
    ) -> None:
        """Lay down a table. White space inside a cell becomes single blanks: tab and newline separate cells and rows.

        `hidden`: cells, by row and column, that the source does not show, and how they are hidden.
        """
        cells = tuple(tuple(_folded(untypeset(cell)) for cell in row) for row in rows)
        if not any(any(row) for row in cells):
            return
        self._put("table", "\n".join(map("\t".join, cells)), cells=cells, has_header=has_header)
        at = 0
        for number, row in enumerate(cells if hidden else ()):
            for column, cell in enumerate(row):
                kind = hidden.get((number, column)) if hidden else None
                if kind:
                    self.hide(kind, at, at + len(cell))
                at += len(cell) + 1

    def _put(
        self,
        kind: Kind,
        text: str,
        *,
        level: int | None = None,
        cells: tuple[tuple[str, ...], ...] | None = None,
        has_header: bool = True,
    ) -> None:
        texts = self._texts[-1]
        start = self._length + 2 if texts else 0
        self._length = start + len(text)
        texts.append(text)
        self.elements.append(Element(kind, text, self.page, start, self._length, level=level, cells=cells, has_header=has_header))


def _folded(cell: str) -> str:
    """The cell with single blanks; the same object where it has no others, for a long table has millions."""
    folded = " ".join(cell.split())
    return cell if folded == cell else folded
