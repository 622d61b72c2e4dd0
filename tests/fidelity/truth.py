"""What other projects say a document holds, brought into one form: text in reading order, table cells, headings, page count.

Sources, each in `corpora/truth/<project>`: docling's reference conversions (lossless JSON), unstructured's element lists,
py-pdf's file properties, invoice2data's fields. docling's is another converter's output, reviewed by its maintainers: close to
the truth, not the truth. A table of contents, which it keeps as a table of its own kind, counts as text and not as cells.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Cells = list[list[str]]


@dataclass
class Truth:
    """`text` in reading order, tables' cells row by row within it; `pages` only where the source says so."""

    text: list[str] = field(default_factory=list)
    tables: list[Cells] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    pages: int | None = None
    fields: list[str] = field(default_factory=list)
    """Values that stand somewhere in the text: names, numbers, amounts."""
    margins: list[str] = field(default_factory=list)
    """Page headers and footers, each time one is shown; no part of `text`."""
    tells_margins: bool = False


def load(corpora: Path) -> dict[Path, Truth]:
    """Truth by document, for every document that has one a program can read."""
    items = json.loads((corpora / "manifest.json").read_text(encoding="utf-8"))["items"]
    found: dict[Path, Truth] = {}
    for item in items:
        if not item.get("truth_for") or not item["path"].endswith(".json"):
            continue
        truth = corpora / item["path"].removeprefix("dev/")
        document = corpora / item["truth_for"].removeprefix("dev/")
        read = _READERS.get(truth.parent.name)
        if read is None or not document.is_file():
            continue
        made = read(json.loads(truth.read_text(encoding="utf-8")))
        if made is not None:
            found.setdefault(document, made)
    return found


def docling(data: Any) -> Truth | None:
    """The lossless JSON of a docling document; None of anything else."""
    if not isinstance(data, dict) or "body" not in data:
        return None  # per-page metadata beside the conversion
    truth = Truth(pages=len(data.get("pages", {})) or None, tells_margins=True)

    def walk(reference: str) -> None:
        _, kind, *number = reference.split("/")
        node = data[kind] if kind == "body" else data[kind][int(number[0])]
        layer = node.get("content_layer", "body")
        if layer == "furniture":  # page headers and footers
            truth.margins += [text for text in [node.get("text", "").strip()] if text]
            for child in node.get("children", ()):
                walk(child["$ref"])
        if layer != "body":
            return
        if kind == "texts" and node["text"].strip():
            truth.text.append(node["text"])
            if node["label"] in ("section_header", "title"):
                truth.headings.append(node["text"])
        elif kind == "tables":
            cells = _docling_cells(node["data"])
            if node["label"] == "table":  # else a table of contents, whose dots and numbers are no cells
                truth.tables.append(cells)
            truth.text += [cell for row in cells for cell in row if cell.strip()]
            return  # what is nested in a cell is in the cell's text
        for child in node.get("children", ()):
            walk(child["$ref"])

    walk("#/body")
    return truth


def _docling_cells(data: Any) -> Cells:
    """Each cell once, at its top left place: a span repeated in every place it covers would count many times."""
    rows: Cells = [[""] * data["num_cols"] for _ in range(data["num_rows"])]
    for cell in data["table_cells"]:
        rows[cell["start_row_offset_idx"]][cell["start_col_offset_idx"]] = cell["text"]
    return rows


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Cells = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def _unstructured(data: Any) -> Truth:
    truth = Truth()
    for element in data:
        if element["type"] in ("Header", "Footer", "PageBreak"):
            continue
        html = element.get("metadata", {}).get("text_as_html")
        if element["type"] == "Table" and html:
            parser = _Rows()
            parser.feed(html)
            truth.tables.append(parser.rows)
            truth.text += [cell for row in parser.rows for cell in row if cell]
        else:
            truth.text.append(element["text"])
    return truth


def _properties(data: Any) -> Truth:
    return Truth(pages=data.get("pages"))


def _invoice(data: Any) -> Truth | None:
    truth = Truth()

    def walk(node: Any, key: str) -> None:
        if isinstance(node, dict):
            for name, value in node.items():
                walk(value, name)
        elif isinstance(node, list):
            for value in node:
                walk(value, key)
        elif isinstance(node, float):
            truth.fields.append(f"{node:.2f}")
        elif isinstance(node, str) and not _NOT_PRINTED.search(key):  # a date is written otherwise than it is kept
            truth.fields += [line for line in node.splitlines() if line.strip()]

    walk(data, "")
    return truth if truth.fields else None


_NOT_PRINTED = re.compile("date|issuer|currency|country|state|desc|uom|unece")

_READERS = {
    "invoice-x__invoice2data": _invoice,
    "docling-project__docling": docling,
    "Unstructured-IO__unstructured": _unstructured,
    "py-pdf__sample-files": _properties,
}
