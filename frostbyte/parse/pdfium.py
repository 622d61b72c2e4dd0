"""The one door to pypdfium2: opening a PDF, its pages' content (`pdf_page.py`) and their pixels."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import ParseFailed
from frostbyte.parse.pdf_calls import Calls
from frostbyte.parse.pdf_page import MAX_ANNOTATIONS, Extraction, PageContent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

IN_MEMORY_BYTES = 64 * 1024 * 1024
"""Larger files are read piece by piece; slower, but a scan of a gigabyte is not held in memory."""
MAX_RENDER_PIXELS = 12_000_000


class PageFailed(Exception):
    """One page could not be loaded; `args[0]` is a fixed word. Never leaves the parse room."""


class PdfFile:
    """An open PDF. Use as a context manager; not safe for use by two threads (pdfium is not)."""

    def __init__(self, path: str) -> None:
        """Open the file at `path` (any path that can be opened, /proc/self/fd/N too).

        Raises ParseFailed: FILE_CORRUPTED for an empty or broken file, PARSER_ERROR with detail ENCRYPTED where a user password
        is needed and UNSUPPORTED_ENCRYPTION where pdfium does not know the scheme.
        """
        import pypdfium2  # type: ignore[import-untyped]
        import pypdfium2.raw as raw  # type: ignore[import-untyped]

        self._raw: Any = raw
        self._calls = Calls(raw)
        with contextlib.ExitStack() as files:
            try:
                # Never the path: pypdfium2 resolves links, which a memfd behind /proc/self/fd does not survive.
                file = files.enter_context(Path(path).open("rb"))
                size = file.seek(0, io.SEEK_END)
                file.seek(0)
                data = file.read() if size <= IN_MEMORY_BYTES else file
            except OSError as error:
                raise ParseFailed("could not read the file", reason="FILE_CORRUPTED", detail="UNREADABLE") from error
            if size == 0:
                raise ParseFailed("the file is empty", reason="FILE_CORRUPTED", detail="EMPTY_FILE")
            # pdfium may fail without saying why, and its last error is then an earlier document's: no other than this leaves it.
            raw.FPDF_LoadMemDocument64(b" ", 1, None)
            try:
                self._document: Any = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as error:
                raise _refusal(raw, getattr(error, "err_code", None)) from error
            self._files = files.pop_all()
        self.version = f"pypdfium2 {pypdfium2.version.PYPDFIUM_INFO.version}"

    def __enter__(self) -> PdfFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()
        self._files.close()

    def __len__(self) -> int:
        return len(self._document)

    @property
    def javascript_actions(self) -> int:
        """Document-level JavaScript entries, as pdfium counts them."""
        return max(0, int(self._raw.FPDFDoc_GetJavaScriptActionCount(self._document)))

    @property
    def attachments(self) -> int:
        """Embedded files, as pdfium counts them."""
        return max(0, int(self._raw.FPDFDoc_GetAttachmentCount(self._document)))

    @property
    def has_xfa(self) -> bool:
        """True where the form is an XFA form, whose content pdfium (built without XFA) does not read."""
        return self._document.get_formtype() in (self._raw.FORMTYPE_XFA_FULL, self._raw.FORMTYPE_XFA_FOREGROUND)

    def page(self, index: int, *, layers: bool = False) -> PageContent:
        """Everything on page `index` (from 0); `layers`: the document has some, which may be off. Raises PageFailed."""
        page, text_page = self._load(index)
        try:
            return Extraction(self._calls, page, text_page, layers=layers).run()
        finally:
            if text_page is not None:
                text_page.close()
            page.close()

    def _load(self, index: int) -> tuple[Any, Any]:
        import pypdfium2

        raw = self._raw
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError as error:
            raise PageFailed("PAGE_UNREADABLE") from error
        try:
            # What is typed into a form or a text box is drawn by an annotation, which pdfium's text does not cover.
            # Flattening puts it into the page, in memory only; the page has to be loaded anew to see it.
            if self._has_filled_fields(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
                page.close()
                page = self._document[index]
            return page, page.get_textpage()
        except pypdfium2.PdfiumError as error:
            page.close()
            raise PageFailed("PAGE_TEXT_UNREADABLE") from error

    def _has_filled_fields(self, page: Any) -> bool:
        raw = self._raw
        drawn = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP)
        for position in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
            annotation = raw.FPDFPage_GetAnnot(page, position)
            if annotation:
                subtype = raw.FPDFAnnot_GetSubtype(annotation)
                raw.FPDFPage_CloseAnnot(annotation)
                if subtype in drawn:
                    return True
        return False

    def render(self, index: int, dpi: float) -> tuple[NDArray[np.uint8], float]:
        """Page `index` as an RGB array and the scale used (pixels per point), at most MAX_RENDER_PIXELS. Raises PageFailed."""
        import pypdfium2

        try:
            page = self._document[index]
        except pypdfium2.PdfiumError as error:
            raise PageFailed("PAGE_UNREADABLE") from error
        try:
            width, height = page.get_size()
            scale = dpi / 72.0
            pixels = max(1.0, width * height * scale * scale)
            if pixels > MAX_RENDER_PIXELS:
                scale *= (MAX_RENDER_PIXELS / pixels) ** 0.5
            # A page thinner than a pixel would round up to one and pass the bound by its other side.
            if max(width, height) * scale > 20_000:
                raise PageFailed("PAGE_SIZE")
            bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
            try:
                array = bitmap.to_numpy()[:, :, :3].copy()
            finally:
                bitmap.close()
            return array, scale
        except pypdfium2.PdfiumError as error:
            raise PageFailed("PAGE_RENDER") from error
        finally:
            page.close()


def _refusal(raw: Any, code: int | None) -> ParseFailed:
    if code == raw.FPDF_ERR_PASSWORD:
        return ParseFailed("the document needs a password", reason="PARSER_ERROR", detail="ENCRYPTED")
    if code == raw.FPDF_ERR_SECURITY:
        return ParseFailed("unknown encryption", reason="PARSER_ERROR", detail="UNSUPPORTED_ENCRYPTION")
    return ParseFailed("pdfium could not open the document", reason="FILE_CORRUPTED", detail="NOT_A_PDF")
