"""`frostbyte policy`: the gates on text of your own, and why they said what they said of a chunk in the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from frostbyte.cli.options import Cli, common, local, tenant_option
from frostbyte.cli.terminal import amount, json_text, visible
from frostbyte.errors import EXIT_OK, EXIT_PARTIAL, UsageError


@click.group()
def policy() -> None:
    """Dry-run the policy gates, explain what they said, and judge a batch again."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Add `evidence`: which rule, recogniser or model said what, and at which span.")
@local
def scan(cli: Cli, file: Path, explain: bool) -> None:
    """Judge each line of FILE, JSON Lines of {"id", "text"[, "filename"]}. Prints a JSON line each; spans, never the text."""
    from frostbyte.embed import Heads, shipped_encoder, shipped_encoder_digest, shipped_tagger
    from frostbyte.intake import jsonlines
    from frostbyte.policy import scan as judge

    heads = Heads(lambda texts: shipped_encoder().embed_documents(list(texts)).vectors, shipped_encoder_digest())
    tagger = shipped_tagger()
    for number, row in jsonlines.read(file):
        if "id" not in row or "text" not in row:
            raise UsageError(f"{str(file)!r} line {number} is not an object with id and text")
        text, filename = row["text"], row.get("filename", "")
        if not isinstance(text, str) or not isinstance(filename, str):
            raise UsageError(f"{str(file)!r} line {number}: text and filename are strings")
        said = judge(text, filename, tagger, heads, evidence_of=tagger.name if explain else None)
        click.echo(json_text({"id": row["id"], **said}))


@policy.command("explain")
@click.option("--chunk", "chunk_id", metavar="ID", required=True, help="The chunk, indexed or held.")
@tenant_option
@common
def explain_chunk(cli: Cli, chunk_id: str, tenant_id: str) -> None:
    """Say why a chunk was judged as it was: which rule, recogniser or model, how sure, at which span; never the text.

    Besides: the configuration and detectors it was judged with, and whether the gates would say the same of it now.
    """
    from frostbyte import appliance
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline.explain import explain
    from frostbyte.pipeline.quarantine import work_of

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        data = explain(work_of(vault, lazy_embedder(cli.settings)), chunk_id)
    cli.emit(data, lambda: _print(data))


@policy.command()
@click.option("--batch", "batch_id", metavar="BATCH", required=True, help="The batch whose documents are judged again.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@tenant_option
@common
def reapply(cli: Cli, batch_id: str, dry_run: bool, tenant_id: str) -> int:
    """Judge a batch's documents again under the tenant's present configuration, and index what then passes.

    Classes that people gave and what they released from quarantine stand. Exit status 3 where a document of the batch was not
    judged. The same command again finishes one that was interrupted.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.cli.quarantine import operator
    from frostbyte.pipeline import reapply as again
    from frostbyte.pipeline.quarantine import work_of

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        work = work_of(vault, lazy_embedder(cli.settings), model_name=cli.settings.model)
        if dry_run:
            documents = again.preview(work, batch_id)
        else:
            tenants.require_active(vault)
            documents = again.reapply(work, batch_id, operator())
    found = [entry.to_json() for entry in documents]
    data = {"batch_id": batch_id, "config_version": work.config_version, "dry_run": dry_run, "documents": found}
    cli.emit(data, lambda: _print_reapplied(data))
    return EXIT_PARTIAL if any(entry["outcome"] == again.NOT_JUDGED for entry in found) else EXIT_OK


def _print_reapplied(data: dict[str, Any]) -> None:
    for entry in data["documents"]:
        click.echo(visible(f"{entry['doc_id']}  {entry['outcome']:<10} {entry['original_filename']}"))
        if entry["reason"]:
            click.echo(visible(f"  {entry['reason']}"))
        if entry["outcome"] == "changed":
            for name, before in entry["before"].items():
                if before != (now := entry["now"][name]):
                    click.echo(visible(f"  {name:<14} {_shown(before)} -> {_shown(now)}"))
            if entry["chunks_changed"]:
                what = f"{amount(entry['chunks_changed'], 'chunk')}: {', '.join(entry['fields_changed'])}"
                click.echo(visible(f"  {what}"))
    changed = sum(entry["outcome"] == "changed" for entry in data["documents"])
    would = "would change" if data["dry_run"] else "changed"
    total = amount(len(data["documents"]), "document")
    click.echo(f"{changed} of {total} {would} under config_version {data['config_version']}")


def _print(data: dict[str, Any]) -> None:
    verdict, judged, now = data["verdict"], data["judged_with"], data["now"]
    released = ", released by a person" if data["released_by_a_person"] else ""
    click.echo(f"{data['chunk_id']} of {data['doc_id']}, page {data['page']}: {verdict['place']}{released}")
    click.echo(f"judged under config_version {judged['config_version']} with {_detectors(judged['detectors'])}")
    for name, value in verdict.items():
        if name not in ("place", "redactions"):
            click.echo(f"  {name:<28} {visible(_shown(value))}")
    said = "the same" if now["same"] else "otherwise: " + ", ".join(now["differences"])
    click.echo(f"under config_version {now['config_version']} with {_detectors(now['detectors'])} the gates say {said}")
    for item in data["evidence"]:
        span = f"{item['start']}-{item['end']}" if "start" in item else "all"
        pages = ", ".join(sorted({f"page {place['page']}" for place in item.get("source", [])}))
        least = f" (from {item['threshold']:g})" if "threshold" in item else ""
        score = f"{item['score']:g}{least}" if "score" in item else ""
        more = f" {item['count']} times" if "count" in item else ""
        what = f"{item['gate']:<10} {item['kind']:<14} {item['name']:<30}"
        click.echo(visible(f"  {what} {span:<13} {score:<18} {item.get('action', '')} {pages}{more}".rstrip()))


def _detectors(versions: dict[str, str] | None) -> str:
    return (
        ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
        if versions
        else "detectors that were not recorded"
    )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


COMMANDS = {"policy": policy}
