"""Run by the peer's own interpreter: reads paths, one a line, and prints what pdfplumber makes of each, one JSON object a line.

pdfplumber is the peer because it installs without weights: the layout models of docling and unstructured are downloads of their
own. That neither was measured says nothing about them.
"""

from __future__ import annotations

import json
import logging
import sys


def main() -> None:
    import pdfplumber  # type: ignore[import-not-found]

    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        text: list[str] = []
        tables: list[list[list[str]]] = []
        pages = 0
        try:
            with pdfplumber.open(line.rstrip("\n")) as document:
                for page in document.pages:
                    pages += 1
                    text.append(page.extract_text() or "")
                    tables += [[[cell or "" for cell in row] for row in table] for table in page.extract_tables()]
        except Exception as error:  # whatever it is, the peer did not read this one
            print(json.dumps({"error": type(error).__name__}), flush=True)
            continue
        print(json.dumps({"text": text, "tables": tables, "pages": pages}), flush=True)


if __name__ == "__main__":
    main()
