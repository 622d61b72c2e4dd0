from __future__ import annotations

import pytest

from frostbyte.host.found import Found, size


def test_what_is_not_ok_must_say_what_to_do() -> None:
    assert Found("ok", "fine").advice is None
    for status in ("warn", "fail"):
        with pytest.raises(ValueError, match="says what to do"):
            Found(status, "bad")  # type: ignore[arg-type]


def test_sizes_for_people() -> None:
    assert [size(n) for n in (0, 64_000_000, 999_999_999, 25_300_000_000)] == ["0 MB", "64 MB", "999 MB", "25.3 GB"]
