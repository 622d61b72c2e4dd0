"""Office packages (DOCX, XLSX): a bounded zip archive of XML parts, read with the standard library alone.

Every number in an archive is a claim by whoever made it. Parts are refused over fixed sizes and ratios before they are inflated,
XML with a document type declaration is refused (the format has none, and entities, external or not, need one), and so are trees
too deep or too large. Nothing outside the archive is ever opened: a relationship that points outward is only reported.

Words: a *part* is an archive member; a *name* is an element or attribute name with the prefixes of `_NAMESPACES`, the same for
the two dialects (transitional and strict) of the format.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Final, Protocol, Self
from urllib.parse import unquote
from xml.etree import ElementTree

from frostbyte.errors import ParseFailed
from frostbyte.parse.elements import Property, Warning

MAX_PARTS: Final = 4096
MAX_PART_BYTES: Final = 75 << 20
MAX_STREAMED_BYTES: Final = 512 << 20
MAX_RATIO: Final = 100
RATIO_GRACE_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 200
MAX_NODES: Final = 5_000_000
_MAX_NAMES: Final = 10_000
_BLOCK: Final = 1 << 16
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"

_PROPERTIES: Final = frozenset(
    (
        *("title", "subject", "creator", "keywords", "description", "category", "contentstatus", "identifier", "language"),
        *("lastmodifiedby", "version", "company", "manager", "template", "hyperlinkbase", "application", "titlesofparts"),
    )
)
_SCHEMAS: Final = ("?:datastoreItem", "?:schemaRef")
"""Of custom data: nodes whose attributes only name its schemas (ECMA-376 part 1, 22.5)."""
_DATES: Final = frozenset({"created", "modified", "lastprinted"})
_TRANSITIONAL: Final = "http://schemas.openxmlformats.org/"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_NAMESPACES: Final = {
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    **{
        base + path: prefix
        for prefix, transitional, strict in (
            ("w", "wordprocessingml/2006/main", "wordprocessingml/main"),
            ("x", "spreadsheetml/2006/main", "spreadsheetml/main"),
            ("r", "officeDocument/2006/relationships", "officeDocument/relationships"),
            ("m", "officeDocument/2006/math", "officeDocument/math"),
            ("a", "drawingml/2006/main", "drawingml/main"),
            ("wp", "drawingml/2006/wordprocessingDrawing", "drawingml/wordprocessingDrawing"),
            ("xdr", "drawingml/2006/spreadsheetDrawing", "drawingml/spreadsheetDrawing"),
            ("pic", "drawingml/2006/picture", "drawingml/picture"),
            ("c", "drawingml/2006/chart", "drawingml/chart"),
            ("dgm", "drawingml/2006/diagram", "drawingml/diagram"),
        )
        for base, path in ((_TRANSITIONAL, transitional), (_STRICT, strict))
    },
}

Node = ElementTree.Element


class Handler(Protocol):
    """Takes a part's XML as it streams by."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


@dataclass(frozen=True)
class Relationship:
    """A part's pointer. `kind`: last word of its type (image, hyperlink, ...); `target`: a part name, or a URL if external."""

    kind: str
    target: str
    external: bool


class Package:
    """An open Office package. Raises ParseFailed FILE_CORRUPTED for whatever is wrong with the archive or its XML."""

    def __init__(self, path: str) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OverflowError) as error:
            with open(path, "rb") as stream:  # noqa: PTH123 - may be /proc/self/fd/N
                ole = stream.read(4) == _OLE_MAGIC
            raise _corrupted("ENCRYPTED_OR_LEGACY" if ole else "NOT_AN_ARCHIVE") from error
        try:
            self._parts = self._directory()
        except ParseFailed:
            self._archive.close()
            raise

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        members = self._archive.infolist()
        if len(members) > MAX_PARTS:
            raise _corrupted("TOO_MANY_PARTS")
        parts: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            # Part names ignore case (OPC 6.2.2.3). Two parts of one name would let a checker and a reader see different files.
            name = member.filename.replace("\\", "/").lstrip("/").lower()
            if name in parts:
                raise _corrupted("DUPLICATE_PART")
            parts[name] = member
        return parts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._archive.close()

    def names(self, folder: str = "") -> list[str]:
        """Part names (lower case) under a folder, sorted."""
        return sorted(name for name in self._parts if name.startswith(folder))

    def tree(self, part: str) -> Node | None:
        """The root of an XML part, or None where there is no such part."""
        if part.lower() not in self._parts:
            return None
        builder = _Tree()
        self._feed(part, ElementTree.XMLParser(target=builder), MAX_PART_BYTES)
        return builder.root

    def stream(self, part: str, handler: Handler) -> bool:
        """Pass an XML part through a handler without keeping it. False where there is no such part."""
        if part.lower() not in self._parts:
            return False
        self._feed(part, ElementTree.XMLParser(target=_Streamed(handler)), MAX_STREAMED_BYTES)
        return True

    def custom_data(self, warnings: dict[Warning, None]) -> tuple[tuple[Property, ...], int]:
        """The data of other programs in the package, which no page or sheet shows (`customXml`): the words of each part and
        of its attributes, and how many characters stand between the tags.

        A damaged part has none, and `warnings` gets PROPERTIES_UNREADABLE.
        """
        found: list[Property] = []
        size = 0
        for number, part in enumerate(self._custom_parts(), start=1):
            try:
                root = self.tree(part)
            except ParseFailed:
                warnings[Warning("PROPERTIES_UNREADABLE")] = None
                continue
            words: dict[str, None] = {}
            for node in root.iter() if root is not None else ():
                between = [text for raw in (node.text, node.tail) if (text := (raw or "").strip())]
                size += sum(map(len, between))
                words.update(dict.fromkeys((*between, *(node.attrib.values() if node.tag not in _SCHEMAS else ()))))
            if said := "\n".join(word for word in words if any(character.isalpha() for character in word)):
                found.append(Property(f"custom data {number}", said))
        return tuple(found), size

    def _custom_parts(self) -> list[str]:
        """Wherever they lie: named by a relationship, or in the folder that is theirs."""
        named = {
            relationship.target.lower()
            for part in ("", self.main_part())
            for relationship in self.relationships(part).values()
            if relationship.kind == "customXml" and not relationship.external
        }
        lying = {name for name in self.names("customxml/") if name.endswith(".xml")}
        return sorted(named | lying)

    def properties(self, warnings: dict[Warning, None]) -> tuple[Property, ...]:
        """What the package says of itself: core, extended and custom properties (OPC 10, ECMA-376 part 1, 22.2 and 22.3).

        Where one of these parts is damaged there are none, and `warnings` gets PROPERTIES_UNREADABLE.
        """
        try:
            return self._properties()
        except ParseFailed:
            warnings[Warning("PROPERTIES_UNREADABLE")] = None
            return ()

    def _properties(self) -> tuple[Property, ...]:
        found: list[Property] = []
        for relationship in self.relationships("").values():
            root = None
            if relationship.kind in ("core-properties", "extended-properties", "custom-properties") and not relationship.external:
                root = self.tree(relationship.target)
            for number, node in enumerate(root if root is not None else (), start=1):
                text = "\n".join(line for part in node.itertext() if (line := part.strip()))
                place = re.split("[:}]", node.tag)[-1].lower()
                if relationship.kind == "custom-properties":
                    place, text = f"custom property {number}", f"{node.get('name', '')}: {text}"
                if any(character.isalpha() for character in text) and place not in _DATES:
                    found.append(Property(place if place in _PROPERTIES or " " in place else "property", text))
        return tuple(found)

    def main_part(self) -> str:
        """The part name of the document or workbook."""
        for relationship in self.relationships("").values():
            if relationship.kind == "officeDocument" and not relationship.external:
                return relationship.target
        raise _corrupted("NO_MAIN_PART")

    def relationships(self, part: str) -> dict[str, Relationship]:
        """What a part points to, by relationship id; the package itself is the part `""`."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, Relationship] = {}
        for node in root.iter("rel:Relationship") if root is not None else ():
            target = node.get("Target", "")
            external = node.get("TargetMode", "").lower() == "external"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            found[node.get("Id", "")] = Relationship(node.get("Type", "").rpartition("/")[2], target, external)
        return found

    def _feed(self, part: str, parser: ElementTree.XMLParser, limit: int) -> None:
        member = self._parts[part.lower()]
        if member.flag_bits & 1:
            raise _corrupted("ENCRYPTED_PART")
        if member.file_size > limit:
            raise _corrupted("PART_TOO_LARGE")
        if member.file_size > max(RATIO_GRACE_BYTES, MAX_RATIO * member.compress_size):
            raise _corrupted("COMPRESSION_BOMB")
        try:
            # zipfile stops at the stated size and checks the CRC, so a size that lies is an error, not an inflation.
            with self._archive.open(member) as stream:
                _pump(stream, parser)
            parser.close()
        except ElementTree.ParseError as error:
            raise _corrupted("MALFORMED_XML") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, LookupError, OSError) as error:
            raise _corrupted("DAMAGED_PART") from error


def _pump(stream: IO[bytes], parser: ElementTree.XMLParser) -> None:
    while block := stream.read(_BLOCK):
        parser.feed(block)


def first(node: Node | None, *path: str) -> Node | None:
    """The first child of that name, of it the first child of the next name, and so on; None where one is missing."""
    for name in path:
        node = next((child for child in node if child.tag == name), None) if node is not None else None
    return node


def chosen(node: Node) -> Iterator[Node]:
    """The children of an `mc:AlternateContent` that count: those of its first choice, else of its fallback, never of both."""
    choice = first(node, "mc:Choice")
    picked = choice if choice is not None else first(node, "mc:Fallback")
    return iter(picked if picked is not None else ())


def is_on(node: Node | None, attribute: str = "w:val") -> bool:
    """An on/off property: present and not switched off."""
    return node is not None and node.get(attribute, "1").lower() not in ("0", "false", "off", "none")


class _Names(dict[str, str]):
    """`{namespace}local` to `prefix:local`; one entry for each name met, within bounds."""

    def __missing__(self, raw: str) -> str:
        namespace, closed, local = raw.rpartition("}")
        name = f"{_NAMESPACES.get(namespace[1:], '?')}:{local}" if closed else raw
        if len(self) < _MAX_NAMES:
            self[raw] = name
        return name


class _Guard:
    """What both targets refuse: a document type declaration and too deep a tree."""

    def __init__(self) -> None:
        self._names = _Names()
        self._depth = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Called by the XML parser before any entity could be used."""
        raise _corrupted("DOCUMENT_TYPE_DECLARATION")

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _corrupted("XML_TOO_DEEP")


class _Tree(_Guard):
    def __init__(self) -> None:
        super().__init__()
        self._nodes = 0
        self._builder = ElementTree.TreeBuilder()
        self.data = self._builder.data
        self.root: Node | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._enter()
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _corrupted("XML_TOO_LARGE")
        names = self._names
        self._builder.start(names[tag], {names[key]: value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._builder.end(self._names[tag])

    def close(self) -> None:
        self.root = self._builder.close()


class _Streamed(_Guard):
    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler
        self.data = handler.data

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._enter()
        self._handler.start(self._names[tag], attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(self._names[tag])

    def close(self) -> None:
        return None


def _corrupted(detail: str) -> ParseFailed:
    return ParseFailed("the file is not a sound Office package", reason="FILE_CORRUPTED", detail=detail)
