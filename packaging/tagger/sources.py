"""What the tagger's made-up texts are filled with: names, addresses, firms of many countries, and plain English between.

Names, addresses, firms, towns: Faker (MIT). Plain sentences and phrases: WordNet 3.0 (WordNet licence, free for any use with its
notice), from Debian's wordnet-base. Nothing of ../shared is read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from faker import Faker

WORDNET = Path("/usr/share/wordnet")
PEOPLE, PLACES = "18", "15"

LOCALES = (
    *("en_US", "en_US", "en_US", "en_US", "en_GB", "en_GB", "en_GB", "en_AU", "en_NZ", "en_IE", "en_IN", "en_CA", "en_PH"),
    *(
        "de_DE",
        "de_DE",
        "de_AT",
        "de_CH",
        "fr_FR",
        "fr_FR",
        "fr_CA",
        "fr_CH",
        "es_ES",
        "es_MX",
        "es_CO",
        "es_AR",
        "it_IT",
        "it_IT",
    ),
    *(
        "pt_PT",
        "pt_BR",
        "nl_NL",
        "nl_BE",
        "sv_SE",
        "da_DK",
        "no_NO",
        "fi_FI",
        "pl_PL",
        "pl_PL",
        "cs_CZ",
        "sk_SK",
        "sl_SI",
        "hr_HR",
    ),
    *(
        "hu_HU",
        "ro_RO",
        "et_EE",
        "lt_LT",
        "lv_LV",
        "el_GR",
        "tr_TR",
        "ru_RU",
        "uk_UA",
        "bg_BG",
        "ga_IE",
        "id_ID",
        "vi_VN",
        "yo_NG",
    ),
)

# Names of countries Faker has in their own script only, in Latin letters; and first names that stand alone.
EAST = {
    "first": "Wei Jun Xiu Mei Hiroshi Kenji Yuki Sakura Haruto Yuito Min-jun Ji-woo Seo-yeon Minho Arjun Priya Lakshmi Rajesh "
    "Anil Sunita Ahmed Mohammed Fatima Aisha Omar Layla Yusuf Zainab Hassan Khalid Nguyet Linh Thanh Quang Duc "
    "Somchai Aroon Siti Nur Bambang Kwame Amara Chidi Ngozi Tunde Zola Thabo Lerato Svetlana Dmitri Olga Vladimir "
    "Tamar Giorgi Levon Ani Aigerim Nurlan Noa Itai Moshe",
    "last": "Wang Li Zhang Liu Chen Huang Zhao Tanaka Suzuki Watanabe Takahashi Ogawa Nakamura Yamamoto Kim Park Choi Jung "
    "Sharma Patel Gupta Iyer Reddy Singh Khan Rahman Hussein Haddad Nasser Mansour Nguyen Tran Pham Hoang Srisai "
    "Wijaya Santoso Mensah Okafor Adeyemi Nkosi Dlamini Ivanova Petrov Volkov Smirnova Beridze Petrosyan Bekov Cohen "
    "Levi Mizrahi Friedman Katz",
}
PARTICLES = (
    "de",
    "van",
    "von",
    "van der",
    "de la",
    "di",
    "del",
    "da",
    "dos",
    "al",
    "el",
    "bin",
    "ten",
    "ter",
    "Du",
    "Le",
    "Mc",
    "O'",
    "zu",
)


class Sources:
    """Everything random comes from one seeded generator: the same seed gives the same texts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._fakers = {name: Faker(name) for name in sorted(set(LOCALES))}
        for number, name in enumerate(sorted(self._fakers)):
            self._fakers[name].seed_instance(seed * 1000 + number)
        self._pools: dict[str, list[str]] = {}

    def fake(self, what: str, locale: str | None = None) -> str:
        """One value of a Faker provider, in a locale that has it."""
        for _ in range(20):
            name = locale or self.random.choice(LOCALES)
            locale = None
            provider: Callable[[], object] | None = getattr(self._fakers[name], what, None)
            if provider is not None:
                return str(provider())
        return str(getattr(self._fakers["en_US"], what)())

    @cached_property
    def sentences(self) -> list[str]:
        """Examples of usage from WordNet's glosses: short sentences of every kind."""
        found = []
        for part in ("noun", "verb", "adj", "adv"):
            for line in self._lines(part):
                gloss = line.partition(" | ")[2]
                found += [quoted.strip() for quoted in re.findall(r'"([^"]{12,160})"', gloss)]
        return found

    @cached_property
    def definitions(self) -> list[str]:
        """Definitions, without those of people and places (they are full of names)."""
        found = []
        for line in self._lines("noun"):
            if line.split(" ", 3)[1] in (PEOPLE, PLACES):
                continue
            text = line.partition(" | ")[2].partition(";")[0].strip()
            if 15 < len(text) < 160 and not re.search(r"\s[A-Z]", text):
                found.append(text)
        return found

    @cached_property
    def phrases(self) -> list[str]:
        """Common nouns and phrases, in lower case: "accounts payable"."""
        return [lemma for line in self._lines("noun") for lemma in self._lemmas(line) if lemma.islower()]

    @cached_property
    def places(self) -> list[str]:
        """Cities, countries, rivers: names that are nobody's."""
        return [
            lemma
            for line in self._lines("noun")
            if line.split(" ", 3)[1] == PLACES
            for lemma in self._lemmas(line)
            if lemma[0].isupper()
        ]

    @cached_property
    def capitalised(self) -> list[str]:
        """Names of things: brands, books, organisations, languages, days. Not of people, not of places."""
        return [
            lemma
            for line in self._lines("noun")
            if line.split(" ", 3)[1] not in (PEOPLE, PLACES)
            for lemma in self._lemmas(line)
            if lemma[0].isupper() and not lemma.isupper()
        ]

    @cached_property
    def famous(self) -> list[str]:
        """Names of known people, as they are written in running text."""
        return [
            lemma
            for line in self._lines("noun")
            if line.split(" ", 3)[1] == PEOPLE and " @i " in line
            for lemma in self._lemmas(line)
            if " " in lemma and re.fullmatch(r"[^\W\d_][\w .'-]+", lemma)
        ]

    def _lines(self, part: str) -> list[str]:
        text = (WORDNET / f"data.{part}").read_text(encoding="latin-1")
        return [line for line in text.splitlines() if not line.startswith("  ")]

    @staticmethod
    def _lemmas(line: str) -> list[str]:
        fields = line.split(" ")
        return [fields[4 + 2 * number].replace("_", " ") for number in range(int(fields[3], 16))]

    # People

    def first(self) -> str:
        if self.random.random() < 0.12:
            return self.random.choice(EAST["first"].split())
        return self.fake("first_name").split()[0]

    def last(self) -> str:
        chance = self.random.random()
        if chance < 0.12:
            return self.random.choice(EAST["last"].split())
        if chance < 0.17:
            particle = self.random.choice(PARTICLES)
            return particle + ("" if particle[-1] in "c'" else " ") + self.fake("last_name", "en_US")
        if chance < 0.2:
            return f"{self.fake('last_name')}-{self.fake('last_name')}"
        return self.fake("last_name")

    def person(self) -> str:
        """A name in one of the forms it is written in."""
        form = self.random.random()
        if form < 0.42:
            name = f"{self.first()} {self.last()}"
        elif form < 0.56:
            name = self.first()
        elif form < 0.70:
            name = self.last()
        elif form < 0.77:
            name = f"{self.first()} {self.random.choice('ABCDEFGHJKLMNPRSTW')}. {self.last()}"
        elif form < 0.80:
            name = f"{self.random.choice('ABCDEFGHJKLMNPRSTW')}. {self.last()}"
        elif form < 0.83:
            name = f"{self.last()}, {self.first()}"
        elif form < 0.87:
            name = f"{self.first()} {self.first()} {self.last()}"
        elif form < 0.93:
            title = self.random.choice(
                ("Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Prof.", "Mr", "Mrs", "Dr", "Herr", "Frau", "Mme", "Sr.", "Sra.")
            )
            name = f"{title} {self.first() + ' ' if self.random.random() < 0.5 else ''}{self.last()}"
        elif form < 0.95:
            name = f"{self.first()} {self.last()}{self.random.choice((' Jr.', ' III', ', PhD', ' MD', ', Esq.', ' II', ' DDS'))}"
        else:
            name = self.random.choice(self.famous)
        chance = self.random.random()
        if chance < 0.05:
            return name.lower()
        return name.upper() if chance < 0.09 else name

    def firm(self) -> str:
        """A firm's name. Often made of people's names, and still nobody's name."""
        form = self.random.random()
        if form < 0.45:
            return self.fake("company")
        ending = self.random.choice(
            ("Inc.", "Ltd", "LLC", "GmbH", "AG", "S.A.", "plc", "Corporation", "Group", "& Co", "BV", "Oy", "Bank", "University")
        )
        if form < 0.6:
            return f"{self.last()} {ending}"
        if form < 0.8:
            return f"{self.random.choice(self.phrases).title()} {ending}"
        return (
            self.random.choice(self.capitalised)
            if form < 0.9
            else f"{self.fake('last_name', 'en_US')} & {self.fake('last_name', 'en_US')} {ending}"
        )

    def town(self) -> str:
        return self.random.choice(self.places) if self.random.random() < 0.35 else self.fake("city")

    # Addresses

    def street(self) -> str:
        """A street with its number, as its country writes it."""
        form = self.random.random()
        if form < 0.62:
            return self.fake("street_address").replace("\n", self.random.choice((", ", " ", "\n")))
        number = str(self.random.randint(1, 9999 if form > 0.8 else 220)) + self.random.choice(("", "", "", "a", "B", "/2", "-4"))
        name = self.last() if self.random.random() < 0.5 else self.random.choice(self.phrases).title()
        if form < 0.75:
            kind = self.random.choice(
                (
                    "Street",
                    "St",
                    "St.",
                    "Road",
                    "Rd",
                    "Avenue",
                    "Ave",
                    "Lane",
                    "Drive",
                    "Dr",
                    "Blvd",
                    "Way",
                    "Court",
                    "Close",
                    "Terrace",
                    "Square",
                    "Place",
                    "Parkway",
                    "Hill",
                    "Row",
                    "Crescent",
                )
            )
            return f"{number} {name} {kind}"
        if form < 0.9:
            tail = self.random.choice(
                (
                    "strasse",
                    "straße",
                    "str.",
                    "gasse",
                    "weg",
                    "allee",
                    "platz",
                    "gatan",
                    "vägen",
                    "vej",
                    "gade",
                    "katu",
                    "tie",
                    "straat",
                    "laan",
                    "kade",
                    "plein",
                    "utca",
                    "veien",
                    "gata",
                    "braut",
                    "gata",
                )
            )
            return f"{name.split()[0]}{tail} {number}"
        lead = self.random.choice(
            (
                "Via",
                "Viale",
                "Rue",
                "rue",
                "Avenue",
                "Place",
                "Calle",
                "C/",
                "Avenida",
                "Av.",
                "Rua",
                "Praça",
                "Travessa",
                "ul.",
                "ulica",
                "al.",
                "Plaza",
                "Paseo",
                "Corso",
                "Piazza",
                "Largo",
                "Cours",
                "Chemin",
                "Allée",
                "bd",
                "Str.",
                "Pl.",
                "Ulice",
                "Strada",
                "Bulevardul",
                "Πλατεία",
                "Οδός",
                "ул.",
                "вул.",
            )
        )
        return f"{lead} {name} {number}" if self.random.random() < 0.6 else f"{number} {lead} {name}"

    def unit(self) -> str:
        kind = self.random.choice(
            ("Apt.", "apt.", "Apt", "Suite", "Suite", "Unit", "Flat", "Floor", "Room", "Ste", "Appartement", "#")
        )
        number = self.random.choice((self.random.randint(1, 30), self.random.randint(100, 999)))
        return f"{kind} {number}{self.random.choice(('', '', '', 'A', 'b'))}"

    def post_code(self) -> str:
        return self.fake("postcode")

    def box(self) -> str:
        """A box at a post office, or a field post number."""
        number = self.random.randint(1, 9999)
        return self.random.choice(
            (
                f"P.O. Box {number}",
                f"PO Box {number}",
                f"Postfach {number}",
                f"Postbus {number}",
                f"PSC {self.random.randint(1, 9999)}, Box {number}\nAPO {self._forces()}",
                f"{self.random.choice(('USNS', 'USNV', 'USS', 'USCGC'))} {self.last()}\nFPO {self._forces()}",
                f"Unit {self.random.randint(1, 9999)} Box {number}\nDPO AE {self.random.randint(10000, 99999)}",
            )
        )

    def _forces(self) -> str:
        return f"{self.random.choice(('AA', 'AE', 'AP'))} {self.random.randint(10000, 99999)}"

    def address(self) -> str:
        """An address whole: on one line or several, with more or fewer of its parts, of one country or oddly mixed."""
        form = self.random.random()
        if form < 0.3:
            return self.fake("address").replace("\n", self.random.choice(("\n", ", ", "\n ", " ")))
        if form < 0.36:
            return self.box()
        parts = [self.street()]
        if self.random.random() < 0.45:
            parts.append(self.unit())
        if form < 0.92:
            town, code = self.town(), self.post_code()
            region = self.random.choice(("", "", self.fake("state_abbr", "en_US")))
            if self.random.random() < 0.5:
                parts.append(f"{code} {town}" if self.random.random() < 0.5 else f"{town} {region} {code}".replace("  ", " "))
            else:
                parts += [town, self.random.choice((code, f"{region} {code}".strip(), f"{self.fake('country', 'en_US')} {code}"))]
        if self.random.random() < 0.3:
            parts.append(self.fake("country", "en_US"))
        if self.random.random() < 0.12:
            parts.insert(0, str(self.random.randint(1, 99999)))
        joint = self.random.choice((", ", "\n", "\n ", " ", ",\n", "; "))
        text = joint.join(parts)
        chance = self.random.random()
        return text.lower() if chance < 0.06 else text.upper() if chance < 0.1 else text
