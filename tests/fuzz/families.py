"""The families of parsers, the files each is fuzzed from, and what takes a changed file."""

from __future__ import annotations

import io
import os
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from frostbyte.contract import formats
from tests.fuzz import mutations

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "drop"
CORPORA = ROOT.parent / "shared" / "corpora"
MOST_BYTES = 150_000
"""Larger files are no seeds: many small cases find more than few large ones."""
MOST_PIXELS = 400_000
MOST_SEEDS = 120


@dataclass(frozen=True)
class Seed:
    """A file as it was, and the type it is taken for."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True)
class Family:
    """`suffixes` says which files are seeds; `change` how one of a type is changed by its structure."""

    suffixes: tuple[str, ...]
    change: Callable[[str], mutations.Change]


def _picture(mime: str) -> mutations.Change:
    return mutations.png if mime == formats.PNG else mutations.tiff


def _package(mime: str) -> mutations.Change:
    return mutations.manifest if mime == MANIFEST else mutations.archive


MANIFEST = "application/json"
FAMILIES: dict[str, Family] = {
    "pdf": Family((".pdf",), lambda _: mutations.pdf),
    "docx": Family((".docx",), lambda _: mutations.archive),
    "xlsx": Family((".xlsx",), lambda _: mutations.archive),
    "text": Family((".txt", ".csv"), lambda _: mutations.delimited),
    "image": Family((".png", ".tiff", ".tif"), _picture),
    "intake": Family((".docx", ".xlsx", ".json"), _package),
}


def seeds(name: str) -> list[Seed]:
    """The family's seeds, the same in the same order wherever the same files are."""
    family = FAMILIES[name]
    folders = [EXAMPLES] if name == "intake" else [EXAMPLES, CORPORA / "files", CORPORA / "hostile" / "fuzz"]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix.lower() in family.suffixes]
    small = [path for path in paths if path.is_file() and 0 < path.stat().st_size <= MOST_BYTES]
    found = [Seed(path.name, path.read_bytes(), _mime(path)) for path in small]
    if name == "image":
        found = [*_pictures(), *(seed for seed in found if _is_small(seed.data))]
    step = max(len(found) / MOST_SEEDS, 1.0)
    return [found[int(at * step)] for at in range(int(len(found) / step))]


def changed(name: str, known: Sequence[Seed], seed: int, case: int) -> tuple[Seed, bytes]:
    """Case number `case`: which file it came from, and what became of it. Hangs on the arguments alone."""
    numbers = random.Random(f"{seed}:{name}:{case}")
    one = numbers.choice(known)
    others = [other.data for other in known if other.mime == one.mime]
    return one, mutations.structured(one.data, numbers, others, FAMILIES[name].change(one.mime))


def admitted(data: bytes, mime: str) -> str:
    """What intake says of a package or a manifest: accepted, or the fixed word for why not. Raises nothing else."""
    from frostbyte.contract.config import TenantConfig
    from frostbyte.errors import ManifestInvalid
    from frostbyte.intake import admit, manifest
    from frostbyte.intake.drop import describe

    if mime == MANIFEST:
        try:
            manifest.parse(data, tenant_id="acme", max_batch_size=1000)
        except ManifestInvalid as refused:
            return refused.code
        return "accepted"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{formats.EXTENSIONS[mime][0]}"
        path.write_bytes(data)
        answer = admit(describe(path, path.parent, 1 << 30), path, TenantConfig(), None, root=path.parent)
        return answer.status if answer.reason is None else str(answer.reason)


def _mime(path: Path) -> str:
    return MANIFEST if path.suffix == ".json" else formats.MIME_BY_EXTENSION[path.suffix.lower()]


def _is_small(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.width * picture.height <= MOST_PIXELS
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return True


def _pictures() -> list[Seed]:
    """Small pictures of a line of writing, one for each way that pixels are kept."""
    found = []
    for mode in ("1", "L", "P", "RGB", "RGBA", "I;16", "CMYK"):
        picture = Image.new("RGB", (240, 60), "white")
        ImageDraw.Draw(picture).text((10, 15), "Cold store 7", fill="black", font_size=28)
        made = picture.convert("L").convert("I").convert(mode) if mode == "I;16" else picture.convert(mode)
        if mode != "CMYK":
            found.append(Seed(f"made-{mode}.png".replace(";", ""), _saved(made, "PNG"), formats.PNG))
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", *(("group4",) if mode == "1" else ())):
            name = f"made-{mode}-{compression}.tiff".replace(";", "")
            found.append(Seed(name, _saved(made, "TIFF", compression=compression), formats.TIFF))
    return found


def _saved(picture: Image.Image, kind: str, **options: str) -> bytes:
    result = io.BytesIO()
    picture.save(result, kind, **options)
    return result.getvalue()


def niced() -> None:
    """Others go first: a fuzz run lasts and nobody waits for it."""
    os.nice(10)
