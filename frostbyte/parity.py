"""Does this program give the server stack's answers? Contract rows in, result rows out, through the product's own code.

A row of `contracts/vectors` holds inputs and the answers expected; `run` looks at the inputs only, and `compare` holds two
files of rows against each other field by field. Field names are those of the vectors (contracts/README.md).
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from frostbyte.contract import ids
from frostbyte.contract.authorization import check_token
from frostbyte.contract.config import TenantConfig, parse_config
from frostbyte.contract.formats import PLATFORM_MIMES
from frostbyte.contract.receipts import ManifestFile
from frostbyte.errors import ConfigInvalid, ManifestInvalid, UsageError
from frostbyte.intake import jsonlines

Row = Mapping[str, Any]
Result = dict[str, Any]

_NOW: Final = 1_767_225_600.0  # a fixed clock: a row's token says how far from now it expires
_TOLERANCE: Final = 1e-9  # of scores: sums of doubles (ruling F2)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, one at a time. Raises UsageError naming the line that is none."""
    for _, row in jsonlines.read(path):
        yield row


def run(kind: str, rows: Iterable[Row], *, base: Path) -> Iterator[Result]:
    """One result per row, in order, as soon as it is known. `base` is the folder that `file` names of mime rows are under.

    A row that lacks what its kind reads (chunking vectors also hold rows about whole files) gets `{"id", "error"}`, and the
    others go on. Raises UsageError for an unknown kind.
    """
    answer = _kinds(base).get(kind)
    if answer is None:
        raise UsageError(f"no contract kind {kind!r}", hint="one of " + ", ".join(_kinds(base)))
    for row in rows:
        try:
            result = answer(row)
        except (KeyError, TypeError, AttributeError, ValueError, UsageError) as error:
            result = {"error": f"the row does not hold what {kind} reads: {type(error).__name__} {error}"}
        yield {"id": row.get("id"), **result}


def compare(expected: Iterable[Row], actual: Iterable[Row]) -> Result:
    """Hold two sets of rows against each other by id, field by field.

    An expected row may be a golden vector, of which the answer is compared and not the inputs, or any other row (a server
    stack's export, an earlier run), of which every field is. Numbers may differ by 1e-9. Vectors that leave the answer open
    (`either_ok`, `ambiguous`), and chunk vectors on which a ruling departs from the engine (E1, E2), are counted only.
    Returns `{"equal", "rows", "left_open", "different": [{"id", "fields": [{"field", "expected", "actual"}]}], "missing",
    "unexpected"}`; an expected row without an answer is missing.
    """
    answers = {_key(row): row for row in actual}
    different, missing, seen, left_open = [], [], set(), 0
    for row in expected:
        key = _key(row)
        seen.add(key)
        wanted = _wanted(row)
        if wanted is None:
            left_open += 1
        elif key not in answers:
            missing.append(row.get("id"))
        elif fields := list(_differences(wanted, answers[key])):
            different.append({"id": row.get("id"), "fields": fields})
    unexpected = [answers[key].get("id") for key in answers if key not in seen]
    return {
        "equal": not (different or missing or unexpected),
        "rows": len(seen),
        "left_open": left_open,
        "different": different,
        "missing": missing,
        "unexpected": unexpected,
    }


# --- kinds ---------------------------------------------------------------------------------------------------------------


def _kinds(base: Path) -> dict[str, Callable[[Row], Result]]:
    return {
        "ids": _ids,
        "injection": _injection,
        "classification": _classification,
        "manifest": _manifest,
        "mime": lambda row: _mime(row, base),
        "chunking": _chunking,
    }


def _ids(row: Row) -> Result:
    if "chunk_inputs" not in row:
        return {"chunk_id": ids.chunk_id(row["doc_id"], row["page"], row["start_char"], row["end_char"])}
    document, start, chunks = ids.doc_id(row["file_id"]), 0, []
    for piece in row["chunk_inputs"]:
        page, end = piece.get("page_number") or 1, start + len(piece["text"])
        chunks.append({"chunk_id": ids.chunk_id(document, page, start, end), "page": page, "start_char": start, "end_char": end})
        start = end
    return {"doc_id": document, "chunks": chunks}


def _injection(row: Row) -> Result:
    from frostbyte.policy.vectors import injection_row

    return injection_row(row)


def _classification(row: Row) -> Result:
    from frostbyte.policy.vectors import classification_row

    return classification_row(row)


def _chunking(row: Row) -> Result:
    from frostbyte.parse.chunking import from_engine

    return from_engine(row["input_elements"], file_id=row["file_id"])


def _mime(row: Row, base: Path) -> Result:
    from frostbyte.intake import mime
    from frostbyte.intake.source import Source, SourceRefused

    try:
        with Source(base / row["file"], base).open() as (descriptor, size):
            found = mime.inspect(
                descriptor, size, filename=row["filename"], declared=row["declared_mime"] or "", allowlist=PLATFORM_MIMES
            )
    except SourceRefused as refusal:
        raise UsageError(f"cannot read {row['file']!r}: {refusal.what}") from refusal
    if isinstance(found, mime.Unsupported):
        return {"accepted": False, "reason": "UNSUPPORTED_FORMAT", "canonical_mime": None, "message": found.message}
    return {"accepted": True, "reason": None, "canonical_mime": found.mime, "message": None}


def _manifest(row: Row) -> Result:
    """A whole submission: token, manifest, then every file by position (ruling C7)."""
    from frostbyte.intake import manifest as manifests

    tenant = row["path_tenant"]
    refusal = check_token(_claims(row["token"], tenant), tenant, "ingest", now=_NOW)
    if refusal is not None:
        return {"http_status": refusal.http_status, "code": refusal.code}
    config = _config(row.get("tenant_config") or {})
    uploads = row.get("files") or []
    try:
        # A lone surrogate in the row becomes bytes that are no UTF-8, as it would on the wire.
        raw = (row.get("manifest_raw") or "").encode("utf-8", "surrogatepass")
        manifest = manifests.parse(raw, tenant_id=tenant, max_batch_size=config.max_batch_size, uploads=len(uploads))
    except ManifestInvalid as invalid:
        return {"http_status": invalid.http_status, "code": invalid.contract_code, "details": list(invalid.details)}
    scan_result = row.get("malware_scan_stub")
    if scan_result not in (None, "skipped", "clean", "quarantined"):  # a scanner that gave no verdict: fail closed (C13)
        return {"http_status": 503, "code": "SERVICE_UNAVAILABLE"}
    return {"http_status": 202, "code": None, **_admissions(manifest.files, uploads, config, scan_result)}


def _admissions(entries: list[ManifestFile], uploads: list[Row], config: TenantConfig, scan_result: Any) -> Result:
    """`files` holds the verdicts the contract prescribes. A file accepted although its declared size is wrong stands under
    `files_beyond_contract` with its warning: the documents are silent there (ruling C10), and the vectors leave it out.
    """
    from frostbyte.intake import admit
    from frostbyte.intake.scan.verdict import ScanVerdict

    scanned = scan_result in ("clean", "quarantined")
    scan = (lambda _descriptor, _size: ScanVerdict(scan_result)) if scanned else None
    prescribed, beyond = [], []
    with tempfile.TemporaryDirectory(prefix="frostbyte-parity-") as folder:
        place = Path(folder) / "upload"
        for entry, upload in zip(entries, uploads, strict=True):
            _write(place, upload)
            admission = admit(entry, place, config, scan)
            verdict = {"file_id": entry.file_id, "status": admission.status, "reason": admission.reason}
            if admission.status == "accepted" and any(warning.code == "SIZE_MISMATCH" for warning in admission.warnings):
                beyond.append({**verdict, "warning": "SIZE_MISMATCH"})
            else:
                prescribed.append(verdict)
    return {"files": prescribed, **({"files_beyond_contract": beyond} if beyond else {})}


def _write(place: Path, upload: Row) -> None:
    if "content_spec" in upload:
        size, unit = upload["content_spec"]["length"], bytes.fromhex(upload["content_spec"]["repeat_byte_hex"])
        with place.open("wb") as stream:
            for start in range(0, size, 1 << 20):
                stream.write(unit * min(1 << 20, size - start))
    else:
        place.write_bytes(base64.b64decode(upload["content_b64"]))


def _config(settings: Mapping[str, Any]) -> TenantConfig:
    """The row's configuration. One that would be refused when set (ruling D9) is used as it stands: what the rows ask is
    whether admission holds even then.
    """
    try:
        return parse_config(settings)
    except ConfigInvalid:
        return TenantConfig().model_copy(update=dict(settings))


def _claims(token: Any, tenant: str) -> dict[str, Any] | None:
    """What the server would know of a row's token: claims where its signature holds, else None."""
    if isinstance(token, str):
        valid = token.startswith("valid token for path tenant") and "scope ingest" in token
        return {"sub": "vector", "tenant_id": tenant, "scopes": ["ingest"], "exp": _NOW + 3600} if valid else None
    if not isinstance(token, Mapping) or token.get("key_ok") is not True:
        return None
    offset = token.get("exp_offset_s")
    expiry = {} if offset is None else {"exp": _NOW + offset}
    return {**token["claims"], **expiry}


# --- rows and differences ------------------------------------------------------------------------------------------------


def _key(row: Row) -> str:
    return json.dumps(row.get("id"))


def _wanted(row: Row) -> Row | None:
    """The answer an expected row asks for, or None where it leaves the answer open."""
    if row.get("either_ok") or row.get("ambiguous") or str(row.get("kind")).startswith("doc:"):
        return None
    if isinstance(row.get("expect"), Mapping):
        return _only(row["expect"], ("http_status", "code", "files"))
    if isinstance(row.get("recommended"), Mapping):
        return _only(row["recommended"], ("accepted", "reason", "canonical_mime"))
    if isinstance(row.get("canonical"), Mapping):
        if "table" in str(row.get("kind")):
            return None
        chunk = ("chunk_id", "text", "page", "start_char", "end_char")
        return {"doc_id": row["canonical"]["doc_id"], "chunks": [_only(one, chunk) for one in row["canonical"]["chunks"]]}
    if row.get("kind") == "invalid_thresholds":
        return {"config_error": True}
    for inputs, answer in _VECTORS:
        if inputs in row:
            return _only(row, answer)
    return row


# What a vector's row is known by among its inputs, and the fields of its answer.
_VECTORS: Final = (
    ("chunk_inputs", ("doc_id", "chunks")),
    ("start_char", ("chunk_id",)),
    ("text_sample", ("category", "confidence")),
    ("prd_strict_gt_action", ("matches", "score", "default", "thresholds")),
)


def _only(row: Row, fields: Iterable[str]) -> Result:
    return {name: row[name] for name in fields if name in row}


def _differences(expected: Any, actual: Any, at: str = "") -> Iterator[dict[str, Any]]:
    """Every expected field the answer lacks or has otherwise. Fields only the answer has (messages, details) are no fault."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name in expected:
            yield from _differences(expected[name], actual.get(name), f"{at}.{name}" if at else name)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = zip(*(_settled(at, side) for side in (expected, actual)), strict=True)
        for index, (one, other) in enumerate(pairs):
            yield from _differences(one, other, f"{at}[{index}]")
    elif not _same(expected, actual):
        yield {"field": at, "expected": expected, "actual": actual}


def _settled(at: str, entries: list[Any]) -> list[Any]:
    """Lists that the server gives in the random order of a set (ruling F5) in one fixed order, others as they are."""
    if at.rsplit(".", 1)[-1] in ("matches", "patterns_matched", "files"):
        return sorted(entries, key=lambda entry: json.dumps(entry, sort_keys=True))
    return entries


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if not isinstance(expected, int | float):
        return bool(expected == actual)
    return isinstance(actual, int | float) and abs(expected - actual) <= _TOLERANCE
