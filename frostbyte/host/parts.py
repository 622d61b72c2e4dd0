"""Parts that came with the program: libmagic, the model pack, and the models of the gates."""

from __future__ import annotations

from pathlib import Path

from frostbyte.embed import Head, Tagger, default_pack_dir, pack
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


def head(directory: Path) -> Found:
    """A head of the gates, every byte of it, and that it is the shipped encoder's."""
    try:
        opened = Head(directory, pack.read(default_pack_dir()).digest)
    except FrostbyteError as error:
        return fail(error.message, "no document can be judged: run `frostbyte verify-install`")
    return ok(f"{opened.name} {opened.version}")


def tagger(directory: Path) -> Found:
    """The tagger of names and addresses, every byte of it, and that its graph runs."""
    try:
        opened = Tagger(directory)
    except FrostbyteError as error:
        return fail(error.message, "names and addresses cannot be found: run `frostbyte verify-install`")
    return ok(f"{opened.name} {opened.version}")
