"""Document formats the platform takes (formats.json) and why a file is refused."""

from __future__ import annotations

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TXT = "text/plain"
CSV = "text/csv"
PNG = "image/png"
TIFF = "image/tiff"

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    TXT: (".txt",),
    CSV: (".csv",),
    PNG: (".png",),
    TIFF: (".tiff", ".tif"),
}
PLATFORM_MIMES: tuple[str, ...] = tuple(EXTENSIONS)
MIME_BY_EXTENSION: dict[str, str] = {ext: mime for mime, exts in EXTENSIONS.items() for ext in exts}
