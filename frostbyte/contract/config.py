"""A tenant's settings (PRD App. G, config.json): 17 fields, their defaults and ranges, and one the server reads besides.

The contract lets `embedding_mode` be online; this appliance does not (ruling H13). `parse_config` judges by the contract,
`require_offline` by the appliance: whoever creates or changes a tenant here calls both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from frostbyte.contract.fields import MimeType, Model, Number, PiiType, Share, error_details
from frostbyte.errors import ConfigInvalid

_DEFAULT_PII_TYPES: tuple[PiiType, ...] = ("SSN", "DOB", "EMAIL")
REQUIRED_ON_CREATE = ("pii_policy", "pii_types")


def _is_false(value: object) -> bool:
    return value is False


class TenantConfig(Model):
    """Settings of a tenant; what is not given takes its default.

    An empty `pii_types` is allowed: it says that no type is looked for, and is recorded as such. An empty `mime_allowlist` is
    not (ruling D9): the server reads it as "all". Repeated entries are refused in both.
    """

    pii_policy: Literal["redact", "flag", "block"] = "redact"
    pii_types: list[PiiType] = Field(default_factory=lambda: list(_DEFAULT_PII_TYPES))
    classification_threshold: Share = 0.7
    classification_review_enabled: bool = True
    injection_quarantine_threshold: Share = 0.7
    injection_flag_threshold: Share = Field(default=0.3, validate_default=True)
    max_file_size_mb: Annotated[Number, Field(ge=1, le=5000)] = 500
    max_batch_size: Annotated[int, Field(ge=1, le=10_000)] = 1000
    storage_quota_gb: Annotated[Number, Field(ge=1, le=10_000)] = 100
    embedding_mode: Literal["online", "offline"] = "offline"
    embedding_dimensions: Literal[768] = 768
    retrieval_top_k_max: Annotated[int, Field(ge=1, le=200)] = 50
    retrieval_top_k_default: int = Field(default=5, ge=1, validate_default=True)
    generation_enabled: bool = False
    generation_suppress_ungrounded: bool = True
    retention_days: Annotated[int, Field(ge=30, le=36_500)] = 2555
    mime_allowlist: list[MimeType] = Field(default_factory=lambda: list(get_args(MimeType)), min_length=1)
    injection_per_document_quarantine: bool = Field(default=False, exclude_if=_is_false)
    """Quarantine the whole document for one quarantined chunk (ruling F20). The schema lacks it, so JSON has it only when set."""

    @field_validator("pii_types", "mime_allowlist")
    @classmethod
    def _no_repeats(cls, listed: list[str]) -> list[str]:
        if len(set(listed)) != len(listed):
            raise ValueError("must not name a type twice")
        return listed

    @field_validator("injection_flag_threshold")
    @classmethod
    def _flags_before_quarantine(cls, flag: float, info: ValidationInfo) -> float:
        if flag >= info.data.get("injection_quarantine_threshold", math.inf):
            raise ValueError("must be below injection_quarantine_threshold")
        return flag

    @field_validator("retrieval_top_k_default")
    @classmethod
    def _within_maximum(cls, default: int, info: ValidationInfo) -> int:
        if default > info.data.get("retrieval_top_k_max", math.inf):
            raise ValueError("must not exceed retrieval_top_k_max")
        return default


def parse_config(settings: Mapping[str, Any]) -> TenantConfig:
    """The configuration of a JSON object, absent fields at their defaults.

    Raises ConfigInvalid whose details name every field that breaks a rule.
    """
    try:
        return TenantConfig.from_json(settings)
    except ValidationError as failure:
        details = error_details(failure, values=True)
        first = details[0]
        raise ConfigInvalid(
            f"tried to read a tenant configuration: {first['field']}: {first['constraint']}", details=details
        ) from failure


def require_offline(config: TenantConfig) -> None:
    """Refuse online embedding: no network here, and vector spaces never mix (rulings H13, I4). Raises ConfigInvalid."""
    if config.embedding_mode != "offline":
        raise ConfigInvalid(
            "tried to set embedding_mode 'online', but this appliance embeds on the machine and calls no network service",
            hint="set embedding_mode to 'offline' or leave it out",
            details=[{"field": "embedding_mode", "value": config.embedding_mode, "constraint": "offline"}],
        )
