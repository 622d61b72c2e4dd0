"""A schema rewritten with the key in hand is reported by both verifications, whatever it became, and never crashes one."""

from __future__ import annotations

import duckdb
import pytest

from frostbyte.errors import Damaged
from frostbyte.vault import Vault
from frostbyte.vault.tables import DDL

from .making import Place, add

TRIGGERS = tuple(sql for sql in DDL if "TRIGGER" in sql)
REMADE = "CREATE TABLE other AS SELECT {columns} FROM events; DROP TABLE events; ALTER TABLE other RENAME TO events"

REWRITES: dict[str, tuple[str, str]] = {
    "without its key": (REMADE.format(columns="*"), "table 'events' was changed"),
    "with a NULL position": (
        REMADE.format(columns="* REPLACE (nullif(sequence, 2) AS sequence)"),
        "table 'events' was changed",
    ),
    "with a negative position": (REMADE.format(columns="* REPLACE (-sequence AS sequence)"), "table 'events' was changed"),
    "with broken positions": (
        REMADE.format(columns="* REPLACE (sequence + 0.5::DOUBLE AS sequence)"),
        "table 'events' was changed",
    ),
    "with positions as text": (REMADE.format(columns="* REPLACE (sequence::VARCHAR AS sequence)"), "table 'events' was changed"),
    "with bytes for text": (REMADE.format(columns="* REPLACE (actor::BLOB AS actor)"), "table 'events' was changed"),
    "with numbers for text": (REMADE.format(columns="* REPLACE (7 AS details)"), "table 'events' was changed"),
    "with NULL for text": (REMADE.format(columns="* REPLACE (NULL::VARCHAR AS details)"), "table 'events' was changed"),
    "with a column less": (REMADE.format(columns="* EXCLUDE (actor)"), "table 'events' was changed"),
    "with a column more": (REMADE.format(columns="*, 1 AS more"), "table 'events' was changed"),
    "as a view": (
        "CREATE TABLE other AS SELECT * FROM events; DROP TABLE events; CREATE VIEW events AS SELECT * FROM other",
        "view 'events' is not the program's",
    ),
    "no more": ("DROP TABLE events", "table 'events' is missing"),
    "without a trigger": ("DROP TRIGGER events_no_update ON events", "trigger 'events_no_update' is missing"),
    "with a trigger that does nothing": (
        "DROP TRIGGER events_no_update ON events; CREATE TABLE sink (n BOOLEAN);"
        "CREATE TRIGGER events_no_update AFTER UPDATE ON events FOR EACH STATEMENT INSERT INTO sink VALUES (true)",
        "trigger 'events_no_update' was changed",
    ),
    "with a check that never fails": (
        "DROP TRIGGER events_no_update ON events; DROP TRIGGER events_no_delete ON events; DROP TABLE append_only;"
        f"CREATE TABLE append_only (never BOOLEAN); {'; '.join(TRIGGERS)}",
        "table 'append_only' was changed",
    ),
    "counted by a macro": ("CREATE MACRO max(x) AS 7", "function 'max' is not the program's"),
    "hidden by a macro": (
        "CREATE MACRO duckdb_tables() AS TABLE SELECT 1 AS n",
        "function 'duckdb_tables' is not the program's",
    ),
    "beside another of its name": ("CREATE SCHEMA x; CREATE TABLE x.events (n INTEGER)", "table 'events' is not the program's"),
}


@pytest.mark.parametrize("how", REWRITES)
def test_a_rewritten_schema_is_reported(place: Place, how: str) -> None:
    sql, said = REWRITES[how]
    with place.open() as vault:
        assert vault.catalog.schema_differences() == []
        vault.catalog._connection.execute(sql)
        with vault.transaction() as tx:  # sealed as the program seals: only the schema tells
            tx.put_record(vault.record())
        vault.maintain()
    with place.open() as vault:
        assert said in vault.catalog.schema_differences()
        chain = vault.verify_audit()
        assert not chain.valid
        assert said in [entry.what for entry in chain.breaks if entry.position == 0]
        for deep in (False, True):
            assert {"where": "catalog", "what": said} in vault.verify(deep=deep).problems


@pytest.mark.parametrize("table", ["objects", "documents", "configs", "files", "dead_letters"])
def test_a_table_that_is_gone_is_damage_and_never_a_crash(place: Place, table: str) -> None:
    with place.open() as vault:
        vault.catalog._connection.execute(f"DROP TABLE {table}")
        for deep in (False, True):
            found = vault.verify(deep=deep).problems
            assert {"where": "catalog", "what": f"table '{table}' is missing"} in found
        with pytest.raises(Damaged, match="not those of this program"):
            vault.catalog.counts() if table != "configs" else vault.config()


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("UPDATE documents SET stats = '{'", lambda vault: vault.catalog.documents()),
        ("UPDATE about SET record = '{}'", Vault.record),
        ("UPDATE configs SET config = '{\"pii_policy\": 3}'", Vault.config),
        ("DELETE FROM configs", Vault.config),
        ("UPDATE chunks SET enriched = 'x'", lambda vault: vault.catalog.chunk("chk_000000100000")),
        ("INSERT INTO dead_letters VALUES ('1', '1')", lambda vault: vault.catalog.dead_letters()),
    ],
)
def test_a_stored_value_that_is_not_readable_is_damage(vault: Vault, sql: str, read: object) -> None:
    vault.catalog._connection.execute(sql)
    with pytest.raises(Damaged, match="not readable"):
        read(vault)  # type: ignore[operator]
    assert vault.catalog.schema_differences() == []


def test_a_schema_is_the_same_in_ram_after_replay_and_after_a_base(place: Place) -> None:
    with place.open() as vault:
        add(vault, 3)
        assert vault.catalog.schema_differences() == []
        vault.maintain()
        add(vault, 4)
        assert vault.catalog.schema_differences() == []
    with place.open() as vault:
        assert vault.catalog.schema_differences() == []


def test_macros_do_shadow_functions() -> None:
    """Why macros are looked for: DuckDB prefers them to its own functions."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE MACRO count(x) AS 7")
        assert connection.execute("SELECT count(1)").fetchall() == [(7,)]
