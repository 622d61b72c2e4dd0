"""Every file of the corpora through intake, malware scan and fenced parser: `./run hostile [FOLDER ...]`.

Prints how many files of each kind came to which ending and why, the slowest and the hungriest, and every failed parse by name.
Fails where the parent would crash, a file ends without a reason of the contract, takes longer than it may, or a parser holds
1.5 GB or more. Without folders: ../shared/corpora/files and ../shared/corpora/hostile.

With --offsets instead: of every file that parses, whether every span, box, page and chunk leads back to its source (`offsets`),
and how many of its words another reader finds there too (`witness`; pypdfium2 for PDF). Fails where one does not lead back.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from tests.hostile.passage import Ending, Passage, take_parsers_of  # noqa: E402

CORPORA = ROOT.parent / "shared" / "corpora"
_SHOWN = 8


def endings(folders: Sequence[Path], timeout_s: float) -> Iterator[Ending]:
    """How each file ended; a parent that raises is an ending too, and the worst one."""
    with Passage(timeout_s) as passage:
        for folder in folders:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                try:
                    yield passage.take(path)
                except Exception as error:  # what must not happen is counted, not passed on
                    traceback.print_exc()
                    yield Ending(path, "crashed", type(error).__name__, wrong="the parent raised")


def kind_of(path: Path, folders: Sequence[Path]) -> str:
    """The folder that was asked for and the one below it."""
    folder = next(folder for folder in folders if path.is_relative_to(folder))
    return "/".join((folder.name, *path.relative_to(folder).parts[:1]))


def show(found: Sequence[Ending], folders: Sequence[Path]) -> None:
    """The tables for people."""
    kinds: dict[str, Counter[str]] = {}
    for ending in found:
        why = ":".join(filter(None, (ending.reason, ending.detail)))
        kinds.setdefault(kind_of(ending.path, folders), Counter())[f"{ending.ending} {why}".strip()] += 1
    for kind, counts in sorted(kinds.items()):
        print(f"{kind} ({counts.total()})")
        for what, count in counts.most_common():
            print(f"  {count:5} {what}")
    print("all: " + ", ".join(f"{count} {what}" for what, count in Counter(e.ending for e in found).most_common()))
    print("failed parses")
    for ending in found:
        if ending.ending == "parse_failed":
            print(f"  {ending.reason}:{ending.detail} {ending.path.parent.name}/{ending.path.name}")
    print("slowest")
    for ending in sorted(found, key=lambda e: -e.seconds)[:_SHOWN]:
        print(f"  {ending.seconds:7.1f} s {ending.resident / 1e6:6.0f} MB {ending.ending} {ending.path.name}")
    print("hungriest")
    for ending in sorted(found, key=lambda e: -e.resident)[:_SHOWN]:
        print(f"  {ending.seconds:7.1f} s {ending.resident / 1e6:6.0f} MB {ending.ending} {ending.path.name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--timeout", type=float, default=300.0, metavar="S", help="as parse_timeout_s; 300 when absent")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every ending there, a line each")
    parser.add_argument("--offsets", action="store_true", help="whether every offset leads back to its source, instead")
    parser.add_argument(
        "--program", type=Path, metavar="FILE", help="the parsers of the single-file program, not of this checkout"
    )
    given = parser.parse_args()
    if given.program:
        take_parsers_of(given.program)
    folders = given.folders or [CORPORA / "files", CORPORA / "hostile"]
    if missing := [folder for folder in folders if not folder.is_dir()]:
        parser.error(f"no folder {str(missing[0])!r}")
    if given.offsets:
        from tests.hostile.tracing import trace

        return trace(folders, given.timeout)
    began, found = time.monotonic(), []
    for ending in endings(folders, given.timeout):
        found.append(ending)
        if len(found) % 100 == 0:
            print(f"{len(found)} files, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if given.json:
        given.json.write_text("".join(json.dumps(asdict(e), default=str) + "\n" for e in found), encoding="utf-8")
    show(found, folders)
    wrong = [ending for ending in found if ending.wrong]
    for ending in wrong:
        print(f"WRONG {ending.path}: {ending.wrong} ({ending.seconds:.0f} s)")
    peak = max((ending.resident for ending in found), default=0)
    print(f"{len(found)} files in {time.monotonic() - began:.0f} s; largest parser {peak / 1e6:.0f} MB; {len(wrong)} wrong")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
