"""Large and many, by hand: `./run large [PART ...]`. Makes its own files in a temporary folder and removes them.

Each part takes its files in with the real command on a fresh home, kills it with SIGKILL in the middle where that can be, runs
the same command again to its end, and prints what it took. Peaks are sampled; the vault of an open tenant lies in RAM besides.

  filing   a PDF of 2,000 dense pages, killed while it is embedded
  pictures a PDF of 400 MB
  table    a CSV of 1,000,000 rows, killed while it is embedded
  batch    1,000 files, killed in the middle
  scale    batches that are nearly all parsing, with one parser and with two, by turns
  cores    a batch of real files on one core with one parser and on two cores with two, by turns
  rate     pages a second of dense filings: pypdfium2 alone, pypdf, the worker, in one run

`--program FILE` measures the program as one file, and not this checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from large import files  # noqa: E402
from large.watch import Watched, watch  # noqa: E402

if TYPE_CHECKING:
    from frostbyte.parse.worker import Worker

CORPORA = ROOT.parent / "shared" / "corpora" / "files"
FILINGS = CORPORA / "pdf" / "patronus-ai__financebench"
"""Real filings, where the corpora are; else the ones made here."""
SCALE_BAR = 1.7
RATE_BAR = 100.0

PROGRAM = [sys.executable, "-m", "frostbyte"]
"""The words that start what is measured."""


class Failed(Exception):
    """Something did not hold."""


class Home:
    """A fresh appliance with one tenant."""

    def __init__(self, work: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FROSTBYTE_")}
        self.environment = kept | {"FROSTBYTE_HOME": str(work / "home"), "PYTHONPATH": str(ROOT)}
        self.run("init", "--json")
        self.run("tenant", "create", "Northgate", "--id", "northgate", "--json")

    def run(self, *arguments: str, kill_when: Callable[[Watched], bool] | None = None) -> Watched:
        seen = watch([*PROGRAM, *arguments], self.environment, kill_when)
        if seen.status not in (0, 3) and not (kill_when and seen.status == -9):
            raise Failed(f"{arguments[0]} ended with {seen.status}: {seen.said}")
        return seen

    def ingest(self, path: Path, *options: str, kill_when: Callable[[Watched], bool] | None = None) -> Watched:
        return self.run("ingest", str(path), "--tenant", "northgate", "--json", *options, kill_when=kill_when)

    def check(self) -> None:
        """Everything recorded is there and reads to its end, both engines agree, the audit chain holds."""
        self.run("verify", "--deep", "--json")
        self.run("audit", "verify", "--tenant", "northgate", "--json")


def one_large(work: Path, path: Path, kill: bool) -> None:
    """Take one file in, killed half-way through its embedding where that is wanted."""
    home = Home(work)
    print(f"  {path.name}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
    if kill:
        first = home.ingest(path, kill_when=lambda seen: any(_share(line) >= 50 for line in list(seen.shown)))
        if first.status != -9:
            raise Failed("it was over before half of it was embedded: nothing to kill")
        print(f"  killed half-way after {first.seconds:.0f} s; {first.memory()}", flush=True)
    last = home.ingest(path)
    summary = last.data["report"]["summary"]
    if [file["status"] for file in last.data["report"]["files"]] != ["indexed"]:
        raise Failed(f"not indexed: {last.data['report']}")
    home.check()
    parts = sorted({_share(line) for line in last.shown} - {-1})
    went_on = f", went on at {parts[0]} %" if kill and parts else ""
    if kill and (not parts or parts[0] < 45):
        raise Failed(f"embedding began anew: it showed {parts}")
    print(f"  finished in {last.seconds:.0f} s{went_on}; {last.memory()}")
    print(f"  {summary['total_chunks_indexed']} chunks; {len(last.shown)} different progress lines", flush=True)


def _share(line: str) -> int:
    found = re.search(r" (\d+) %$", line)
    return int(found[1]) if found else -1


def filing(work: Path, small: int) -> None:
    path = work / "filing.pdf"
    files.filing(path, 2000 // small)
    one_large(work, path, kill=True)


def pictures(work: Path, small: int) -> None:
    path = work / "pictures.pdf"
    files.pictures(path, 400_000_000 // small)
    one_large(work, path, kill=False)


def table(work: Path, small: int) -> None:
    path = work / "table.csv"
    files.table(path, 1_000_000 // small)
    one_large(work, path, kill=True)


def batch(work: Path, small: int) -> None:
    count = 1000 // small
    files.batch(work / "batch", count)
    home = Home(work)
    reached = re.compile(r"\] (\d+)/")

    def half(seen: Watched) -> bool:
        return any(int(found[1]) * 2 >= count for line in list(seen.shown) if (found := reached.search(line)))

    first = home.ingest(work / "batch", kill_when=half)
    if first.status != -9:
        raise Failed("it was over before it could be killed")
    print(f"  {count} files, killed half-way after {first.seconds:.0f} s; {first.memory()}", flush=True)
    last = home.ingest(work / "batch")
    statuses = [file["status"] for file in last.data["report"]["files"]]
    if statuses != ["indexed"] * count:
        raise Failed(f"{len(statuses)} files, {statuses.count('indexed')} indexed")
    home.check()
    print(f"  finished in {last.seconds:.0f} s; {last.memory()}; {len(last.shown)} different progress lines", flush=True)


def scale(work: Path, small: int) -> None:
    """Small files that take long to parse and give little to scan, judge and embed, which is done one after another."""
    folder = work / "drawings"
    folder.mkdir()
    for number in range(16):
        files.drawings(folder / f"drawing-{number:02}.pdf", 80 // small, seed=number)
    taken: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(3):
        for count in (1, 2) if turn % 2 == 0 else (2, 1):
            home_of = work / f"turn-{turn}-{count}"
            home_of.mkdir()
            taken[count].append(Home(home_of).ingest(folder, "--workers", str(count)).seconds)
            shutil.rmtree(home_of)
    ratios = [one / two for one, two in zip(taken[1], taken[2], strict=True)]
    print(f"  one parser {[round(s, 1) for s in taken[1]]} s, two {[round(s, 1) for s in taken[2]]} s")
    _bar("two parsers against one", statistics.median(ratios), SCALE_BAR)


def cores(work: Path, small: int) -> None:
    """A whole ingest, from its start to its report.

    Processor time less than that of the cores used says that others used them too: then only "work for" tells of the program.
    """
    folder = work / "batch"
    _mixed(folder, 80 // small)
    free = os.sched_getaffinity(0)
    if len(free) < 2:
        raise Failed("this process may use one core only: nothing to compare")
    taken: dict[int, list[float]] = {1: [], 2: []}
    ends: set[str] = set()
    for turn in range(3):
        for count in (1, 2) if turn % 2 == 0 else (2, 1):
            home_of = work / f"turn-{turn}-{count}"
            home_of.mkdir()
            home, before = Home(home_of), _cpu_of_children()
            os.sched_setaffinity(0, sorted(free)[:count])  # what is started inherits it
            try:
                seen = home.ingest(folder, "--workers", str(count))
            finally:
                os.sched_setaffinity(0, free)
            taken[count].append(seen.seconds)
            cpu, wanted = _cpu_of_children() - before, seen.wanted(count)
            print(f"  cores and parsers {count}: {seen.seconds:.1f} s, processor time {cpu:.1f} s", end="")
            print(f", work for {wanted:.2f} cores", flush=True)
            ends.add(str([(file["file_id"], file["status"]) for file in seen.data["report"]["files"]]))
            shutil.rmtree(home_of)
    if len(ends) != 1:
        raise Failed(f"the files came to different ends: {ends}")
    _bar("two cores against one, medians", statistics.median(taken[1]) / statistics.median(taken[2]), SCALE_BAR)


def _mixed(folder: Path, count: int) -> None:
    """A batch of real files of five kinds, none large; of made ones where the corpora are not."""
    chosen: list[Path] = []
    for kind in ("pdf", "docx", "xlsx", "csv", "txt"):
        found = sorted(path for path in (CORPORA / kind).rglob(f"*.{kind}") if 0 < path.stat().st_size < 300_000)
        chosen += found[:: max(1, -(-len(found) * 5 // count))]
    if not chosen:
        files.batch(folder, 5 * count)
        print(f"  {5 * count} files made here: the corpora are not there", flush=True)
        return
    folder.mkdir()
    for number, path in enumerate(chosen):
        shutil.copyfile(path, folder / f"{number:03}{path.suffix}")
    print(f"  {len(chosen)} files of the corpora, {sum(path.stat().st_size for path in chosen) / 1e6:.1f} MB", flush=True)


def _cpu_of_children() -> float:
    """Processor seconds of all processes that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rate(work: Path, small: int) -> None:
    """By processor time, so that a busy machine counts less. The bar is for text: filings with pages for OCR stand apart."""
    from frostbyte.parse import worker as parsing

    if len(PROGRAM) == 1:
        from tests.hostile.passage import take_parsers_of

        place = work / "runtime"
        place.mkdir(mode=0o700)
        take_parsers_of(Path(PROGRAM[0]), place)
    made = work / "filing.pdf"
    files.filing(made, 300 // small)
    native: list[Path] = []
    scanned: list[Path] = []
    drawn = 0
    for path in sorted(FILINGS.glob("*.pdf"))[::small] if FILINGS.is_dir() else []:
        drawn += (for_ocr := _pages_for_ocr(path))
        (scanned if for_ocr else native).append(path)
    with parsing.Worker() as worker:
        worker.fences()
        _rate(worker, "a filing made here", [made])
        _rate(worker, f"{len(native)} filings of the corpora without a page for OCR", native)
        _rate(worker, f"{len(scanned)} filings of the corpora with {drawn} pages for OCR", scanned, bar=False)


def _rate(worker: Worker, name: str, paths: Sequence[Path], *, bar: bool = True) -> None:
    from frostbyte.parse import ParseJob

    if not paths:
        return
    pages = alone = spent = wall = 0.0
    for path in paths:
        count, seconds = _pdfium(path)
        pages, alone = pages + count, alone + seconds
        with path.open("rb") as file:
            before, began = _cpu(worker.pid), time.perf_counter()
            worker.parse(file.fileno(), ParseJob("file", "tenant", "application/pdf", "0" * 64), 3600)
            wall += time.perf_counter() - began
            spent += _cpu(worker.pid) - before
    counted, slow = _pypdf(paths[0], 40)
    print(f"  {name}: {pages:.0f} pages; pypdfium2 alone {pages / alone:.0f} pages/s, pypdf {counted / slow:.1f}")
    print(f"  worker {pages / spent:.1f} pages/s of processor time, {pages / wall:.1f} by the clock; ", end="")
    print(f"{alone / spent:.2f} of pypdfium2 alone")
    if bar:
        _bar("worker, pages a second of one core", pages / spent, RATE_BAR)


def _pages_for_ocr(path: Path) -> int:
    from frostbyte.parse.pdf import needs_ocr
    from frostbyte.parse.pdfium import PdfFile

    with PdfFile(str(path)) as document:
        return sum(needs_ocr(document.page(index)) for index in range(len(document)))


def _pdfium(path: Path) -> tuple[int, float]:
    import pypdfium2

    began = time.process_time()
    document = pypdfium2.PdfDocument(path)
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    count = len(document)
    document.close()
    return count, time.process_time() - began


def _pypdf(path: Path, most: int) -> tuple[int, float]:
    from pypdf import PdfReader

    reader = PdfReader(path)
    began, pages = time.process_time(), reader.pages[:most]
    for page in pages:
        page.extract_text()
    return len(pages), time.process_time() - began


def _cpu(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _bar(what: str, figure: float, bar: float) -> None:
    print(f"  {what}: {figure:.2f}, bar {bar:g}: {'met' if figure >= bar else 'NOT MET'}", flush=True)


PARTS = {part.__name__: part for part in (rate, scale, cores, filing, pictures, table, batch)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all of them when absent")
    parser.add_argument("--small", type=int, default=1, metavar="N", help="smaller by this factor, to try the campaign")
    parser.add_argument("--program", type=Path, help="the single-file program; this checkout when absent")
    given = parser.parse_args()
    if given.program:
        PROGRAM[:] = [str(given.program.resolve())]
    if unknown := sorted(set(given.parts) - set(PARTS)):
        parser.error(f"no part {unknown[0]!r}; one of {', '.join(PARTS)}")
    bad = 0
    for name in given.parts or PARTS:
        print(f"{name} ...", flush=True)
        work = Path(tempfile.mkdtemp(prefix="frostbyte-large-"))
        try:
            PARTS[name](work, given.small)
        except Failed as wrong:
            bad += 1
            print(f"  FAILED: {wrong}", flush=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
