"""CSV of any separator, quoting and encoding becomes one table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.errors import ParseFailed
from frostbyte.parse import delimited
from frostbyte.parse.elements import Element, Reading


def read(folder: Path, content: str | bytes) -> Reading:
    path = folder / "made.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return delimited.read(str(path))


def table(folder: Path, content: str | bytes) -> Element:
    (found,) = read(folder, content).elements
    return found


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    lines = [["name", "amount, net", "note; long"], ["Ann", "1,5", "a"], ["Bo", "2,5", "b"]]
    content = io.StringIO()
    csv.writer(content, delimiter=separator).writerows(lines)
    assert [list(row) for row in table(tmp_path, content.getvalue()).cells or ()] == lines


def test_a_separator_the_file_declares_is_believed(tmp_path: Path) -> None:
    assert table(tmp_path, "sep=^\r\na,b^c\r\n1^2\r\n").cells == (("a,b", "c"), ("1", "2"))


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    assert table(tmp_path, "Industry\nHealth\nOther\n").cells == (("Industry",), ("Health",), ("Other",))


def test_quoted_line_ends_and_quotes_stay_in_their_cell(tmp_path: Path) -> None:
    found = table(tmp_path, 'name,note\n"Olsen, Kari","said ""ok"""\n契約,"line one\r\nline two"\n')
    assert found.cells == (("name", "note"), ("Olsen, Kari", 'said "ok"'), ("契約", "line one line two"))


def test_cells_between_apostrophes_are_read_without_them(tmp_path: Path) -> None:
    assert table(tmp_path, "'a','b'\n'1,5','it''s'\n").cells == (("a", "b"), ("1,5", "it's"))
    assert table(tmp_path, "a,b\n'tis,1\nrock 'n' roll,2\n").cells == (("a", "b"), ("'tis", "1"), ("rock 'n' roll", "2"))


def test_a_backslash_may_stand_before_a_quote_or_a_separator(tmp_path: Path) -> None:
    assert table(tmp_path, 'a,b\n"5\\" high","x"\n').cells == (("a", "b"), ('5" high', "x"))
    assert table(tmp_path, "a,b\nOlsen\\, Kari,1\nBerg,2\n").cells == (("a", "b"), ("Olsen, Kari", "1"), ("Berg", "2"))
    assert table(tmp_path, 'path,n\n"C:\\dir\\",1\nD:\\,2\n').cells == (("path", "n"), ("C:\\dir\\", "1"), ("D:\\", "2"))


def test_a_file_that_ends_inside_its_last_cell_keeps_its_quoting(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\n"1,5","x"\n"2,5","y and')
    assert found.elements[0].cells == (("a", "b"), ("1,5", "x"), ("2,5", "y and"))


def test_lines_above_a_table_are_text_and_its_header_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, "Sales, spring\nPrinted on 2024-05-01\n\nname,city,sum\nAnn,Oslo,1\nBo,Hamar,2\n")
    assert [(e.kind, e.text) for e in found.elements[:2]] == [
        ("paragraph", "Sales, spring"),
        ("paragraph", "Printed on 2024-05-01"),
    ]
    assert found.elements[2].cells == (("name", "city", "sum"), ("Ann", "Oslo", "1"), ("Bo", "Hamar", "2"))
    assert (found.elements[2].has_header, found.warnings) == (True, ())
    padded = read(tmp_path, "Sales;;\nname;city;sum\nAnn;Oslo;1\n")
    assert [e.kind for e in padded.elements] == ["paragraph", "table"]
    # A row of one value among others like it is data.
    assert len(read(tmp_path, "1;;\n2;3;4\n5;6;7\n").elements) == 1


def test_decimal_commas_part_no_columns(tmp_path: Path) -> None:
    assert table(tmp_path, "amount\n1,5\n22,50\n").cells == (("amount",), ("1,5",), ("22,50",))
    assert table(tmp_path, "item;price\nnut;0,15\nbolt;1,20\n").cells == (("item", "price"), ("nut", "0,15"), ("bolt", "1,20"))


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "SEP=;\r"])
def test_the_line_that_declares_the_separator_has_several_forms(tmp_path: Path, line: str) -> None:
    assert table(tmp_path, f"{line}a,b;c\n1;2\n").cells == (("a,b", "c"), ("1", "2"))


def test_a_cell_beyond_any_limit_is_a_failure_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_FIELD_LIMIT", 10)
    with pytest.raises(ParseFailed) as failure:
        read(tmp_path, "a,b\n1,much longer than ten\n")
    assert failure.value.detail == "CSV_UNREADABLE"


@pytest.mark.parametrize("declared", ['"', "'"])
def test_a_quote_is_no_separator_whatever_is_declared(tmp_path: Path, declared: str) -> None:
    found = read(tmp_path, f"sep={declared}\na,b\n1,2\n")
    assert [(e.kind, e.text) for e in found.elements] == [("paragraph", f"sep={declared}"), ("table", "a\tb\n1\t2")]


def test_a_stray_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    found = read(tmp_path, 'size,name\n5,"inch\n6,foot\n7,yard\n')
    assert [w.code for w in found.warnings] == ["QUOTES_IGNORED"]
    assert found.elements[0].cells == (("size", "name"), ("5", '"inch'), ("6", "foot"), ("7", "yard"))


def test_ragged_rows_are_kept_and_warned_of(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b\n1,2,3\n\n4,5\n")
    assert found.elements[0].cells == (("a", "b"), ("1", "2", "3"), ("4", "5"))
    assert [w.code for w in found.warnings] == ["RAGGED_ROWS"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,name\n1,Ann\n", True),
        ("name,city\nAnn,Oslo\n", True),
        ("1,Ann\n2,Bo\n", False),
        ("Ann,2024-01-31\nBo,2024-02-01\n", False),
        ("a,a\n1,2\n", False),
        ("a,\n1,2\n", False),
        ("id,name\n", False),
    ],
)
def test_a_first_row_of_names_is_the_header(tmp_path: Path, content: str, expected: bool) -> None:
    assert table(tmp_path, content).has_header is expected


def test_encodings_are_found_as_in_text(tmp_path: Path) -> None:
    found = read(tmp_path, "navn;beløp\nKjøper;1\nSelger på Ås;2\n".encode("cp1252"))
    assert found.elements[0].cells == (("navn", "beløp"), ("Kjøper", "1"), ("Selger på Ås", "2"))
    assert [w.code for w in found.warnings] == ["ENCODING_GUESSED"]
    assert table(tmp_path, "a\tb\n1\t2\n".encode("utf-16")).cells == (("a", "b"), ("1", "2"))


def test_a_cell_may_be_longer_than_the_library_would_take(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    found = table(tmp_path, "a,b\n1," + "x" * 400_000 + "\n")
    assert len((found.cells or ())[1][1]) == 400_000
    assert csv.field_size_limit() == before


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_CELLS", 6)
    assert len(table(tmp_path, "a,b\n1,2\n3,4\n").cells or ()) == 3
    with pytest.raises(ParseFailed) as failure:
        read(tmp_path, "a,b\n1,2\n3,4\n5,6\n")
    assert failure.value.detail == "TOO_MANY_CELLS"


def test_an_empty_file_has_no_table(tmp_path: Path) -> None:
    assert read(tmp_path, b"").elements == ()
    assert read(tmp_path, ",,\n , \n").elements == ()


_WORDS = st.text(st.sampled_from('ab é"\n,;\t|'), max_size=8)


@settings(max_examples=80)
@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(_WORDS, min_size=n, max_size=n), min_size=2, max_size=6)))
def test_what_was_written_with_commas_is_read_back(lines: list[list[str]]) -> None:
    content = io.StringIO()
    csv.writer(content, quoting=csv.QUOTE_ALL).writerows([["alpha", "beta", "gamma", "delta"][: len(lines[0])], *lines])
    found = delimited._table(content.getvalue(), ",")
    assert found.quotes_held
    assert found.rows[1:] == [line for line in lines if any(cell.strip() for cell in line)]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("=cmd|'/c calc'!A0", True),
        ("=SUM(A1:A9)", True),
        ('=HYPERLINK(""http://a.example"")', True),
        ("@SUM(1)", True),
        ("+cmd|' /c x'!A0", True),
        ("-5.20", False),
        ("+4722334455", False),
        ("@ann", False),
        ("- none", False),
        ("=", False),
        ("a = b", False),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_said_and_stay_text(tmp_path: Path, cell: str, said: bool) -> None:
    found = read(tmp_path, f'name,note\npump,"{cell}"\n')
    assert [w.code for w in found.warnings] == (["FORMULA_TEXT"] if said else [])
    assert cell.replace('""', '"') in found.pages[0].text
    assert [w.characters for w in found.warnings] == ([len(cell.replace('""', '"'))] if said else [])
