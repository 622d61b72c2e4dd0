"""Which model pack a command uses: the one installed in the home under the chosen name, else the one of the program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.settings import Settings

if TYPE_CHECKING:
    from frostbyte.embed import Embedder


def find_pack(settings: Settings) -> Path:
    """The folder of the pack named in the settings. Whether it is sound is seen when it is loaded."""
    from frostbyte.embed.pack import default_pack_dir

    installed = settings.home / "models" / settings.model
    return installed if (installed / "pack.toml").is_file() else default_pack_dir().parent / settings.model


def describe(directory: Path) -> dict[str, Any]:
    """What `pack.toml` says, without reading the pack's other files."""
    from frostbyte.embed.pack import read

    pack = read(directory)
    return {
        "name": pack.name,
        "version": pack.version,
        "digest": pack.digest,
        "dimensions": pack.dimensions,
        "max_tokens": pack.max_tokens,
        "licence": pack.licence,
    }


def lazy_embedder(settings: Settings) -> Callable[[], Embedder]:
    """A function that loads the pack at its first call and gives the same embedder ever after."""

    @cache
    def embedder() -> Embedder:
        from frostbyte.embed import load

        return load(find_pack(settings))

    return embedder
