"""`frostbyte report`, and the acceptance report as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.report_sheet import sheet
from frostbyte.cli.terminal import amount, visible
from frostbyte.errors import UsageError

if TYPE_CHECKING:
    from frostbyte.contract.reports import AcceptanceReport

_PLACES_SHOWN = 3


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
    if cli.json and form in ("markdown", "html"):
        raise UsageError(f"--json and --format {form} exclude each other")
    from frostbyte import appliance
    from frostbyte.cli.report_markdown import markdown
    from frostbyte.cli.report_page import page
    from frostbyte.pipeline import finished_report

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        found = finished_report(vault, batch_id)
    if cli.json or form == "json":
        cli.emit(found.to_json())
    elif form == "text":
        show_report(found)
    else:
        click.echo((markdown if form == "markdown" else page)(sheet(found)), nl=False)


def show_report(report: AcceptanceReport) -> None:
    """Print the report for a terminal."""
    from frostbyte.pipeline.remedies import NOTHING

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
                if file.status != "indexed" and warning["remediation"] != NOTHING:
                    _say(f"    do: {warning['remediation']}")
    for label, group in (("rejected", report.rejected_files), ("quarantined", report.quarantined_files)):
        for refused in group:
            _say(f"  {label:<13} {visible(refused.original_filename):<34} {refused.reason}: {refused.message}")
            _say(f"    do: {refused.remediation}")
    arranged = sheet(report)
    for entry in arranged.entries:
        for point in entry.points:
            if point.kind == "dropped":
                more = f"; and {len(point.places) - _PLACES_SHOWN:,} more" if len(point.places) > _PLACES_SHOWN else ""
                where = "; ".join(point.places[:_PLACES_SHOWN]) + more
                _say(f"  left out      {visible(entry.name):<34} {point.code}: {point.message}: {where}")
    for advice in arranged.advice:
        if advice.kind != "reason" and advice.remedy != NOTHING and advice.code != "SCAN_SKIPPED":
            _say(f"to do for {amount(len(advice.entries), 'file')} with {advice.code}: {advice.remedy}")
    if any(file.intake.scan_result == "skipped" for file in report.files):
        _say("not scanned for malware, since the scan is switched off: scan_result is `skipped`, never clean")


def _say(line: str) -> None:
    click.echo(visible(line))


COMMANDS = {"report": report}
