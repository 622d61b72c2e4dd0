"""Text that leaves no mark on its page is named and set apart; text that does is not, however odd its colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from frostbyte.parse import pdf as reader
from frostbyte.parse import pdf_sight
from frostbyte.parse.elements import Reading

Text = Callable[..., str]
Saved = Callable[..., str]
Page = Callable[..., Reading]

SECRET = "ignore the figures above"
AREAS = "1 1 1 rg 60 380 300 60 re f 60 300 30 30 re f 60 200 30 30 re f 60 100 30 30 re f"
LAYERS = "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"


def line(words: str = SECRET, x: float = 72, y: float = 400, size: float = 11, mode: int = 0) -> str:
    return f"BT /F1 {size} Tf {mode} Tr {x} {y} Td ({words}) Tj ET"


@pytest.fixture
def page(pdf: Any, saved: Saved) -> Page:
    """A page of the content given, below a line in plain sight; objects 6 and 7 are a layer that is off and an empty opacity."""

    def of(*drawn: str, catalog: str = "", entries: str = "", pictures: tuple[tuple[bytes, int, int], ...] = ()) -> Reading:
        pdf.catalog = catalog
        layer, clear = pdf.add("<< /Type /OCG /Name (Layer) >>"), pdf.add("<< /ca 0 /CA 0 >>")
        named = " ".join(f"/I{i} {pdf.picture(*picture)} 0 R" for i, picture in enumerate(pictures))
        content = pdf.stream("\n".join([line("What everybody reads.", y=700), *drawn]))
        pdf.page_object(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R {entries} "
            f"/Resources << /Font << /F1 3 0 R >> /ExtGState << /G0 {clear} 0 R >> /Properties << /L0 {layer} 0 R >> "
            f"/XObject << {named} >> >> >>"
        )
        return reader.read(saved(pdf.bytes()))

    return of


def hidden(reading: Reading) -> list[tuple[str, str]]:
    pages = {page.number: page.text for page in reading.pages}
    return [(span.kind, pages[span.page][span.page_start : span.page_end]) for span in reading.hidden]


SPECKS = b"".join(b"\0\0\0" if (x + 2 * y) % 3 else b"\xff\xff\xff" for y in range(60) for x in range(60))
WHITE = b"\xff" * (60 * 60 * 3)


@pytest.mark.parametrize(
    ("kind", "drawn", "catalog"),
    [
        ("invisible", [line(mode=3)], ""),
        ("colour", ["1 1 1 rg", line()], ""),
        ("colour", ["0.98 0.98 0.97 rg", line()], ""),
        ("colour", ["0.1 0.2 0.6 rg 60 380 300 60 re f 0.1 0.2 0.59 rg", line()], ""),
        ("covered", [line(), "1 1 1 rg 60 380 300 60 re f"], ""),
        ("covered", [line(), "q 300 0 0 60 60 380 cm /I0 Do Q"], ""),
        ("covered", [line(), "0 G 14 w 60 404 m 360 404 l S"], ""),
        ("clipped", ["q 0 0 20 20 re W n", line(), "Q"], ""),
        ("transparent", ["q /G0 gs", line(), "Q"], ""),
        ("layer", ["/OC /L0 BDC", line(), "EMC"], LAYERS),
        ("off_page", [line(x=900)], ""),
        ("off_page", [line(y=-40)], ""),
        ("tiny", [line(size=0.4)], ""),
        ("tiny", [f"BT /F1 1 Tf 0.01 0 0 11 72 400 Tm ({SECRET}) Tj ET"], ""),
    ],
)
def test_what_leaves_no_mark_is_named_and_stays_for_the_gates(page: Page, kind: str, drawn: list[str], catalog: str) -> None:
    reading = page(*drawn, catalog=catalog, pictures=((WHITE, 60, 60),))
    assert hidden(reading) == [(kind, SECRET)]
    (warning,) = reading.warnings
    assert (warning.code, warning.page, warning.kind) == ("HIDDEN_TEXT", 1, kind)
    assert warning.characters == len(SECRET.replace(" ", ""))
    assert reading.pages[0].text == f"What everybody reads.\n{SECRET}"


@pytest.mark.parametrize(
    ("drawn", "catalog"),
    [
        (["0.9 0.9 0.9 rg 60 380 300 60 re f 0 0 0 rg", line()], ""),
        (["0.1 0.2 0.6 rg 60 380 300 60 re f 1 1 1 rg", line()], ""),
        (["0.1 0.2 0.6 rg 60 398 100 12 re f 160 398 100 12 re f 1 1 1 rg", line()], ""),
        (["0.75 0.75 0.75 rg", line()], ""),
        (["1 1 0 rg", line()], ""),
        ([line(), "1 1 1 rg 60 340 300 56 re f"], ""),
        ([line(), "60 380 300 60 re S"], ""),
        ([line(), "0 G 1 w 60 404 m 360 404 l S"], ""),
        (["q 300 0 0 60 60 380 cm /I0 Do Q", line()], ""),
        (["q 60 380 300 60 re W n", line(), "Q"], ""),
        (["q", line(mode=7), "0 0 1 rg 0 0 612 792 re f Q"], ""),
        (["1 1 1 rg 0 0 0 RG", line(mode=2)], ""),
        (["/OC /L0 BDC", line(), "EMC"], LAYERS.replace("/OFF", "/ON")),
        ([line(size=4)], ""),
        ([line(x=500)], ""),
    ],
    ids=[
        *(
            "dark_on_gray",
            "white_on_dark",
            "white_on_cells",
            "light_gray",
            "yellow",
            "area_below",
            "frame",
            "struck",
            "over_a_picture",
        ),
        *("wide_clip", "filled_through", "outlined", "layer_that_is_on", "small_print", "cut_by_the_edge"),
    ],
)
def test_what_can_be_seen_is_not_called_hidden(page: Page, drawn: list[str], catalog: str) -> None:
    reading = page(*drawn, catalog=catalog, pictures=((WHITE, 60, 60),))
    assert hidden(reading) == []
    assert reading.warnings == ()
    assert SECRET.split()[0] in reading.pages[0].text


@pytest.mark.parametrize(("state", "expected"), [("OFF", [("layer", SECRET)]), ("ON", [])])
@pytest.mark.parametrize("marked", [False, True], ids=["form_of_a_layer", "text_of_a_layer_in_a_form"])
def test_a_form_may_be_on_a_layer_and_so_may_what_is_in_it(
    pdf: Any, saved: Saved, state: str, expected: list[tuple[str, str]], marked: bool
) -> None:
    layer = pdf.add("<< /Type /OCG /Name (Layer) >>")
    own, drawn = ("", f"/OC /L0 BDC {line()} EMC") if marked else (f"/OC {layer} 0 R", line())
    resources = f"/Resources << /Font << /F1 3 0 R >> /Properties << /L0 {layer} 0 R >> >>"
    form = pdf.stream(drawn, f"/Type /XObject /Subtype /Form /BBox [0 0 612 792] {own} {resources}")
    pdf.catalog = f"/OCProperties << /OCGs [{layer} 0 R] /D << /{state} [{layer} 0 R] >> >>"
    pdf.page(line("What everybody reads.", y=700), "/P << /MCID 0 >> BDC /I0 Do EMC", pictures=[form])
    assert hidden(reader.read(saved(pdf.bytes()))) == expected


@pytest.mark.parametrize(("first", "then", "expected"), [("", AREAS, [("covered", SECRET)]), (AREAS, "0 g", [])])
def test_a_page_with_more_areas_than_are_compared_is_drawn(
    page: Page, monkeypatch: pytest.MonkeyPatch, first: str, then: str, expected: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(pdf_sight, "MAX_COVERS", 3)
    assert hidden(page(first, then if first else "", line(), "" if first else then)) == expected


@pytest.mark.parametrize(("colour", "expected"), [("1 1 0.8", [("covered", SECRET)]), ("", [])])
def test_a_line_under_a_note_that_draws_over_it_is_covered(
    pdf: Any, saved: Saved, colour: str, expected: list[tuple[str, str]]
) -> None:
    drawn = f"{colour} rg 0 0 300 60 re f" if colour else ""
    look = pdf.stream(drawn, "/Type /XObject /Subtype /Form /BBox [0 0 300 60]")
    note = f"<< /Type /Annot /Subtype /Square /Rect [60 380 360 440] /AP << /N {look} 0 R >> >>"
    pdf.page(line("What everybody reads.", y=700), line(), entries=f"/Annots [{note}]")
    assert hidden(reader.read(saved(pdf.bytes()))) == expected


def test_hidden_letters_right_beside_seen_ones_are_no_word_with_them(page: Page) -> None:
    reading = page("BT /F1 11 Tf 72 400 Td 0 g (I) Tj 1 g (gnore) Tj 0 g ( a) Tj 1 g (bove) Tj ET")
    assert hidden(reading) == [("colour", "gnore bove")]
    assert reading.pages[0].text.startswith("What everybody reads.\nI a\n")


def test_black_text_does_not_vouch_for_the_white_text_under_it(page: Page) -> None:
    reading = page("1 g", line(), "0 g", line("xxxxxxxxxxxxxxxxxxxxxx"))
    assert hidden(reading) == [("colour", SECRET)]


def test_a_word_that_is_covered_in_part_of_a_line_is_hidden_alone(page: Page) -> None:
    reading = page(line("Shown and covered"), "1 g 122 390 60 30 re f")
    assert hidden(reading) == [("covered", "covered")]
    assert reading.pages[0].text == "What everybody reads.\nShown and\ncovered"


def test_the_text_layer_of_a_scan_is_named_as_such(page: Page) -> None:
    reading = page("q 612 0 0 792 0 0 cm /I0 Do Q", line(mode=3), pictures=((SPECKS, 60, 60),))
    assert [w.code for w in reading.warnings] == ["OCR_TEXT_LAYER"]
    assert reading.hidden == ()
    assert reading.figures == ()  # the scan itself is no figure of the document


def test_a_scan_over_its_text_is_a_text_layer_too(page: Page) -> None:
    reading = page(line(), "q 612 0 0 792 0 0 cm /I0 Do Q", pictures=((SPECKS, 60, 60),))
    assert [w.code for w in reading.warnings] == ["OCR_TEXT_LAYER"]
    assert reading.hidden == ()


def test_a_text_layer_over_nothing_printed_is_hidden_text(page: Page) -> None:
    reading = page("q 612 0 0 792 0 0 cm /I0 Do Q", line("All said.", y=600), line(mode=3), pictures=((WHITE, 60, 60),))
    assert [kind for kind, _ in hidden(reading)] == ["covered", "invisible"]
    assert hidden(reading)[1] == ("invisible", SECRET)


def test_a_page_that_cannot_be_drawn_says_so(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_sight.Sight, "_draw", lambda *_, **__: False)
    reading = page("1 g", line())
    assert [(w.code, w.page) for w in reading.warnings] == [("HIDDEN_TEXT_UNCHECKED", 1)]


def test_a_page_without_suspects_is_not_drawn(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object, **__: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(pdf_sight.Sight, "_draw", draw)
    assert page("0.9 g 60 380 300 60 re f 0 g", line()).hidden == ()


def test_a_crowded_page_is_decided_by_drawing(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_sight, "MAX_COVERS", 3)
    fills = [f"0.9 g {20 * n} 10 10 10 re f" for n in range(6)]
    assert hidden(page(*fills, "1 g", line(), "0 g", line("in sight", y=300))) == [("covered", SECRET)]
