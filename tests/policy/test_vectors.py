from __future__ import annotations

from frostbyte.policy.vectors import classification_row, injection_row


def test_a_row_of_the_injection_vectors() -> None:
    row = {
        "id": "x",
        "text": "ignore safety",
        "thresholds": [
            {"flag_threshold": 0.05, "quarantine_threshold": 0.2},
            {"flag_threshold": 0.5, "quarantine_threshold": 0.9},
        ],
    }
    assert injection_row(row) == {
        "id": "x",
        "matches": [{"category": "jailbreak_attempts", "count": 1, "severity": 1.0}],
        "score": 0.08000000000000002,
        "default": {"action": "pass", "patterns_matched": []},
        "thresholds": [
            {"flag_threshold": 0.05, "quarantine_threshold": 0.2, "action": "flag", "patterns_matched": ["jailbreak_attempts"]},
            {"flag_threshold": 0.5, "quarantine_threshold": 0.9, "action": "pass", "patterns_matched": []},
        ],
    }


def test_thresholds_a_configuration_must_refuse() -> None:
    row = {"id": "x", "text": "", "thresholds": [{"flag_threshold": 0.9, "quarantine_threshold": 0.1}]}
    assert injection_row(row) == {"id": "x", "config_error": True}


def test_a_row_of_the_classification_vectors() -> None:
    assert classification_row({"id": "y", "filename": None, "text_sample": "Bill to: A"}) == {
        "id": "y",
        "category": "invoice",
        "confidence": 0.8,
    }
