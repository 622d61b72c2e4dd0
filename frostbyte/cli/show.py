"""`frostbyte document show` and `frostbyte chunk show`."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.terminal import json_text
from frostbyte.errors import NotFound


@click.group()
def document() -> None:
    """Show a document's metadata and text."""


@click.group()
def chunk() -> None:
    """Show a chunk's text, lineage and places in the source."""


@document.command("show")
@click.argument("document_id", metavar="DOC")
@tenant_option
@common
def show_document(cli: Cli, document_id: str, tenant_id: str) -> None:
    """Show a document by doc_id or file_id: metadata, statistics, and its chunks as they were indexed."""
    from frostbyte import appliance

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        row = vault.catalog.document(document_id) or vault.catalog.document_by_file(document_id)
        if row is None:
            raise NotFound(f"no document {document_id!r} in tenant {tenant_id!r}")
        chunks = vault.catalog.chunks(row.doc_id)
        data = {
            **dataclasses.asdict(row),
            "chunks": [
                {
                    "chunk_id": c.chunk_id,
                    "page": c.page,
                    "start_char": c.start_char,
                    "end_char": c.end_char,
                    "element_type": c.element_type,
                    "section_title": c.section_title,
                    "text": c.text,
                }
                for c in chunks
            ],
        }
    _emit(cli, data)


@chunk.command("show")
@click.argument("chunk_id", metavar="CHUNK")
@tenant_option
@common
def show_chunk(cli: Cli, chunk_id: str, tenant_id: str) -> None:
    """Show a chunk: enriched metadata, index record, and where its text stands in the source (page, span, box)."""
    from frostbyte import appliance
    from frostbyte.contract.chunks import EnrichedChunk, IndexMetadataRecord
    from frostbyte.contract.hashing import document_hash

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        row = vault.catalog.chunk(chunk_id)
        owner = vault.catalog.document(row.doc_id) if row else None
        if row is None or owner is None:
            raise NotFound(f"no chunk {chunk_id!r} in tenant {tenant_id!r}")
        canonical = json.loads(vault.objects.read(f"canonical:{owner.canonical_sha256}"))
        enriched = EnrichedChunk.from_json(
            {
                "chunk_id": row.chunk_id,
                "doc_id": row.doc_id,
                "tenant_id": tenant_id,
                "text": row.text,
                "metadata": row.enriched,
                "offsets": {"page": row.page, "start_char": row.start_char, "end_char": row.end_char},
                "element_type": row.element_type,
                "section_title": row.section_title,
            }
        )
        record = IndexMetadataRecord(
            chunk_id=row.chunk_id,
            doc_id=row.doc_id,
            tenant_id=tenant_id,
            embed_model=row.embed_model,
            embed_version=row.embed_version,
            embed_dimensions=768,
            vector_sha256=row.vector_sha256,
            indexed_at=row.indexed_at,
        )
        places = [
            span
            for span in canonical["lineage"].get("source_map", [])
            if span["start_char"] < row.end_char and row.start_char < span["end_char"]
        ]
        data = {
            "chunk": enriched.to_json(),
            "index": record.to_json(),
            "source": places,
            "lineage": {
                "file_id": owner.file_id,
                "original_filename": owner.filename,
                "source_sha256": owner.sha256,
                "canonical_sha256": owner.canonical_sha256,
                "canonical_matches": document_hash(canonical) == owner.canonical_sha256,
                "parser_version": owner.parser_version,
            },
        }
    _emit(cli, data)


def _emit(cli: Cli, data: dict[str, Any]) -> None:
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))


COMMANDS = {"document": document, "chunk": chunk}
