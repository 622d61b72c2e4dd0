"""What the operator chose, in one frozen value: flags beat the environment, the environment beats `<home>/settings.toml`.

Read by the outer rooms (cli, api) and handed down as values; nothing below them looks at the environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from frostbyte.errors import UsageError

Swap = Literal["refuse", "warn"]

DEFAULT_MODEL = "minilm-l6-768"
MOST_WORKERS = 64
_FILE_KEYS = {"ram_dir", "swap", "model", "identity", "passphrase_file", "parse_timeout_s", "workers", "malware_scan", "clamd"}


@dataclass(frozen=True)
class Settings:
    """All paths absolute. `ram_root` None means /dev/shm. `parse_timeout_s` is wall-clock seconds for one document;
    `workers` how many are parsed at once, None for as many as the machine can. `malware_scan` False is the operator's decision to
    take files in unscanned; `clamd` is a ClamAV daemon's Unix socket, to be asked besides the rules.
    """

    home: Path
    ram_root: Path | None = None
    swap: Swap = "refuse"
    model: str = DEFAULT_MODEL
    identity: Path | None = None
    passphrase_file: Path | None = None
    passphrase: str | None = None
    parse_timeout_s: float = 300.0
    workers: int | None = None
    malware_scan: bool = True
    clamd: Path | None = None

    def __repr__(self) -> str:
        return f"Settings(home={str(self.home)!r})"  # a passphrase must not reach a log through a repr


def default_home(environment: Mapping[str, str]) -> Path:
    """`$XDG_DATA_HOME/frostbyte`, or `~/.local/share/frostbyte` (XDG Base Directory specification)."""
    data = environment.get("XDG_DATA_HOME") or ""
    base = Path(data) if data.startswith("/") else Path(environment.get("HOME") or Path.cwd()) / ".local" / "share"
    return base / "frostbyte"


def resolve(home: str | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Merge flag, environment and file. Raises UsageError for a value that cannot be used."""
    env = os.environ if environment is None else environment
    where = Path(home or env.get("FROSTBYTE_HOME") or default_home(env)).absolute()
    chosen = _from_file(where / "settings.toml")
    for key in _FILE_KEYS:
        value = env.get("FROSTBYTE_" + key.upper())
        if value:
            chosen[key] = value
    swap = chosen.get("swap", "refuse")
    if swap not in ("refuse", "warn"):
        raise UsageError(f"swap setting {swap!r} is neither 'refuse' nor 'warn'")
    try:
        timeout = float(chosen.get("parse_timeout_s", 300.0))
    except ValueError as error:
        raise UsageError(f"parse_timeout_s {chosen['parse_timeout_s']!r} is not a number of seconds") from error
    if not 1 <= timeout <= 86_400:
        raise UsageError(f"parse_timeout_s {timeout:g} is outside 1..86400 seconds")
    workers: int | None = None
    if "workers" in chosen:
        try:
            workers = int(chosen["workers"])
        except ValueError as error:
            raise UsageError(f"workers {chosen['workers']!r} is not a number of parsers") from error
        if not 1 <= workers <= MOST_WORKERS:
            raise UsageError(f"workers {workers} is outside 1..{MOST_WORKERS}")
    scan = chosen.get("malware_scan", "on")
    if scan not in ("on", "off"):
        raise UsageError(f"malware_scan setting {scan!r} is neither 'on' nor 'off'")
    clamd = _path(chosen.get("clamd"))
    if clamd is not None and scan == "off":
        raise UsageError("malware_scan is 'off' and clamd is set", hint="leave one of them out")
    return Settings(
        home=where,
        ram_root=_path(chosen.get("ram_dir")),
        swap=cast(Swap, swap),
        model=str(chosen.get("model", DEFAULT_MODEL)),
        identity=_path(chosen.get("identity")),
        passphrase_file=_path(chosen.get("passphrase_file")),
        passphrase=env.get("FROSTBYTE_PASSPHRASE") or None,
        parse_timeout_s=timeout,
        workers=workers,
        malware_scan=scan == "on",
        clamd=clamd,
    )


def _from_file(path: Path) -> dict[str, Any]:
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"cannot read settings {str(path)!r}: {error}") from error
    unknown = sorted(set(loaded) - _FILE_KEYS)
    if unknown:
        raise UsageError(
            f"unknown setting {unknown[0]!r} in {str(path)!r}", hint=f"known settings: {', '.join(sorted(_FILE_KEYS))}"
        )
    return loaded


def _path(value: Any) -> Path | None:
    return Path(str(value)).absolute() if value else None
