"""Rules of what goes in and what becomes of it: manifests, receipts, batch status, dead letters, acceptance reports."""

from __future__ import annotations

from frostbyte.contract.fields import Stage
from frostbyte.contract.ids import quarantine_storage_path, raw_storage_path
from frostbyte.contract.retries import RETRIES, STAGES
from frostbyte.contract.rules.rule import Json, Rule, config_of, counts_as


def _everything_has_remediation(o: Json, _: Json) -> bool:
    parts = ("rejected_files", "quarantined_files", "dropped_content")
    return all(entry["remediation"].strip() for part in parts for entry in o[part])


def _nothing_after_failure(o: Json, _: Json) -> bool:
    for file in o["files"]:
        states = [file["stages"][stage] for stage in STAGES]
        if "failed" in states and any(state != "queued" for state in states[states.index("failed") + 1 :]):
            return False
    return True


def _error_means_failed(o: Json, _: Json) -> bool:
    return all((file["error"] is not None) == ("failed" in file["stages"].values()) for file in o["files"])


def _moment(stamp: str) -> tuple[str, str]:
    """A timestamp as something that compares in time: fractions of different lengths do not compare as text."""
    seconds, _, fraction = stamp.removesuffix("Z").partition(".")
    return seconds, fraction.ljust(9, "0")


def _resolved_whole(o: Json, _: Json) -> bool:
    return bool(o["status"] == "resolved") == (o["resolved_at"] is not None and o["resolution"] is not None)


def _retries_within(o: Json, _: Json) -> bool:
    stage: Stage = o["stage"]
    return bool(o["retry_count"] <= RETRIES[stage].max)


def _storage_path(o: Json, _: Json) -> bool:
    path = quarantine_storage_path if o["status"] == "quarantined" else raw_storage_path
    return bool(o["storage_path"] == path(o["tenant_id"], o["file_id"], o["sha256"]))


RULES: dict[str, dict[str, Rule]] = {
    "acceptance_report": {
        "accepted+rejected+quarantined==submitted": lambda o, _: (
            o["summary"]["files_accepted"] + o["summary"]["files_rejected"] + o["summary"]["files_quarantined"]
            == o["summary"]["files_submitted"]
        ),
        "parsed_ok+warnings+parse_failed==accepted": lambda o, _: (
            o["summary"]["files_parsed_successfully"]
            + o["summary"]["files_parsed_with_warnings"]
            + o["summary"]["files_parse_failed"]
            == o["summary"]["files_accepted"]
        ),
        "indexed+quarantined<=produced": lambda o, _: (
            o["summary"]["total_chunks_indexed"] + o["summary"]["total_chunks_quarantined"]
            <= o["summary"]["total_chunks_produced"]
        ),
        "sum(classifications)<=accepted": lambda o, _: (
            sum(o["summary"]["classifications"].values()) <= o["summary"]["files_accepted"]
        ),
        "len(rejected_files)==files_rejected": counts_as("rejected_files", "summary", "files_rejected"),
        "len(quarantined_files)==files_quarantined": counts_as("quarantined_files", "summary", "files_quarantined"),
        "len(files)==files_accepted": counts_as("files", "summary", "files_accepted"),
        "remediation present for each error": _everything_has_remediation,
    },
    "batch_manifest": {
        "len(files)==file_count": lambda o, _: len(o["files"]) == o["file_count"],
        "unique(files[].file_id)": lambda o, _: len({file["file_id"] for file in o["files"]}) == len(o["files"]),
        "file_count<=config.max_batch_size": lambda o, context: (
            (config := config_of(context)) is None or o["file_count"] <= config["max_batch_size"]
        ),
        "tenant_id==path.tenant_id==token.tenant_id": lambda o, context: all(
            context.get(place) in (None, o["tenant_id"]) for place in ("path_tenant", "token_tenant")
        ),
    },
    "batch_receipt": {
        "accepted+rejected+quarantined==file_count": lambda o, _: (
            o["accepted"] + o["rejected"] + o["quarantined"] == o["file_count"]
        ),
        "len(rejected_files)==rejected": lambda o, _: len(o["rejected_files"]) == o["rejected"],
        "len(quarantined_files)==quarantined": lambda o, _: len(o["quarantined_files"]) == o["quarantined"],
        "len(receipts)==file_count (ruling C15)": lambda o, _: len(o["receipts"]) == o["file_count"],
    },
    "batch_status": {
        "completed+processing+queued+failed==total_files": lambda o, _: (
            sum(o["summary"][state] for state in ("completed", "processing", "queued", "failed")) == o["summary"]["total_files"]
        ),
        "len(files)==total_files": counts_as("files", "summary", "total_files"),
        "no stage after a failed stage is other than queued": _nothing_after_failure,
        "error non-null <=> some stage failed": _error_means_failed,
    },
    "dlq_entry": {
        "status resolved <=> resolved_at and resolution non-null": _resolved_whole,
        "retry_count<=retries.json[stage].max": _retries_within,
        "first<=last": lambda o, _: _moment(o["first_attempt_at"]) <= _moment(o["last_attempt_at"]),
    },
    "intake_receipt": {'storage_path=="raw/"+tenant_id+"/"+file_id+"/"+sha256': _storage_path},
}
