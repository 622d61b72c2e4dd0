"""What a PNG or a TIFF page carries beside its pixels: texts of its own, EXIF, XMP, IPTC, and the place where it was taken.

None of it is text of a page. All of it becomes properties, which the gates judge; texts that a person may have written are named
as left out too, and so is a position. Texts in fields that only a maker's own program reads (MakerNote) are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from frostbyte.parse import xmp
from frostbyte.parse.elements import Property

_TECHNICAL: Final = frozenset(
    ("software", "creation time", "date:create", "date:modify", "date:timestamp", "icc", "srgb", "dpi", "source")
)
"""Texts that programs put into a PNG by themselves; so are those with a colon in their name (`xml:com.adobe.xmp`, `exif:...`)."""
_EXIF_AS_TEXT: Final = "Raw profile type exif"
"""A PNG's EXIF as older programs write it, in hexadecimal."""

# Fields by their numbers in TIFF 6.0, EXIF 3.0 and IPTC-IIM 4.2.
_XMP, _EXIF, _GPS = 700, 34665, 34853
_DATES: Final = frozenset((306, 36867, 36868, 36880, 36881, 36882, 37520, 37521, 37522))
_MADE_BY: Final = frozenset((271, 272, 305, 316, 40964, 42033, 42034, 42035, 42036, 42037))
"""Maker, model, software, serial numbers: programs and cameras write them by themselves."""
_WINDOWS: Final = range(40091, 40096)
"""Title, comment, artist, keywords and subject as Windows writes them, in UTF-16."""
_USER_COMMENT: Final = 37510
_GPS_TEXTS: Final = frozenset((27, 28))
"""How a position was found and the name of the place, coded as a user's comment is."""
_IPTC_TEXTS: Final = 2
_IPTC_CODES: Final = frozenset((0, 10, 30, 35, 37, 38, 47, 55, 60, 62, 63, 70, 75))
"""Of that record what are no words: versions, urgency, dates, times."""
_POSITION: Final = "gps position"
_CODE: Final = 8
"""Bytes that name the code of such a text: `ASCII`, `UNICODE`, `JIS`, or nothing."""


@dataclass(frozen=True)
class Beside:
    """`left_out` counts the characters a person may have written, `position` says that it is known where the picture was taken,
    `damaged` that a part could not be read.
    """

    properties: tuple[Property, ...] = ()
    left_out: int = 0
    position: bool = False
    damaged: bool = False


@dataclass(frozen=True)
class _Said:
    """A text and where it stands; `characters` of it a person may have written, 0 where programs and cameras write it."""

    place: str
    text: str
    characters: int


def beside(image: Any, number: int) -> Beside:
    """What stands beside the pixels of the current frame, page `number`. Raises nothing: what is damaged is said."""
    said: dict[_Said, None] = {}
    damaged = False
    for part in (_png_texts, _exif, _iptc):
        try:
            for item in part(image):
                said[item] = None
        except MemoryError:
            raise
        except Exception:  # what Pillow raises depends on the damage
            damaged = True
    properties = tuple(
        Property(item.place or f"metadata text {index}", item.text, number) for index, item in enumerate(said, start=1)
    )
    position = any(item.place == _POSITION for item in said)
    return Beside(properties, sum(item.characters for item in said), position, damaged)


def _png_texts(image: Any) -> Iterator[_Said]:
    if image.format != "PNG":
        return
    # Texts may stand behind the pixels: the file has to be read to its end for them.
    try:
        image.load()
    except Exception:  # the frame's own reading says what is wrong with it
        return
    for key, value in getattr(image, "text", {}).items():
        text = str(value).strip()
        if text and key != _EXIF_AS_TEXT:
            technical = key.lower() in _TECHNICAL or ":" in key
            yield _Said("", f"{key}: {text}", 0 if technical else len(text))


def _exif(image: Any) -> Iterator[_Said]:
    """The texts of EXIF, which are a TIFF page's own fields, of its parts for camera and position, and of a PNG's thumbnail."""
    from PIL import ExifTags

    exif = image.getexif()
    parts = [exif, exif.get_ifd(_EXIF)]
    if image.format == "PNG":
        parts.append(exif.get_ifd(ExifTags.IFD.IFD1))  # of a TIFF it is the next page
    for part in parts:
        for field in part:
            if text := _text(field, part[field], field == _USER_COMMENT):
                yield _Said(_named(ExifTags.TAGS.get(field, "")), text, 0 if field in _MADE_BY else len(text))
    packet = exif.get(_XMP)
    if said := xmp.words(packet) if isinstance(packet, bytes) else "":
        yield _Said("xmp", said, 0)
    position = exif.get_ifd(_GPS)
    for field in _GPS_TEXTS:
        if text := _text(field, position.get(field), coded=True):
            yield _Said(_named(ExifTags.GPSTAGS[field]), text, len(text))
    if place := _position(position):
        yield _Said(_POSITION, place, 0)


def _iptc(image: Any) -> Iterator[_Said]:
    """Caption, keywords, by-line and what else an agency writes, in the only record that has words."""
    from PIL import IptcImagePlugin

    for (record, field), values in (IptcImagePlugin.getiptcinfo(image) or {}).items():
        if record == _IPTC_TEXTS and field not in _IPTC_CODES:
            for value in values if isinstance(values, list) else [values]:
                if text := _decoded(value):
                    yield _Said("iptc", text, len(text))


def _text(field: int, value: Any, coded: bool) -> str:
    """The text in a field; "" where it holds none, or a date."""
    if field in _DATES:
        return ""
    if isinstance(value, str):
        # Pillow takes all texts for Latin-1, which loses nothing: today's programs write UTF-8.
        return _decoded(value.encode("latin-1", "replace"))
    if isinstance(value, bytes) and coded:
        code, rest = value[:_CODE], value[_CODE:]
        return _decoded(rest, "iso2022_jp" if code.startswith(b"JIS") else "") or _decoded(code.lstrip(b"ACIJNSUDEO"))
    if isinstance(value, bytes) and field in _WINDOWS:
        return _clean(value.decode("utf-16-le", "replace"))
    return ""


def _decoded(data: bytes, encoding: str = "") -> str:
    """Bytes as text: in UTF-16 where every other byte is as good as always zero, in UTF-8 where it is that, else in Latin-1."""
    if not encoding and data.startswith((b"\xfe\xff", b"\xff\xfe")):
        encoding = "utf-16"
    if not encoding and len(data) >= 4 and abs(odd := data[1::2].count(0) - data[::2].count(0)) > len(data) // 4:
        encoding = "utf-16-le" if odd > 0 else "utf-16-be"
    if encoding:
        return _clean(data.decode(encoding, "replace"))
    try:
        return _clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _clean(data.decode("latin-1"))


def _clean(text: str) -> str:
    return re.sub("\0+", "\n", text.strip("\0 \n"))


def _position(fields: Mapping[int, Any]) -> str:
    """Where the picture was taken, as `latitude, longitude` in degrees; "" where it is not said, or not on the earth."""
    found = []
    for reference, field, negative, most in ((1, 2, "S", 90), (3, 4, "W", 180)):
        parts = fields.get(field)
        if not isinstance(parts, tuple) or len(parts) != 3:
            return ""
        degrees = sum(float(part) / unit for part, unit in zip(parts, (1, 60, 3600), strict=True))
        if not 0 <= degrees <= most:  # also what is no number
            return ""
        found.append(-degrees if str(fields.get(reference, "")).upper().startswith(negative) else degrees)
    return f"{found[0]:.5f}, {found[1]:.5f}"


def _named(name: str) -> str:
    """`UserComment` as `user comment`; "" stays so."""
    return " ".join(re.findall("[A-Z]+(?![a-z])|[A-Z][a-z]+", name)).lower()
