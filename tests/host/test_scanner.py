from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.host import scanner
from frostbyte.intake.scan import rules


def test_a_scanner_that_works_says_its_version(tmp_path: Path) -> None:
    found = scanner.check(tmp_path, True, None)
    assert found.status == "ok"
    assert f"shipped rules, version {rules.shipped().version}" in found.text


def test_one_that_does_not_must_be_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert scanner.check(tmp_path, True, tmp_path / "no-socket").status == "fail"
    monkeypatch.setattr(rules, "SHIPPED_SHA256", "0" * 64)
    found = scanner.check(tmp_path, True, None)
    assert found.status == "fail"
    assert found.advice


def test_switched_off_is_a_warning(tmp_path: Path) -> None:
    assert scanner.check(tmp_path, False, None).status == "warn"
