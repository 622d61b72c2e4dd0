"""Made-up texts with their labels, without end: carriers filled in, sentences whose pronouns become names, plain prose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from tagger.phrases import CARRIERS, PLAIN
from tagger.sources import Sources

Labelled = tuple[str, list[tuple[int, int, str]]]

LABELS = {"N": "NAME", "F": "NAME", "L": "NAME", "A": "ADDRESS", "S": "ADDRESS", "U": "ADDRESS", "Z": "ADDRESS", "B": "ADDRESS"}
_HOLE = re.compile(r"\{([A-Z])(1?)\}")
_SUBJECT = re.compile(r"^(He|She)\b")
_SOMEBODY = "him|the boy|the girl|the man|the woman|the teacher|my friend|her husband|his wife|the doctor|the old man"
_OBJECT = re.compile(rf"\b({_SOMEBODY})\b(?=[ ,.;!?]|$)")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _lines(block: str) -> list[str]:
    return [line.replace("/", "\n") for line in block.strip().splitlines()]


class Texts:
    """`one()` gives a text and the spans in it; the same seed gives the same row of texts."""

    def __init__(self, seed: int) -> None:
        self.sources = Sources(seed)
        self.random = random.Random(seed + 1)
        self.carriers, self.plain = _lines(CARRIERS), _lines(PLAIN)
        self.subjects = [line for line in self.sources.sentences if re.match(r"(?i)(he|she) ", line)]
        self.objects = [line for line in self.sources.sentences if _OBJECT.search(line)]
        self.neutral = [line for line in self.sources.sentences if not re.search(r"\w .*\b[A-Z]", line)]

    def one(self) -> Labelled:
        chance = self.random.random()
        if chance < 0.42:
            text = self.filled(self.random.choice(self.carriers))
        elif chance < 0.58:
            text = self.filled(self.random.choice(self.plain))
        elif chance < 0.68:
            text = self.pronoun()
        elif chance < 0.74:
            text = self._prose()
        elif chance < 0.8:
            text = self._figures()
        else:
            text = self._page()
        return self._disturbed(text)

    def filled(self, carrier: str) -> Labelled:
        """A carrier with its holes filled."""
        out, spans, last = "", [], 0
        for hole in _HOLE.finditer(carrier):
            out += carrier[last : hole.start()]
            value = self._value(hole[1])
            if hole[2]:  # in a row of a table
                value = value.replace(",\n", " ").replace("\n", " ").replace("\t", " ")
            if hole[1] in LABELS:
                spans.append((len(out), len(out) + len(value), LABELS[hole[1]]))
            out += value
            last = hole.end()
        return out + carrier[last:], spans

    def pronoun(self) -> Labelled:
        """A sentence of the dictionary about somebody, who gets a name."""
        if self.random.random() < 0.6:
            line = self.random.choice(self.subjects)
            name = self.sources.person()
            return name + re.sub(r"^\w+", "", line, count=1) + ".", [(0, len(name), "NAME")]
        line = self.random.choice(self.objects)
        found = _OBJECT.search(line)
        assert found
        name = self.sources.person()
        text = line[: found.start()] + name + line[found.end() :]
        return text[0].upper() + text[1:] + ".", [(found.start(), found.start() + len(name), "NAME")] if found.start() else [
            (0, len(name), "NAME")
        ]

    def _prose(self) -> Labelled:
        pool = self.sources.definitions if self.random.random() < 0.4 else self.neutral
        lines = [self._defined(self.random.choice(pool)) for _ in range(self.random.randint(1, 5))]
        return " ".join(line[0].upper() + line[1:] + ("" if line[-1] in ".!?" else ".") for line in lines), []

    def _figures(self) -> Labelled:
        """A table of figures as text: of a balance sheet, a price list, a log. Numbers in rows are no addresses."""
        r, text = self.random, ""
        joint = r.choice((" ", "  ", "\t", " \n \n ", "\n", " \n"))
        columns = r.randint(1, 5)
        digits = r.choice((2, 3, 4, 5, 6))
        for _ in range(r.randint(2, 9)):
            head = r.choice(self.sources.phrases)
            head = head.capitalize() if r.random() < 0.5 else head.title() if r.random() < 0.7 else head.replace(" ", "")
            if r.random() < 0.15:
                head = self._value(r.choice("CKODW"))
            cells = []
            for _ in range(columns):
                number = f"{r.randint(1, 10**digits):,}" if r.random() < 0.7 else f"{r.uniform(0, 100):.1f}"
                cells.append(r.choice((number, number, number, f"({number})", f"$ {number}", f"{number}%", "-")))
            text += joint.join([head, *cells]) + r.choice(("\n", "\n", " \n"))
        if r.random() < 0.4:
            text = (
                joint.join(
                    r.choice((str(r.randint(1998, 2026)), self._date(), f"Note {r.randint(1, 30)}")) for _ in range(columns)
                )
                + "\n"
                + text
            )
        return text.rstrip(), []

    def _defined(self, line: str) -> str:
        """Some words with a capital, as contracts and rules write the terms they have defined."""
        if self.random.random() > 0.35:
            return line
        words = line.split(" ")
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randrange(len(words))
            words[at : at + 2] = [word[:1].upper() + word[1:] for word in words[at : at + 2]]
        return " ".join(words)

    def _page(self) -> Labelled:
        """Several pieces one after the other, as in a letter or a page."""
        text, spans = "", []
        for _ in range(self.random.randint(2, 5)):
            pick = self.random.random()
            piece, found = (
                self.filled(self.random.choice(self.carriers)) if pick < 0.35
                else self.filled(self.random.choice(self.plain)) if pick < 0.62
                else self.pronoun() if pick < 0.77
                else self._figures() if pick < 0.83
                else self._prose()
            )  # fmt: skip
            if text:
                text += self.random.choice(("\n", " ", "\n\n"))
            spans += [(start + len(text), end + len(text), kind) for start, end, kind in found]
            text += piece
        return text, spans

    def _disturbed(self, labelled: Labelled) -> Labelled:
        """Now and then all in capitals or in small letters: the length must not change."""
        text, spans = labelled
        chance = self.random.random()
        changed = text.lower() if chance < 0.05 else text.upper() if chance < 0.08 else text
        return (changed if len(changed) == len(text) else text), spans

    def _value(self, hole: str) -> str:
        s, r = self.sources, self.random
        match hole:
            case "N":
                return s.person()
            case "F":
                return s.first()
            case "L":
                return s.last()
            case "A":
                return s.address()
            case "S":
                return s.street()
            case "U":
                return s.unit()
            case "Z":
                return s.post_code()
            case "B":
                return s.box()
            case "O":
                return s.firm()
            case "C":
                return s.town()
            case "K":
                return s.fake("country", "en_US")
            case "T":
                return r.choice(s.phrases).title()
            case "P":
                return r.choice(s.phrases)
            case "X":
                return r.choice(s.capitalised)
            case "J":
                return s.fake("job", "en_US") if r.random() < 0.5 else s.fake("job", "en_US").lower()
            case "D":
                return self._date()
            case "M":
                return (
                    r.choice(("$", "EUR ", "£", "USD ", "€ "))
                    + f"{r.randint(1, 90000):,}"
                    + r.choice(("", ".00", ".50", " million"))
                )
            case "H":
                return s.fake("phone_number")
            case "E":
                return s.fake("email")
            case "I":
                return "".join(r.choice("0123456789") for _ in range(r.choice((1, 1, 2, 2, 3, 4, 6, 9, 16))))
            case "R":
                return r.choice(("a", "b", "c", "d", "e", "f", "i", "ii", "iii", "iv", "v", "A", "B", "II", "IV", "1", "2"))
            case "W":
                return r.choice(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "tomorrow"))
        raise ValueError(hole)

    def _date(self) -> str:
        r = self.random
        day, month, year = r.randint(1, 28), r.randint(1, 12), r.randint(1935, 2026)
        named = MONTHS[month - 1]
        return r.choice(
            (
                f"{day}/{month}/{year}",
                f"{year}-{month:02}-{day:02}",
                f"{named} {day}, {year}",
                f"{day} {named} {year}",
                str(year),
                f"{day}.{month}.{year}",
            )
        )


def stream(seed: int) -> Iterator[Labelled]:
    """Texts without end."""
    texts = Texts(seed)
    while True:
        yield texts.one()
