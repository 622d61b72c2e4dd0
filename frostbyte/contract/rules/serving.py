"""Rules of what a caller sends and gets: queries and answers, envelopes, log lines, tenants and their settings."""

from __future__ import annotations

import re

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.events import FORBIDDEN_DETAILS
from frostbyte.contract.formats import PLATFORM_MIMES
from frostbyte.contract.rules.rule import Json, Rule, config_of, free_of
from frostbyte.contract.states import TRANSITIONS

_CITATION = re.compile(r"chk_[0-9a-f]{12}")
_FORBIDDEN_LOG_FIELDS = FORBIDDEN_DETAILS | {"key", "identity", "passphrase", "token", "original_filename", "filename"}
_DEFAULTS = TenantConfig().to_json()


def _retry_after(o: Json, context: Json) -> bool:
    headers = {name.lower() for name in context.get("headers", ())}
    return context.get("status") not in (429, 503) or "retry-after" in headers


def _top_k_within(o: Json, context: Json) -> bool:
    config = config_of(context)
    return config is None or o.get("top_k", 1) <= config["retrieval_top_k_max"]


def _top_k_default(o: Json, context: Json) -> bool:
    config = config_of(context)
    if config is None or "top_k" in o or "effective_top_k" not in context:
        return True
    return bool(context["effective_top_k"] == config["retrieval_top_k_default"])


def _dates_ordered(o: Json, _: Json) -> bool:
    days = o.get("filters", {}).get("date_range", {})
    return "start" not in days or "end" not in days or days["start"] <= days["end"]


def _cited_exist(o: Json, _: Json) -> bool:
    cited = o["generation"]["cited_chunks"] if o["generation"] else ()
    return {chunk["chunk_id"] for chunk in o["chunks"]}.issuperset(cited)


def _citations_match(o: Json, _: Json) -> bool:
    generation = o["generation"]
    if generation is None or generation["answer"] is None:
        return True
    return set(_CITATION.findall(generation["answer"])) == set(generation["cited_chunks"])


def _best_first(o: Json, _: Json) -> bool:
    scores = [chunk["similarity_score"] for chunk in o["chunks"]]
    return scores == sorted(scores, reverse=True)


def _with_defaults(o: Json) -> Json:
    return {**_DEFAULTS, **o}


def _thresholds_ordered(o: Json, _: Json) -> bool:
    merged = _with_defaults(o)
    return bool(merged["injection_flag_threshold"] < merged["injection_quarantine_threshold"])


def _top_k_default_within(o: Json, _: Json) -> bool:
    merged = _with_defaults(o)
    return bool(merged["retrieval_top_k_default"] <= merged["retrieval_top_k_max"])


def _defaults_taken(o: Json, context: Json) -> bool:
    effective = context.get("effective", {**_DEFAULTS, **o})
    return all(effective[name] == default for name, default in _DEFAULTS.items() if name not in o)


def _state_moved_legally(o: Json, context: Json) -> bool:
    previous = context.get("previous")
    if previous is None or previous["state"] == o["state"]:
        return True
    return any((step.source, step.target) == (previous["state"], o["state"]) for step in TRANSITIONS)


def _config_version_counts(o: Json, context: Json) -> bool:
    previous = context.get("previous")
    if previous is None:
        return True
    step = 0 if previous["config"] == o["config"] else 1
    return bool(o.get("config_version", 1) == previous.get("config_version", 1) + step)


RULES: dict[str, dict[str, Rule]] = {
    "error_envelope": {
        "code listed for the endpoint in endpoints.json": lambda o, context: (
            "listed_codes" not in context or o["error"]["code"] in context["listed_codes"]
        ),
        "429/503 carry Retry-After": _retry_after,
    },
    "log_line": {
        "no document text, PII, query text, keys": lambda o, context: (
            _FORBIDDEN_LOG_FIELDS.isdisjoint(o) and free_of(o, context.get("secrets", ()))
        ),
    },
    "pagination_meta": {"pages==ceil(total/limit)": lambda o, _: o["pages"] == -(-o["total"] // o["limit"])},
    "query_request": {
        "top_k<=config.retrieval_top_k_max": _top_k_within,
        "default top_k=config.retrieval_top_k_default(5)": _top_k_default,
        "date_range.start<=end": _dates_ordered,
        "tenant_id never accepted from the body": lambda o, _: "tenant_id" not in o,
    },
    "retrieval_response": {
        "generation.cited_chunks subset of chunks[].chunk_id": _cited_exist,
        "citations in answer == cited_chunks": _citations_match,
        "chunks sorted by similarity_score desc": _best_first,
    },
    "success_envelope": {},
    "tenant_config": {
        "injection_flag_threshold<injection_quarantine_threshold (checked after merge with defaults)": _thresholds_ordered,
        "retrieval_top_k_default<=retrieval_top_k_max": _top_k_default_within,
        "mime_allowlist subset of platform allowlist": lambda o, _: set(PLATFORM_MIMES).issuperset(o.get("mime_allowlist", ())),
        "absent fields take defaults": _defaults_taken,
    },
    "tenant_record": {
        "state changes only along states.json transitions": _state_moved_legally,
        "config_version +1 per accepted change": _config_version_counts,
    },
}
