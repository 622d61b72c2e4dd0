"""`./run fuzz`: changed files through the real fenced parser, for as long as asked.

    ./run fuzz [FAMILY ...] [--minutes N] [--seed S]     families: pdf docx xlsx text image intake; all when none is named
    ./run fuzz pdf --seed 1 --case 4711                  one case again
    ./run fuzz pdf --file .cache/fuzz/pdf-1-4711.pdf     a saved file again

A case is a file of docs/examples/drop or, where they are there, of ../shared/corpora, changed by bytes or by structure
(`mutations`). It must end as a document that keeps every rule of the contract, or as a parse failure with a reason of the
contract, within its time and 1.5 GB; `intake` puts packages and manifests to intake itself. What ends otherwise is saved under
.cache/fuzz with the line that does it again, and the exit status is 1. Cases are the same for the same seed and the same files.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from frostbyte.contract import formats  # noqa: E402
from tests.fuzz.families import FAMILIES, MANIFEST, Seed, admitted, changed, niced, seeds  # noqa: E402
from tests.hostile.passage import Ending, Passage, take_parsers_of  # noqa: E402

TIMEOUT_S = 300.0
"""As parse_timeout_s when nothing is set."""
INTAKE_S = 10.0
"""Seconds intake may take over a package or a manifest."""
SAVED = ROOT / ".cache" / "fuzz"
_EXCEPTION = ("Error", "Exception", "Warning")


def endings(passage: Passage, family: str, cases: Iterator[int], seed: int) -> Iterator[tuple[int, Seed, bytes, Ending]]:
    """Case after case of a family and how each ended; what the parent raises is an ending too, and a wrong one."""
    known = seeds(family)
    for case in cases:
        one, data = changed(family, known, seed, case)
        yield case, one, data, ending(passage, family, data, one.mime, one.name)


def ending(passage: Passage, family: str, data: bytes, mime: str, name: str) -> Ending:
    """How one file ended."""
    try:
        if family != "intake":
            return passage.parse(data, mime, name)
        began = time.monotonic()
        said = admitted(data, mime)
        took = time.monotonic() - began
        return Ending(Path(name), said, seconds=took, wrong=f"{took:.0f} s in intake" if took > INTAKE_S else "")
    except Exception as error:  # what must not happen is counted, not passed on
        return Ending(Path(name), "crashed", type(error).__name__, wrong=f"the parent raised {type(error).__name__}: {error}")


def run(family: str, minutes: float, seed: int, only: int | None) -> int:
    """Fuzz one family and print what came of it; returns how many cases ended as none may."""
    began = time.monotonic()
    numbers = itertools.takewhile(lambda _: time.monotonic() - began < 60 * minutes, itertools.count())
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    wrong, slowest, largest, total = 0, 0.0, 0, 0
    with Passage(TIMEOUT_S, scanning=False) as passage:
        for case, one, data, ended in endings(passage, family, iter((only,)) if only is not None else numbers, seed):
            total += 1
            slowest, largest = max(slowest, ended.seconds), max(largest, ended.resident)
            what = " ".join(filter(None, (ended.ending, ":".join(filter(None, (ended.reason, ended.detail))))))
            counts[what] += 1
            unexpected = ended.detail.endswith(_EXCEPTION) and what not in seen
            seen.add(what)
            if ended.wrong or unexpected:
                _save(family, seed, case, one, data, ended)
            wrong += bool(ended.wrong)
    took = time.monotonic() - began
    print(f"{family}: {total} cases in {took:.0f} s, slowest {slowest:.1f} s, largest parser {largest / 1e6:.0f} MB")
    for what, count in counts.most_common():
        print(f"  {count:6} {what}")
    print(f"  {wrong} wrong", flush=True)
    return wrong


def _save(family: str, seed: int, case: int, one: Seed, data: bytes, ended: Ending) -> None:
    SAVED.mkdir(parents=True, exist_ok=True)
    ends = ".json" if one.mime == MANIFEST else formats.EXTENSIONS[one.mime][0]
    path = SAVED / f"{family}-{seed}-{case}{ends}"
    path.write_bytes(data)
    word = f"WRONG {ended.wrong}" if ended.wrong else f"an exception the parser did not expect: {ended.detail}"
    print(f"  {word} ({ended.seconds:.1f} s, from {one.name}, sha256 {hashlib.sha256(data).hexdigest()[:12]})")
    print(f"    ./run fuzz {family} --seed {seed} --case {case}    or  --file {path.relative_to(ROOT)}", flush=True)


def again(family: str, path: Path) -> int:
    """A saved file once more; returns 1 where it ends as none may."""
    mime = MANIFEST if path.suffix == ".json" else formats.MIME_BY_EXTENSION[path.suffix]
    with Passage(TIMEOUT_S, scanning=False) as passage:
        ended = ending(passage, family, path.read_bytes(), mime, path.name)
    print(f"{ended.ending} {ended.reason} {ended.detail} {ended.seconds:.1f} s {ended.resident / 1e6:.0f} MB {ended.wrong}")
    return bool(ended.wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"one of {', '.join(FAMILIES)}; all when absent")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="for each family; 5 when absent")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="other cases; 1 when absent")
    parser.add_argument("--case", type=int, metavar="I", help="that case of one family alone")
    parser.add_argument("--file", type=Path, metavar="FILE", help="a saved file of one family instead")
    parser.add_argument(
        "--program", type=Path, metavar="FILE", help="the parsers of the single-file program, not of this checkout"
    )
    given = parser.parse_args()
    families = given.families or list(FAMILIES)
    if unknown := [name for name in families if name not in FAMILIES]:
        parser.error(f"no family {unknown[0]!r}; there are {', '.join(FAMILIES)}")
    if (given.case is not None or given.file) and len(families) != 1:
        parser.error("--case and --file are of one family: name it")
    niced()
    if given.program:
        take_parsers_of(given.program)
    if given.file:
        return again(families[0], given.file)
    return 1 if sum(run(name, given.minutes, given.seed, given.case) for name in families) else 0


if __name__ == "__main__":
    sys.exit(main())
