"""Whether a catalog's schema is the one the program makes: who has the key can rewrite it, and then what is read through it lies.

A table made again without its key takes an event twice, a view in its place hides one, a macro called `count` counts what it
likes. So every object of the database is compared with those of a new one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from frostbyte.vault.tables import DDL

if TYPE_CHECKING:
    import duckdb

# By their full names: a macro of the database may be called as these functions are. Nothing else here is looked up by name.
_PARTS = (
    ("table", "table_name", "sql", "duckdb_tables() WHERE NOT internal AND"),
    ("view", "view_name", "sql", "duckdb_views() WHERE NOT internal AND"),
    ("function", "function_name", "macro_definition", "duckdb_functions() WHERE NOT internal AND"),
    ("type", "type_name", "logical_type", "duckdb_types() WHERE NOT internal AND"),
    ("schema", "schema_name", "sql", "duckdb_schemas() WHERE NOT internal AND"),
    ("index", "index_name", "sql", "duckdb_indexes() WHERE"),
    ("sequence", "sequence_name", "sql", "duckdb_sequences() WHERE"),
    ("trigger", "trigger_name", "sql", "duckdb_triggers() WHERE"),
)
_LISTING = " UNION ALL ".join(
    f"SELECT '{kind}', schema_name, {name}, {what} FROM system.main.{source} database_name = ?"
    for kind, name, what, source in _PARTS
)


def differences(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """What of the schema is missing, changed or not the program's, a phrase for each. Empty for an untouched one."""
    found, made = _objects(connection, database), _made()
    missing = [f"{kind} {name!r} is missing" for kind, _, name in sorted(made.keys() - found.keys())]
    changed = [f"{key[0]} {key[2]!r} was changed" for key in sorted(made.keys() & found.keys()) if made[key] != found[key]]
    foreign = [f"{kind} {name!r} is not the program's" for kind, _, name in sorted(found.keys() - made.keys())]
    return missing + changed + foreign


def _objects(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str, str], list[Any]]:
    """Definitions by (kind, schema, name); a macro has one for each number of its parameters."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    for kind, schema, name, definition in connection.execute(_LISTING, [database] * len(_PARTS)).fetchall():
        found.setdefault((kind, schema, name), []).append(definition)
    return found


@cache
def _made() -> dict[tuple[str, str, str], list[Any]]:
    """The objects of a new catalog, as this DuckDB describes them."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        for statement in DDL:
            connection.execute(statement)
        return _objects(connection, "memory")
