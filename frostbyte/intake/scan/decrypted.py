"""The scan's door to pdfium, used for one thing: an encrypted PDF as it lies open to a reader. In the scan's child alone."""

from __future__ import annotations

import io


def decrypted_pdf(data: bytes) -> bytes | None:
    """The PDF without its encryption where it opens without a password, as readers open it; None where it does not."""
    import pypdfium2  # type: ignore[import-untyped]
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    out = io.BytesIO()
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            document.save(out, flags=raw.FPDF_REMOVE_SECURITY)
        finally:
            document.close()
    except pypdfium2.PdfiumError:
        return None
    return out.getvalue()
