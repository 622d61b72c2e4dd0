from __future__ import annotations

import pytest

from frostbyte.policy.classification import Classification, classify


@pytest.mark.parametrize(
    ("filename", "category", "confidence"),
    [
        ("MASTER_AGREEMENT.pdf", "contract", 0.85),
        ("electric-bill.txt", "invoice", 0.85),
        ("philosophy_notes.txt", "SOP", 0.85),  # ruling F17: substrings, kept for parity
        ("policyholder_list.csv", "policy", 0.85),
        ("courtesy_note.txt", "legal_filing", 0.85),
        ("newsletter.pdf", "correspondence", 0.75),
        ("budget.xlsx", "other", 0.5),
        ("İnvoice.pdf", "other", 0.5),
        (None, "other", 0.5),
    ],
)
def test_a_name_alone(filename: str | None, category: str, confidence: float) -> None:
    assert classify(filename, "") == Classification(category, confidence)


@pytest.mark.parametrize(
    ("text", "category", "confidence"),
    [
        ("This Agreement is made", "contract", 0.8),
        ("Bill To: Acme", "invoice", 0.8),
        ("bill  to: acme", "other", 0.5),
        ("Standard operating procedure 4", "SOP", 0.8),
        ("ſop", "SOP", 0.8),
        ("invoıce 12", "invoice", 0.8),
        ("The document and the policyholder", "policy", 0.75),
        ("This policy applies", "other", 0.5),
        ("IN THE DISTRICT COURT", "other", 0.5),
    ],
)
def test_a_text_alone(text: str, category: str, confidence: float) -> None:
    assert classify("scan.tiff", text) == Classification(category, confidence)


@pytest.mark.parametrize(
    ("filename", "text", "category"),
    [
        ("contract_invoice.pdf", "", "contract"),
        ("procedure_bill.xlsx", "", "invoice"),
        ("court_filing_policy.pdf", "", "policy"),
        ("SOP_12.pdf", "INVOICE No. 991", "SOP"),
        ("letter_to_vendor.docx", "Bill To: Acme", "invoice"),  # a weak name yields to the text
        ("x.bin", "Policy DOCUMENT INVOICE", "invoice"),
    ],
)
def test_which_rule_comes_first(filename: str, text: str, category: str) -> None:
    assert classify(filename, text).category == category


def test_the_window_is_2000_code_points_before_upper_casing() -> None:
    assert classify("f", "📄" * 1993 + "INVOICE").category == "invoice"
    assert classify("f", "📄" * 1994 + "INVOICE").category == "other"
    assert classify("f", "ß" * 1993 + "invoice").category == "invoice"
