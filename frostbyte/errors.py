"""Every error the program raises on purpose, and what each means outside.

One base, a shallow tree. An error carries its contract code (error_envelope schema), the exit status of the command line
and the HTTP status of the local server, so the two outer rooms need no table of their own. Messages are lower case, say
what was tried and quote the thing; advice stands apart in `hint`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_DAMAGED = 4
EXIT_LOCKED = 5
EXIT_REFUSED = 6
EXIT_HUNG_UP = 129
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


class FrostbyteError(Exception):
    """Something went wrong that the person at the keyboard can read about.

    `details` holds `{"field", "value"?, "constraint"?}` entries of the error envelope; never document text or keys.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    exit_code: ClassVar[int] = EXIT_FAILED
    http_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str | None = None,
        details: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.contract_code = code or self.code
        self.hint = hint
        self.details = tuple(dict(entry) for entry in details)


class UsageError(FrostbyteError):
    """The command line or a request body makes no sense."""

    code = "VALIDATION_ERROR"
    exit_code = EXIT_USAGE
    http_status = 400


class ConfigInvalid(FrostbyteError):
    """A tenant configuration breaks the contract (App. G, config.json)."""

    code = "VALIDATION_ERROR"
    exit_code = EXIT_USAGE
    http_status = 400


class ManifestInvalid(FrostbyteError):
    """A batch manifest is refused whole.

    `code` names the rule: MANIFEST_INVALID, MANIFEST_FILE_COUNT_MISMATCH or DUPLICATE_FILE_ID.
    """

    code = "MANIFEST_INVALID"
    exit_code = EXIT_FAILED
    http_status = 400


class PermissionRefused(FrostbyteError):
    """The caller may not do this (wrong tenant, missing scope, tenant not active)."""

    code = "INSUFFICIENT_PERMISSIONS"
    exit_code = EXIT_REFUSED
    http_status = 403


class StateRefused(FrostbyteError):
    """The tenant's state forbids the operation (states.json, operation matrix)."""

    code = "INVALID_STATE_TRANSITION"
    exit_code = EXIT_REFUSED
    http_status = 409


class NotFound(FrostbyteError):
    """A named thing does not exist in the open vault or home."""

    code = "RESOURCE_NOT_FOUND"
    exit_code = EXIT_FAILED
    http_status = 404


class AlreadyExists(FrostbyteError):
    """A name or id is taken."""

    code = "TENANT_ALREADY_EXISTS"
    exit_code = EXIT_FAILED
    http_status = 409


class VaultLocked(FrostbyteError):
    """Another process owns the vault (flock)."""

    code = "SERVICE_UNAVAILABLE"
    exit_code = EXIT_LOCKED
    http_status = 503


class Damaged(FrostbyteError):
    """Bytes at rest, a model pack or the audit chain are not what they should be."""

    code = "INTEGRITY_ERROR"
    exit_code = EXIT_DAMAGED
    http_status = 500


class KeyRefused(FrostbyteError):
    """The identity given does not open the key that was asked for, or no identity was given."""

    code = "INSUFFICIENT_PERMISSIONS"
    exit_code = EXIT_REFUSED
    http_status = 403


class HostRefused(FrostbyteError):
    """The host cannot keep a pledge (swap in clear, no RAM directory, no room)."""

    code = "SERVICE_UNAVAILABLE"
    exit_code = EXIT_FAILED
    http_status = 503


class ScanFailed(FrostbyteError):
    """A file could not be scanned for malware: never means clean (ruling C13).

    `about_file` is true where the scanner works and this file alone defeats it: then the file is refused and the batch goes on.
    """

    code = "SERVICE_UNAVAILABLE"
    exit_code = EXIT_FAILED
    http_status = 503

    def __init__(self, message: str, *, hint: str | None = None, about_file: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.about_file = about_file


class StorageFailed(FrostbyteError):
    """Writing or reading at rest failed (disk full, I/O error); nothing of the change was acknowledged."""

    code = "SERVICE_UNAVAILABLE"
    exit_code = EXIT_FAILED
    http_status = 503


class ParseFailed(FrostbyteError):
    """A document could not be parsed. `code` is a contract parse failure reason (jobs.json).

    `transient` is true where another attempt may end otherwise (a killed worker, a time-out): only then does the pipeline retry.
    `detail` is a fixed word such as NO_CONTENT; it never holds text of the document.
    """

    code = "PARSER_ERROR"
    http_status = 422

    def __init__(self, message: str, *, reason: str = "PARSER_ERROR", detail: str | None = None, transient: bool = False) -> None:
        super().__init__(message, code=reason)
        self.reason = reason
        self.detail = detail
        self.transient = transient


class PolicyFailed(FrostbyteError):
    """A gate could not run. Never means clean: the document is held as policy_failed."""

    code = "POLICY_FAILED"
    http_status = 500


class EmbedFailed(FrostbyteError):
    """The embedder could not give a vector of the contract's shape."""

    code = "EMBEDDING_FAILED"
    http_status = 500
