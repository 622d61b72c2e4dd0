"""A row of any content is the same row after it has been columns."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.vault.rows import BatchRow, ChunkRow, DocumentRow, FileRow
from frostbyte.vault.tables import BATCHES, CHUNKS, DDL, DOCUMENTS, FILES, OBJECTS, Table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALAR = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | TEXT
JSON = st.dictionaries(TEXT, SCALAR | st.lists(TEXT, max_size=3), max_size=4)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXT,
    "str | None": st.none() | TEXT,
    "int": st.integers(0, 2**31 - 1),
    "int | None": st.none() | st.integers(0, 2**31 - 1),
    "dict[str, Any]": JSON,
    "dict[str, Any] | None": st.none() | JSON,
    "dict[str, str]": st.dictionaries(TEXT, TEXT, max_size=3),
    "list[dict[str, Any]]": st.lists(JSON, max_size=3),
}
TABLES: dict[type, Table[Any]] = {BatchRow: BATCHES, FileRow: FILES, DocumentRow: DOCUMENTS, ChunkRow: CHUNKS}


@pytest.mark.parametrize("row_type", TABLES)
@given(data=st.data())
def test_a_row_comes_back_from_its_columns(row_type: type, data: st.DataObject) -> None:
    table = TABLES[row_type]
    row = row_type(**{f.name: data.draw(KINDS[str(f.type)], label=f.name) for f in fields(row_type)})
    elsewhere = {name: getattr(row, name) for name in table.elsewhere}
    assert table.decode(table.encode(row), **elsewhere) == row
    assert all(value is None or isinstance(value, (str, int)) for value in table.encode(row))


@pytest.mark.parametrize("table", [*TABLES.values(), OBJECTS], ids=lambda table: table.name)
def test_the_columns_of_a_row_are_the_columns_of_its_table(table: Table[Any]) -> None:
    """Names and order: bulk inserts go by position."""
    sql = next(text for text in DDL if text.startswith(f"CREATE TABLE {table.name} ("))
    inside = sql[sql.index("(") + 1 : sql.rindex(")")].split(", PRIMARY KEY (")[0]
    assert tuple(column.split()[0] for column in inside.replace("\n", " ").split(",")) == table.columns
    for name in table.key:
        assert name in table.columns
