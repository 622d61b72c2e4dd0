"""Plain text: what is a heading, a list item, a paragraph, a page."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.parse import text
from frostbyte.parse.elements import Reading
from frostbyte.parse.text import title_level


def read(folder: Path, content: str | bytes) -> Reading:
    path = folder / "made.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return text.read(str(path))


def kinds(folder: Path, content: str) -> list[tuple[str, str]]:
    return [(element.kind, element.text) for element in read(folder, content).elements]


def test_paragraphs_stand_between_blank_lines_and_keep_their_lines(tmp_path: Path) -> None:
    found = kinds(tmp_path, "\r\n  first line of it\r\n second line of it \r\n\r\n \t\r\nanother one, which ends here.\r\n")
    assert found == [("paragraph", "first line of it\n second line of it"), ("paragraph", "another one, which ends here.")]


def test_a_memo_has_headings_paragraphs_and_list_items(tmp_path: Path) -> None:
    memo = "SERVICE TERMS\n\nThe supplier delivers the goods.\n\nTermination\n\nIt ends so:\n- keep the receipts\n  for a year\n"
    memo += "- sign\n"
    assert kinds(tmp_path, memo) == [
        ("heading", "SERVICE TERMS"),
        ("paragraph", "The supplier delivers the goods."),
        ("heading", "Termination"),
        ("paragraph", "It ends so:"),
        ("list_item", "- keep the receipts\n  for a year"),
        ("list_item", "- sign"),
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Notice Period", 2),
        ("PAYMENT", 1),
        ("3. Payment", 1),
        ("3.2.1 Late payment", 3),
        ("Article 5.", 1),
        ("Section 12 Scope and Purpose", 1),
        ("契約書", 2),
        ("The pump failed on Monday", None),
        ("Staff replaced the seal", None),
        ("Payment is due in thirty days.", None),
        ("Section 3 of the agreement applies here.", None),
        ("Total: 400 kroner", None),
        ("ann@example.org", None),
        ("12 March 2024 10:30", None),
        ("lower case words", None),
        ("One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen", None),
        ("Dear Sir,", None),
    ],
)
def test_a_lone_line_is_a_title_only_if_it_reads_like_one(line: str, level: int | None) -> None:
    assert title_level(line) == level


def test_marked_headings_are_headings_wherever_they_stand(tmp_path: Path) -> None:
    found = read(tmp_path, "# Guide\ntext at once\n\nSetup\n-----\n\n## Deeper ##\n")
    assert [(e.kind, e.level, e.text) for e in found.elements] == [
        ("heading", 1, "Guide"),
        ("paragraph", None, "text at once"),
        ("heading", 2, "Setup"),
        ("heading", 2, "Deeper ##"),
    ]


def test_numbered_lines_that_follow_each_other_are_a_list_not_headings(tmp_path: Path) -> None:
    assert [kind for kind, _ in kinds(tmp_path, "1. Milk\n\n2. Bread\n\n3. Eggs\n\nand that is all of it.")] == [
        "list_item",
        "list_item",
        "list_item",
        "paragraph",
    ]
    assert [kind for kind, _ in kinds(tmp_path, "1. Definitions\n\nterms mean what they say.")] == ["heading", "paragraph"]


def test_the_last_line_is_no_heading_for_it_heads_nothing(tmp_path: Path) -> None:
    assert kinds(tmp_path, "yours, as ever.\n\nKari Olsen") == [("paragraph", "yours, as ever."), ("paragraph", "Kari Olsen")]


def test_levels_start_at_one(tmp_path: Path) -> None:
    assert [e.level for e in read(tmp_path, "Termination\n\nit ends.").elements] == [1, None]


def test_a_form_feed_turns_the_page(tmp_path: Path) -> None:
    found = read(tmp_path, "one here.\f\ftwo here.")
    assert [page.text for page in found.pages] == ["one here.", "", "two here."]
    assert [(e.page, e.text) for e in found.elements] == [(1, "one here."), (3, "two here.")]


def test_a_guessed_encoding_is_warned_of(tmp_path: Path) -> None:
    guessed = read(tmp_path, "Kjøper betaler beløpet på Ås, og det er på tide.".encode("cp1252"))
    assert [w.code for w in guessed.warnings] == ["ENCODING_GUESSED"]
    assert read(tmp_path, "Kjøper betaler beløpet.").warnings == ()
    assert "CHARACTERS_REPLACED" in [w.code for w in read(tmp_path, b"\xff\xfea\xd8").warnings]


@given(st.text(st.sampled_from("aB1 .-#=\n\r\f\t*é契)"), max_size=200))
def test_every_letter_is_in_one_element_at_the_place_it_says(content: str) -> None:
    pages, elements = _elements(content)
    taken: list[list[bool]] = [[False] * len(page) for page in pages]
    for page, start, end, found in elements:
        assert pages[page - 1][start:end] == found
        assert not any(taken[page - 1][start:end])
        taken[page - 1][start:end] = [True] * (end - start)
    left = "".join(c for page, marks in zip(pages, taken, strict=True) for c, seen in zip(page, marks, strict=True) if not seen)
    assert not any(map(str.isalnum, left)), left


def _elements(content: str) -> tuple[list[str], list[tuple[int, int, int, str]]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), content)
    return [page.text for page in found.pages], [(e.page, e.page_start, e.page_end, e.text) for e in found.elements]


@pytest.mark.parametrize(
    "content",
    [
        " " * 3_000_000,
        "#" * 3_000_000,
        "- " * 1_000_000,
        "a" * 3_000_000,
        "1." * 1_000_000,
        "x\n\n" * 300_000,
        "=" * 2_000_000 + "\n==",
    ],
    ids=["blanks", "marks", "bullets", "letters", "numbers", "paragraphs", "rules"],
)
def test_no_input_takes_long(tmp_path: Path, content: str) -> None:
    began = time.process_time()  # what others do on a busy machine is not this reader's
    read(tmp_path, content)
    assert time.process_time() - began < 20


def test_soft_hyphens_join_words_over_line_ends(tmp_path: Path) -> None:
    found = read(tmp_path, "The co\u00ad\r\noperation of\ufb01ce is open.\nNext line.".encode())
    assert found.pages[0].text == "The cooperation office is open.\nNext line."
    assert found.elements[0].text == found.pages[0].text
