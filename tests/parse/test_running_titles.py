"""Page headers and footers are told by standing at one place of several pages."""

from __future__ import annotations

from frostbyte.parse import running_titles
from frostbyte.parse.lines import Segment


def line(text: str, x0: float, y0: float) -> Segment:
    return Segment(text, x0, y0, x0 + 6.0 * len(text), y0 + 10, 10)


def test_titles_numbers_and_what_stands_beside_them_are_told_from_text() -> None:
    pages = [
        [
            line("Annual report", 60, 40),
            line(f"text of page {n}", 60, 400),
            line(f"once {n * 'x'}", 60, 755),
            line(str(n), 540, 755),
        ]
        for n in range(1, 5)
    ]
    found = running_titles.find([*pages, []], [792.0] * 4 + [0.0])
    assert found[:4] == [(page[:1], [page[3], page[2]]) for page in pages]
    assert found[4] == ([], [])


def test_a_number_above_the_edge_is_a_page_number_only_alone() -> None:
    lone = [[line("text", 60, 400), line(str(n), 300, 700)] for n in range(1, 4)]
    assert [footer for _, footer in running_titles.find(lone, [792.0] * 3)] == [page[1:] for page in lone]
    row = [[*page, line("Total", 60, 700)] for page in lone]
    assert running_titles.find(row, [792.0] * 3) == [([], [])] * 3


def test_a_tables_row_at_the_edge_keeps_its_cells_beside_a_number() -> None:
    rows = [
        [
            line("text", 60, 400),
            *(line(f"{w}{n * 'x'}", x, 755) for x, w in ((60, "a"), (160, "b"), (260, "q"))),
            line(str(n), 400, 755),
        ]
        for n in range(1, 4)
    ]
    assert all(footer == page[-1:] for page, (_, footer) in zip(rows, running_titles.find(rows, [792.0] * 3), strict=True))


def test_one_page_has_none() -> None:
    assert running_titles.find([[line("Annual report", 60, 40)]], [792.0]) == [([], [])]


def test_what_differs_in_a_number_that_counts_no_pages_is_no_page_header() -> None:
    items = [[line(f"Item {n}.", 60, 40), line("text", 60, 400)] for n in (2, 5, 7, 8, 15)]
    assert running_titles.find(items, [792.0] * 5) == [([], [])] * 5
    rows = [[line("text", 60, 400), line(f"({n})", 60, 755)] for n in (1, 2, 1, 3)]
    assert running_titles.find(rows, [792.0] * 4) == [([], [])] * 4
    part = [[line("PART II Item 7", 60, 40), line("text", 60, 400)] for _ in range(3)]
    assert [header for header, _ in running_titles.find(part, [792.0] * 3)] == [page[:1] for page in part]


def test_page_numbers_of_pages_taken_from_a_longer_document_need_only_rise() -> None:
    pages = [[line("text", 60, 400), line(str(n), 60, 755)] for n in (11, 15, 77)]
    assert [footer for _, footer in running_titles.find(pages, [792.0] * 3)] == [page[1:] for page in pages]


def test_a_last_line_that_counts_the_pages_is_a_page_number_wherever_it_stands() -> None:
    pages = [[line("text", 60, 100), line(str(n + 4), 300, 200 + 90 * n)] for n in range(1, 5)]
    assert [footer for _, footer in running_titles.find(pages, [792.0] * 4)] == [page[1:] for page in pages]
    sums = [[line("text", 60, 100), line(str(17 * n), 300, 200 + 90 * n)] for n in range(1, 5)]
    assert running_titles.find(sums, [792.0] * 4) == [([], [])] * 4
