"""What each reason means that a file, page or element did not make it whole, and what can be done about it.

Fixed texts, never content of a document. A remedy must work as it stands. A batch that has ended stays as it is, so whatever
is put right comes in a new batch: with a new batch_id in its manifest, or with `--batch-id` for a folder without one. A rejected
file may come again under its file_id; other content than a file_id was accepted with needs a new file_id.
"""

from __future__ import annotations

NOTHING = "none needed"

_AGAIN = "take the file in again under a new batch_id"
_NEW = "under a new file_id and a new batch_id"
_CHANGED = f"send it {_NEW}"
_SAVE_AGAIN = f"open and save the file in the program that made it, then {_CHANGED}"
_OPERATOR = "ask the operator of the appliance to run `frostbyte doctor`, then " + _AGAIN
_SPLIT = "split the file into smaller ones and send each under a file_id of its own and a new batch_id"
_SCAN = f"scan the page again at 300 dpi or more, straight and clean, and {_CHANGED}"
_APART = "where it matters, send it as a file of its own under a file_id of its own and a new batch_id"
_SHOW = f"show the content in the original where it matters, then {_CHANGED}"
_UNSEEN = f"check the original for text that nobody sees; remove it or show it, then {_CHANGED}"
_DAMAGED_PACKAGE = "the file is not a sound Office document"
_TOO_LARGE_PACKAGE = "the Office document unpacks to more than a parser may take"
_LINKED = "content that lies outside the file was not fetched"
_NOT_TEXT = "a drawing or chart is not read as text"

_FILES: dict[str, tuple[str, str]] = {
    "UNSUPPORTED_FORMAT": (
        "the file is not of an accepted type, or is not what its name and declared type say",
        "send PDF, DOCX, XLSX, TXT, CSV, PNG or TIFF, with matching extension, declared type and content, or ask the operator to "
        "widen mime_allowlist; then " + _AGAIN,
    ),
    "SIZE_EXCEEDED": (
        "the file is larger than this tenant takes",
        "split the file, or ask the operator to raise max_file_size_mb; then " + _AGAIN,
    ),
    "CHECKSUM_MISMATCH": (
        "the bytes received do not have the SHA-256 of the manifest",
        "copy the file again and rebuild the manifest with a new batch_id; the file_id may stay",
    ),
    "DUPLICATE_FILE_ID": ("the file_id stands for other content that was taken in before", _CHANGED),
    "MALWARE_DETECTED": (
        "the malware scan found something, or something it cannot look into",
        f"clean the source (of what is encrypted or an archive inside the file too) and {_AGAIN}",
    ),
    "SERVICE_UNAVAILABLE": ("the malware scan could not be done to the end, so the file was not taken in", _SPLIT),
    "ERASED_BY_OPERATOR": ("the document was held, and the operator erased it", NOTHING),
    "REJECTED": ("the file was rejected", f"put the file right and {_AGAIN}"),
    "FILE_CORRUPTED": ("the file is damaged and cannot be read", _SAVE_AGAIN),
    "OCR_FAILED": ("the text of a scanned page could not be read", _SCAN),
    "PARSER_ERROR": ("the file could not be parsed", _SAVE_AGAIN),
    "PII_BLOCK_POLICY": (
        "personal data was found and this tenant blocks it",
        f"remove the personal data and {_CHANGED}; or ask the operator to change pii_policy, then {_AGAIN}",
    ),
    "INJECTION_HIGH_SCORE": (
        "text that tries to instruct a language model was found",
        f"review the document, remove the instructions and {_CHANGED}",
    ),
    "POLICY_FAILED": ("a policy gate could not run, so the document is held", _OPERATOR),
    "PII_TYPE_UNSUPPORTED": (
        "the tenant looks for a kind of personal data this version cannot find, so the document is held",
        f"ask the operator to correct pii_types, then {_AGAIN}",
    ),
    "EMBEDDING_FAILED": (
        "no vector could be made for the document",
        f"ask the operator to check the model pack (`frostbyte model verify`), then {_AGAIN}",
    ),
    "DIMENSION_MISMATCH": (
        "the model does not make vectors of 768 numbers",
        f"ask the operator to go back to a model pack of 768 dimensions, then {_AGAIN}",
    ),
    "INDEX_FAILED": (
        "the document could not be written to the index",
        f"ask the operator to check the vault (`frostbyte verify`), then {_AGAIN}",
    ),
}

_WARNINGS: dict[str, tuple[str, str]] = {
    "SCAN_SKIPPED": (
        "the file was not scanned for malware: the operator switched the scan off",
        "scan the drop before it is brought here",
    ),
    "ALREADY_INGESTED": ("the same file was taken in before; it is stored and indexed once", NOTHING),
    "TRIED_AGAIN": (
        "the same file was taken in before and did not reach the index; it was taken through every stage again",
        NOTHING,
    ),
    "DUPLICATE_CONTENT": ("another file_id holds the same bytes", "send each document once"),
    "SIZE_MISMATCH": ("the manifest states another size than the file has", "state the real size in the next manifest"),
    "CHUNKS_QUARANTINED": (
        "some chunks try to instruct a language model and were held back",
        f"review the document, remove the instructions and {_CHANGED}",
    ),
    "TEXT_TRUNCATED": ("some chunks are longer than the embedding model reads; the rest of them is found by words only", NOTHING),
    "CLASSIFICATION_REVIEW": ("the class of the document is not certain", "look at the document before its class is relied on"),
    "LOW_OCR_CONFIDENCE": ("a page was hard to read; its text may be wrong", _SCAN),
    "WRITING_NOT_READ": (
        "writing on a page could not be read and is left out; Latin, Chinese and Japanese letters are known",
        f"send what is written in other scripts, by hand or in artful letters as text, or {_SCAN}",
    ),
    "NO_TEXT": ("no text was found on a page", f"check that the page is meant to be empty; if not, {_SCAN}"),
    "PAGE_TURNED": ("a page stood on its side or head and was turned to be read", NOTHING),
    "PAGE_LIMIT": ("the file has more pages than are read; those beyond are left out", _SPLIT),
    "ENCODING_GUESSED": (
        "the file does not say how its characters are encoded, so that was guessed",
        f"save it as UTF-8 and {_CHANGED}",
    ),
    "ENCODING_DOUBTFUL": (
        "how the characters of the file are encoded was guessed, and another reading fits about as well: "
        "letters beyond ASCII may be wrong",
        f"compare the text with the original, or save it as UTF-8 and {_CHANGED}",
    ),
    "ENCODING_MIXED": (
        "the file holds UTF-8 and characters of an old code page side by side; each was read as what it seems to be",
        f"save it as UTF-8 and {_CHANGED}",
    ),
    "CHARACTERS_REPLACED": ("characters that could not be read stand as replacement signs", f"save it as UTF-8 and {_CHANGED}"),
    "QUOTES_IGNORED": (
        "the quotation marks of the table do not match, so each line was read as a row",
        f"mend the quotes and {_CHANGED}",
    ),
    "RAGGED_ROWS": (
        "the rows of the table have different numbers of cells",
        f"check that no separator is missing; if one is, mend the file and {_CHANGED}",
    ),
    "TABLE_ROW_CUT": ("a row of a table is longer than a chunk and was cut", NOTHING),
    "SPARSE_TABLE": ("a few cells are strewn over a large sheet; their columns are not kept", NOTHING),
    "FORMULA_WITHOUT_VALUE": (
        "a cell holds a formula and no computed value, so it reads as empty",
        f"open and save the workbook in a spreadsheet program, then {_CHANGED}",
    ),
    "PAGES_NOT_RENDERED": ("the document does not say where its pages end, so all of it counts as page 1", NOTHING),
    "TRACKED_INSERTION": (
        "text that a tracked change puts in was read as part of the document",
        f"accept or reject the changes and {_CHANGED}",
    ),
    "FORMULA_TEXT": (
        "cells hold what a spreadsheet program would compute or run; here it is text",
        f"open the file in a spreadsheet program with care; where it should hold values, put those in and {_CHANGED}",
    ),
    "ALT_TEXT": ("the description of a picture, which a page does not show, was read as text", NOTHING),
    "WHITE_TEXT": ("text in the colour of its ground was read", _UNSEEN),
    "TINY_TEXT": ("text too small to see was read", _UNSEEN),
    "HIDDEN_TEXT": ("text that a reader does not see was found", _UNSEEN),
    "HIDDEN_TEXT_UNCHECKED": (
        "a page could not be drawn, so some of its text may be hidden from a reader",
        _UNSEEN,
    ),
    "OCR_TEXT_LAYER": (
        "the text of a scanned page is what a scanner's software recognised",
        f"compare the text with the picture where it matters; if it is wrong, {_SCAN}",
    ),
    "UNMAPPED_CHARACTERS": (
        "a font does not say which characters it shows, so some text may be wrong",
        f"print the page, scan it and {_CHANGED}",
    ),
    "OBJECT_LIMIT": ("a page holds more objects than are read; the rest is left out", _SPLIT),
    "STRUCTURE_UNCHECKED": (
        "the file could not be searched whole for scripts and attachments; none of them is ever run",
        NOTHING,
    ),
    "PROPERTIES_UNREADABLE": (
        "a part of what the file says of itself (title, author) is damaged, and was not looked at",
        f"save the document anew in the program that wrote it and {_CHANGED}",
    ),
    "PROPERTIES_CUT": (
        "the file says more of itself (title, data of other programs) than is judged; the rest was left out",
        f"look at its properties; remove what is none of them and {_CHANGED}",
    ),
    "OUTLINE_UNREADABLE": ("the document's outline is damaged; the levels of headings may be wrong", NOTHING),
    "ENCRYPTED_OWNER_ONLY": ("the file forbids printing or copying and opens without a password; it was read", NOTHING),
    "WORKER_UNFENCED": (
        "the kernel of this machine does not fence the parser in",
        "ask the operator to look at `frostbyte doctor`",
    ),
}

_PARSE_FAILURES: dict[str, tuple[str, str]] = {
    "NO_CONTENT": ("the file holds no text", f"check that the right file was sent; if not, {_CHANGED}"),
    "EMPTY_FILE": ("the file is empty", f"check that the right file was sent; if not, {_CHANGED}"),
    "ENCRYPTED": ("the file is locked by a password", f"save it without a password and {_CHANGED}"),
    "UNSUPPORTED_ENCRYPTION": ("the file is locked in a way that cannot be opened", f"save it without protection and {_CHANGED}"),
    "ENCRYPTED_OR_LEGACY": (
        "the file is locked by a password or of the format before 2007",
        f"save it as DOCX or XLSX without a password and {_CHANGED}",
    ),
    "ENCRYPTED_PART": ("a part of the Office document is locked by a password", f"save it without a password and {_CHANGED}"),
    "UNREADABLE": ("the file could not be read", f"copy the file again and {_AGAIN}"),
    "NOT_A_PDF": ("the file is no PDF or too damaged to open", _SAVE_AGAIN),
    "NOT_AN_IMAGE": ("the file is no picture or too damaged to open", _SAVE_AGAIN),
    "NOT_AN_ARCHIVE": (_DAMAGED_PACKAGE, _SAVE_AGAIN),
    "DAMAGED_PART": ("a part of the Office document is damaged", _SAVE_AGAIN),
    "DUPLICATE_PART": ("the Office document holds two parts of the same name", _SAVE_AGAIN),
    "MALFORMED_XML": ("a part of the Office document is not well-formed", _SAVE_AGAIN),
    "NO_MAIN_PART": (_DAMAGED_PACKAGE, _SAVE_AGAIN),
    "NO_DOCUMENT_BODY": ("the Office document has no text part", _SAVE_AGAIN),
    "NO_WORKBOOK": ("the Office document has no workbook", _SAVE_AGAIN),
    "DOCUMENT_TYPE_DECLARATION": ("the Office document declares XML entities, which no Office program does", _SAVE_AGAIN),
    "COMPRESSION_BOMB": (_TOO_LARGE_PACKAGE, _SPLIT),
    "PART_TOO_LARGE": (_TOO_LARGE_PACKAGE, _SPLIT),
    "TOO_MANY_PARTS": (_TOO_LARGE_PACKAGE, _SPLIT),
    "XML_TOO_DEEP": ("the Office document is nested deeper than a parser may follow", _SAVE_AGAIN),
    "XML_TOO_LARGE": (_TOO_LARGE_PACKAGE, _SPLIT),
    "WORKBOOK_TOO_LARGE": ("the workbook holds more cells or text than are read", _SPLIT),
    "TOO_MANY_SHEETS": ("the workbook has more sheets than are read", _SPLIT),
    "TOO_MANY_CELLS": ("the table has more cells than are read", _SPLIT),
    "CSV_UNREADABLE": ("the table could not be split into rows and cells", _SAVE_AGAIN),
    "NO_READABLE_PAGE": ("no page of the file could be read", _SAVE_AGAIN),
    "IMAGE_TOO_LARGE": ("the picture has more pixels than are read", f"scan it at 300 dpi and {_CHANGED}"),
    "ENGINE": ("the text recognition could not run", _OPERATOR),
    "MODEL_MISSING": ("a model of the text recognition is missing from the installation", _OPERATOR),
    "TIMEOUT": (
        "the file took too long to parse",
        f"split the file, or ask the operator to raise parse_timeout_s; then {_AGAIN}",
    ),
    "CRASH": ("the parser ended while it read the file", _SAVE_AGAIN),
    "MEMORY_LIMIT": ("the file needs more memory than a parser may have", _SPLIT),
    "OUTPUT_LIMIT": ("the file holds more text than a parser may give back", _SPLIT),
    "BAD_ANSWER": ("the parser gave an answer that is none", _SAVE_AGAIN),
    "SPAN_MISMATCH": ("the text could not be tied to its place in the file", _SAVE_AGAIN),
    "CHUNK_ID_COLLISION": ("two passages of the file cannot be told apart", _SPLIT),
}

_DROPPED: dict[str, tuple[str, str]] = {
    "MORE_DROPPED": (
        "more was left out than is listed one by one",
        "ask the operator for the whole list, which `frostbyte parse FILE --json` gives",
    ),
    "EMBEDDED_FILE": ("a file inside the file was left out", _APART),
    "PORTFOLIO": (
        "the file is a collection of other files, which were left out",
        "send its files one by one, each under a file_id of its own and a new batch_id",
    ),
    "MACRO": ("macros were left out; none is ever run", NOTHING),
    "JAVASCRIPT": ("scripts were left out; none is ever run", NOTHING),
    "ACTIVE_CONTENT": ("a control or object that can run was left out", NOTHING),
    "OPEN_ACTION": ("what the document would do when it is opened was left out", NOTHING),
    "ADDITIONAL_ACTIONS": ("what the document would do when it is read, printed or filled in was left out", NOTHING),
    "LAUNCH_ACTION": ("an action that starts a program was left out", NOTHING),
    "SUBMIT_ACTION": ("an action that sends away what a form holds was left out", NOTHING),
    "IMPORT_ACTION": ("an action that fetches data into a form was left out", NOTHING),
    "REMOTE_GOTO_ACTION": ("a jump into another file was left out", NOTHING),
    "EMBEDDED_GOTO_ACTION": ("a jump into a file inside the file was left out", NOTHING),
    "RICH_MEDIA": ("sound, film or a 3D model was left out", f"write down what matters in it and send that {_NEW}"),
    "LINK_TARGET": ("where links lead was left out; the words that lead there are kept", NOTHING),
    "ACTIVE_FIELD": ("a field that fetches or runs something was left out; what it last showed is kept", NOTHING),
    "FIELD_CODE": ("a field holds words that the document does not show, which were left out", _SHOW),
    "EXTERNAL_TEMPLATE": ("the document names a template that lies elsewhere, which was not fetched", NOTHING),
    "CUSTOM_XML": ("data of other programs that the document does not show was left out", _SHOW),
    "HIDDEN_ANNOTATION": ("text of a note that is not shown was left out", _SHOW),
    "HIDDEN_FIELD": ("what a form field that is not shown holds was left out", _SHOW),
    "NO_APPEARANCE": (
        "text of a form field or text box was left out: the file does not say how it looks",
        f"print the document to PDF from a viewer that shows it and {_CHANGED}",
    ),
    "METADATA_TEXT": (
        "text that a picture carries beside its pixels was left out",
        f"put what matters into the picture and {_CHANGED}",
    ),
    "GPS_POSITION": (
        "the picture says where it was taken, which is no text of it",
        f"remove the place from the picture's properties where nobody may know it, and {_CHANGED}",
    ),
    "XFA_FORM": ("a form of a kind that is not read was left out", f"print the form to PDF and {_CHANGED}"),
    "EXTERNAL_LINK": (_LINKED, _APART),
    "CHART_NOT_READ": (_NOT_TEXT, f"send its numbers as a table where they matter, {_NEW}"),
    "DIAGRAM_NOT_READ": (_NOT_TEXT, f"send its words as text where they matter, {_NEW}"),
    "NOT_READ": ("a sheet that holds no cells was left out", NOTHING),
    "COMMENT": ("comments are not part of the document and were left out", f"put what matters into the text and {_CHANGED}"),
    "TRACKED_DELETION": ("text that a tracked change deletes was left out", f"accept or reject the changes and {_CHANGED}"),
    "NOT_SHOWN": ("a header, footer or note that the document does not show was left out", _SHOW),
    "PRINT_HEADER": ("headers and footers for printing were left out", f"put what matters into cells and {_CHANGED}"),
    "HIDDEN_SHEET": ("a hidden sheet was left out", _SHOW),
    "VERY_HIDDEN_SHEET": ("a sheet that no menu of a spreadsheet program shows was left out", _SHOW),
    "HIDDEN_CELL": ("cells whose number format shows nothing were left out", _SHOW),
    "ACTIVE_FORMULA": ("a formula that fetches or runs something was not followed; its last value is kept", NOTHING),
    "DDE_LINK": ("a link that starts another program was left out", NOTHING),
    "DEFINED_NAME": ("a name of the workbook holds words that no sheet shows, which were left out", _SHOW),
    "AUTO_MACRO_NAME": ("the workbook names a macro to run by itself; none is ever run", NOTHING),
    "DATA_VALIDATION": ("messages and lists of choices of cells were left out", f"put what matters into cells and {_CHANGED}"),
    "HIDDEN_ROW": ("hidden rows were left out", _SHOW),
    "HIDDEN_COLUMN": ("hidden columns were left out", _SHOW),
    "SHEET_MISSING": ("a sheet that the workbook names is not in it", _SAVE_AGAIN),
    "ANIMATION_FRAMES": ("of an animation only the first picture was read", _APART),
    "OCR_PAGE_LIMIT": ("the file has more scanned pages than are read", _SPLIT),
    "PAGE_UNREADABLE": ("a page is damaged", _SAVE_AGAIN),
    "PAGE_TEXT_UNREADABLE": ("the text of a page is damaged", _SAVE_AGAIN),
    "PAGE_RENDER": ("a page could not be drawn, so its text could not be recognised", _SAVE_AGAIN),
    "PAGE_SIZE": (
        "a page is far longer than wide, so its text could not be recognised",
        f"print it to pages of usual size and {_CHANGED}",
    ),
}

_REASONS = {**_FILES, **_WARNINGS, **_PARSE_FAILURES, **_DROPPED}
_UNKNOWN = ("the reader came upon something it does not know", _SAVE_AGAIN)


def explain(code: str) -> tuple[str, str]:
    """What a reason means, and what to do about it. Every code has both, also one that is not known here."""
    return _REASONS.get(code, _UNKNOWN)


def explained() -> frozenset[str]:
    """Every code that has words of its own."""
    return frozenset(_REASONS)


def message(code: str) -> str:
    """What a reason means."""
    return explain(code)[0]


def remediation(code: str) -> str:
    """What to do about it."""
    return explain(code)[1]
