from __future__ import annotations

import io

import pypdf
import pytest

from frostbyte.intake.scan import pieces
from frostbyte.intake.scan.decrypted import decrypted_pdf

from . import making
from .test_unopened import told


def locked(user: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.bin", making.EICAR)
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256", "AES-256-R5"])
def test_a_pdf_that_opens_without_a_password_is_looked_into(algorithm: str) -> None:
    data = locked("", algorithm)
    assert making.EICAR not in data
    found = list(pieces.pieces(data))
    assert any(making.EICAR in (piece.data or b"") for piece in found)
    assert not [piece for piece in found if piece.kind == "unopened"]


def test_a_pdf_that_wants_a_password_is_named() -> None:
    data = locked("secret", "AES-256")
    assert told(data) == [("", "encrypted")]
    assert told(making.package(A_dot_pdf=data)) == [("a.pdf", "encrypted")]
    assert told(data.replace(b"/Encrypt", b"/#45ncrypt")) == [("", "encrypted")]
    assert told(b"%PDF-1.4\ntrailer << /Encrypt << /Filter /None >> >>") == [("", "encrypted")]
    assert told(b"%PDF-1.4\n% /Encryption is a word, /EncryptMetadata a key\n") == []
    assert decrypted_pdf(data) is None
    assert decrypted_pdf(b"no PDF") is None
