"""PNG and TIFF: pages, modes, sizes and damage, read by the real engine."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageFont, PngImagePlugin

from frostbyte.errors import ParseFailed
from frostbyte.parse import image as reader
from frostbyte.parse.elements import Reading


def picture(words: str, size: tuple[int, int] = (520, 90)) -> Image.Image:
    drawn = Image.new("RGB", size, "white")
    ImageDraw.Draw(drawn).text((20, 25), words, fill="black", font=ImageFont.load_default(28))
    return drawn


def read(path: Path) -> Reading:
    reading = reader.read(str(path))
    for element in reading.elements:
        assert reading.pages[element.page - 1].text[element.page_start : element.page_end] == element.text
    return reading


def test_a_png_is_one_page_with_a_confidence(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture("Delivery note 4711").save(path)
    reading = read(path)
    (page,) = reading.pages
    assert page.text == "Delivery note 4711"
    assert (page.width, page.height) == (520, 90)
    assert page.ocr_confidence is not None
    assert page.ocr_confidence > 0.9
    box = reading.elements[0].box
    assert box is not None
    assert 10 <= box.x0 <= 30
    assert reading.warnings == ()
    assert "pillow" in reading.reader_version
    assert "rapidocr" in reading.reader_version


def save_modes() -> list[tuple[str, Callable[[Image.Image], Image.Image], str]]:
    def sixteen(source: Image.Image) -> Image.Image:
        return Image.fromarray(np.asarray(source.convert("L"), dtype=np.uint16) * 30 + 900)

    def in_lab(source: Image.Image) -> Image.Image:
        spaces = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.applyTransform(source, ImageCms.buildTransform(*spaces, "RGB", "LAB"))
        assert converted is not None
        return converted

    def on_glass(source: Image.Image) -> Image.Image:
        glass = source.convert("RGBA")
        glass.putalpha(source.convert("L").point(lambda v: 255 - v))  # black letters on nothing at all
        return glass

    return [
        ("1", lambda s: s.convert("1"), "tiff"),
        ("L", lambda s: s.convert("L"), "png"),
        ("P", lambda s: s.convert("P"), "png"),
        ("I;16", sixteen, "png"),
        ("I;16", sixteen, "tiff"),
        ("F", lambda s: s.convert("F"), "tiff"),
        ("RGBA", on_glass, "png"),
        ("CMYK", lambda s: s.convert("CMYK"), "tiff"),
        ("YCbCr", lambda s: s.convert("YCbCr"), "tiff"),
        ("LAB", in_lab, "tiff"),
    ]


@pytest.mark.parametrize(("mode", "convert", "suffix"), save_modes())
def test_every_kind_of_pixel_is_read(
    tmp_path: Path, mode: str, convert: Callable[[Image.Image], Image.Image], suffix: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    converted = convert(picture("Batch 20260303"))
    assert converted.mode == mode
    converted.save(path)
    assert read(path).pages[0].text == "Batch 20260303"


@pytest.mark.parametrize(
    "options", [{}, {"big_tiff": True}, {"compression": "tiff_lzw"}, {"compression": "tiff_deflate"}, {"compression": "jpeg"}]
)
def test_every_page_of_a_tiff_is_read(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.tiff"
    first, *others = (picture(f"Sheet number {word}") for word in ("one", "two", "three"))
    first.save(path, save_all=True, append_images=others, **options)
    reading = read(path)
    assert [p.text for p in reading.pages] == ["Sheet number one", "Sheet number two", "Sheet number three"]
    assert [e.page for e in reading.elements] == [1, 2, 3]


def test_a_page_without_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (80, 80), "white").save(path)
    reading = read(path)
    assert [(w.code, w.page) for w in reading.warnings] == [("NO_TEXT", 1)]
    assert reading.pages[0].text == ""
    assert reading.pages[0].ocr_confidence is None  # nothing was read, so nothing was unsure


def test_the_orientation_in_the_file_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    exif = Image.Exif()
    exif[0x0112] = 8  # shown turned by a quarter to the left
    picture("Delivery note 4711").rotate(-90, expand=True).save(path, exif=exif)
    reading = read(path)
    assert reading.pages[0].text == "Delivery note 4711"
    assert (reading.pages[0].width, reading.pages[0].height) == (520, 90)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone(tmp_path: Path, orientation: int) -> None:
    drawn = Image.new("L", (4, 3), 255)
    drawn.putpixel((0, 0), 0)
    drawn.putpixel((1, 0), 90)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(orientation)  # Pillow's own numbers of its turns
    back = {4: 2, 2: 4}.get(undo or 0, undo)
    stored = drawn if back is None else drawn.transpose(Image.Transpose(back))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.png", exif=exif.tobytes())
    with Image.open(tmp_path / "a.png") as opened:
        pixels, scale = reader._pixels(opened)
    assert scale == 1.0
    assert pixels[:, :, 0].tolist() == np.asarray(drawn).tolist()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_a_large_picture_is_converted_band_by_band_to_the_same_pixels(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = Image.fromarray((np.arange(90)[:, None] * np.arange(70)[None, :] % 256).astype(np.uint8))
    wide = Image.fromarray(np.asarray(grey, dtype=np.uint16) * 200) if mode == "I;16" else grey.convert(mode)
    wide.save(tmp_path / "a.tiff")

    def pixels(band: int, limit: int) -> Any:
        monkeypatch.setattr(reader, "_BAND", band)
        monkeypatch.setattr(reader, "OCR_PIXELS", limit)
        with Image.open(tmp_path / "a.tiff") as opened:
            return reader._pixels(opened)[0].astype(int)

    assert (pixels(7, 10_000) == pixels(1000, 10_000)).all()
    assert abs(pixels(7, 2_000) - pixels(1000, 2_000)).max() <= 1
    assert pixels(7, 2_000).shape[0] * pixels(7, 2_000).shape[1] <= 2_100


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in (body, pixels, b"IEND")
    )


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (100_000, 10), (0x7FFFFFFF, 1)])
def test_a_picture_too_large_is_refused_before_it_is_decoded(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(width, height))
    with pytest.raises(ParseFailed) as caught:
        reader.read(str(path))
    assert (caught.value.reason, caught.value.detail) == ("PARSER_ERROR", "IMAGE_TOO_LARGE")


def test_the_largest_allowed_picture_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    drawn = picture("Delivery note 4711")
    drawn.save(path)
    monkeypatch.setattr(reader, "MAX_PIXELS", drawn.width * drawn.height)
    assert read(path).pages[0].text == "Delivery note 4711"
    monkeypatch.setattr(reader, "MAX_PIXELS", drawn.width * drawn.height - 1)
    with pytest.raises(ParseFailed):
        reader.read(str(path))


def test_a_large_picture_is_read_smaller_and_its_boxes_stay_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    picture("Delivery note 4711").resize((2080, 360)).save(path)
    monkeypatch.setattr(reader, "OCR_PIXELS", 520 * 90 * 2)
    reading = read(path)
    assert reading.pages[0].text == "Delivery note 4711"
    box = reading.elements[0].box
    assert box is not None
    assert box.x0 == pytest.approx(80, abs=25)
    assert box.x1 > 600


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"II*\0\x08\0\0\0\0\0\0\0\0\0", b"GIF89a" + b"\0" * 40, b"\0" * 100]
)
def test_what_is_no_picture_is_corrupted(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(ParseFailed) as caught:
        reader.read(str(path))
    assert caught.value.reason == "FILE_CORRUPTED"


def test_a_picture_cut_short_is_corrupted(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture("Delivery note 4711").save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ParseFailed) as caught:
        reader.read(str(path))
    assert (caught.value.reason, caught.value.detail) == ("FILE_CORRUPTED", "NO_READABLE_PAGE")


def test_a_broken_page_of_a_tiff_is_dropped_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    first, *others = (picture(f"Sheet number {word}") for word in ("one", "two", "three"))
    first.save(path, save_all=True, append_images=others, compression="tiff_deflate")
    data = bytearray(path.read_bytes())
    with Image.open(path) as opened:
        opened.seek(1)
        start = opened.tag_v2[273][0]  # where the second page's pixels begin
    data[start : start + 60] = b"\xff" * 60
    path.write_bytes(data)
    reading = read(path)
    assert [(d.element_type, d.page, d.reason) for d in reading.dropped] == [("page", 2, "PAGE_UNREADABLE")]
    assert [p.text for p in reading.pages] == ["Sheet number one", "", "Sheet number three"]


def test_frames_of_an_animated_png_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture("Seen").save(path, save_all=True, append_images=[picture("Not seen")])
    reading = read(path)
    assert [p.text for p in reading.pages] == ["Seen"]
    assert [d.reason for d in reading.dropped] == ["ANIMATION_FRAMES"]


def test_pages_past_the_limit_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_FRAMES", 1)
    path = tmp_path / "a.tiff"
    picture("One").save(path, save_all=True, append_images=[picture("Two")])
    reading = read(path)
    assert [(d.page, d.reason) for d in reading.dropped] == [(2, "PAGE_LIMIT")]
    assert [w.code for w in reading.warnings] == ["PAGE_LIMIT"]


@pytest.mark.parametrize(
    ("key", "value", "size"),
    [
        ("Comment", "ignore the picture", 18),
        ("Description", "x" * 40, 40),
        ("Software", "A scanner 2.1", 0),
        ("date:create", "2026-01-02", 0),
        ("XML:com.adobe.xmp", "<x/>", 0),
    ],
)
def test_text_beside_the_pixels_of_a_png_is_left_out_and_named(tmp_path: Path, key: str, value: str, size: int) -> None:
    beside = PngImagePlugin.PngInfo()
    beside.add_text(key, value, zip=size > 20)
    picture("Paid").save(tmp_path / "a.png", pnginfo=beside)
    reading = read(tmp_path / "a.png")
    assert [(d.element_type, d.page, d.reason, d.characters) for d in reading.dropped] == (
        [("metadata", 1, "METADATA_TEXT", size)] if size else []
    )
    assert [(p.place, p.text) for p in reading.properties] == [("metadata text 1", f"{key}: {value}")] * bool(value.strip())
    assert reading.pages[0].text == "Paid"


def test_text_beside_the_pixels_of_a_tiff_is_named_with_its_page(tmp_path: Path) -> None:
    pages = [picture("Paid"), picture("Sent")]
    for number, page in enumerate(pages):
        page.encoderinfo = {"tiffinfo": {270: "say nothing"} if number else {305: "A scanner"}}
    pages[0].save(tmp_path / "a.tiff", save_all=True, append_images=pages[1:], tiffinfo={305: "A scanner"})
    reading = read(tmp_path / "a.tiff")
    assert [(d.page, d.reason, d.characters) for d in reading.dropped] == [(2, "METADATA_TEXT", 11)]
    assert [(p.page, p.place, p.text) for p in reading.properties] == [
        (1, "software", "A scanner"),
        (2, "image description", "say nothing"),
    ]


def test_a_picture_that_says_where_it_was_taken_is_named_and_a_damaged_exif_costs_no_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(34853).update({1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.2)})
    picture("Paid").save(tmp_path / "a.png", exif=exif.tobytes())
    reading = read(tmp_path / "a.png")
    assert [(d.element_type, d.page, d.reason) for d in reading.dropped] == [("metadata", 1, "GPS_POSITION")]
    assert [(p.place, p.text) for p in reading.properties] == [("gps position", "48.85833, 2.29450")]
    picture("Paid").save(tmp_path / "b.png", exif=b"Exif\0\0no such thing at all")
    broken = read(tmp_path / "b.png")
    assert (broken.pages[0].text, broken.properties) == ("Paid", ())
    assert [(w.code, w.page) for w in broken.warnings] == [("PROPERTIES_UNREADABLE", 1)]
