"""Every rule of a manifest, the order they are judged in, and that hostile bytes are only ever refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frostbyte.contract.receipts import BatchManifest
from frostbyte.errors import ManifestInvalid
from frostbyte.intake import manifest

TENANT = "tenant_abc"


def file(number: int = 1, **changes: Any) -> dict[str, Any]:
    plain = {
        "file_id": f"file_{number:03d}",
        "filename": f"doc_{number}.txt",
        "mime_type": "text/plain",
        "size_bytes": 21,
        "sha256": f"{number:064x}",
    }
    return {**plain, **changes}


def batch(*files: Any, **changes: Any) -> dict[str, Any]:
    return {"batch_id": "batch_1", "tenant_id": TENANT, "file_count": len(files), "files": list(files), **changes}


def parse(value: Any, *, most: int = 1000, uploads: int | None = None) -> BatchManifest:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return manifest.parse(raw, tenant_id=TENANT, max_batch_size=most, uploads=uploads)


def refused(value: Any, **options: Any) -> ManifestInvalid:
    with pytest.raises(ManifestInvalid) as caught:
        parse(value, **options)
    return caught.value


def test_a_good_manifest_comes_back_whole() -> None:
    found = parse(batch(file(1), file(2), submitted_at="2026-02-08T14:00:00Z", submitter="dana", extra={"x": [1]}))
    assert [one.file_id for one in found.files] == ["file_001", "file_002"]
    assert (found.batch_id, found.submitter, found.to_json()["extra"]) == ("batch_1", "dana", {"x": [1]})


def test_checksums_come_back_in_lower_case() -> None:
    assert parse(batch(file(sha256="AB" * 32))).files[0].sha256 == "ab" * 32


def test_one_point_nought_is_the_integer_one() -> None:
    raw = (
        json.dumps(batch(file()))
        .replace('"file_count": 1', '"file_count": 1.0')
        .replace('"size_bytes": 21', '"size_bytes": 21.0')
    )
    found = parse(raw.encode())
    assert (found.file_count, found.files[0].size_bytes) == (1, 21)


@pytest.mark.parametrize("field", ["batch_id", "tenant_id", "file_count", "files"])
@pytest.mark.parametrize("given_value", ["absent", None, True, {}, 1.5, [[1]], float("1e300")])
def test_required_fields_and_their_types(field: str, given_value: Any) -> None:
    value = batch(file(), **{field: given_value})
    if given_value == "absent":
        del value[field]
    if field == "file_count" and given_value == 1e300:  # an integer, if an absurd one
        assert refused(value).contract_code == "MANIFEST_FILE_COUNT_MISMATCH"
        return
    error = refused(value)
    assert error.contract_code == "MANIFEST_INVALID"
    assert error.details[0]["field"].startswith(field)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *[("file_id", bad) for bad in (None, 1, True, "", " ", ".", "..", "a/b", "a\\b", "a\0", "a\n", "\x7f", "x" * 257)],
        *[("filename", bad) for bad in (None, 1, "", "x" * 5000)],
        *[("mime_type", bad) for bad in (None, 1, "")],
        *[("size_bytes", bad) for bad in (None, "21", True, -1, 1.5, 2**53, 1e300)],
        *[
            ("sha256", bad)
            for bad in (None, 12, "", "abc", "g" * 64, "a" * 63, "a" * 65, " " + "a" * 64, "a" * 64 + "\n", "sha256:" + "a" * 57)
        ],
    ],
)
def test_file_fields(field: str, bad: Any) -> None:
    for value in (batch(file(), file(2, **{field: bad})), batch(file(), {k: v for k, v in file(2).items() if k != field})):
        error = refused(value)
        assert (error.contract_code, error.details[0]["field"]) == ("MANIFEST_INVALID", f"files[1].{field}")


@pytest.mark.parametrize("odd", ["../../x.txt", "a/b.txt", "nul\0.txt", "CON", "x\u202etxt.exe"])
def test_a_filename_is_metadata_and_may_be_odd(odd: str) -> None:
    assert parse(batch(file(filename=odd))).files[0].filename == odd


@pytest.mark.parametrize("bad", ["", " ", "a\nb", "x" * 257])
def test_a_batch_id_can_be_printed(bad: str) -> None:
    assert refused(batch(file(), batch_id=bad)).details[0]["field"] == "batch_id"


@pytest.mark.parametrize("bad", ["yesterday", "2026-02-08T14:00:00", "2026-02-30T14:00:00Z", "2026-02-08T14:00:00Z\n", 5])
def test_submitted_at_is_a_real_time_or_absent(bad: Any) -> None:
    assert refused(batch(file(), submitted_at=bad)).details[0]["field"] == "submitted_at"


def test_null_is_absent_for_optional_fields() -> None:
    assert parse(batch(file(), submitted_at=None, submitter=None)).submitted_at is None


def test_all_faults_of_the_first_stage_are_reported_up_to_a_bound() -> None:
    assert [d["field"] for d in refused(batch(file(size_bytes=-1, sha256=""), batch_id="")).details] == [
        "batch_id", "files[0].size_bytes", "files[0].sha256",
    ]  # fmt: skip
    assert len(refused(batch(*[1] * 500)).details) == 20


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"1",
        b'{"batch_id":"b"}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b"{'a':1}",
        b'{"a":1,}',
        b"{} trailing",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b'{"a":"\xff"}',
        b'{"a":01}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 5000,
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":"\x01"}',
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
    ],
)
def test_unreadable_json(raw: bytes) -> None:
    assert refused(raw).contract_code == "MANIFEST_INVALID"


def test_a_repeated_key_is_refused_wherever_it_stands() -> None:
    raw = json.dumps(batch(file())).encode()
    for repeated in (
        raw.replace(b'"file_count": 1', b'"file_count": 9, "file_count": 1'),
        raw.replace(b'{"file_id"', b'{"sha256": "x", "file_id"'),
    ):
        error = refused(repeated)
        assert "repeats the key" in error.message


def test_what_looks_repeated_but_is_another_key_is_fine() -> None:
    assert parse({**batch(file()), "caf\u00e9": 1, "cafe\u0301": 2})


def test_length_is_bounded() -> None:
    assert "longer than" in refused(b" " * (manifest.MAX_BYTES + 1)).message


def test_a_batch_of_the_largest_allowed_size_is_read() -> None:
    assert len(parse(batch(*map(file, range(10_000))), most=10_000).files) == 10_000


@pytest.mark.parametrize(
    ("count", "listed", "uploads"), [(3, 2, 2), (1, 2, 2), (2, 2, 3), (2, 2, 0), (0, 1, 1), (-1, 1, 1), (3, 0, 3), (10**30, 1, 1)]
)
def test_counts_must_agree(count: int, listed: int, uploads: int) -> None:
    error = refused(batch(*map(file, range(listed)), file_count=count), uploads=uploads)
    assert error.contract_code == "MANIFEST_FILE_COUNT_MISMATCH"
    json.dumps(error.details)


def test_an_empty_batch_is_refused() -> None:
    assert (refused(batch()).contract_code, refused(batch(), uploads=0).contract_code) == ("MANIFEST_INVALID", "MANIFEST_INVALID")


def test_a_folder_has_no_number_of_uploads() -> None:
    assert parse(batch(file(1), file(2))).file_count == 2


def test_more_files_than_the_tenant_takes() -> None:
    error = refused(batch(*map(file, range(3))), most=2)
    assert (error.contract_code, error.details[0]["field"]) == ("MANIFEST_INVALID", "file_count")
    assert parse(batch(*map(file, range(3))), most=3)


def test_a_repeated_file_id() -> None:
    error = refused(batch(file(1), file(2), file(1)))
    assert (error.contract_code, error.details[0]["field"]) == ("DUPLICATE_FILE_ID", "files[2].file_id")
    assert parse(batch(file(file_id="caf\u00e9"), file(file_id="cafe\u0301")))  # other bytes, another id (B5)


@pytest.mark.parametrize("other", ["other", "TENANT_ABC", "tenant_abc ", "tenant"])
def test_another_tenants_manifest(other: str) -> None:
    error = refused(batch(file(), tenant_id=other))
    assert (error.contract_code, error.details[0]["field"]) == ("MANIFEST_INVALID", "tenant_id")


def test_the_order_of_judgement() -> None:
    """Required, size, counts, duplicates, tenant (C1): each fault hides those after it."""
    same = [file(1), file(1), file(1)]
    value = batch(*same, file_count=9, tenant_id="other")
    assert refused({**value, "batch_id": 5}, most=2).details[0]["field"] == "batch_id"
    assert refused(value, most=2).details[0]["field"] == "file_count"
    assert refused(value).contract_code == "MANIFEST_FILE_COUNT_MISMATCH"
    assert refused({**value, "file_count": 3}, uploads=2).contract_code == "MANIFEST_FILE_COUNT_MISMATCH"
    assert refused({**value, "file_count": 3}).contract_code == "DUPLICATE_FILE_ID"
    assert refused({**value, "file_count": 1, "files": [file(1)]}).details[0]["field"] == "tenant_id"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=8,
)
FIELDS = ["batch_id", "tenant_id", "file_count", "files", "submitted_at", "submitter"]
FILE_FIELDS = ["file_id", "filename", "mime_type", "size_bytes", "sha256"]


def _outcome(raw: bytes) -> None:
    error, found = None, None
    try:
        found = manifest.parse(raw, tenant_id=TENANT, max_batch_size=5)
    except ManifestInvalid as refusal:
        error = refusal
    if error is not None:
        assert error.contract_code in ("MANIFEST_INVALID", "MANIFEST_FILE_COUNT_MISMATCH", "DUPLICATE_FILE_ID")
        assert error.details
        json.dumps(error.details).encode()
        error.message.encode("utf-8")
    if found is not None:
        assert found.file_count == len(found.files) <= 5
        json.dumps(found.to_json(), ensure_ascii=False).encode()


@given(st.binary(max_size=400))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    _outcome(raw)


@given(json_values)
def test_any_json_is_parsed_or_refused(value: Any) -> None:
    _outcome(json.dumps(value).encode())


@given(st.data())
def test_any_change_of_a_good_manifest_is_parsed_or_refused(data: st.DataObject) -> None:
    value = batch(file(1), file(2))
    for name, part in (*((name, value) for name in FIELDS), *((name, value["files"][0]) for name in FILE_FIELDS)):
        if data.draw(st.booleans()):
            part[name] = data.draw(json_values)
    _outcome(json.dumps(value).encode())


@given(st.data())
def test_any_flipped_byte_is_parsed_or_refused(data: st.DataObject) -> None:
    raw = bytearray(json.dumps(batch(file(1), file(2))).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _outcome(bytes(raw))
