"""The bars that the made texts and tables must hold in every run of the tests."""

from __future__ import annotations

from tests.wild import dialects, encodings


def test_old_encodings_are_told_from_a_line_of_text_and_no_wrong_reading_is_called_certain() -> None:
    found = encodings.measure(encodings.ours)
    assert not [case for outcomes in found.values() for case in outcomes["silent"]]
    assert not found["unicode"]["wrong"]
    for group, least in (("legacy whole", 0.99), ("legacy line", 0.99), ("legacy table", 0.99), ("legacy sentence", 0.93)):
        right, wrong = len(found[group]["right"]), len(found[group]["wrong"])
        assert right >= least * (right + wrong), group


def test_tables_of_every_dialect_come_back_as_written() -> None:
    found = dialects.measure(dialects.ours)
    # What is left: quotes inside cells that are not quoted at all, which read as quoting.
    assert all("unquoted" in case.name and "quotes" in case.name for kind in found.values() for case in kind["wrong"])


def test_what_intake_takes_for_wide_text_is_read_right() -> None:
    door = encodings.at_the_door()
    assert door["wrong"] == 0
    assert door["right"] > 20 * door["refused"]
