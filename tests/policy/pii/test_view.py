from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from frostbyte.policy.pii.view import View


def test_digits_and_dashes_of_other_scripts_become_ascii_in_place() -> None:
    assert View("１２３\u201145\u2013٦٧٨٩\u00a0x").text == "123-45-6789 x"


def test_invisible_characters_go_and_offsets_lead_back() -> None:
    view = View("id 12\u00ad3\u200b4 end")
    start = view.text.index("1234")
    assert view.original(start, start + 4) == (3, 9)


def test_columns_have_the_first_line_as_header() -> None:
    view = View("Report\nName\tDOB\nBob\t1985-03-15\nAnn\t\n\nafter")
    assert [view.text[start:end] for start, end in view.cells_under(re.compile("DOB"))] == ["1985-03-15"]
    assert [view.text[start:end] for start, end in view.cells_under(re.compile("Name"))] == ["Bob", "Ann"]


def test_headers_of_data_exports_are_words() -> None:
    view = View("phoneNumber\tdate_of_birth\n1\t2")
    assert [column.header for column in view.columns] == ["phone Number", "date of birth"]
    assert view.words == "phoneNumber\tdate of birth\n1\t2"


def test_bars_make_columns_too() -> None:
    view = View("| Name | Phone |\n|---|---|\n| Bob | 555 0100 |")
    assert "555 0100" in [view.text[start:end] for start, end in view.cells_under(re.compile("Phone"))]


@given(st.text(alphabet="ab1\t|\n \u00ad\u200b１", max_size=80))
def test_every_offset_leads_to_the_same_visible_text(text: str) -> None:
    view = View(text)
    for at in range(len(view.text)):
        start, end = view.original(at, at + 1)
        assert View(text[start:end]).text == view.text[at]
    for column in view.columns:
        assert all(start < end and "\n" not in view.text[start:end] for start, end in column.cells)
