"""An acceptance report as people read it: what became of each file, why, where, what to do. Markdown and the page render this.

Everything comes from the report, which is what `--json` gives: a rendering leaves nothing out. Texts here are as they came; a
renderer makes them safe to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from frostbyte.cli.terminal import amount

if TYPE_CHECKING:
    from frostbyte.contract.reports import AcceptanceReport, DroppedReport, FileReport, RefusedFile

Kind = Literal["reason", "warning", "dropped"]
"""Why a file is not indexed; what to know of it; what of it was left out."""

VERDICTS = {
    "rejected": "not taken in",
    "quarantined": "held back, not searchable",
    "parse_failed": "taken in, but could not be read",
    "policy_failed": "taken in, but could not be judged",
    "embed_failed": "taken in, but not made searchable",
    "index_failed": "taken in, but not made searchable",
    "indexed": "read and searchable",
}
"""Every end a file can come to, those first that need something done."""


@dataclass(frozen=True)
class Point:
    """Something said of one file: a fixed word, what it means, what to do, and the places it holds for (none: the whole file)."""

    kind: Kind
    code: str
    message: str
    remedy: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One file: its verdict, what is known of it as (name, value), and its points, the reason of its verdict first."""

    file_id: str
    name: str
    verdict: str
    facts: tuple[tuple[str, str], ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Advice:
    """One thing to do, and the numbers in `Sheet.entries` of the files it is for; `all_files` where none is without it."""

    kind: Kind
    code: str
    message: str
    remedy: str
    entries: tuple[int, ...]
    all_files: bool


@dataclass(frozen=True)
class Sheet:
    """The whole report. `entries`: every file of the batch once, those first that are not indexed."""

    report_id: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, int], ...]
    entries: tuple[Entry, ...]
    advice: tuple[Advice, ...]


def sheet(report: AcceptanceReport) -> Sheet:
    """The report, arranged for reading."""
    dropped: dict[str, list[DroppedReport]] = {}
    for item in report.dropped_content:
        dropped.setdefault(item.file_id, []).append(item)
    found = [
        *(_refused(file, "rejected", dropped) for file in report.rejected_files),
        *(_refused(file, "quarantined", dropped) for file in report.quarantined_files),
        *(_accepted(file, dropped) for file in report.files),
    ]
    order = list(VERDICTS)
    entries = tuple(sorted(found, key=lambda entry: order.index(entry.verdict)))
    return Sheet(
        report_id=report.report_id,
        headline=_headline(entries),
        facts=(("batch", report.batch_id), ("tenant", report.tenant_id), ("made at", report.generated_at)),
        counts=tuple(_counts(report)),
        entries=entries,
        advice=tuple(_advice(entries)),
    )


def _headline(entries: Sequence[Entry]) -> str:
    """`Of 13 files 10 are indexed, 2 rejected, 1 quarantined.`"""
    ends = Counter(entry.verdict for entry in entries)
    others = "".join(f", {ends[verdict]:,} {verdict}" for verdict in VERDICTS if verdict != "indexed" and ends[verdict])
    return f"Of {amount(len(entries), 'file')} {ends['indexed']:,} {'is' if ends['indexed'] == 1 else 'are'} indexed{others}."


def _counts(report: AcceptanceReport) -> Iterator[tuple[str, int]]:
    counts = report.summary.to_json()
    classes = counts.pop("classifications")
    for key, number in counts.items():
        yield key.removeprefix("total_").replace("_", " "), number
    for name, number in classes.items():
        yield f"files of class {name}", number


def _refused(file: RefusedFile, verdict: str, dropped: dict[str, list[DroppedReport]]) -> Entry:
    reason = Point("reason", file.reason, file.message, file.remediation)
    return Entry(
        file_id=file.file_id,
        name=file.original_filename,
        verdict=verdict,
        facts=(("file_id", file.file_id),),
        points=(reason, *_dropped(dropped.get(file.file_id, []), [])),
    )


def _accepted(file: FileReport, dropped: dict[str, list[DroppedReport]]) -> Entry:
    # A stage that fails for good writes its reason behind all other warnings.
    warnings = list(file.parsing.warnings)
    reason = warnings.pop() if file.status != "indexed" and warnings else None
    points = [] if reason is None else list(_warnings("reason", [reason]))
    return Entry(
        file_id=file.file_id,
        name=file.original_filename,
        verdict=file.status,
        facts=tuple(_facts(file)),
        points=(*points, *_warnings("warning", warnings), *_dropped(dropped.get(file.file_id, []), file.parsing.dropped_content)),
    )


def _facts(file: FileReport) -> Iterator[tuple[str, str]]:
    intake, parsing, policy, indexing = file.intake, file.parsing, file.policy, file.indexing
    yield "file_id", file.file_id
    yield "SHA-256", intake.sha256
    yield "received", f"{intake.received_at}, {intake.mime_type}, {amount(intake.size_bytes, 'byte')}"
    yield "malware scan", intake.scan_result
    if parsing.status == "parsed":
        counted = (
            (parsing.page_count, "page"),
            (parsing.section_count, "section"),
            (parsing.table_count, "table"),
            (parsing.figure_count, "figure"),
            (parsing.chunk_count, "chunk"),
        )
        yield "parsed", ", ".join(amount(number, noun) for number, noun in counted)
    else:
        yield "parsed", "no"
    if policy is not None:
        yield "class", f"{policy.classification} (confidence {policy.classification_confidence:.2f})"
        yield "personal data", f"{', '.join(policy.pii_types)}: {policy.pii_action}" if policy.pii_found else "none found"
        held = f", {amount(policy.chunks_quarantined, 'chunk')} held back" if policy.chunks_quarantined else ""
        yield "injection", f"highest score {policy.injection_max_score:.2f}{held}"
    if indexing is not None:
        yield "indexed", f"{amount(indexing.chunks_embedded, 'chunk')} with {indexing.embed_model}, {indexing.indexed_at}"


def _warnings(kind: Kind, warnings: Iterable[dict[str, Any]]) -> Iterator[Point]:
    """One point for each code, with all its places."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for entry in warnings:
        groups.setdefault((entry["code"], entry["message"], entry["remediation"]), []).append(entry)
    for (code, message, remedy), entries in groups.items():
        yield Point(kind, code, message, remedy, tuple(_places(entries)))


def _dropped(found: Sequence[DroppedReport], details: Sequence[dict[str, Any]]) -> Iterator[Point]:
    """The same for what was left out. `details` has places and sizes, entry for entry, where the report has any."""
    from frostbyte.pipeline.remedies import message

    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for number, item in enumerate(found):
        detail = details[number] if number < len(details) else {}
        groups.setdefault((item.reason, item.element_type, item.remediation), []).append({**detail, "page": item.page})
    for (code, element, remedy), entries in groups.items():
        yield Point("dropped", code, f"{message(code)} ({element})", remedy, tuple(_places(entries)))


def _places(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Where the entries of one code stand: bare pages in one run of numbers, then each place with what is known of it."""
    bare: dict[int, int] = {}
    for entry in entries:
        if entry.get("page") and not _details(entry):
            bare[entry["page"]] = bare.get(entry["page"], 0) + 1
    once = sorted(page for page, times in bare.items() if times == 1)
    if once:
        yield ("page " if len(once) == 1 else "pages ") + ", ".join(_runs(once))
    for page, times in bare.items():
        if times > 1:
            yield f"page {page}, {times} times"
    detailed: dict[str, int] = {}
    for entry in entries:
        if said := _details(entry):
            place = ", ".join([f"page {entry['page']}"] * bool(entry.get("page")) + said)
            detailed[place] = detailed.get(place, 0) + 1
    for place, times in detailed.items():
        yield place if times == 1 else f"{place}, {times} times"


def _details(entry: dict[str, Any]) -> list[str]:
    said = [str(entry[key]) for key in ("place", "kind") if entry.get(key)]
    if entry.get("characters"):
        said.append(amount(entry["characters"], "character"))
    if entry.get("count"):
        said.append(amount(entry["count"], "chunk"))
    return said


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """`1-4`, `7`: numbers that follow each other, put together. `numbers` rise."""
    start = numbers[0]
    for number, following in [*pairwise(numbers), (numbers[-1], None)]:
        if following != number + 1:
            yield str(start) if start == number else f"{start}-{number}"
            start = following or 0


def _advice(entries: Sequence[Entry]) -> Iterator[Advice]:
    """Each thing to do once, reasons first; what needs nothing done comes last."""
    from frostbyte.pipeline.remedies import NOTHING, message

    groups: dict[tuple[Kind, str, str], dict[int, None]] = {}
    for number, entry in enumerate(entries):
        for point in entry.points:
            groups.setdefault((point.kind, point.code, point.remedy), {})[number] = None
    order: list[Kind] = ["reason", "dropped", "warning"]
    for kind, code, remedy in sorted(groups, key=lambda key: (key[2] == NOTHING, order.index(key[0]))):
        numbers = tuple(groups[kind, code, remedy])
        everything = len(numbers) == len(entries) > 1
        yield Advice(kind, code, message(code), remedy, numbers, everything)
