"""Whatever is done to the events with the key in hand, around the writing path, is reported at its place."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from frostbyte.contract.events import AuditEvent
from frostbyte.contract.hashing import canonical_json, event_hash, tagged
from frostbyte.errors import Damaged, StorageFailed
from frostbyte.vault import Vault
from frostbyte.vault.audit import NO_HASH, StoredEvent, comparable
from frostbyte.vault.tables import DDL, EVENT_COLUMNS

from .making import Place, add, check_sound, draft

COUNT = 12


@pytest.fixture(scope="module")
def audited(template: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Twelve events of three documents, in six commits."""
    place = template.copy(tmp_path_factory.mktemp("audited") / "northgate")
    with place.open() as vault:
        for step in range(5):
            with vault.transaction() as tx:
                tx.append_event(draft(step % 3, step=step))
                tx.append_event(draft((step + 1) % 3, step=step))
    return place


@pytest.fixture
def victim(audited: Place, tmp_path: object) -> Place:
    return audited.copy(tmp_path / "northgate")  # type: ignore[operator]


def events(vault: Vault) -> list[StoredEvent]:
    return list(vault.catalog.stored_events())


def rewrite(vault: Vault, change: Callable[[list[StoredEvent]], list[StoredEvent]]) -> None:
    """Put other events in the table's place: what DDL lets anyone with the key do, triggers or not."""
    run = vault.catalog._connection.execute
    changed = change(events(vault))
    run("DROP TABLE events")
    run(next(sql for sql in DDL if "TABLE events" in sql))
    for event in changed:
        run(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ({', '.join('?' * 11)})", event.columns())
    for sql in DDL:
        if "TRIGGER" in sql:
            run(sql)


def rehashed(changed: list[StoredEvent], tenant_id: str) -> list[StoredEvent]:
    """The same events with sequence numbers, links and hashes made consistent again: the best a forger can do."""
    previous, last, out = NO_HASH, {}, []
    for number, event in enumerate(changed, 1):
        details = {**json.loads(event.details), "sequence": number, "previous_event_hash": tagged(previous)}
        row = StoredEvent(
            **{
                **vars(event),
                "sequence": number,
                "details": canonical_json(details).decode(),
                "previous_event_id": last.get(event.chain) if event.chain else None,
            }
        )
        row = StoredEvent(**{**vars(row), "hash": event_hash(row.event(tenant_id))})
        out.append(row)
        previous = row.hash
        if event.chain:
            last[event.chain] = event.event_id
    return out


def edited(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "actor": "nobody"})
    return rows


def edited_details(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "details": rows[4].details.replace("TEST", "FINE")})
    return rows


def unreadable(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "details": "{"})
    return rows


def unreadably_deep(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "details": "[" * 100_000 + "]" * 100_000})
    return rows


def with_a_key_twice(rows: list[StoredEvent]) -> list[StoredEvent]:
    """Parsed, the last one counts and every hash holds; whoever reads the first one reads another event."""
    rows[4] = StoredEvent(**{**vars(rows[4]), "details": '{"reason":"FORGED",' + rows[4].details[1:]})
    return rows


def with_other_spaces(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "details": json.dumps(json.loads(rows[4].details))})
    return rows


def rehashed_alone(rows: list[StoredEvent]) -> list[StoredEvent]:
    row = edited(rows)[4]
    rows[4] = StoredEvent(**{**vars(row), "hash": event_hash(row.event("northgate"))})
    return rows


def moved_to_another_chain(rows: list[StoredEvent]) -> list[StoredEvent]:
    rows[4] = StoredEvent(**{**vars(rows[4]), "chain": "file-9"})
    return rows


def deleted(rows: list[StoredEvent]) -> list[StoredEvent]:
    return rows[:4] + rows[5:]


def swapped(rows: list[StoredEvent]) -> list[StoredEvent]:
    a, b = rows[4], rows[7]
    rows[4], rows[7] = StoredEvent(**{**vars(b), "sequence": 5}), StoredEvent(**{**vars(a), "sequence": 8})
    return rows


def inserted(rows: list[StoredEvent]) -> list[StoredEvent]:
    rest = [StoredEvent(**{**vars(row), "sequence": row.sequence + 1}) for row in rows[4:]]
    other = rows[0].event_id[:-1] + ("1" if rows[0].event_id.endswith("0") else "0")  # ids are random: "0" alone may be its own
    return [*rows[:4], StoredEvent(**{**vars(rows[0]), "sequence": 5, "event_id": other}), *rest]


def appended(rows: list[StoredEvent]) -> list[StoredEvent]:
    return [*rows, StoredEvent(**{**vars(rows[-1]), "sequence": COUNT + 1})]


def before_the_first(rows: list[StoredEvent]) -> list[StoredEvent]:
    return [StoredEvent(**{**vars(rows[0]), "sequence": 0}), *rows]


def cut_off(rows: list[StoredEvent]) -> list[StoredEvent]:
    return rows[:9]


def emptied(rows: list[StoredEvent]) -> list[StoredEvent]:
    return []


CASES: dict[Callable[[list[StoredEvent]], list[StoredEvent]], tuple[int, str]] = {
    edited: (5, "event was changed"),
    edited_details: (5, "event was changed"),
    unreadable: (5, "event is not readable"),
    unreadably_deep: (5, "event is not readable"),
    with_a_key_twice: (5, "event was changed"),
    with_other_spaces: (5, "event was changed"),
    rehashed_alone: (5, "event is not the one that was written"),
    moved_to_another_chain: (5, "event is out of place"),
    deleted: (5, "event is missing"),
    swapped: (5, "event is out of place"),
    inserted: (5, "event was changed"),
    appended: (COUNT + 1, "event was inserted"),
    before_the_first: (0, "event was inserted"),
    cut_off: (10, "event is missing"),
    emptied: (1, "event is missing"),
}


@pytest.mark.parametrize("change", CASES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("how", ["plainly", "and sealed with the next commit"])
def test_a_change_around_the_writing_path_is_reported_at_its_place(
    victim: Place, change: Callable[[list[StoredEvent]], list[StoredEvent]], how: str
) -> None:
    with victim.open() as vault:
        assert vault.verify_audit().valid
        rewrite(vault, change)
        if how != "plainly":
            with vault.transaction() as tx:
                tx.put_record(vault.record())
    if how == "plainly":
        with victim.open() as vault:
            assert vault.verify_audit().valid, "what was never sealed is gone with the RAM copy"
            rewrite(vault, change)
            report = vault.verify_audit()
    else:
        with victim.open() as vault:
            report = vault.verify_audit()
    assert not report.valid
    assert (report.breaks[0].position, report.breaks[0].what) == CASES[change]


FORGERIES = {edited: 5, edited_details: 5, deleted: 5, swapped: 5, inserted: 5, cut_off: 10}


@pytest.mark.parametrize("change", FORGERIES, ids=lambda change: change.__name__)
def test_a_change_whose_hashes_were_all_recomputed_is_reported_at_its_place(
    victim: Place, change: Callable[[list[StoredEvent]], list[StoredEvent]]
) -> None:
    with victim.open() as vault:
        rewrite(vault, lambda rows: rehashed(change(rows), vault.tenant_id))
        with vault.transaction() as tx:
            tx.put_record(vault.record())
    with victim.open() as vault:
        report = vault.verify_audit()
        assert not report.valid
        assert report.breaks[0].position == FORGERIES[change]


def test_an_event_slipped_in_beside_one_of_the_same_position_is_reported_anywhere(place: Place) -> None:
    """Without the table's key it can stand twice; readers that go on after the last position they saw pass over it."""
    with place.open() as vault:
        with vault.transaction() as tx:
            for step in range(5000):
                tx.append_event(draft(step % 3, step=step))
        run = vault.catalog._connection.execute
        run("CREATE TABLE other AS SELECT * FROM events")
        run("DROP TABLE events")
        run("ALTER TABLE other RENAME TO events")
        for position in (1, 2500, 5000, 5001):
            again = "* REPLACE ('0' || event_id[2:] AS event_id, 'nobody' AS actor)"
            run(f"INSERT INTO events SELECT {again} FROM events WHERE sequence = {position}")
        report = vault.verify_audit()
        assert report.events == vault.catalog.counts()["events"] == 5006
        assert not report.valid
        inserted_at = {entry.position for entry in report.breaks if entry.what == "event was inserted"}
        assert inserted_at == {1, 2500, 5000, 5001}


def test_a_chain_that_was_touched_takes_no_more_events(victim: Place) -> None:
    with victim.open() as vault:
        rewrite(vault, cut_off)
        with pytest.raises(Damaged, match="nothing more is written"), vault.transaction() as tx:
            tx.append_event(draft())
        assert vault.verify_audit().valid, "the last commit was brought back from rest"
        add(vault, 3)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET actor = 'nobody'",
        "UPDATE events SET actor = 'nobody' WHERE sequence = 3",
        "DELETE FROM events WHERE sequence = 3",
        "TRUNCATE events",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE sequence = 3",
        "INSERT INTO events SELECT * FROM events WHERE sequence = 3 ON CONFLICT DO UPDATE SET actor = 'nobody'",
        "MERGE INTO events USING (SELECT 3 AS s) t ON (events.sequence = t.s) WHEN MATCHED THEN DELETE",
        "ALTER TABLE events RENAME TO other",
    ],
)
def test_the_events_table_is_append_only(vault: Vault, sql: str) -> None:
    import duckdb

    before = events(vault)
    with pytest.raises(duckdb.Error):
        vault.catalog._connection.execute(sql)
    assert events(vault) == before


def test_append_only_holds_after_replay_and_after_a_base(place: Place) -> None:
    for maintain in (False, True):
        with place.open() as vault:
            if maintain:
                vault.maintain()
        with place.open() as vault, pytest.raises(StorageFailed), vault.transaction() as tx:
            tx._writer.run("DELETE FROM events")


def test_events_are_numbered_chained_and_hashed_as_published(vault: Vault) -> None:
    with vault.transaction() as tx:
        first, second = tx.append_event(draft(7)), tx.append_event(draft(7))
        other = tx.append_event(draft(8))
    with vault.transaction() as tx:
        third = tx.append_event(draft(7))
    assert [event.details["sequence"] for event in (first, second, other, third)] == [3, 4, 5, 6]
    assert [event.previous_event_id for event in (first, second, other, third)] == [None, first.event_id, None, second.event_id]
    chain = vault.catalog.chain_events("file-7")
    assert chain == [first, second, third]
    listed, total = vault.catalog.events(descending=False, limit=500)
    assert total == 6
    previous = "0" * 64
    for event in listed:
        assert event.details["previous_event_hash"] == "sha256:" + previous
        previous = event_hash(event.to_json())
    assert vault.verify_audit().head_hash == "sha256:" + previous == vault.catalog.audit_head()[1]


def test_the_timestamps_come_from_the_clock_given(place: Place) -> None:
    with place.open(clock=lambda: "2030-01-01T00:00:00.000000Z") as vault:
        with vault.transaction() as tx:
            event = tx.append_event(draft())
        assert isinstance(event, AuditEvent)
        assert event.timestamp == "2030-01-01T00:00:00.000000Z"


def test_a_witness_cut_short_is_refused_on_opening(place: Place) -> None:
    with place.open() as vault:
        witness = vault._ram.path / "audit.witness"
        witness.write_bytes(witness.read_bytes()[:-1] + b"x")
        vault.maintain()
    with pytest.raises(Damaged, match="witness"):
        place.open()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-02-08T14:00:00Z", "2026-02-08T14:00:00.000000Z"),
        ("2026-02-08T14:00:00.5Z", "2026-02-08T14:00:00.500000Z"),
        ("2026-02-08T14:00:00.123456789Z", "2026-02-08T14:00:00.123456Z"),
    ],
)
def test_timestamps_of_any_precision_compare(given: str, expected: str) -> None:
    assert comparable(given) == expected


def test_a_sound_chain_is_sound_after_everything(victim: Place) -> None:
    with victim.open() as vault:
        vault.maintain()
        add(vault, 3)
    with victim.open() as vault:
        check_sound(vault, documents={1, 2, 3})
        assert vault.verify_audit().events == COUNT + 1
