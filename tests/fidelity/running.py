"""PDF and DOCX files whose page headers, page footers and words cut at line ends are known: `./run fidelity --running`.

The same seed gives the same documents. Each word that is cut, and each compound that ends a line at its own hyphen, is made up
and stands once, so that it can be looked for. Some styles are held out: whoever improves the parser looks at the others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fidelity.made import _WORDS
from tests.large.files import PdfFile

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_PAGES = 8
_SOFT = "\u00ad"


@dataclass
class Known:
    """What is known of a document: texts in the page's margin, one each time they stand there, and words by how they are cut."""

    margins: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    soft: list[str] = field(default_factory=list)
    compounds: list[str] = field(default_factory=list)
    """Said at a line's end alone, where nothing tells them from cut words."""
    said: list[str] = field(default_factory=list)
    """Compounds that stand inside a line of the document too."""


@dataclass(frozen=True)
class Style:
    """What stands over and under the text of page `number` (from 1) of a document called `title`: (text, x, y from the top)."""

    name: str
    margin: Callable[[int, str], list[tuple[str, float, float]]]
    held_out: bool = False
    top: float = 90.0
    """Points from the page's top to the first line of text."""
    bottom: float = 140.0
    """Points from the page's bottom below which no paragraph begins."""


def _chapter(number: int) -> str:
    return f"Chapter {(number + 3) // 4}"


STYLES = (
    Style("title and number", lambda n, t: [(t, 60, 40), (str(n), 300, 760)]),
    Style("page x of y", lambda n, t: [(f"Page {n} of {_PAGES}", 260, 755)]),
    Style(
        "left and right in turn", lambda n, t: [(t, 60, 45), (str(n), 60, 755)] if n % 2 else [(t, 400, 45), (str(n), 540, 755)]
    ),
    Style("not on the first page", lambda n, t: [] if n == 1 else [(t, 60, 40), (f"- {n} -", 290, 760)]),
    Style("small print", lambda n, t: [("Confidential. Not for further distribution.", 60, 765), (f"{t} | {n}", 380, 765)]),
    Style("number not far down", lambda n, t: [(str(n), 300, 705)], bottom=200),
    Style("title that comes once", lambda n, t: [(f"{_made_up(random.Random(n))} of page", 60, 755), (str(n), 540, 755)]),
    Style("none", lambda n, t: [], top=40),
    Style("chapters", lambda n, t: [(_chapter(n), 60, 40), (str(n), 540, 40)], held_out=True),
    Style("roman", lambda n, t: [(t, 200, 50), (_ROMAN[n - 1], 300, 750)], held_out=True),
    Style("two lines", lambda n, t: [(t, 60, 36), ("Quarterly statement", 60, 48), (f"{n}/{_PAGES}", 520, 760)], held_out=True),
    Style(
        "three lines deep",
        lambda n, t: [(t, 60, 40), ("Registered office", 60, 60), ("Reg. no. 4711", 60, 80)],
        held_out=True,
        top=120,
    ),
    Style("none, held out", lambda n, t: [], held_out=True, top=60),
)


def make(folder: Path, seed: int, each: int) -> Iterator[tuple[str, Path, Known]]:
    """`each` PDFs of every style and as many DOCX, written to `folder`: (group, path, what is known)."""
    folder.mkdir(parents=True, exist_ok=True)
    for style in STYLES:
        for number in range(each):
            dice = random.Random(f"{seed}/{style.name}/{number}")
            path = folder / f"{style.name.replace(' ', '-').replace(',', '')}-{number}.pdf"
            yield f"pdf{', held out' if style.held_out else ''}", path, _pdf(path, style, dice)
    for number in range(each):
        path = folder / f"{number}.docx"
        yield "docx", path, _docx(path, random.Random(f"{seed}/docx/{number}"))


def _pdf(path: Path, style: Style, dice: random.Random) -> Known:
    known, pdf = Known(), PdfFile(path)
    title = " ".join(dice.sample(_WORDS, 3)).capitalize()
    for number in range(1, _PAGES + 1):
        drawn = []
        for text, x, y in style.margin(number, title):
            known.margins.append(text)
            drawn.append(_line(text, 9, x, 792 - y))
        y = 792 - style.top
        while y > style.bottom:
            for line in _paragraph(dice, known):
                drawn.append(_line(line, 10, 60, y))
                y -= 13
            y -= 8
        pdf.page("\n".join(drawn).encode("cp1252"))
    pdf.close()
    return known


def _line(text: str, size: int, x: float, y: float) -> str:
    return f"BT /F1 {size} Tf {x:.1f} {y:.1f} Td ({text}) Tj ET"


def _paragraph(dice: random.Random, known: Known) -> list[str]:
    """Five lines; the middle three end in a word cut by a hyphen or a soft one, or in a compound at its own hyphen."""
    lines, rest = [], ""
    for place in range(5):
        words = [rest] if rest else [dice.choice(_WORDS).capitalize()]
        words += [dice.choice(_WORDS) for _ in range(10)]
        known.body += words[1:]
        rest = ""
        if 0 < place < 4:
            first, second = _made_up(dice), _made_up(dice)
            kind = dice.choice(("cut", "soft", "compound", "said"))
            words.append(first + (_SOFT if kind == "soft" else "-"))
            rest = second
            of = {"cut": known.cut, "soft": known.soft, "compound": known.compounds, "said": known.said}[kind]
            of.append(f"{first}-{second}" if kind in ("compound", "said") else first + second)
            if kind == "said":
                words[3] = of[-1]
        lines.append(" ".join(words) + ("." if place == 4 else ""))
    return lines


def _made_up(dice: random.Random) -> str:
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3))


def _docx(path: Path, dice: random.Random) -> Known:
    import docx

    known, document = Known(), docx.Document()
    title = " ".join(dice.sample(_WORDS, 3)).capitalize()
    section = document.sections[0]
    section.header.paragraphs[0].text, section.footer.paragraphs[0].text = title, "Not for further distribution"
    known.margins += [title, "Not for further distribution"]  # each once: a DOCX says them once for all its pages
    for _ in range(20):
        words = [dice.choice(_WORDS) for _ in range(40)]
        known.body += words
        soft, compound = (_made_up(dice), _made_up(dice)), f"{_made_up(dice)}-{_made_up(dice)}"
        known.soft.append("".join(soft))
        known.compounds.append(compound)
        document.add_paragraph(" ".join([*words[:20], _SOFT.join(soft), compound, *words[20:]]))
    document.save(str(path))
    return known
