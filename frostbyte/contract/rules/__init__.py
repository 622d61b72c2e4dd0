"""The contract's cross-field rules, which JSON Schema cannot say, as plain Python: one function per `x-rule` of every schema.

The tables are keyed by the schema's own wording, so that a test can hold them against the schemas. Some rules compare an
object with something outside it (the tenant's configuration, the events before, the exported bytes); that comes in by keyword,
and a rule whose counterpart was not given is not judged. Rules that a ruling adds name it.
"""

from __future__ import annotations

from typing import Any

from frostbyte.contract.rules import audit, batches, documents, serving
from frostbyte.contract.rules.rule import Json, Rule

RULES: dict[str, dict[str, Rule]] = {**batches.RULES, **documents.RULES, **audit.RULES, **serving.RULES}


def broken_rules(name: str, value: Json, **context: Any) -> list[str]:
    """The rules of schema `name` that `value` (which fits the schema) breaks, in the contract's words.

    Context by schema: `config` (TenantConfig or its JSON) for batch_manifest, policy_enriched_chunk and query_request;
    `path_tenant`, `token_tenant` for batch_manifest; `earlier` (events before, any order), `stored_hash` (hex) and `secrets`
    (texts that must not appear; log_line too) for audit_event; `data` (bytes) and `file_name` for audit_export_manifest;
    `members` (archive paths) and `signed` (bytes) for export_manifest; `vector` (floats) for index_metadata_record;
    `listed_codes`, `status` and `headers` for error_envelope; `effective_top_k` for query_request; `effective` (all settings)
    for tenant_config; `previous` for tenant_record. Raises KeyError for a name the contract lacks.
    """
    return [words for words, holds in RULES[name].items() if not holds(value, context)]
