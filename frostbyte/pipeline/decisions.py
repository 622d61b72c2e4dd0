"""What people said of a document, as its row keeps it: a class, chunks or personal data released. The gates keep to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.hashing import chunks_hash

if TYPE_CHECKING:
    from frostbyte.policy import Judgement
    from frostbyte.vault.rows import DocumentRow

DECISION = "human_decision"
"""What a person said a document's class is."""
RELEASED = "released"
"""Ids of the chunks that a person let go although the injection gate holds them."""
PERSONAL_DATA_RELEASED = "personal_data_released"
"""True where a person let a document go, its personal data redacted, that is blocked for that."""


def standing(row: DocumentRow) -> dict[str, Any]:
    """What a row keeps of people's words, however often the gates judge its document."""
    return {key: value for key, value in (row.policy or {}).items() if key in (DECISION, RELEASED, PERSONAL_DATA_RELEASED)}


def decision_of(row: DocumentRow) -> dict[str, Any]:
    """What a row keeps of a person's word on the class alone; {} of none."""
    return {key: value for key, value in standing(row).items() if key == DECISION}


def given_class(row: DocumentRow) -> str | None:
    """The class that a person gave a document."""
    decision = standing(row).get(DECISION)
    return str(decision["classification"]) if decision else None


def released(row: DocumentRow) -> list[str]:
    """The chunks of a document that a person released."""
    return list(standing(row).get(RELEASED, []))


def config_for(config: TenantConfig, row: DocumentRow) -> TenantConfig:
    """The configuration a document is judged by: redacting, where a person released what would be blocked."""
    if config.pii_policy == "block" and standing(row).get(PERSONAL_DATA_RELEASED):
        return config.model_copy(update={"pii_policy": "redact"})
    return config


def let_go(judgement: Judgement, chunk_ids: Collection[str]) -> Judgement:
    """The judgement with what a person released let through. A document of which nothing else passes goes on with that alone."""
    going = [chunk for chunk in judgement.quarantined if chunk.chunk_id in chunk_ids]
    if not going:
        return judgement
    passing = tuple(sorted([*judgement.chunks, *going], key=lambda chunk: chunk.offsets.start_char))
    staying = tuple(chunk for chunk in judgement.quarantined if chunk.chunk_id not in chunk_ids)
    last = judgement.gates[-1]
    said = {
        **last.result_summary,
        "chunks_quarantined": len(staying),
        "quarantined_chunk_ids": [chunk.chunk_id for chunk in staying],
        "released_chunk_ids": sorted(chunk.chunk_id for chunk in going),
    }
    output = chunks_hash(chunk.to_json() for chunk in passing)
    gate = replace(last, passed=True, failure_reason=None, result_summary=said, output_chunks_hash=output)
    return replace(
        judgement,
        gates=(*judgement.gates[:-1], gate),
        chunks=passing,
        quarantined=staying,
        outcome="proceed",
        reason=None,
        summary={**judgement.summary, "chunks_quarantined": len(staying)},
    )
