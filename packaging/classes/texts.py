"""Made-up passages of documents of each class: sentences of a genre (genres/CLASS.txt), each spoken about a topic (topics.txt).

Every class may speak of every topic, so that what is learnt is how a kind of document speaks and not what it speaks about.
The sentences were written for this purpose; formulas that all contracts, pleadings and statements share are in them.
The openings of documents that heads are judged by had been seen by their author: sentences that echoed them were taken out again.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
LABELS = ("contract", "invoice", "SOP", "policy", "legal_filing", "correspondence", "other")

_FIRST = [
    "James",
    "Mary",
    "Robert",
    "Linda",
    "David",
    "Susan",
    "Carlos",
    "Aisha",
    "Wei",
    "Ingrid",
    "Tomasz",
    "Elena",
    "Peter",
    "Fatima",
    "Kenji",
    "Laura",
    "Mark",
    "Olga",
]
_LAST = [
    "Walker",
    "Novak",
    "Schmidt",
    "Garcia",
    "Okafor",
    "Tanaka",
    "Brown",
    "Larsen",
    "Dubois",
    "Rossi",
    "Singh",
    "Miller",
    "Kowalski",
    "Haddad",
    "Evans",
    "Clark",
]
_CITY = [
    "Houston",
    "Portland",
    "Leeds",
    "Hamburg",
    "Lyon",
    "Boston",
    "Denver",
    "Utrecht",
    "Toronto",
    "Sydney",
    "Chicago",
    "Seville",
    "Krakow",
    "Dublin",
]
_STATE = ["Delaware", "Texas", "Missouri", "California", "Ohio", "Nevada", "Oregon", "Virginia", "Georgia"]
_ORG = [
    "Northfield",
    "Harbor",
    "Summit",
    "Bluewater",
    "Atlas",
    "Redwood",
    "Meridian",
    "Keystone",
    "Pinnacle",
    "Lakeside",
    "Vertex",
    "Orion",
]
_SUFFIX = ["Inc.", "LLC", "Corporation", "Ltd.", "GmbH", "Holdings, Inc.", "& Sons", "Bank, N.A.", "Industries", "Group plc"]
_MONTH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAY = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
_FIXED = {
    "party": "Contractor|Licensee|Supplier|Consultant|Vendor|Buyer|Borrower",
    "kind": "service|purchase|software licence|consulting|credit|employment|severance|distribution|maintenance",
    "honorific": "Mr.|Ms.|Dr.|Mrs.",
    "letter": "A|B|C|D",
    "short": "Company|Seller|Owner|Licensor|Employer",
}


class Texts:
    """Passages, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._any = random.Random(seed)

    def one(self, label: str) -> str:
        """A passage of a document of a class: some sentences of one genre, set as documents set them."""
        return self.of_genre(label)[0]

    def of_genre(self, label: str) -> tuple[str, int]:
        """A passage and the number of its genre within the class, for whoever holds out whole genres."""
        pick = self._any
        genre = pick.randrange(len(_genres(label)))
        headings, frames = _genres(label)[genre]
        topic = pick.choice(_topics())
        count = min(len(frames), pick.choice((1, 2, 3, 3, 4, 5, 6, 7)))
        lines = [self._filled(frame, topic) for frame in pick.sample(frames, count)]
        heading = self._filled(pick.choice(headings), topic) if pick.random() < 0.5 else ""
        joiner = pick.choice((" ", "\n", "\n\n", " "))
        number = pick.random() < 0.15
        if number:
            lines = [f"{at}. {line}" for at, line in enumerate(lines, pick.randrange(1, 9))]
        text = joiner.join([pick.choice(("", "", "# ")) + heading, *lines] if heading else lines)
        return (text.upper() if pick.random() < 0.03 else text), genre

    def _filled(self, frame: str, topic: list[list[str]]) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self._slot(match[1], topic), frame)

    def _slot(self, name: str, topic: list[list[str]]) -> str:
        pick = self._any
        plain = name.lower().rstrip("2")
        if plain in ("person", "surname") and pick.random() < 0.12:
            return "[REDACTED:NAME]"
        value = self._value(plain, topic)
        if name.isupper() and len(name) > 1:
            return value.upper()
        return value[:1].upper() + value[1:] if name[:1].isupper() else value

    def _value(self, name: str, topic: list[list[str]]) -> str:
        pick = self._any
        field, things, works, acts, roles, depts = topic
        match name:
            case "thing":
                return pick.choice(things)
            case "things":
                return pick.choice(things) + "s"
            case "work":
                return pick.choice(works)
            case "do":
                return pick.choice(acts)
            case "role":
                return pick.choice(roles)
            case "dept":
                return pick.choice(depts)
            case "field":
                return field[0]
            case "first":
                return pick.choice(_FIRST)
            case "surname":
                return pick.choice(_LAST)
            case "person":
                return f"{pick.choice(_FIRST)} {pick.choice(_LAST)}"
            case "org":
                return f"{pick.choice(_ORG)} {pick.choice(('', field[0].title() + ' '))}{pick.choice(_SUFFIX)}"
            case "city":
                return pick.choice(_CITY)
            case "state":
                return pick.choice(_STATE)
            case "month":
                return pick.choice(_MONTH)
            case "weekday":
                return pick.choice(_DAY)
            case "year":
                return str(pick.randrange(1985, 2026))
            case "date":
                return f"{pick.choice(_MONTH)} {pick.randrange(1, 29)}, {pick.randrange(1995, 2026)}"
            case "slash":
                return f"{pick.randrange(1, 13):02}/{pick.randrange(1, 29):02}/{pick.randrange(1995, 2026)}"
            case "money":
                return f"{pick.choice(('$', '$', '€', '£'))}{pick.randrange(1, 900)},{pick.randrange(1000):03}"
            case "amount":
                return f"{pick.randrange(1, 3000)}.{pick.randrange(100):02}"
            case "address":
                return f"{pick.randrange(1, 900)} {pick.choice(_LAST)} Street, {pick.choice(_CITY)}"
            case "phone":
                return f"{pick.randrange(200, 999)}-{pick.randrange(200, 999)}-{pick.randrange(1000, 9999)}"
            case "code":
                return str(pick.randrange(1000, 999_999))
            case "domain":
                return f"www.{pick.choice(_ORG).lower()}.com"
            case "n":
                return str(pick.randrange(1, 13))
            case "nn":
                return str(pick.randrange(10, 99))
            case "nx" | "pct":
                return str(pick.randrange(2, 20))
            case "days":
                return pick.choice(("10", "14", "30", "60", "90"))
            case _:
                return pick.choice(_FIXED[name].split("|"))


@cache
def _genres(label: str) -> list[tuple[list[str], list[str]]]:
    """Of each genre of a class its headings and its sentences."""
    found: list[tuple[list[str], list[str]]] = []
    for line in (HERE / "genres" / f"{label}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            found.append(([], []))
        elif line.startswith("! "):
            found[-1][0].extend(part.strip() for part in line[2:].split(" | "))
        elif line.strip():
            found[-1][1].append(line)
    return found


@cache
def _topics() -> list[list[list[str]]]:
    lines = (HERE / "topics.txt").read_text(encoding="utf-8").splitlines()
    return [[part.strip().split(", ") for part in line.split("|")] for line in lines if line and not line.startswith("#")]
