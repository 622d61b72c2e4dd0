"""Rows are values: they cannot be changed, and each knows the vault's defaults."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from frostbyte.vault.rows import FileRow

from .making import document


def test_rows_cannot_be_changed() -> None:
    made = document(1)
    for row in (made.row, made.chunks[0]):
        with pytest.raises(FrozenInstanceError):
            row.doc_id = "doc_other"  # type: ignore[misc]


def test_two_files_share_no_defaults() -> None:
    one, two = (FileRow("b", name, 0, "a.txt", "text/plain", None, 1, "0" * 64, "pending") for name in "ab")
    assert one.stages is not two.stages
    assert one.warnings is not two.warnings
    assert (one.outcome, one.retry_count, one.stages, one.warnings) == (None, 0, {}, [])
