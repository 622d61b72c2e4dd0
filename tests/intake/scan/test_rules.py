from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.errors import Damaged, ScanFailed
from frostbyte.intake.scan import rules


def test_the_shipped_rules_are_those_that_are_pinned() -> None:
    found = rules.shipped()
    assert found.version >= 1
    assert found.sha256 == rules.SHIPPED_SHA256


def test_changed_or_missing_rules_scan_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SHIPPED", tmp_path / "rules.yar")
    with pytest.raises(ScanFailed, match="cannot be read"):
        rules.shipped()
    (tmp_path / "rules.yar").write_text("// frostbyte malware rules, version 9\nrule never { condition: false }\n")
    with pytest.raises(ScanFailed, match="not those it was released with"):
        rules.shipped()


@pytest.mark.parametrize("data", [b"", b"rule x { condition: true }", b"\xff\xfe", b"// frostbyte malware rules, version 0x1\n"])
def test_rules_state_their_version(data: bytes) -> None:
    with pytest.raises(Damaged):
        rules.parse(data, "home")
