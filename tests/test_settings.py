"""Flags beat the environment, the environment beats the file; what cannot be used is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from frostbyte.errors import UsageError
from frostbyte.settings import DEFAULT_MODEL, Settings, resolve


def test_the_order_of_precedence(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('ram_dir = "/dev/shm/file"\nswap = "warn"\nparse_timeout_s = 60\n')
    found = resolve(str(tmp_path), {"FROSTBYTE_RAM_DIR": "/dev/shm/env", "FROSTBYTE_HOME": "/elsewhere"})
    assert found.home == tmp_path
    assert found.ram_root == Path("/dev/shm/env")
    assert (found.swap, found.parse_timeout_s, found.model) == ("warn", 60.0, DEFAULT_MODEL)


def test_the_default_home_follows_xdg() -> None:
    assert resolve(None, {"XDG_DATA_HOME": "/data", "HOME": "/home/x"}).home == Path("/data/frostbyte")
    assert resolve(None, {"XDG_DATA_HOME": "relative", "HOME": "/home/x"}).home == Path("/home/x/.local/share/frostbyte")
    assert resolve(None, {"HOME": "/home/x"}).home == Path("/home/x/.local/share/frostbyte")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("swap = 'maybe'", "maybe"),
        ("colour = 'red'", "colour"),
        ("not toml", "cannot read settings"),
        ("parse_timeout_s = 'long'", "long"),
        ("parse_timeout_s = 0", "outside"),
        ("workers = 'many'", "many"),
        ("workers = 0", "outside"),
        ("workers = 65", "outside"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(content)
    with pytest.raises(UsageError, match=said):
        resolve(str(tmp_path), {})


def test_a_passphrase_does_not_show_in_a_repr() -> None:
    assert "hunter2" not in repr(Settings(home=Path("/x"), passphrase="hunter2"))


def test_the_number_of_parsers_is_left_to_the_machine_unless_it_is_said(tmp_path: Path) -> None:
    assert resolve(str(tmp_path), {}).workers is None
    (tmp_path / "settings.toml").write_text("workers = 3\n")
    assert resolve(str(tmp_path), {}).workers == 3
    assert resolve(str(tmp_path), {"FROSTBYTE_WORKERS": "2"}).workers == 2
