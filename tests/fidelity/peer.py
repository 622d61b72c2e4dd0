"""Run by the peers' own interpreter, `peer.py NAME`: reads paths, one a line, prints what NAME makes of each as a line of JSON.

The peers are what installs without weights. pdfplumber gives text and tables of PDFs. docling gives its own document of DOCX,
XLSX and CSV, which need no model, and of PDFs what its pipeline without models makes: lines of text, no headings, no tables.
Its layout and table models are downloads of their own, as is the language model that unstructured tells paragraphs from
headings with. That these were not measured says nothing about them.

docling is called below its converter, whose module loads torch for sound recordings.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any


def pdfplumber(path: Path) -> dict[str, Any]:
    """`text` by page, `tables` (rows of cells), the number of `pages`."""
    from pdfplumber import open as opened  # type: ignore[import-not-found]

    with opened(path) as document:
        text = [page.extract_text() or "" for page in document.pages]
        tables = [[[cell or "" for cell in row] for row in table] for page in document.pages for table in page.extract_tables()]
        return {"text": text, "tables": tables, "pages": len(document.pages)}


def docling(path: Path) -> dict[str, Any]:
    """`document`: its lossless JSON. Raises ValueError where it could not read the file."""
    from docling.backend.csv_backend import CsvDocumentBackend  # type: ignore[import-not-found]
    from docling.backend.docling_parse_backend import DoclingParseDocumentBackend  # type: ignore[import-not-found]
    from docling.backend.msexcel_backend import MsExcelDocumentBackend  # type: ignore[import-not-found]
    from docling.backend.msword_backend import MsWordDocumentBackend  # type: ignore[import-not-found]
    from docling.datamodel.base_models import ConversionStatus, InputFormat  # type: ignore[import-not-found]
    from docling.datamodel.document import InputDocument  # type: ignore[import-not-found]
    from docling.datamodel.pipeline_options import NativePdfPipelineOptions  # type: ignore[import-not-found]
    from docling.pipeline.native_pdf_pipeline import NativePdfPipeline  # type: ignore[import-not-found]
    from docling.pipeline.simple_pipeline import SimplePipeline  # type: ignore[import-not-found]

    kind, backend = {
        ".csv": (InputFormat.CSV, CsvDocumentBackend),
        ".docx": (InputFormat.DOCX, MsWordDocumentBackend),
        ".pdf": (InputFormat.PDF, DoclingParseDocumentBackend),
        ".xlsx": (InputFormat.XLSX, MsExcelDocumentBackend),
    }[path.suffix]
    if kind is InputFormat.PDF:
        pipeline = NativePdfPipeline(NativePdfPipelineOptions(generate_page_images=False, generate_picture_images=False))
    else:
        pipeline = SimplePipeline(SimplePipeline.get_default_options())
    made = pipeline.execute(InputDocument(path_or_stream=path, format=kind, backend=backend), raises_on_error=False)
    if made.status is not ConversionStatus.SUCCESS:
        raise ValueError(made.status.value)
    return {"document": made.document.export_to_dict()}


def main() -> None:
    read = {"pdfplumber": pdfplumber, "docling": docling}[sys.argv[1]]
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        try:
            found = read(Path(line.rstrip("\n")))
        except Exception as error:  # whatever it is, the peer did not read this one
            found = {"error": type(error).__name__}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
