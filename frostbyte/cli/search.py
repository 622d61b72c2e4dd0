"""`frostbyte search`."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.terminal import visible
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK

if TYPE_CHECKING:
    from frostbyte.contract.retrieval import RetrievalResponse
    from frostbyte.retrieve import ChunkProof

_DAY = click.DateTime(["%Y-%m-%d"])
_CLASSES = ("contract", "invoice", "SOP", "policy", "correspondence", "legal_filing", "other")


@click.command()
@click.argument("query")
@tenant_option
@click.option("--top-k", type=int, metavar="N", help="How many passages; the tenant's default when absent.")
@click.option("--mode", type=click.Choice(["hybrid", "vector", "text"]), default="hybrid", show_default=True, help="How to rank.")
@click.option("--classification", type=click.Choice(_CLASSES), help="Only documents of this class.")
@click.option("--doc-id", "doc_ids", multiple=True, metavar="D", help="Only this document; may be repeated.")
@click.option("--from", "start", type=_DAY, metavar="DATE", help="Received on or after YYYY-MM-DD.")
@click.option("--to", "end", type=_DAY, metavar="DATE", help="Received on or before YYYY-MM-DD.")
@click.option("--answer", is_flag=True, help="Also give sentences that answer, each with its citation.")
@click.option("--verify", "prove", is_flag=True, help="Recompute every result from the sealed objects.")
@common
def search(
    cli: Cli,
    query: str,
    tenant_id: str,
    top_k: int | None,
    mode: Any,
    classification: str | None,
    doc_ids: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    answer: bool,
    prove: bool,
) -> int:
    """Find passages, each with its source, page, span and hash.

    The search is recorded in the audit chain, without the query, before a result is shown.
    Exit status 4 when --verify finds a mismatch; with --json what it found is told on stderr, a line for each passage.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.contract.retrieval import parse_query
    from frostbyte.retrieve import search as run
    from frostbyte.retrieve import verify

    filters: dict[str, Any] = {}
    if classification:
        filters["classification"] = classification
    if doc_ids:
        filters["doc_ids"] = list(doc_ids)
    if start or end:
        filters["date_range"] = {k: v.date().isoformat() for k, v in (("start", start), ("end", end)) if v}
    body: dict[str, Any] = {"query_text": query, "include_generation": answer}
    if top_k is not None:
        body["top_k"] = top_k
    if filters:
        body["filters"] = filters
    request = parse_query(body)
    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        found = run(vault, request, embedder=lazy_embedder(cli.settings), mode=mode)
        proofs = verify(vault, found.response.chunks) if prove else []
    for warning in found.warnings:
        cli.say(f"warning: {visible(warning)}")
    # The response is the contract's, which has no place for proofs.
    cli.emit(found.response.to_json(), lambda: _show(found.response, proofs))
    for proof in proofs if cli.json else ():
        cli.say(f"{proof.chunk_id}: {_verdict(proof)}")
    return EXIT_DAMAGED if any(proof.problem for proof in proofs) else EXIT_OK


def _show(response: RetrievalResponse, proofs: list[ChunkProof]) -> None:
    if response.generation and response.generation.answer:
        click.echo(textwrap.fill(_one_line(response.generation.answer), 100) + "\n")
    elif response.generation:
        click.echo("no sentence of the passages answers this\n")
    if not response.chunks:
        click.echo("no passages")
    for place, chunk in enumerate(response.chunks, start=1):
        click.echo(
            f"{place}. {visible(chunk.original_filename)}, page {chunk.page}, characters {chunk.start_char}-{chunk.end_char}  "
            f"score {chunk.similarity_score:.3f}  {chunk.classification}"
        )
        text = _one_line(chunk.text)
        click.echo(textwrap.indent(textwrap.fill(textwrap.shorten(text, 360, placeholder=" ..."), 96), "   "))
        click.echo(f"   {chunk.chunk_id} of {chunk.doc_id}, source sha256 {chunk.source_sha256}")
        if place <= len(proofs):
            click.echo(f"   {_verdict(proofs[place - 1])}")


def _verdict(proof: ChunkProof) -> str:
    if proof.problem is None:
        return "proved: text and source recomputed from the sealed objects"
    return f"NOT PROVED: {visible(proof.problem)}"


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


COMMANDS = {"search": search}
