"""`frostbyte policy`: the gates on text of your own, and why they said what they said of a chunk in the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from frostbyte.cli.options import Cli, common, local, tenant_option
from frostbyte.cli.terminal import json_text, visible
from frostbyte.errors import UsageError


@click.group()
def policy() -> None:
    """Dry-run the policy gates, and explain what they said."""


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
