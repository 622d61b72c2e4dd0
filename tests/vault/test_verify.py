"""Verification reads everything at rest and names what is wrong, while the vault stays open."""

from __future__ import annotations

import pytest

from frostbyte.vault.vectors import VectorTable

from .making import Place, add, check_sound


def test_a_sound_vault_has_no_problems(place: Place) -> None:
    with place.open() as vault:
        add(vault, 3)
        vault.maintain()
        add(vault, 4)
        shallow, deep = vault.verify(), vault.verify(deep=True)
        assert shallow.problems == deep.problems == ()
        assert shallow.checked < deep.checked
        assert deep.checked >= len([path for path in place.files() if path.suffix in (".fbs", ".fbo")])


@pytest.mark.parametrize("name", ["base-0000000000.fbs", "p-0000000001.fbs", "p-0000000002.fbs"])
@pytest.mark.parametrize("damage", ["flip", "delete"])
def test_damage_done_behind_an_open_vault_is_named(place: Place, name: str, damage: str) -> None:
    with place.open() as vault:
        path = place.directory / "seg" / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data) if damage == "flip" else path.unlink()
        problems = vault.verify(deep=True).problems
        assert problems
        assert {problem["where"] for problem in problems} <= {"seg", f"seg/{name}"}


def test_a_damaged_segment_is_named(place: Place) -> None:
    with place.open() as vault:
        [path] = (place.directory / "seg").glob("s-*")
        path.write_bytes(path.read_bytes() + b"x")
        assert [problem["where"] for problem in vault.verify(deep=True).problems] == [f"seg/{path.name}"]
        path.unlink()
        assert vault.verify(deep=True).problems


def test_engines_that_disagree_are_named(place: Place) -> None:
    with place.open() as vault:
        vault.vectors.count()
        assert vault.vectors._opened is not None
        vault.vectors._opened.remove(["chk_000000100000"])
        [problem] = vault.verify().problems
        assert problem["where"] == "index"
    with place.open() as vault:
        check_sound(vault, documents={1, 2})


def test_a_text_that_is_not_the_one_recorded_is_named(place: Place) -> None:
    with place.open() as vault:
        vault.vectors.count()
        table = VectorTable.open(vault._ram.path / "vectors")
        table._table.update(where="chunk_id = 'chk_000000100000'", values={"text": "forged"})
        vault.vectors._opened = table
        assert vault.verify(deep=True).problems == ({"where": "chk_000000100000", "what": "chunk text is not the one recorded"},)
