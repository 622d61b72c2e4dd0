"""Reads the demo's acceptance report (JSON on stdin) and fails when it does not say what should have happened to every file."""

from __future__ import annotations

import json
import sys

INDEXED = {
    "supply-agreement.pdf": "contract",
    "cold-chain-sop.pdf": "SOP",
    "pump-service-report.docx": "other",
    "invoice-0417.xlsx": "invoice",
    "deliveries-march.csv": "other",
    "returns-policy.txt": "policy",
    "letter-ellison.txt": "correspondence",
    "court-filing.txt": "legal_filing",
    "delivery-note-scan.png": "other",
    "returns-policy-copy.txt": "policy",
}
REFUSED = {"stock-count.csv": "CHECKSUM_MISMATCH", "price-news.html": "UNSUPPORTED_FORMAT"}
QUARANTINED = {"forwarded-note.txt": "INJECTION_HIGH_SCORE"}
PERSONAL = ["DOB", "EMAIL", "FINANCIAL_ACCOUNT", "MEDICAL_RECORD", "PHONE", "SSN"]


def main() -> int:
    report = json.load(sys.stdin)
    files = {entry["original_filename"]: entry for entry in report["files"]}
    letter = files.get("letter-ellison.txt", {}).get("policy") or {}
    checks = {
        "indexed": ({n: f["policy"]["classification"] for n, f in files.items() if f["status"] == "indexed"}, INDEXED),
        "refused": ({entry["original_filename"]: entry["reason"] for entry in report["rejected_files"]}, REFUSED),
        "quarantined": ({entry["original_filename"]: entry["reason"] for entry in report["quarantined_files"]}, QUARANTINED),
        "redacted": ([letter.get("pii_action"), sorted(letter.get("pii_types", []))], ["redacted", PERSONAL]),
    }
    wrong = [f"demo: {what}: {found}, expected {expected}" for what, (found, expected) in checks.items() if found != expected]
    print("\n".join(wrong) or "demo: ten files indexed, two refused, one quarantined, personal data redacted: as it should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
