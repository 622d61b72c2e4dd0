"""How well scanned pages are read, against text that is known to the letter: `./run ocr`.

Pages of our own text are drawn, degraded and read twice in the same run: by the parser child (PNG with its resolution in the
file, as a scanner writes it) and by tesseract, where it is installed. For each condition: the character error rate, the mean
confidence, and whether the pages read badly are those that are said to be. Then pages in scripts that the models do not know.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from PIL import Image  # noqa: E402

from frostbyte.errors import ParseFailed  # noqa: E402
from frostbyte.parse import ParseJob  # noqa: E402
from frostbyte.parse.worker import Worker  # noqa: E402
from tests.ocr import pages  # noqa: E402
from tests.ocr.scores import error_rate, words_found  # noqa: E402
from tests.ocr.texts import FOREIGN, SHEETS, Sheet  # noqa: E402

BAD = 0.03
"""A page with more wrong letters than this is read badly, and has to say so."""
DOUBTS = {"LOW_OCR_CONFIDENCE", "WRITING_NOT_READ", "NO_TEXT", "NO_CONTENT"}
TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Read:
    """One page, read by one reader."""

    condition: str
    page: str
    reader: str
    error: float
    words: float
    confidence: float | None
    warnings: tuple[str, ...]
    seconds: float
    text: str = ""
    peak: int = 0
    """Megabytes that the parser child held at most until then."""

    @property
    def doubted(self) -> bool:
        return bool(DOUBTS & set(self.warnings))


def ours(worker: Worker, path: Path, condition: str, sheet: Sheet) -> Read:
    """Through the parser child, as a document goes."""
    job = ParseJob(path.name, "ocr", "image/png", hashlib.sha256(path.read_bytes()).hexdigest())
    start = time.monotonic()
    try:
        with path.open("rb") as file:
            document = worker.parse(file.fileno(), job, TIMEOUT_S)
    except ParseFailed as error:
        said = (error.detail or error.reason,)
        return Read(condition, sheet.name, "frostbyte", 1.0, 0.0, None, said, time.monotonic() - start)
    seconds = time.monotonic() - start
    text = " ".join(chunk.text for chunk in document.chunks)
    codes = tuple(warning.code for warning in document.warnings)
    wrong, words = error_rate(text, sheet.truth), words_found(text, sheet.truth)
    peak = _peak_megabytes(worker.pid)
    return Read(condition, sheet.name, "frostbyte", wrong, words, document.stats.ocr_avg_confidence, codes, seconds, text, peak)


def _peak_megabytes(pid: int | None) -> int:
    """The most memory that a process has held so far."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def tesseract(path: Path, condition: str, sheet: Sheet) -> Read:
    """Debian's tesseract with English, German and French where installed, finding the page's orientation by itself.

    Read twice, with its own threshold between ink and paper and with Sauvola's, without which noise is all it sees; the better
    reading counts, and the time of that one.
    """
    reads = [_tesseract(path, condition, sheet, method) for method in ("0", "2")]
    return min(reads, key=lambda read: read.error)


def _tesseract(path: Path, condition: str, sheet: Sheet, method: str) -> Read:
    start = time.monotonic()
    command = ["tesseract", str(path), "-", "-l", _languages(), "--psm", "1", "-c", f"thresholding_method={method}", "tsv"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_THREAD_LIMIT": "2"}, timeout=TIMEOUT_S)
    seconds = time.monotonic() - start
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    words = [(row[11], float(row[10])) for row in rows if len(row) == 12 and row[0] == "5" and row[11].strip()]
    text = " ".join(word for word, _ in words)
    letters = sum(len(word) for word, _ in words)
    confidence = sum(len(word) * sure for word, sure in words) / letters / 100 if letters else None
    wrong, found = error_rate(text, sheet.truth), words_found(text, sheet.truth)
    return Read(condition, sheet.name, "tesseract", wrong, found, confidence, (), seconds, text)


def _languages() -> str:
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True)
    installed = set(done.stdout.split())
    return "+".join(name for name in ("eng", "deu", "fra") if name in installed) or "eng"


def measure(conditions: list[pages.Condition], sheets: list[Sheet], foreign: list[Sheet], peer: bool) -> Iterator[Read]:
    """Every sheet under every condition, by every reader."""
    with tempfile.TemporaryDirectory(prefix="frostbyte-ocr-") as folder, Worker() as worker:
        path = Path(folder) / "page.png"
        for seed, sheet in enumerate(sheets):
            master = pages.draw(sheet)
            for condition in conditions:
                _save(condition.apply(master, seed), path, condition.dpi)
                yield ours(worker, path, condition.name, sheet)
                if peer:
                    yield tesseract(path, condition.name, sheet)
        for sheet in foreign:
            try:
                _save(pages.draw(sheet, 300), path, 300)
            except pages.FontMissing as error:
                print(f"ocr: no font {error}; {sheet.name} is left out", file=sys.stderr)
                continue
            yield ours(worker, path, "other script", sheet)


def _save(image: Image.Image, path: Path, dpi: int) -> None:
    image.save(path, dpi=(dpi, dpi))


def summary(reads: list[Read]) -> dict[str, Any]:
    """Per condition and reader, and over all pages how well the warnings tell the bad pages."""
    rows: dict[str, dict[str, Any]] = {}
    for reader in dict.fromkeys(read.reader for read in reads):
        for condition in dict.fromkeys(read.condition for read in reads):
            some = [r for r in reads if (r.reader, r.condition) == (reader, condition)]
            if not some:
                continue
            sure = [r.confidence for r in some if r.confidence is not None]
            rows.setdefault(condition, {})[reader] = {
                "pages": len(some),
                "error": mean(r.error for r in some),
                "worst": max(r.error for r in some),
                "words": mean(r.words for r in some),
                "confidence": mean(sure) if sure else None,
                "bad": sum(r.error > BAD for r in some),
                "bad_and_said": sum(r.error > BAD and r.doubted for r in some),
                "good_but_doubted": sum(r.error <= BAD and r.doubted for r in some),
                "seconds": mean(r.seconds for r in some),
            }
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="WORDS", help="conditions whose name holds one of these, by comma: 300, clean, turned")
    parser.add_argument("--pages", metavar="NAMES", help="only these pages, by comma")
    parser.add_argument("--no-peer", action="store_true", help="do not run tesseract")
    parser.add_argument("--no-foreign", action="store_true", help="leave out the scripts that the models do not know")
    parser.add_argument("--verbose", action="store_true", help="print a line for every page as it is read")
    parser.add_argument("--texts", action="store_true", help="print what was read on every page with an error")
    parser.add_argument("--output", type=Path, help="also write every page's figures as JSON to this file")
    chosen = parser.parse_args()
    names = chosen.pages.split(",") if chosen.pages else [sheet.name for sheet in SHEETS]
    conditions = [c for c in pages.CONDITIONS if not chosen.only or any(word in c.name for word in chosen.only.split(","))]
    peer = not chosen.no_peer and shutil.which("tesseract") is not None
    if not peer and not chosen.no_peer:
        print("ocr: no tesseract to compare with (Debian: apt-get install tesseract-ocr)", file=sys.stderr)
    reads = []
    try:
        foreign = [] if chosen.no_foreign else list(FOREIGN)
        for read in measure(conditions, [s for s in SHEETS if s.name in names], foreign, peer):
            reads.append(read)
            if chosen.verbose or chosen.texts:
                print(_line(read), file=sys.stderr)
                if chosen.texts and read.error:
                    print("   ", read.text, file=sys.stderr)
    except pages.FontMissing as error:
        print(f"ocr: the font {error} is missing (Debian: apt-get install fonts-liberation fonts-dejavu)", file=sys.stderr)
        return 2
    found = summary(reads)
    _print(found)
    mine = [read for read in reads if read.reader == "frostbyte"]
    if mine:
        pace, peak = 60 / mean(read.seconds for read in mine), max(read.peak for read in mine)
        print(f"frostbyte: {pace:.0f} pages a minute with one worker, which held {peak} MB at most")
    if chosen.output:
        chosen.output.write_text(json.dumps({"conditions": found, "pages": [asdict(r) for r in reads]}, indent=1))
    return 0


def _line(read: Read) -> str:
    sure = "-" if read.confidence is None else f"{read.confidence:.3f}"
    said = ",".join(read.warnings)
    place = f"{read.reader:<10} {read.condition:<16} {read.page:<10}"
    return f"{place} {100 * read.error:6.2f} %  {sure}  {read.seconds:5.1f} s  {said}"


def _print(found: dict[str, Any]) -> None:
    print("| condition | reader | pages | CER mean | CER worst | words | confidence | bad | of these said | said in vain | s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for condition, readers in found.items():
        for reader, row in readers.items():
            sure = "-" if row["confidence"] is None else f"{row['confidence']:.3f}"
            said = f"{row['bad_and_said']} | {row['good_but_doubted']}" if reader == "frostbyte" else "- | -"
            print(
                f"| {condition} | {reader} | {row['pages']} | {100 * row['error']:.2f} % | {100 * row['worst']:.2f} % "
                f"| {100 * row['words']:.1f} % | {sure} "
                f"| {row['bad']} | {said} | {row['seconds']:.1f} |"
            )


if __name__ == "__main__":
    sys.exit(main())
