"""Is this plain text, to the last byte? (rulings D4 and D7)

libmagic looks at a beginning and trims trailing NULs, so a program followed by NULs passes for text. Here the whole file goes
by in blocks: text in an 8-bit or UTF-8 encoding holds no NUL and no control character beyond those libmagic takes for text;
UTF-16 and UTF-32 text decodes without error from first to last code unit and then obeys the same rule.

Text that is another kind of thing on purpose (a web page, a script, a delivered mail) is told by `foreign_kind`.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from frostbyte.intake import wide

_TAKEN: Final = frozenset(b"\x07\x08\t\n\x0b\x0c\r\x1b")
_REFUSED_BYTES: Final = bytes(sorted((set(range(0x20)) | {0x7F}) - _TAKEN))
_REFUSED_BYTE: Final = re.compile(b"[" + re.escape(_REFUSED_BYTES) + b"]")
_REFUSED_CHARACTER: Final = re.compile("[" + re.escape(_REFUSED_BYTES.decode("ascii")) + "]")

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SCRIPTS: Final = {
    "text/x-shellscript": "a shell script",
    "text/x-msdos-batch": "a batch file",
    "text/x-php": "PHP",
    "text/x-perl": "a Perl script",
    "text/x-python": "a Python script",
    "text/x-script.python": "a Python script",
    "text/javascript": "JavaScript",
    "text/html": "a web page",
    "text/rtf": "rich text",
}
# Formats made of plain characters that libmagic names outside `text/`; D7 takes them as text.
_HARMLESS: Final = frozenset(
    {
        "application/octet-stream",  # libmagic gives up on very short text; the byte rule above decides
        "application/csv",
        "application/json",
        "application/x-ndjson",
        "application/x-wine-extension-ini",
        "application/x-setupscript",
        "application/pgp-keys",
        "application/pgp-signature",
        "application/x-subrip",
    }
)
# What libmagic knows by its first two bytes alone: a jump of a DOS program without header, a frame of sound, an old archive, a
# bitmap of digits. Text in an encoding of its country starts with such bytes too (GB18030 with B8 B6, Windows-1252 with "ël"),
# and a real one holds NULs or control characters, by which the reading of the whole file refuses it.
_WEAK: Final = frozenset(
    {
        "application/x-dosexec",  # with its header, MZ, it is none of these
        "application/x-arc",
        "application/x-arj",
        "application/x-cpio",
        "application/x-dzip",
        "audio/mpeg",
        "audio/vnd.dolby.dd-raw",
        "audio/x-hx-aac-adts",
        "audio/x-mp4a-latm",
        "image/jxl",
        "image/x-portable-bitmap",
        "image/x-portable-graymap",
        "image/x-portable-greymap",
        "image/x-portable-pixmap",
        "image/x-tga",
    }
)
_PROGRAM_HEADERS: Final = (b"MZ", b"ZM")
_DELIVERED: Final = re.compile(
    rb"^(?:received|return-path|delivered-to|message-id|mime-version|dkim-signature|content-transfer-encoding)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_ACTIVE_XML: Final = re.compile(
    rb"<script|<\?xml-stylesheet|<!entity|<!doctype\s+html|www\.w3\.org/(?:1999/xhtml|2000/svg|1999/xsl)", re.IGNORECASE
)


class TextCheck:
    """Reads a file block by block and remembers the first thing that no text file holds.

    `size` is the file's size in bytes; unmarked wide text needs it, since an odd file is none.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._position = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._is_marked = False
        self.problem: str | None = None
        """Why this is not plain text, or None so far."""

    def feed(self, block: bytes) -> None:
        """The next bytes of the file, in order. The first block should hold at least 4 bytes where the file does."""
        if self.problem is not None or not block:
            return
        if self._position == 0:
            encoding = _wide_encoding(block, self._size)
            if encoding is not None:
                self._decoder = codecs.getincrementaldecoder(encoding)("strict")
                self._is_marked = any(block.startswith(mark) for mark, _ in _MARKS)
        if self._decoder is None:
            # translate is ten times as fast as a search, and nearly every block of nearly every file is clean.
            found = _REFUSED_BYTE.search(block) if len(block.translate(None, _REFUSED_BYTES)) < len(block) else None
            if found is not None:
                self.problem = _refused(found[0][0], self._position + found.start())
        else:
            self._decode(self._decoder, block, final=False)
        self._position += len(block)

    def finish(self) -> str | None:
        """Say that the file ended. Returns what makes it no plain text, or None."""
        if self.problem is None and self._decoder is not None:
            self._decode(self._decoder, b"", final=True)
        return self.problem

    def _decode(self, decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> None:
        try:
            text = decoder.decode(block, final)
        except UnicodeDecodeError:
            promise = "a byte order mark promises" if self._is_marked else "the first bytes promise"
            self.problem = f"{promise} wide characters, but the bytes near {self._position} are none"
            return
        found = _REFUSED_CHARACTER.search(text)
        if found is not None:
            self.problem = _refused(ord(found[0]), self._position)
        elif not self._is_marked and not wide.is_text(text):
            self.problem = f"the first bytes promise wide characters, but no text holds those near {self._position}"


def foreign_kind(head: bytes, sniffed: str) -> str | None:
    """What kind of thing text that starts with `head` is on purpose, in words, or None where it is just text.

    `sniffed` is libmagic's word for the same bytes. Code, calendars, cards, diffs, JSON and letters with header lines are
    text (ruling D7); what a shell, an interpreter, a browser or a mail program would act on is not.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith((b"#!/", b"#! /")):
        return "a script"
    if start[:5].lower() == b"<?php":
        return "PHP"
    if sniffed in _SCRIPTS:
        return _SCRIPTS[sniffed]
    if sniffed == "text/xml":
        return "markup with active content" if _ACTIVE_XML.search(head) else None
    if sniffed == "message/rfc822":
        header = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
        return "a delivered mail message" if _DELIVERED.search(header) else None
    weak = sniffed in _WEAK and not head.startswith(_PROGRAM_HEADERS)
    if sniffed.startswith("text/") or sniffed in _HARMLESS or weak:
        return None
    return sniffed


def _wide_encoding(block: bytes, size: int) -> str | None:
    for mark, encoding in _MARKS:
        if block.startswith(mark):
            return encoding
    return wide.unmarked(block, size)


def _refused(code: int, position: int) -> str:
    name = "a NUL" if code == 0 else f"control character 0x{code:02x}"
    return f"holds {name} near byte {position}"
