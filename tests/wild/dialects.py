"""Tables written in every dialect, with the rows that should come back."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Rows = list[list[str]]

_TABLES: dict[str, Rows] = {
    "invoices": [
        ["number", "date", "customer", "amount"],
        ["1001", "2024-02-29", "Olsen, Kari", "1,250.50"],
        ["1002", "2024-03-01", "Acme Ltd", "75.00"],
        ["1003", "2024-03-04", "Berg; sons", "12,000.00"],
        ["1004", "2024-03-09", "Ødegård", "3.20"],
    ],
    "decimal commas": [
        ["artikel", "preis", "menge"],
        ["Schraube", "0,15", "1.000"],
        ["Mutter", "0,07", "2.500"],
        ["Blech, gross", "12,90", "4"],
        ["Draht", "3,40", "17"],
    ],
    "numbers": [["1.5", "2", "3"], ["4", "5.25", "6"], ["7", "8", "9.125"], ["10", "11", "12"]],
    "prose": [
        ["id", "comment"],
        ["1", "Well, it works; mostly, that is"],
        ["2", "No, really"],
        ["3", "See a, b, and c; then d"],
        ["4", "Fine"],
    ],
    "line breaks": [
        ["id", "address", "city"],
        ["1", "Storgata 1\n2nd floor", "Oslo"],
        ["2", "Main St 5\n\nback door", "Bergen"],
        ["3", "Lane 3", "Hamar"],
    ],
    "quotes": [
        ["name", "height", "said"],
        ["Ann", '5" high', 'she said "no"'],
        ["Bo", '6" high', "it's fine"],
        ["Cy", '7" high', '"yes"'],
    ],
    "blanks": [["a", "b", "c", "d"], ["1", "", "", "4"], ["", "x", "", ""], ["2", "", "y", ""], ["3", "", "", ""]],
    "times": [
        ["at", "from", "url"],
        ["10:15:00", "00:1b:44", "http://a.example/x?y=1|2"],
        ["11:20:30", "00:1c:51", "http://b.example/,z"],
    ],
    "wide": [[f"c{i}" for i in range(40)], *[[str(i * j) for i in range(40)] for j in range(1, 6)]],
    "long": [["key", "value"], *[[f"k{i}", f"v {i}, {i % 7}"] for i in range(400)]],
}


@dataclass(frozen=True)
class Case:
    """A file and the table it holds."""

    name: str
    group: str
    text: str
    rows: Rows


def cases() -> Iterator[Case]:
    """All of them: each table in each dialect, and the odd ones."""
    for name, rows in _TABLES.items():
        for delimiter in ",;\t|":
            for group, options in _QUOTINGS.items():
                out = io.StringIO()
                try:
                    csv.writer(out, delimiter=delimiter, **options).writerows(rows)  # type: ignore[arg-type]
                except csv.Error:
                    continue  # a table that this dialect cannot hold
                text = out.getvalue()
                yield Case(f"{name} {delimiter!r} {group}", group, text, rows)
                if group == "minimal":
                    yield Case(f"{name} {delimiter!r} declared", "sep= line", f"sep={delimiter}\r\n{text}", rows)
                    yield Case(f"{name} {delimiter!r} unix", "line ends", text.replace("\r\n", "\n"), rows)
                    if not any("\n" in cell for row in rows for cell in row):
                        yield Case(f"{name} {delimiter!r} mac", "line ends", text.replace("\r\n", "\r"), rows)
                    before = [["Report of sales, spring"], ["Printed on 2024-05-01"]]
                    for blank in ("", "\r\n"):
                        above = "Report of sales, spring" if delimiter != "," else '"Report of sales, spring"'
                        head = f"{above}\r\nPrinted on 2024-05-01\r\n{blank}"
                        yield Case(f"{name} {delimiter!r} lines above", "lines above", head + text, before + rows)
                    short = [row[:-1] if i % 3 == 2 else row for i, row in enumerate(rows)]
                    ragged = io.StringIO()
                    csv.writer(ragged, delimiter=delimiter).writerows(short)
                    yield Case(f"{name} {delimiter!r} ragged", "ragged", ragged.getvalue(), short)
    words = ["Name", "Olsen", "Berg", "Acme Ltd", "Ødegård"]
    for column in (words, ["amount", "1,5", "2,5", "3"], ["at", "10:15", "11:20"], ["note", "a b", "c d e", "f"]):
        text = "\n".join(f'"{cell}"' if "," in cell else cell for cell in column)
        yield Case(f"one column {column[0]}", "one column", text, [[cell] for cell in column])


_QUOTINGS: dict[str, dict[str, object]] = {
    "minimal": {},
    "all quoted": {"quoting": csv.QUOTE_ALL},
    "text quoted": {"quoting": csv.QUOTE_NONNUMERIC},
    "apostrophes": {"quotechar": "'", "quoting": csv.QUOTE_ALL},
    "backslashes": {"doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL},
    "unquoted, backslashes": {"quoting": csv.QUOTE_NONE, "escapechar": "\\"},
}


def _filled(rows: Rows) -> Rows:
    return [[" ".join(cell.split()) for cell in row] for row in rows if any(cell.strip() for cell in row)]


def ours(text: str) -> Rows:
    """What the parser reads."""
    from frostbyte.parse.delimited import table_of

    return table_of(text).rows


def sniffer(text: str) -> Rows:
    """The standard library's sniffer, then its reader; commas where it gives up."""
    try:
        dialect: csv.Dialect | type[csv.Dialect] = csv.Sniffer().sniff(text, ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error:
        return []


def clevercsv(text: str) -> Rows:
    """CleverCSV, where it is installed."""
    import clevercsv as library

    try:
        dialect = library.Sniffer().sniff(text, delimiters=",;\t|")
        return list(library.reader(io.StringIO(text, newline=""), dialect))
    except Exception:  # its errors are of many kinds
        return []


Read = Callable[[str], Rows]


def measure(read: Read) -> dict[str, dict[str, list[Case]]]:
    """Cases by group, right and wrong, by their cells."""
    found: dict[str, dict[str, list[Case]]] = defaultdict(lambda: {"right": [], "wrong": []})
    for case in cases():
        found[case.group]["right" if _filled(read(case.text)) == _filled(case.rows) else "wrong"].append(case)
    return dict(found)
