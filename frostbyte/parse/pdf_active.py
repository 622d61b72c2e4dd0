"""What pypdf says about a PDF beyond its words: the outline, and everything active or attached.

pypdf is asked through `pdf_reader`. Nothing here is ever run or opened; it is named, so that it is never dropped in silence.
pypdf is written in Python and can loop or fail on a broken file that pdfium reads well, so a failure here never fails the
document: the reading then carries STRUCTURE_UNCHECKED, which means "could not check", not "clean".
"""

from __future__ import annotations

import io
import logging
import warnings
from dataclasses import dataclass, field
from typing import Any

from frostbyte.parse import xmp
from frostbyte.parse.elements import Dropped, Property, Warning

MOST_WORK = 2_000_000_000
"""What pypdf may do before the check is given up, counted in bytes passed over at once. Not a time, so that a document comes
out the same on a slow machine; how long one may take is bounded by the worker alone, which fails the parse."""
IN_MEMORY_BYTES = 64 * 1024 * 1024
MAX_OUTLINE = 5_000
MAX_ANNOTATIONS = 20_000
MAX_PAGES = 5_000
MAX_EMBEDDED = 200

_ACTIONS = {
    "/JavaScript": "JAVASCRIPT",
    "/Launch": "LAUNCH_ACTION",
    "/SubmitForm": "SUBMIT_ACTION",
    "/ImportData": "IMPORT_ACTION",
    "/URI": "LINK_TARGET",
    "/GoToR": "REMOTE_GOTO_ACTION",
    "/GoToE": "EMBEDDED_GOTO_ACTION",
    "/Rendition": "RICH_MEDIA",
    "/RichMediaExecute": "RICH_MEDIA",
    "/Movie": "RICH_MEDIA",
    "/Sound": "RICH_MEDIA",
}
_ANNOTATIONS = {
    "/FileAttachment": ("attachment", "EMBEDDED_FILE"),
    "/RichMedia": ("multimedia", "RICH_MEDIA"),
    "/Screen": ("multimedia", "RICH_MEDIA"),
    "/Movie": ("multimedia", "RICH_MEDIA"),
    "/Sound": ("multimedia", "RICH_MEDIA"),
    "/3D": ("multimedia", "RICH_MEDIA"),
}
_REMARKS = frozenset(
    (
        *("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Popup", "/Square", "/Circle", "/Line"),
        *("/Polygon", "/PolyLine", "/Ink", "/Stamp", "/Redact", "/FileAttachment"),
    )
)
_PROPERTIES = frozenset(("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"))
_DATES = frozenset(("/CreationDate", "/ModDate"))
_HIDDEN, _NO_VIEW = 2, 32
"""Flags of an annotation that is not shown on a screen."""


@dataclass(frozen=True)
class OutlineEntry:
    """A bookmark: its title as written, the page it leads to (from 1) and its depth (from 1)."""

    title: str
    page: int
    depth: int


@dataclass
class Findings:
    """What was found. `checked` is False where the file was not looked through to its end."""

    outline: list[OutlineEntry] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    checked: bool = True
    layers: bool = False
    """The document has layers that can be switched off; also True where that could not be checked."""

    _named: set[Dropped] = field(default_factory=set, repr=False, compare=False)

    def note(self, element_type: str, page: int, reason: str) -> None:
        """Add an entry once per kind and page."""
        if Dropped(element_type, page, reason) not in self._named:
            self.add(element_type, page, reason)

    def add(self, element_type: str, page: int, reason: str, characters: int = 0) -> None:
        """Add an entry of that size, one for each."""
        entry = Dropped(element_type, page, reason, characters=characters)
        self.dropped.append(entry)
        self._named.add(entry)


def inspect(path: str) -> Findings:
    """Look through the file at `path`; never raises for anything that is in the file."""
    from frostbyte.parse import pdf_reader  # loads pypdf, which only a PDF has to wait for

    findings = Findings()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its messages quote the document
    try:
        with warnings.catch_warnings(), io.FileIO(path) as file:
            warnings.simplefilter("ignore")
            whole = file.seek(0, io.SEEK_END) <= IN_MEMORY_BYTES
            file.seek(0)
            data = file.readall() if whole else b""
            work = pdf_reader.Work(MOST_WORK)
            _inspect(pdf_reader.Reader(pdf_reader.Counted(io.BytesIO(data) if whole else file, work), data, work), findings)
    except (pdf_reader.GaveUp, Exception):  # pypdf raises whatever a broken file makes Python raise; see the module's docstring
        findings.checked = False
    if not findings.checked:
        findings.warnings.append(Warning("STRUCTURE_UNCHECKED"))
        findings.layers = True
    return findings


def _inspect(reader: Any, findings: Findings) -> None:
    if reader.is_encrypted:
        findings.warnings.append(Warning("ENCRYPTED_OWNER_ONLY"))
        if not reader.decrypt(""):
            findings.checked = False
            return
    catalog = _resolve(reader.trailer["/Root"])
    _properties(reader.trailer.get("/Info"), catalog.get("/Metadata"), findings)
    _catalog(catalog, findings)
    _pages(reader, findings)
    try:
        _outline(reader, findings)
    except Exception:  # a broken outline costs the headings' levels, not the check
        findings.warnings.append(Warning("OUTLINE_UNREADABLE"))


def _properties(info: Any, metadata: Any, findings: Findings) -> None:
    """The file's information dictionary, and the words of its XMP packet: between the tags and in attributes."""
    info, metadata = _resolve(info), _resolve(metadata)
    for number, (key, value) in enumerate(info.items() if isinstance(info, dict) else (), start=1):
        value = _resolve(value)
        if key not in _DATES and isinstance(value, str) and value.strip():
            place = str(key)[1:].lower() if key in _PROPERTIES else f"custom property {number}"
            findings.properties.append(Property(place, value if key in _PROPERTIES else f"{str(key)[1:]}: {value}"))
    if hasattr(metadata, "get_data") and (said := xmp.words(metadata.get_data())):
        findings.properties.append(Property("xmp", said))


def _catalog(catalog: Any, findings: Findings) -> None:
    findings.layers = "/OCProperties" in catalog
    if "/OpenAction" in catalog:
        action = _resolve(catalog["/OpenAction"])
        if isinstance(action, dict) and action.get("/S") not in ("/GoTo", None):
            findings.note("action", 1, "OPEN_ACTION")
            _action(action, 1, findings)
    if catalog.get("/AA"):
        findings.note("action", 1, "ADDITIONAL_ACTIONS")
        _actions_in(_resolve(catalog["/AA"]), 1, findings)
    names = _resolve(catalog.get("/Names"))
    if isinstance(names, dict):
        if "/JavaScript" in names:
            findings.note("action", 1, "JAVASCRIPT")
        for _ in range(min(_tree_size(names.get("/EmbeddedFiles")), MAX_EMBEDDED)):
            findings.add("attachment", 1, "EMBEDDED_FILE")
    if catalog.get("/AF"):
        findings.note("attachment", 1, "EMBEDDED_FILE")
    if "/Collection" in catalog:
        findings.note("attachment", 1, "PORTFOLIO")
    form = _resolve(catalog.get("/AcroForm"))
    if isinstance(form, dict) and "/XFA" in form:
        findings.note("form", 1, "XFA_FORM")


def _tree_size(node: Any, depth: int = 0) -> int:
    """Names in a name tree, at least 1 where the tree is there but cannot be counted."""
    node = _resolve(node)
    if not isinstance(node, dict) or depth > 16:
        return 0
    names = _resolve(node.get("/Names"))
    total = len(names) // 2 if isinstance(names, list) else 0
    kids = _resolve(node.get("/Kids"))
    for kid in (kids if isinstance(kids, list) else [])[:MAX_EMBEDDED]:
        total += _tree_size(kid, depth + 1)
        if total >= MAX_EMBEDDED:
            break
    return total


def _pages(reader: Any, findings: Findings) -> None:
    seen = 0
    for number, page in enumerate(reader.pages, start=1):
        if number > MAX_PAGES:
            findings.checked = False
            return
        if page.get("/AA"):
            findings.note("action", number, "ADDITIONAL_ACTIONS")
            _actions_in(_resolve(page["/AA"]), number, findings)
        annotations = _resolve(page.get("/Annots"))
        for reference in annotations if isinstance(annotations, list) else []:
            seen += 1
            if seen > MAX_ANNOTATIONS:
                findings.checked = False
                return
            annotation = _resolve(reference)
            if isinstance(annotation, dict):
                _annotation(annotation, number, findings)


def _annotation(annotation: Any, page: int, findings: Findings) -> None:
    subtype = annotation.get("/Subtype")
    if subtype in _ANNOTATIONS:
        findings.note(_ANNOTATIONS[subtype][0], page, _ANNOTATIONS[subtype][1])
    said = _words(annotation.get("/Contents"))
    unseen = _flags(annotation) & (_HIDDEN | _NO_VIEW)
    if subtype in _REMARKS and said:
        if subtype != "/Popup":  # it shows what its parent says
            findings.add("annotation", page, "COMMENT", said)
    elif subtype == "/FreeText" and said and (unseen or not _is_drawn(annotation)):
        findings.add("annotation", page, "HIDDEN_ANNOTATION" if unseen else "NO_APPEARANCE", said)
    elif subtype == "/Widget":
        parent = _resolve(annotation.get("/Parent"))
        value = annotation.get("/V") or (parent.get("/V") if isinstance(parent, dict) else None)
        if (held := _words(value)) and (unseen or not _is_drawn(annotation)):
            findings.add("form_field", page, "HIDDEN_FIELD" if unseen else "NO_APPEARANCE", held)
    if annotation.get("/A"):
        _action(_resolve(annotation["/A"]), page, findings)
    if annotation.get("/AA"):
        findings.note("action", page, "ADDITIONAL_ACTIONS")
        _actions_in(_resolve(annotation["/AA"]), page, findings)


def _is_drawn(annotation: Any) -> bool:
    """Whether the file says how the annotation looks; else a viewer makes that up from its text, and the page's text lacks it."""
    appearance = _resolve(annotation.get("/AP"))
    return isinstance(appearance, dict) and _resolve(appearance.get("/N")) is not None


def _words(value: Any) -> int:
    """Characters of a text of the file, 0 for what is none."""
    value = _resolve(value)
    return len(value.strip()) if isinstance(value, str) and not value.startswith("/") else 0


def _flags(annotation: Any) -> int:
    flags = _resolve(annotation.get("/F"))
    return int(flags) if isinstance(flags, int) else 0


def _actions_in(table: Any, page: int, findings: Findings) -> None:
    for action in table.values() if isinstance(table, dict) else ():
        _action(_resolve(action), page, findings)


def _action(action: Any, page: int, findings: Findings, depth: int = 0) -> None:
    if not isinstance(action, dict) or depth > 16:
        return
    reason = _ACTIONS.get(str(action.get("/S")))
    if reason == "LINK_TARGET":
        findings.add("link", page, reason, _words(action.get("/URI")))
    elif reason is not None:
        findings.note("action", page, reason)
    following = _resolve(action.get("/Next"))
    for entry in following if isinstance(following, list) else [following]:
        _action(_resolve(entry), page, findings, depth + 1)


def _outline(reader: Any, findings: Findings) -> None:
    def walk(entries: Any, depth: int) -> None:
        for entry in entries:
            if len(findings.outline) >= MAX_OUTLINE or depth > 32:
                return
            if isinstance(entry, list):
                walk(entry, depth + 1)
                continue
            page = reader.get_destination_page_number(entry)
            if page is not None and page >= 0 and entry.title:
                findings.outline.append(OutlineEntry(str(entry.title), page + 1, depth))

    walk(reader.outline, 1)


def _resolve(value: Any) -> Any:
    """What a reference leads to; of anything else, itself. pypdf's objects all know, and None is no object of its."""
    return value.get_object() if hasattr(value, "get_object") else value
