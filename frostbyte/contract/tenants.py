"""A tenant as the contract shows it (schema tenant_record)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.fields import Count, Model, Number, Tenant, Text, Timestamp, absent
from frostbyte.contract.states import TenantState

Tier = Literal["standard", "premium", "enterprise"]
_EMAIL = r"^[^@\s]+@[^@\s]+$"
Email = Annotated[str, StringConstraints(pattern=_EMAIL)]


def is_email(text: str) -> bool:
    """True for what a record takes as an e-mail address."""
    return re.fullmatch(_EMAIL, text) is not None


class Usage(Model):
    storage_used_gb: Annotated[Number, Field(ge=0)]
    documents_count: Count
    chunks_count: Count
    batches_count: Count


class Endpoints(Model):
    api: Text
    health: Text


class Provisioning(Model):
    status: Text
    started_at: Timestamp | None
    completed_at: Timestamp | None


class TenantRecord(Model):
    """Who a tenant is and what state it is in; `config_version` rises by one with every accepted change."""

    tenant_id: Tenant
    tenant_name: Text
    state: TenantState
    contact_email: Email | None = absent()
    tier: Tier | None = absent()
    created_at: Timestamp
    provisioned_at: Timestamp | None = None
    updated_at: Timestamp | None = absent()
    config: TenantConfig
    config_version: Annotated[int, Field(ge=1)] = 1
    usage: Usage | None = absent()
    endpoints: Endpoints | None = absent()
    provisioning: Provisioning | None = absent()
