"""The words of one PDF page: its letters cut at white space, each word with its box, size, weight and turn.

A page holds thousands of letters and hundreds of words, and every question put to pdfium costs as much as the answer. So each is
asked for all letters, words or text objects at once, and only words with something odd about them are looked at one by one.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from frostbyte.parse import pdf_shapes, symbols
from frostbyte.parse.pdf_calls import Calls, rows
from frostbyte.parse.pdf_sight import Sight

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from frostbyte.parse.pdf_calls import Handles

_BOLD_NAMES = (b"bold", b"black", b"heavy", b"demi", b"-medi", b"cmbx", b"-bd")
"""In a font's name; the weight beside it is often missing, and TeX's fonts carry none."""
_HYPHENS = "\x02\ufffe\uffff"
"""What pdfium gives for a hyphen at a line's end."""
_TOLD_APART = re.compile("[\ufffe\uffff\ue000-\uf8ff]")
"""What pdfium's running text may hold for a letter that is none; asked by itself, the letter says so."""
_LAM, _ALEFS = "\u0644", frozenset("\u0622\u0623\u0625\u0627")
_LAM_ALEF = re.compile(f"[{''.join(sorted(_ALEFS))}]+{_LAM}")
_WHITE = " \t\r\n\x0b\x0c\u00a0\u2002\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Word(NamedTuple):
    """Characters without white space between them. `turn` is the clockwise angle of the writing in degrees (0, 90, 180, 270)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    turn: int


class _Runs(NamedTuple):
    """Stretches of a page's letters without white space: where each starts and ends among all, and begins when they stand
    one after another without what is between them.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    begins: NDArray[np.int64]


class _Styles(NamedTuple):
    """Of text objects their size in points as shown, boldness and turn; `which` of them each of those asked about is."""

    objects: Handles
    sizes: NDArray[np.float64]
    bold: NDArray[np.bool_]
    turns: NDArray[np.int64]
    which: NDArray[np.int64]


class WordReader:
    """Reads the words of a page, whose size is given in points as shown, into `words`, `hidden` and `unmapped`.

    `box` takes a rectangle of PDF's page space (left, bottom, right, top; numbers or arrays of them) to the page as shown;
    `ruled_off` tells whether a rule stands between a letter's rectangle (left, top, right, bottom) and the word that reaches from
    a left to a right edge.
    """

    def __init__(
        self,
        raw: Calls,
        sight: Sight,
        size: tuple[float, float],
        rotation: int,
        box: Callable[..., tuple[Any, Any, Any, Any]],
        ruled_off: Callable[[Sequence[float], float, float], bool],
    ) -> None:
        self._raw, self._sight, self._rotation, self._box, self._ruled_off = raw, sight, rotation, box, ruled_off
        self._width, self._height = size
        self._handle = 0
        self._styles: dict[int, tuple[float, bool, int]] = {}
        self._fonts: dict[int, tuple[bool, str]] = {}
        """By handle, whether a font is bold, and its family where it is one of signs."""
        self.words: list[Word] = []
        self.hidden: list[tuple[str, Word]] = []
        """Words that a person cannot see, each with the way it is hidden."""
        self.unmapped = 0
        """Characters whose font does not say which letter they are, or is one of signs that has none known for it."""

    def read(self, handle: int) -> None:
        """Cut the letters of the text page `handle` at white space, and where `_cut` finds more to part."""
        import numpy as np

        raw, sight = self._raw, self._sight
        self._handle = handle
        letters = self._letters(max(0, raw.FPDFText_CountChars(handle)))
        runs = _runs(letters)
        if not len(runs.starts):
            return
        begins, lengths = runs.begins, runs.ends - runs.starts
        places = np.repeat(runs.starts - begins, lengths) + np.arange(int(lengths.sum()))
        loose = np.zeros((len(places), 4), dtype=np.float32)  # left, top, right, bottom, as in FS_RECTF
        raw.each("FPDFText_GetLooseCharBox", handle, places, out=loose)
        extents, several = pdf_shapes.words(loose, begins)
        # Letters that are written in another order than they are read, and what is hidden beside what is seen.
        odd = np.zeros(len(letters), dtype=bool)
        for found in _LAM_ALEF.finditer(letters) if _LAM in letters else ():
            odd[found.start() : found.end()] = True
        kinds: dict[int, str] = {}
        if sight.unseen:
            marks = places.tolist()
            kinds = dict(zip(marks, map(sight.kind_of, raw.each("FPDFText_GetTextObject", handle, places).tolist()), strict=True))
            odd[[b for a, b in pairwise(marks) if kinds[a] != kinds[b]]] = True
        if odd.any():
            counted = np.cumsum(odd)
            several |= counted[runs.ends - 1] > counted[runs.starts]
        shown = self._box(*extents)
        objects = raw.each("FPDFText_GetTextObject", handle, runs.starts)
        for hyphen in _HYPHENS:
            letters = letters.replace(hyphen, "\u00ad")
        self._keep(letters, runs, objects, shown, several, loose, kinds)

    def _letters(self, count: int) -> str:
        """The page's letters, one for each of pdfium's places."""
        import numpy as np

        raw, handle = self._raw, self._handle
        buffer = np.empty(2 * count + 2, dtype=np.uint16)
        written = raw.FPDFText_GetText(handle, 0, count, buffer.ctypes.data) if count else 0
        text = buffer[: max(0, written - 1)].tobytes().decode("utf-16-le", "surrogatepass")

        def letter(place: int) -> str:
            code = raw.FPDFText_GetUnicode(handle, place)
            return chr(code) if code < 0x110000 else "\ufffd"

        # Letters beyond the first plane, or that pdfium leaves out of the running text, would shift all that follow.
        if len(text) != count:
            return "".join(map(letter, range(count)))
        return _TOLD_APART.sub(lambda found: letter(found.start()), text)

    def _keep(
        self,
        letters: str,
        runs: _Runs,
        objects: Handles,
        shown: tuple[NDArray[np.float64], ...],
        several: NDArray[np.bool_],
        boxes: NDArray[np.float32],
        kinds: Mapping[int, str],
    ) -> None:
        """Keep the runs as words, in their order: those with nothing odd about them in stretches, the others one by one."""
        import numpy as np

        starts, ends = runs.starts.tolist(), runs.ends.tolist()
        told = self._learn(runs.starts, objects)
        bold, turns = told.bold[told.which], told.turns[told.which]
        letters = self._with_signs(letters, runs)
        texts = [letters[start:end] for start, end in zip(starts, ends, strict=True)]
        x0, y0, x1, y1 = shown
        size = _sizes(told.sizes[told.which], np.where(turns % 180 == 90, x1 - x0, y1 - y0))
        alone = several | self._outside(x0, y0, x1, y1) | self._tiny(x0, x1, size, turns, runs.ends - runs.starts)
        if asked := self._sight.asked:
            alone |= np.isin(objects, np.array(list(asked), dtype=np.uint64))
        if not "".join(texts).isprintable():
            alone |= np.array([not text.isprintable() for text in texts])
        columns = [column.tolist() for column in (x0, y0, x1, y1, size, bold, turns)]
        words = rows(Word, texts, *columns)
        at = 0
        if alone.any():
            self._remember(told)
        for place in np.flatnonzero(alone).tolist():
            self._keep_plain(words[at:place], letters)
            at = place + 1
            if several[place]:
                begin, length = int(runs.begins[place]), len(texts[place])
                self._cut(letters, starts[place], boxes[begin : begin + length].tolist(), kinds)
            else:
                self._word(texts[place], starts[place], int(objects[place]), *(column[place] for column in columns[:4]))
        self._keep_plain(words[at:], letters)

    def _keep_plain(self, words: Sequence[Word], letters: str) -> None:
        self.words += words
        if "\ufffd" in letters:
            self.unmapped += sum(word.text.count("\ufffd") for word in words)

    def _outside(self, x0: Any, y0: Any, x1: Any, y1: Any) -> Any:
        """Whether words stand off the page: in no eye's way, as those are that are `_tiny`. Numbers, or arrays of them."""
        return (x1 < 0) | (y1 < 0) | (x0 > self._width) | (y0 > self._height)

    def _tiny(self, x0: Any, x1: Any, size: Any, turn: Any, length: Any) -> Any:
        return (size < 1.0) | ((turn % 180 == 0) & (x1 - x0 < 0.02 * size * length))

    def _word(self, text: str, index: int, found: int, x0: float, y0: float, x1: float, y1: float) -> None:
        """Keep a word whose first letter is at `index` and belongs to the text object `found`."""
        size, bold, turn = self._styled(index, found)
        height = x1 - x0 if turn in (90, 270) else y1 - y0
        if not 0.4 * height <= size <= 1.6 * height:
            size = 0.85 * height  # as in `_sizes`
        cleaned = clean(text)
        self.unmapped += cleaned.count("\ufffd")
        word = Word(cleaned, x0, y0, x1, y1, size, bold, turn)
        sight = self._sight
        if self._outside(x0, y0, x1, y1):
            kind = "off_page"
        elif self._tiny(x0, x1, size, turn, len(cleaned)):
            kind = "tiny"
        else:
            kind = sight.hidden(found, (x0, y0, x1, y1)) if sight.tells else ""
        if kind and any(map(str.isalnum, cleaned)):  # a dash or a tick box, drawn by other means, tells nobody anything
            self.hidden.append((kind, word))
        else:
            self.words.append(word)

    def _cut(self, letters: str, start: int, boxes: Sequence[Sequence[float]], kinds: Mapping[int, str]) -> None:
        """Letters without white space between them that may still be several words, or in another order than they are written."""
        raw, handle = self._raw, self._handle
        characters: list[str] = []
        left = top = right = bottom = 0.0
        first = found = turn = 0
        before = (0.0, 0.0)

        def flush() -> None:
            self._word("".join(characters), first, found, *self._box(left, bottom, right, top))
            characters.clear()

        for index, rect in enumerate(boxes, start):
            character = letters[index]
            last, before = before, (rect[0], rect[2])
            # One glyph stands for lam and alef. pdfium turns right-to-left writing round letter by letter, these two with it.
            if character == _LAM and characters and characters[-1] in _ALEFS and last == before:
                characters.insert(-1, character)
                continue
            if characters and turn in (0, 180):
                # A word cut by a hyphen at the line's end comes without a break between its halves. So do the cells of a table
                # at times: with white as wide as the line is high, or a rule, between them.
                gap = max(rect[0] - right, left - rect[2])
                parted = gap > pdf_shapes.CLOSE and (gap > top - bottom or self._ruled_off(rect, left, right))
                if parted or rect[3] > top or rect[1] < bottom:
                    flush()
            # A hidden letter may stand right beside one that is seen: they are no word.
            if kinds and characters and kinds[index] != kinds[first]:
                flush()
            if characters:
                left, right = min(left, rect[0]), max(right, rect[2])
                bottom, top = min(bottom, rect[3]), max(top, rect[1])
            else:
                left, top, right, bottom = rect
                first, found = index, raw.FPDFText_GetTextObject(handle, index) or 0
                turn = self._styled(index, found)[2]
            characters.append(character)
        flush()

    def _styled(self, index: int, found: int) -> tuple[float, bool, int]:
        """Size in points as shown, boldness and turn of the text object `found`, one of whose characters is at `index`."""
        import numpy as np

        if found not in self._styles:
            self._remember(self._learn(np.array([index]), np.array([found], dtype=np.uint64)))
        return self._styles[found]

    def _remember(self, told: _Styles) -> None:
        objects, *styles = (column.tolist() for column in told[:4])
        self._styles.update(zip(objects, zip(*styles, strict=True), strict=True))

    def _learn(self, indices: NDArray[np.int64], objects: Handles) -> _Styles:
        """Ask for the styles of text objects, each with the index of one of its characters."""
        import numpy as np

        raw, handle, fonts = self._raw, self._handle, self._fonts
        # Words of one object follow each other: each object is asked where it begins.
        begins = np.ones(len(objects), dtype=bool)
        begins[1:] = objects[1:] != objects[:-1]
        at, found, which = indices[begins], objects[begins], np.cumsum(begins) - 1
        sizes = raw.each("FPDFText_GetFontSize", handle, at)
        matrices = np.zeros((len(at), 6), dtype=np.float32)
        known = raw.each("FPDFText_GetMatrix", handle, at, out=matrices)
        matrices[known == 0] = (1, 0, 0, 1, 0, 0)
        a, b, c, d = matrices[:, :4].astype(np.float64).T
        sizes = abs(sizes * abs(a * d - b * c) ** 0.5)
        turned = np.where(b > 0, 270, 90)
        turns = (np.where(abs(b) > abs(a), turned, np.where((a < 0) & (d < 0), 180, 0)) + self._rotation) % 360
        of = np.zeros_like(found)
        of[found != 0] = raw.each("FPDFTextObj_GetFont", found[found != 0])
        written_in = of.tolist()
        firsts = dict(zip(reversed(written_in), reversed(at.tolist()), strict=True))
        for font in dict.fromkeys(written_in):
            if font and font not in fonts:
                fonts[font] = self._font(font, firsts[font])
        weights = {font: font != 0 and fonts[font][0] for font in firsts}
        bold = np.array(list(map(weights.__getitem__, written_in)), dtype=bool)
        return _Styles(found, sizes, bold, turns, which)

    def _font(self, font: int, index: int) -> tuple[bool, str]:
        buffer = ctypes.create_string_buffer(128)
        self._raw.FPDFFont_GetBaseFontName(font, buffer, 128)
        name = buffer.value.lower()
        bold = self._raw.FPDFText_GetFontWeight(self._handle, index) >= 600 or any(word in name for word in _BOLD_NAMES)
        return bold, symbols.family(name.decode("latin-1"))

    def _with_signs(self, letters: str, runs: _Runs) -> str:
        """The letters, those of words as what they show where a word on the page begins in a font of signs."""
        import numpy as np

        signs = {font: family for font, (_, family) in self._fonts.items() if family}
        if not signs:
            return letters
        raw = self._raw
        at = np.concatenate(list(map(np.arange, runs.starts, runs.ends)))
        objects, whose = np.unique(raw.each("FPDFText_GetTextObject", self._handle, at), return_inverse=True)
        of = np.zeros_like(objects)
        of[objects != 0] = raw.each("FPDFTextObj_GetFont", objects[objects != 0])
        changed = list(letters)
        for font, family in signs.items():
            for place in at[(of == font)[whose]].tolist():
                changed[place] = symbols.shown(letters[place], family)
                self.unmapped += changed[place] == symbols.UNKNOWN
        return "".join(changed)


def _runs(letters: str) -> _Runs:
    import numpy as np

    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    white = _white()
    black = np.zeros(len(codes) + 2, dtype=bool)
    black[1:-1] = ~white[np.minimum(codes, len(white) - 1)]
    edges = np.flatnonzero(black[1:] != black[:-1])
    starts, ends = edges[::2], edges[1::2]
    return _Runs(starts, ends, np.cumsum(ends - starts) - (ends - starts))


@cache
def _white() -> NDArray[np.bool_]:
    """For each code point whether it is white space; the last tells of all beyond."""
    import numpy as np

    white = np.zeros(ord(max(_WHITE)) + 2, dtype=bool)
    white[list(map(ord, _WHITE))] = True
    return white


def _sizes(told: NDArray[np.float64], heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sizes told beside the fonts; for a Type 3 font or a scaled form these say nothing, and a word's height says it."""
    import numpy as np

    return np.where((0.4 * heights <= told) & (told <= 1.6 * heights), told, 0.85 * heights)


def clean(text: str) -> str:
    """Join surrogate halves and replace what JSON or a hash could not carry; control characters become the replacement sign."""
    if text.isprintable():
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(c if c >= " " and not "\x7f" <= c <= "\x9f" else "\ufffd" for c in text)
