"""A batch manifest: bytes from anywhere to a `BatchManifest`, or the rule it breaks (rulings C1-C11, B5, B6, B8).

Order of judgement, as the documents have it (C1): JSON, required fields and types, batch size, counts, duplicates, tenant.
The first stage that finds a fault names it; several faults of one stage are reported together.

Strict on purpose: a manifest is read by two programs, ours and its sender's, and whatever could be read two ways (a repeated
key, `NaN`, `"1"` for 1, half a surrogate pair) is refused. `1.0` is an integer, as JSON Schema has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from frostbyte.contract.ids import is_file_id
from frostbyte.contract.receipts import BatchManifest
from frostbyte.errors import ManifestInvalid

MAX_BYTES: Final = 16 * 1024 * 1024
"""Longest manifest read, in bytes: 10 000 files, the largest batch a tenant may allow, at 1.6 kB each."""
MAX_DEPTH: Final = 32
_MAX_DETAILS: Final = 20
_MAX_NAME: Final = 4096
_MAX_INTEGER_DIGITS: Final = 100
_LARGEST_SIZE: Final = 2**53 - 1  # the largest integer every JSON reader agrees on; 9 PB
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_TIMESTAMP: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?Z")

Detail = dict[str, Any]


def parse(raw: bytes, *, tenant_id: str, max_batch_size: int, uploads: int | None = None) -> BatchManifest:
    """The manifest in `raw`, judged for the tenant whose drop this is.

    `uploads` is how many files came with it where that is known before any file is looked at (the HTTP server); a folder has
    no such number, and a file that is missing there is that file's fault. Checksums come back in lower case (C11).
    Raises ManifestInvalid, and nothing else, whatever the bytes.
    """
    value = _json(raw)
    if not isinstance(value, dict):
        raise ManifestInvalid("the manifest is not a JSON object", details=[_detail("manifest", "an object")])
    faults = [fault for _, fault in zip(range(_MAX_DETAILS), _type_faults(value), strict=False)]
    if faults:
        raise ManifestInvalid(f"the manifest breaks a rule at {faults[0]['field']}: {faults[0]['constraint']}", details=faults)
    _check_counts(value, max_batch_size, uploads)
    _check_duplicates(value["files"])
    if value["tenant_id"] != tenant_id:
        raise ManifestInvalid(
            f"the manifest is for another tenant, this is {tenant_id!r}", details=[_detail("tenant_id", f"equal to {tenant_id}")]
        )
    return _model(value)


# --- JSON ----------------------------------------------------------------------------------------------------------------


def _json(raw: bytes) -> Any:
    if len(raw) > MAX_BYTES:
        raise ManifestInvalid(f"the manifest is longer than {MAX_BYTES} bytes", details=[_detail("manifest", "shorter")])
    try:
        text = raw.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except ManifestInvalid:
        raise
    except UnicodeDecodeError as error:
        raise _malformed(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg.lower()}, line {error.lineno} column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise _malformed(f"nested deeper than {MAX_DEPTH} levels") from error
    _check_tree(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ManifestInvalid(
            f"the manifest repeats the key {_shown(repeated)}", details=[_detail(_shown(repeated), "given once")]
        )
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MAX_INTEGER_DIGITS:
        raise _malformed(f"a number of more than {_MAX_INTEGER_DIGITS} digits")
    return int(digits)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _malformed("a number too large to read")
    return value


def _constant(name: str) -> Any:
    raise _malformed(f"{name} is not JSON")


def _malformed(what: str) -> ManifestInvalid:
    return ManifestInvalid(f"the manifest is not readable JSON: {what}", details=[_detail("manifest", "JSON (RFC 8259)")])


def _check_tree(value: Any) -> None:
    """Refuse deep nesting and lone surrogates anywhere, in keys too: what cannot be written as UTF-8 cannot be recorded."""
    level = [value]
    for _ in range(MAX_DEPTH):
        following: list[Any] = []
        for item in level:
            if isinstance(item, str):
                if not _encodable(item):
                    raise _malformed("a string holds half a surrogate pair")
            elif isinstance(item, dict):
                following.extend(item)
                following.extend(item.values())
            elif isinstance(item, list):
                following.extend(item)
        if not following:
            return
        level = following
    raise _malformed(f"nested deeper than {MAX_DEPTH} levels")


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# --- required fields and types -------------------------------------------------------------------------------------------


def _type_faults(value: Mapping[str, Any]) -> Iterator[Detail]:
    yield from _name_faults(value, "batch_id", 256)
    if not isinstance(value.get("tenant_id"), str) or not value["tenant_id"]:
        yield _detail("tenant_id", "required, a string")
    if _whole(value.get("file_count")) is None:
        yield _detail("file_count", "required, an integer")
    files = value.get("files")
    if not isinstance(files, list):
        yield _detail("files", "required, an array")
    else:
        for index, entry in enumerate(files):
            yield from _file_faults(entry, f"files[{index}]")
    submitted = value.get("submitted_at")
    if submitted is not None and not (isinstance(submitted, str) and _is_timestamp(submitted)):
        yield _detail("submitted_at", "null or a time such as 2026-02-08T14:00:00Z")
    if not isinstance(value.get("submitter"), str | None):
        yield _detail("submitter", "null or a string")


def _file_faults(entry: Any, at: str) -> Iterator[Detail]:
    if not isinstance(entry, dict):
        yield _detail(at, "an object")
        return
    if not isinstance(entry.get("file_id"), str):
        yield _detail(f"{at}.file_id", "required, a string")
    elif not is_file_id(entry["file_id"]):
        yield _detail(f"{at}.file_id", "1 to 256 characters, not blank, no slash, backslash or control character, not . or ..")
    # A file name is never used as a path without being resolved, so slashes and odd characters in it are only odd.
    filename = entry.get("filename")
    if not isinstance(filename, str) or not 0 < len(filename) <= _MAX_NAME:
        yield _detail(f"{at}.filename", f"required, a string of 1 to {_MAX_NAME} characters")
    if not isinstance(entry.get("mime_type"), str) or not entry["mime_type"]:
        yield _detail(f"{at}.mime_type", "required, a string that is not empty")
    size = _whole(entry.get("size_bytes"))
    if size is None or not 0 <= size <= _LARGEST_SIZE:
        yield _detail(f"{at}.size_bytes", f"required, an integer from 0 to {_LARGEST_SIZE}")
    if not isinstance(entry.get("sha256"), str) or _SHA256.fullmatch(entry["sha256"]) is None:
        yield _detail(f"{at}.sha256", "required, 64 hexadecimal digits")


def _name_faults(value: Mapping[str, Any], field: str, longest: int) -> Iterator[Detail]:
    name = value.get(field)
    if not isinstance(name, str) or not name.strip() or len(name) > longest or _CONTROL.search(name):
        yield _detail(field, f"required, a string of 1 to {longest} characters, not blank, no control character")


def _whole(value: Any) -> int | None:
    """The integer a JSON number stands for, `1.0` included; None for anything else. Booleans are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _is_timestamp(text: str) -> bool:
    shape = _TIMESTAMP.fullmatch(text)
    if shape is None:
        return False
    try:
        datetime.fromisoformat(shape[1])
    except ValueError:
        return False
    return True


# --- counts, duplicates, model -------------------------------------------------------------------------------------------


def _check_counts(value: Mapping[str, Any], max_batch_size: int, uploads: int | None) -> None:
    """Batch size first (C8), by the files listed: a wrong `file_count` alone is a mismatch, however large it is."""
    count, listed = _whole(value["file_count"]), len(value["files"])
    if listed > max_batch_size:
        raise ManifestInvalid(
            f"the batch lists {listed} files, this tenant takes {max_batch_size} at a time",
            hint="split the drop, or raise max_batch_size in the tenant's configuration",
            details=[{"field": "file_count", "value": listed, "constraint": f"at most {max_batch_size}"}],
        )
    if count == 0 and listed == 0:
        raise ManifestInvalid("the batch is empty", details=[_detail("files", "at least one file")])
    came = listed if uploads is None else uploads
    if not count == listed == came:
        said = f"file_count says {_shown_number(count)}, files lists {listed}" + ("" if uploads is None else f", {uploads} came")
        raise ManifestInvalid(
            f"the manifest's counts differ: {said}",
            code="MANIFEST_FILE_COUNT_MISMATCH",
            details=[{"field": "file_count", "value": _shown_number(count), "constraint": f"equal to {listed}"}],
        )


def _check_duplicates(files: list[dict[str, Any]]) -> None:
    seen: dict[str, int] = {}
    for index, entry in enumerate(files):
        first = seen.setdefault(entry["file_id"], index)
        if first != index:
            raise ManifestInvalid(
                f"the manifest gives one file_id to files[{first}] and files[{index}]",
                code="DUPLICATE_FILE_ID",
                details=[{"field": f"files[{index}].file_id", "value": entry["file_id"], "constraint": "unique in the batch"}],
            )


def _model(value: Mapping[str, Any]) -> BatchManifest:
    files = [{**entry, "size_bytes": _whole(entry["size_bytes"]), "sha256": entry["sha256"].lower()} for entry in value["files"]]
    try:
        return BatchManifest.from_json({**value, "file_count": _whole(value["file_count"]), "files": files})
    except ValueError as failure:  # the model is stricter than the rules above in no known way; if it is, it wins
        details = [_detail("manifest", "its schema")]
        raise ManifestInvalid("the manifest breaks a rule of its schema", details=details) from failure


def _detail(field: str, constraint: str) -> Detail:
    return {"field": field, "constraint": constraint}


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else text[:80] + "...")


def _shown_number(value: int | None) -> int | str:
    """Numbers past what every JSON reader takes are reported as text."""
    return value if value is not None and abs(value) <= _LARGEST_SIZE else str(value)
