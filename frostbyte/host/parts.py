"""Parts that came with the program: libmagic and the model pack."""

from __future__ import annotations

from pathlib import Path

from frostbyte.embed import pack
from frostbyte.errors import FrostbyteError
from frostbyte.host.found import Found, fail, ok
from frostbyte.intake import libmagic

_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def magic() -> Found:
    """The bundled libmagic, asked about the first bytes of a PDF."""
    try:
        kind, version = libmagic.sniff(_PDF), libmagic.version()
    except FrostbyteError as error:
        return fail(error.message, "the program is not whole: run `frostbyte verify-install`")
    text = f"version {version // 100}.{version % 100:02d}"
    if kind != "application/pdf":
        return fail(f"{text} takes a PDF for {kind}", "the program is not whole: run `frostbyte verify-install`")
    return ok(text)


def model(directory: Path) -> Found:
    """The model pack in use, every byte of it."""
    try:
        info = pack.verify(directory)
    except FrostbyteError as error:
        return fail(error.message, error.hint or "install the pack again, or choose another with FROSTBYTE_MODEL")
    return ok(f"{info.name} {info.version}, {info.digest[:19]}")
