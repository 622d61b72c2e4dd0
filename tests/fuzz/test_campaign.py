"""A fuzzer is worth what it reaches and what it notices: changed files still parse often enough, and a fault is seen."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from frostbyte.contract import formats
from tests.fuzz import campaign, families, mutations
from tests.hostile.passage import Passage


@pytest.fixture(scope="module")
def passage() -> Iterator[Passage]:
    with Passage(20.0, scanning=False) as started:
        yield started


@pytest.mark.parametrize("name", families.FAMILIES)
def test_a_case_is_the_same_for_the_same_seed_and_another_for_another(name: str) -> None:
    known = families.seeds(name)[:20]
    cases = [families.changed(name, known, 3, case) for case in range(12)]
    assert cases == [families.changed(name, known, 3, case) for case in range(12)]
    assert cases != [families.changed(name, known, 4, case) for case in range(12)]
    assert sum(one.data != data for one, data in cases) >= 9


def test_packages_and_pictures_keep_their_checksums() -> None:
    numbers = random.Random(1)
    package = (families.EXAMPLES / "pump-service-report.docx").read_bytes()
    for _ in range(10):
        with zipfile.ZipFile(io.BytesIO(mutations.archive(package, numbers))) as archive:
            assert archive.testzip() is None
    picture = next(seed for seed in families.seeds("image") if seed.mime == formats.PNG)
    assert any(mutations.png(picture.data, numbers)[-4:] == b"\xaeB`\x82" for _ in range(10))


@pytest.mark.parametrize(("name", "least"), [("pdf", 3), ("docx", 3), ("xlsx", 3), ("text", 6)])
def test_some_changed_files_still_parse_and_none_ends_wrong(passage: Passage, name: str, least: int) -> None:
    known = [seed for seed in families.seeds(name) if (families.EXAMPLES / seed.name).is_file()]
    ended = []
    for case in range(6):
        one, data = families.changed(name, known, 5, case)
        ended.append(campaign.ending(passage, name, data, one.mime, one.name))
    assert [one.wrong for one in ended if one.wrong] == []
    assert sum(one.ending == "parsed" for one in ended) >= least


def test_a_parser_that_does_not_end_is_a_finding_with_the_line_that_does_it_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The fault here is a parser that is given no time at all."""
    monkeypatch.setattr(campaign, "ROOT", tmp_path)
    monkeypatch.setattr(campaign, "SAVED", tmp_path / "saved")
    monkeypatch.setattr(campaign, "TIMEOUT_S", 0.0)
    assert campaign.run("text", 1.0, 7, 3) == 1
    (saved,) = (tmp_path / "saved").iterdir()
    _, data = families.changed("text", families.seeds("text"), 7, 3)
    assert saved.read_bytes() == data
    assert "./run fuzz text --seed 7 --case 3" in capsys.readouterr().out
