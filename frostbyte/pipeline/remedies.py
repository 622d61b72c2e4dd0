"""What a vendor can do about each reason a file, page or element did not make it. Fixed texts: never content of a document."""

from __future__ import annotations

_REASONS: dict[str, tuple[str, str]] = {
    "UNSUPPORTED_FORMAT": (
        "the file is not of an accepted type, or is not what its name and declared type say",
        "send PDF, DOCX, XLSX, TXT, CSV, PNG or TIFF, with matching extension, declared type and content",
    ),
    "SIZE_EXCEEDED": (
        "the file is larger than this tenant takes",
        "split the file, or ask the operator to raise max_file_size_mb",
    ),
    "CHECKSUM_MISMATCH": (
        "the bytes received do not have the SHA-256 of the manifest",
        "copy the file again and rebuild the manifest, then send it under the same file_id",
    ),
    "MALWARE_DETECTED": ("the malware scan found something", "clean the source and send the file again"),
    "FILE_CORRUPTED": (
        "the file is damaged and cannot be read",
        "open and save it again in the program that made it, then send it under a new file_id",
    ),
    "OCR_FAILED": ("the text of a scanned page could not be read", "scan again at 300 dpi or more, straight and clean"),
    "PARSER_ERROR": (
        "the file could not be parsed",
        "open and save it again in the program that made it, without password, then send it under a new file_id",
    ),
    "PII_BLOCK_POLICY": (
        "personal data was found and this tenant blocks it",
        "remove the personal data, or ask the operator to change pii_policy",
    ),
    "INJECTION_HIGH_SCORE": (
        "text that tries to instruct a language model was found",
        "review the document; remove the instructions, or ask the operator to release it",
    ),
    "POLICY_FAILED": (
        "a policy gate could not run, so the document is held",
        "ask the operator to repair the gate and take the batch in again",
    ),
    "EMBEDDING_FAILED": (
        "no vector could be made for the document",
        "ask the operator to verify the model pack (`frostbyte model verify`)",
    ),
    "INDEX_FAILED": (
        "the document could not be written to the index",
        "ask the operator to check the vault (`frostbyte verify`)",
    ),
    "SCAN_SKIPPED": ("the file was not scanned for malware", "scan the drop before it is brought here"),
    "ALREADY_INGESTED": ("the same file was taken in before; nothing was stored or indexed again", "none needed"),
    "DUPLICATE_CONTENT": ("another file_id holds the same bytes", "send each document once"),
    "SIZE_MISMATCH": ("the manifest states another size than the file has", "rebuild the manifest"),
    "CHUNKS_QUARANTINED": (
        "some chunks try to instruct a language model and were held back",
        "review the document and remove the instructions",
    ),
    "TEXT_TRUNCATED": (
        "some chunks are longer than the embedding model reads; the rest of them is found by words only",
        "none needed",
    ),
    "LOW_OCR_CONFIDENCE": ("a page was hard to read; its text may be wrong", "scan the page again at 300 dpi or more"),
    "CLASSIFICATION_REVIEW": ("the class of the document is not certain", "an operator can confirm it"),
    "NO_CONTENT": ("the file holds no text", "check that the right file was sent"),
    "ENCRYPTED": ("the file is locked by a password", "send it without a password"),
}

_FALLBACK = ("see the reason", "ask the operator of the appliance")


def message(reason: str) -> str:
    """What a reason means."""
    return _REASONS.get(reason, _FALLBACK)[0]


def remediation(reason: str) -> str:
    """What to do about it."""
    return _REASONS.get(reason, ("", "check the original and send the missing content in an accepted format"))[1]
