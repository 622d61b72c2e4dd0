"""Canonical documents made of plain texts."""

from __future__ import annotations

from collections.abc import Sequence

from frostbyte.contract import ids
from frostbyte.contract.documents import CanonicalDocument


def document_of(
    texts: Sequence[str], titles: Sequence[str | None] | None = None, hidden: Sequence[tuple[int, int, str]] = ()
) -> CanonicalDocument:
    """A document of one chunk per text; `titles` are the chunks' section titles, `hidden` stretches and how they are hidden."""
    name = ids.doc_id("file-1")
    chunks, start = [], 0
    for text, title in zip(texts, titles or [None] * len(texts), strict=True):
        end = start + len(text)
        chunks.append(
            {
                "chunk_id": ids.chunk_id(name, 1, start, end),
                "text": text,
                "page": 1,
                "start_char": start,
                "end_char": end,
                "element_type": "paragraph",
                "metadata": {"section_title": title, "heading_level": None},
            }
        )
        start = end
    return CanonicalDocument.from_json(
        {
            "doc_id": name,
            "file_id": "file-1",
            "tenant_id": "acme",
            "chunks": chunks,
            "lineage": {
                "raw_sha256": "0" * 64,
                "stage1_parser_version": "reader 1",
                "stage2_parser_version": "frostbyte-parse/1",
                "parse_timestamp": "2026-01-02T03:04:05Z",
                "hidden": [{"start_char": s, "end_char": e, "page": 1, "kind": kind} for s, e, kind in hidden],
            },
            "stats": {
                "page_count": 1,
                "section_count": 0,
                "table_count": 0,
                "figure_count": 0,
                "chunk_count": len(chunks),
                "total_characters": start,
                "ocr_pages": 0,
                "ocr_avg_confidence": None,
            },
        }
    )
