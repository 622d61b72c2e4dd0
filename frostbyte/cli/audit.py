"""`frostbyte audit`: events, event, chain, export, verify, head."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.terminal import json_text, visible
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, Damaged, NotFound, StorageFailed, UsageError

_EXPORT_PAGE = 500


@click.group()
def audit() -> None:
    """Read, export and verify the audit chain."""


@audit.command()
@tenant_option
@click.option("--type", "event_type", metavar="EVENT", help="Only events of this type.")
@click.option("--resource", "resource_id", metavar="ID", help="Only events about this resource.")
@click.option("--from", "since", metavar="TIME", help="Not before this time (ISO 8601, UTC).")
@click.option("--to", "until", metavar="TIME", help="Not after this time; a day alone is meant to its end.")
@click.option("--page", type=click.IntRange(1, 10**9), default=1, show_default=True, help="Page of the listing.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Events a page.")
@common
def events(
    cli: Cli,
    tenant_id: str,
    event_type: str | None,
    resource_id: str | None,
    since: str | None,
    until: str | None,
    page: int,
    limit: int,
) -> None:
    """List events, newest first."""
    from frostbyte import appliance
    from frostbyte.contract.envelopes import PaginationMeta
    from frostbyte.contract.events import EventType

    if event_type is not None and event_type not in EventType.__members__:
        raise UsageError(f"unknown event type {event_type!r}", hint=f"one of {', '.join(EventType.__members__)}")
    kind = EventType(event_type) if event_type else None
    begin, end = _moment("--from", since), _moment("--to", until, end_of_day=True)
    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        found, total = vault.catalog.events(
            event_type=kind, resource_id=resource_id, since=begin, until=end, page=page, limit=limit
        )

    def human() -> None:
        for entry in found:
            place, resource = str(entry.details.get("sequence", "")), visible(entry.resource_id)
            click.echo(f"{entry.timestamp}  {place:>6}  {entry.event_type:<24} {resource}  {entry.event_id}")
        click.echo(f"{len(found)} of {total} events, page {page}")

    cli.emit({"events": [e.to_json() for e in found], "meta": PaginationMeta.of(total, page, limit).to_json()}, human)


@audit.command()
@click.argument("event_id", metavar="EVENT")
@tenant_option
@common
def event(cli: Cli, event_id: str, tenant_id: str) -> None:
    """Show one event whole."""
    from frostbyte import appliance

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        found = vault.catalog.event(event_id)
    if found is None:
        raise NotFound(f"no event {event_id!r} in tenant {tenant_id!r}")
    data = found.to_json()
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))


@audit.command()
@click.argument("resource", metavar="RESOURCE")
@tenant_option
@common
def chain(cli: Cli, resource: str, tenant_id: str) -> int:
    """Show the chain of custody of a file_id, doc_id or chunk_id. Exit status 4 when it does not hold."""
    from frostbyte import appliance
    from frostbyte.retrieve.provenance import chain as build

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        found = build(vault, resource)

    def human() -> None:
        for entry in found.chain:
            hashes = f"{entry.input_hash[7:19]} -> {entry.output_hash[7:19]}"
            click.echo(f"{entry.position:>3}  {entry.timestamp}  {entry.event_type:<22} {hashes}  {entry.status}")
        click.echo(f"chain of {found.chain_length} events {'holds' if found.hash_chain_valid else 'IS BROKEN'}")
        for gap in found.hash_chain_verification.breaks:
            click.echo(f"  at {gap.position}: {visible(gap.what)}")

    cli.emit(found.to_json(), human)
    return EXIT_OK if found.hash_chain_valid else EXIT_DAMAGED


@audit.command()
@tenant_option
@common
def verify(cli: Cli, tenant_id: str) -> int:
    """Recompute the hash of every event and the chain over them.

    Exit status 4 when an event was edited, deleted, moved or slipped in.
    """
    from frostbyte import appliance

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        report = vault.verify_audit()
    data = report.to_json()

    def human() -> None:
        click.echo(f"{report.events} events, head {report.head_hash}: {'valid' if report.valid else 'NOT VALID'}")
        for gap in report.breaks:
            click.echo(f"  at {gap.position}: {visible(gap.what)}")

    cli.emit(data, human)
    return EXIT_OK if report.valid else EXIT_DAMAGED


@audit.command()
@tenant_option
@common
def head(cli: Cli, tenant_id: str) -> None:
    """Show the head of the chain: number of events and hash of the last. Keep it elsewhere: it shows a rollback."""
    from frostbyte import appliance

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        count, digest = vault.catalog.audit_head()
    data = {"tenant_id": tenant_id, "events": count, "head_hash": digest}
    cli.emit(data, lambda: click.echo(f"{count} {digest}"))


@audit.command()
@tenant_option
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="File to write, JSON Lines; its manifest lies beside it."
)
@common
def export(cli: Cli, tenant_id: str, output: Path) -> None:
    """Write every event, oldest first, as JSON Lines, with a manifest that holds the count and the SHA-256.

    Neither file may be there before; when the export fails, neither is there afterwards.
    """
    import hashlib

    from frostbyte import appliance
    from frostbyte.contract.audit import AuditExportManifest
    from frostbyte.contract.clock import timestamp
    from frostbyte.contract.hashing import canonical_json

    described = output.with_name(output.name + ".manifest.json")
    for path in (output, described):  # before the vault is opened, which takes a while
        if path.exists() or path.is_symlink():
            raise UsageError(f"{str(path)!r} exists", hint="an export is never written over another file")
    digest, count, first, last = hashlib.sha256(), 0, "", ""
    with appliance.load(cli.settings).open_vault(tenant_id) as vault, _new_file(output) as stream, _new_file(described) as beside:
        total, page = 1, 1
        while count < total:
            found, total = vault.catalog.events(page=page, limit=_EXPORT_PAGE, descending=False)
            if not found:
                raise Damaged(f"{total} events are recorded and {count} can be read", hint="run `frostbyte audit verify`")
            for entry in found:
                line = canonical_json(entry.to_json()) + b"\n"
                stream.write(line)
                digest.update(line)
                first, last, count = first or entry.timestamp, entry.timestamp, count + 1
            page += 1
        manifest = AuditExportManifest.from_json(
            {
                "tenant_id": tenant_id,
                "from": first,
                "to": last,
                "event_count": count,
                "file_sha256": digest.hexdigest(),
                "exported_at": timestamp(),
                "format": "jsonl",
            }
        )
        data: dict[str, Any] = manifest.to_json()
        beside.write(json.dumps(data, indent=1).encode() + b"\n")
    cli.emit(data, lambda: click.echo(f"{count} events in {visible(str(output))}, sha256 {digest.hexdigest()}"))


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that was not there before, and is there afterwards only if the block ends well. Raises UsageError, StorageFailed."""
    try:
        stream = path.open("xb")
    except OSError as error:
        raise UsageError(f"cannot make {str(path)!r}: {error.strerror}") from error
    try:
        with stream:
            yield stream
    except OSError as error:
        path.unlink(missing_ok=True)
        raise StorageFailed(f"cannot write {str(path)!r}: {error.strerror}") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _moment(option: str, text: str | None, *, end_of_day: bool = False) -> str | None:
    """A time of the command line as a contract timestamp; of a day alone its begin, or its end. Raises UsageError."""
    from datetime import UTC, date, datetime, time

    from frostbyte.contract.clock import timestamp

    if text is None:
        return None
    try:
        try:
            moment = datetime.combine(date.fromisoformat(text), time.max if end_of_day else time.min)
        except ValueError:
            moment = datetime.fromisoformat(text)
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:  # the latter: a time zone that leads out of the calendar
        raise UsageError(f"{option} {text!r} is not a time", hint="write it as 2026-02-08 or 2026-02-08T14:00:00Z") from error


COMMANDS = {"audit": audit}
