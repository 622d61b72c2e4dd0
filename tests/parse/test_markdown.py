"""The markdown preview."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from frostbyte.parse.assemble import assemble
from frostbyte.parse.elements import Dropped, Figure, Reading, Warning
from frostbyte.parse.markdown import render

from .office_files import reading, readings


def shown(what: Reading) -> str:
    return render(assemble(what, file_id="f", tenant_id="acme", raw_sha256="0" * 64))


def test_a_document_reads_like_the_one_it_came_from() -> None:
    what = reading(
        ("heading", "Terms"),
        ("paragraph", "The buyer pays."),
        None,
        ("heading", ">Annex"),
        [["a", "b"], ["1", "x|y"]],
        ("paragraph", "End."),
    )
    figures = (Figure(2, None, 2),)
    dropped = (Dropped("comment", 1, "COMMENT"), Dropped("comment", 1, "COMMENT"), Dropped("sheet", 2, "HIDDEN_SHEET"))
    text = shown(replace(what, figures=figures, dropped=dropped, warnings=(Warning("ENCODING_GUESSED"), Warning("TINY_TEXT", 2))))
    assert text.split("\n\n")[1:] == [
        "<!-- page 1 -->",
        "# Terms",
        "The buyer pays.",
        "*[figure on page 2]*",
        "<!-- page 2 -->",
        "## Annex",
        "| a | b |\n| --- | --- |\n| 1 | x\\|y |",
        "End.",
        "---",
        "Left out:",
        "- COMMENT: comment, page 1 (2 times)\n- HIDDEN_SHEET: sheet, page 2",
        "---",
        "Warnings:",
        "- ENCODING_GUESSED\n- TINY_TEXT, page 2\n",
    ]


def test_a_table_that_was_cut_is_shown_once_and_whole() -> None:
    text = shown(reading([["n", "v"], *([f"row{i}", "v" * 90] for i in range(40))], ("paragraph", "after")))
    assert text.count("| n | v |") == 1
    assert all(text.count(f"| row{i} |") == 1 for i in range(40))
    assert text.rstrip().endswith("after")


def test_a_paragraph_that_was_cut_is_one_again() -> None:
    assert " ".join(["word"] * 700) in shown(reading(("paragraph", " ".join(["word"] * 700))))


def test_what_a_stranger_wrote_steers_neither_terminal_nor_page() -> None:
    text = shown(reading(("paragraph", "\x1b[2J<script>x</script>\n# not a heading\n> no quote\u202e"), ("heading", "<b>&")))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "&lt;script>" in text
    assert "\\# not a heading" in text
    assert "\\> no quote" in text
    assert "# &lt;b>&amp;" in text
    fetched = shown(reading(("paragraph", "![x](http://there/x.png) `run` *loud*"), [["[a](javascript:b)"]]))
    assert r"!\[x\](http://there/x.png) \`run\` \*loud\*" in fetched
    assert r"| \[a\](javascript:b) |" in fetched


@settings(max_examples=60)
@given(readings)
def test_every_word_of_every_document_is_shown(what: Reading) -> None:
    if not any(element.text.strip() for element in what.elements):
        return
    text = shown(what)
    for element in what.elements:
        assert all(word in text for word in element.text.split() if len(word) < 700)
