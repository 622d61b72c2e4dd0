"""`frostbyte report`, and the acceptance report for people: text, markdown, and one self-contained HTML page."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.terminal import visible

if TYPE_CHECKING:
    from frostbyte.contract.reports import AcceptanceReport


@click.command()
@click.argument("batch_id", metavar="BATCH")
@tenant_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text", help="How to print it."
)
@common
def report(cli: Cli, batch_id: str, tenant_id: str, form: str) -> None:
    """Show the acceptance report of a batch.

    It says what was received, parsed, dropped and indexed, and what to do about the rest.
    Exit status 6 for a batch that is not finished.
    """
    from frostbyte import appliance
    from frostbyte.pipeline import finished_report

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        found = finished_report(vault, batch_id)
    if cli.json or form == "json":
        cli.emit(found.to_json())
    elif form == "text":
        show_report(found)
    else:
        click.echo(markdown(found) if form == "markdown" else page(found))


def show_report(report: AcceptanceReport) -> None:
    """Print the report for a terminal."""
    s = report.summary
    _say(f"acceptance report {report.report_id}  batch {report.batch_id}  tenant {report.tenant_id}")
    held = f"{s.files_rejected} rejected, {s.files_quarantined} quarantined"
    _say(f"files     {s.files_submitted} submitted, {s.files_accepted} accepted, {held}")
    warned = f"{s.files_parsed_with_warnings} with warnings, {s.files_parse_failed} failed"
    _say(f"parsing   {s.files_parsed_successfully} clean, {warned}")
    indexed = f"{s.total_chunks_indexed} indexed, {s.total_chunks_quarantined} quarantined"
    _say(f"chunks    {s.total_chunks_produced} produced, {indexed}")
    for file in report.files:
        kind = file.policy.classification if file.policy else "-"
        pii = ",".join(file.policy.pii_types) if file.policy and file.policy.pii_types else "-"
        name, count = visible(file.original_filename), file.parsing.chunk_count
        _say(f"  {file.status:<13} {name:<34} {count:>4} chunks  {kind:<14} pii {pii}")
        for warning in file.parsing.warnings:
            if warning["code"] != "SCAN_SKIPPED":
                _say(f"    warning {warning['code']}: {warning['message']}")
                if file.status != "indexed" and warning["remediation"] != "none needed":
                    _say(f"    do: {warning['remediation']}")
    for label, group in (("rejected", report.rejected_files), ("quarantined", report.quarantined_files)):
        for refused in group:
            _say(f"  {label:<13} {visible(refused.original_filename):<34} {refused.reason}: {refused.message}")
            _say(f"    do: {refused.remediation}")
    for dropped in report.dropped_content:
        what = f"page {dropped.page}: {dropped.element_type}, {dropped.reason}"
        _say(f"  dropped       {visible(dropped.original_filename):<34} {what}")
    if any(file.intake.scan_result == "skipped" for file in report.files):
        _say("malware scanning is not part of this version: scan_result is `skipped`, never clean")


def _say(line: str) -> None:
    click.echo(visible(line))


def markdown(report: AcceptanceReport) -> str:
    """The report as markdown. Names and ids come from outside, so they are escaped."""
    lines = [
        f"# Acceptance report {report.report_id}",
        "",
        f"Batch {_cell(report.batch_id)}, tenant {_cell(report.tenant_id)}, {report.generated_at}",
        "",
    ]
    for title, header, rows in _tables(report):
        if rows:
            lines += [f"## {title}", "", "| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
            lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
            lines.append("")
    return "\n".join(lines)


def page(report: AcceptanceReport) -> str:
    """The report as one HTML page: no script, no link to anywhere, opens offline."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>Acceptance report {_html(report.report_id)}</title>",
        "<style>body{font:15px sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse;margin:1em 0}"
        "td,th{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}th{background:#eee}</style>",
        f"<h1>Acceptance report {_html(report.report_id)}</h1>",
        f"<p>Batch {_html(report.batch_id)}, tenant {_html(report.tenant_id)}, "
        f"{_html(report.generated_at)}</p>",
    ]
    for title, header, rows in _tables(report):
        if rows:
            heads = "".join(f"<th>{_html(name)}</th>" for name in header)
            parts.append(f"<h2>{_html(title)}</h2><table><tr>{heads}</tr>")
            parts += ["<tr>" + "".join(f"<td>{_html(value)}</td>" for value in row) + "</tr>" for row in rows]
            parts.append("</table>")
    return "\n".join([*parts, "</html>"])


def _tables(report: AcceptanceReport) -> Iterator[tuple[str, list[str], list[list[object]]]]:
    summary = report.summary.to_json()
    classes = summary.pop("classifications")
    yield (
        "Summary",
        ["what", "count"],
        [[k.replace("_", " "), v] for k, v in (summary | {f"class {k}": v for k, v in classes.items()}).items()],
    )
    yield (
        "Files",
        ["file", "status", "type", "bytes", "SHA-256", "pages", "chunks", "class", "personal data"],
        [
            [
                f.original_filename,
                f.status,
                f.intake.mime_type,
                f.intake.size_bytes,
                f.intake.sha256,
                f.parsing.page_count,
                f.parsing.chunk_count,
                f.policy.classification if f.policy else "",
                ", ".join(f.policy.pii_types) if f.policy else "",
            ]
            for f in report.files
        ],
    )
    warnings: list[list[object]] = [
        [f.original_filename, w["code"], w.get("page") or "", w["message"], w["remediation"]]
        for f in report.files
        for w in f.parsing.warnings
    ]
    yield "Warnings", ["file", "code", "page", "what it means", "what to do"], warnings
    for title, group in (("Rejected", report.rejected_files), ("Quarantined", report.quarantined_files)):
        yield (
            title,
            ["file", "reason", "what happened", "what to do"],
            [[r.original_filename, r.reason, r.message, r.remediation] for r in group],
        )
    yield (
        "Dropped content",
        ["file", "page", "element", "reason", "what to do"],
        [[d.original_filename, d.page, d.element_type, d.reason, d.remediation] for d in report.dropped_content],
    )


def _cell(value: object) -> str:
    text = visible(str(value))
    for mark in "\\|`*_<>[]&~":
        text = text.replace(mark, "\\" + mark)
    return text


def _html(value: object) -> str:
    return html.escape(visible(str(value)))


COMMANDS = {"report": report}
