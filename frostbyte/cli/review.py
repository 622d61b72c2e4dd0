"""`frostbyte review`: documents whose class is in doubt, and a person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.quarantine import operator, reason_option
from frostbyte.cli.terminal import amount, json_text, visible

if TYPE_CHECKING:
    from frostbyte.pipeline.review import Decided


@click.group()
def review() -> None:
    """Look at documents whose class is in doubt; confirm it or give another."""


@review.command("list")
@tenant_option
@common
def list_waiting(cli: Cli, tenant_id: str) -> None:
    """List documents whose class is in doubt and that nobody has decided about, the least certain first."""
    from frostbyte import appliance
    from frostbyte.pipeline.review import queue

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        data = queue(vault)

    def human() -> None:
        for row in data:
            rule = row["rule_v1"]["classification"]
            said = f"{row['classification']:<14} {row['classification_confidence']:.2f} by {row['classifier_version']:<10}"
            click.echo(f"{row['doc_id']}  {said} rule-v1 {rule:<14} {visible(row['original_filename'])}")
        click.echo(f"{amount(len(data), 'document')} to review")

    cli.emit({"documents": data}, human)


@review.command("show")
@click.argument("document", metavar="DOC")
@tenant_option
@common
def show_document(cli: Cli, document: str, tenant_id: str) -> None:
    """Show what rules and model say of a document's class, and the beginnings of its chunks, redacted and escaped.

    DOC is a doc_id or file_id. What stands there may be an attack on whoever or whatever reads it. Give it to no language model.
    """
    from frostbyte import appliance
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline.quarantine import work_of
    from frostbyte.pipeline.review import show

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        data = show(work_of(vault, lazy_embedder(cli.settings)), document)
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))


@review.command()
@click.argument("document", metavar="DOC")
@tenant_option
@reason_option
@common
def approve(cli: Cli, document: str, tenant_id: str, reason: str) -> None:
    """Confirm the class of a document, by doc_id or file_id.

    A document that is not in the list may be confirmed too. Once confirmed, the same command changes nothing.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline import quarantine, review

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        decided = review.approve(quarantine.work_of(vault, lazy_embedder(cli.settings)), document, reason, operator())
    _emit(cli, decided)


@review.command()
@click.argument("document", metavar="DOC")
@click.option("--class", "classification", required=True, metavar="CLASS", help="The class it is given.")
@tenant_option
@reason_option
@common
def override(cli: Cli, document: str, classification: str, tenant_id: str, reason: str) -> None:
    """Give a document another class, by doc_id or file_id: contract, invoice, SOP, policy, correspondence, legal_filing or other.

    It holds from then on, for searches too, and whenever the document is judged again. A document that is not in the list, or was
    decided about before, may be given one too.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline import quarantine, review

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        work = quarantine.work_of(vault, lazy_embedder(cli.settings))
        decided = review.override(work, document, classification, reason, operator())
    _emit(cli, decided)


def _emit(cli: Cli, decided: Decided) -> None:
    data = decided.to_json()
    said = data["decision"] if decided.now else "was decided before"
    cli.emit(data, lambda: click.echo(f"{data['doc_id']} {said}: {data['classification']}"))


COMMANDS = {"review": review}
