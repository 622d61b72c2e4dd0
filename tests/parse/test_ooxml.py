"""Office packages are read within bounds: at each limit and one past it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from frostbyte.errors import ParseFailed
from frostbyte.parse import docx as parse_docx
from frostbyte.parse import ooxml
from frostbyte.parse import xlsx as parse_xlsx
from frostbyte.parse.elements import Warning
from frostbyte.parse.ooxml import Package, chosen, first, is_on

from .office_files import NAMESPACES, W, docx, links, p, package, r, rows, xlsx


def refused(path: str | Path, part: str | None = None) -> str | None:
    """The detail a package, or one of its parts, is refused with."""
    with pytest.raises(ParseFailed) as failure:
        _open(str(path), part)
    assert failure.value.reason == "FILE_CORRUPTED"
    return failure.value.detail


def _open(path: str, part: str | None) -> None:
    with Package(path) as opened:
        if part is not None:
            opened.tree(part)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"PK\x03\x04 and no more")
    assert refused(other) == "NOT_AN_ARCHIVE"
    other.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refused(other) == "ENCRYPTED_OR_LEGACY"


def test_the_number_of_parts_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ooxml, "MAX_PARTS", 3)
    with Package(package(tmp_path / "3.zip", {f"p{i}": "x" for i in range(3)})) as opened:
        assert opened.names() == ["p0", "p1", "p2"]
    assert refused(package(tmp_path / "4.zip", {f"p{i}": "x" for i in range(4)})) == "TOO_MANY_PARTS"


def test_two_parts_of_one_name_are_refused_also_where_only_case_differs(tmp_path: Path) -> None:
    assert refused(package(tmp_path / "made.zip", {"word/a.xml": "<a/>", "Word/A.xml": "<b/>"})) == "DUPLICATE_PART"


def test_the_size_of_a_part_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ooxml, "MAX_PART_BYTES", 100)
    path = package(tmp_path / "made.zip", {"fits": "<a>" + "x" * 93 + "</a>", "over": "<a>" + "x" * 94 + "</a>"})
    with Package(path) as opened:
        root = opened.tree("fits")
        assert root is not None
        assert len(root.text or "") == 93
    assert refused(path, "over") == "PART_TOO_LARGE"


def test_a_part_that_inflates_beyond_its_ratio_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    bomb = "<a>" + " " * (8 << 20) + "</a>"
    assert refused(package(tmp_path / "bomb.zip", {"bomb": bomb}), "bomb") == "COMPRESSION_BOMB"
    small = "<a>" + " " * (ooxml.RATIO_GRACE_BYTES - 7) + "</a>"
    with Package(package(tmp_path / "small.zip", {"small": small})) as opened:
        assert opened.tree("small") is not None


def test_a_size_that_lies_is_an_error_not_an_inflation(tmp_path: Path) -> None:
    path = tmp_path / "made.zip"
    package(path, {"part": "<a>" + "x" * 5000 + "</a>"})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("part")
    raw = path.read_bytes()
    path.write_bytes(raw.replace(info.file_size.to_bytes(4, "little"), (50).to_bytes(4, "little")))
    assert refused(path, "part") in ("DAMAGED_PART", "MALFORMED_XML")


def test_a_damaged_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("part", "<a>letters</a>")
    path.write_bytes(path.read_bytes().replace(b"letters", b"LETTERS"))
    assert refused(path, "part") == "DAMAGED_PART"
    assert refused(package(tmp_path / "xml.zip", {"part": "<a><b></a>"}), "part") == "MALFORMED_XML"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
        "<!DOCTYPE a>",
    ],
)
def test_a_document_type_is_refused_and_with_it_every_entity(tmp_path: Path, declaration: str) -> None:
    path = package(tmp_path / "made.zip", {"part": f"<?xml version='1.0'?>{declaration}<a>&x;</a>"})
    assert refused(path, "part") == "DOCUMENT_TYPE_DECLARATION"
    with pytest.raises(ParseFailed) as failure, Package(path) as opened:
        opened.stream("part", _Collector())
    assert failure.value.detail == "DOCUMENT_TYPE_DECLARATION"


def test_the_depth_and_number_of_elements_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = ooxml.MAX_DEPTH
    path = package(
        tmp_path / "made.zip",
        {
            "fits": "<a>" * deep + "</a>" * deep,
            "over": "<a>" * (deep + 1) + "</a>" * (deep + 1),
            "wide": "<a>" + "<b/>" * 9 + "</a>",
        },
    )
    with Package(path) as opened:
        assert opened.tree("fits") is not None
        assert refused(path, "over") == "XML_TOO_DEEP"
        monkeypatch.setattr(ooxml, "MAX_NODES", 10)
        assert opened.tree("wide") is not None
    monkeypatch.setattr(ooxml, "MAX_NODES", 9)
    assert refused(path, "wide") == "XML_TOO_LARGE"


def test_both_dialects_have_the_same_names(tmp_path: Path) -> None:
    path = package(
        tmp_path / "made.zip",
        {
            "transitional": f'<w:p xmlns:w="{W}" w:x="1"/>',
            "strict": '<w:p xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main" w:x="1"/>',
            "other": '<p xmlns="urn:other" x="1"/>',
        },
    )
    with Package(path) as opened:
        found = [opened.tree(name) for name in ("transitional", "strict", "other")]
    assert [(node.tag, dict(node.attrib)) for node in found if node is not None] == [
        ("w:p", {"w:x": "1"}),
        ("w:p", {"w:x": "1"}),
        ("?:p", {"x": "1"}),
    ]


def test_relationships_lead_to_parts_whatever_way_they_are_written(tmp_path: Path) -> None:
    written = {
        "a": ("image", "media/a%20b.png"),
        "b": ("styles", "/word/styles.xml"),
        "c": ("theme", "../theme.xml"),
        "d": ("hyperlink", "https://example.org/", "External"),
        "e": ("image", "../../../etc/passwd"),
    }
    path = package(tmp_path / "made.zip", {"word/_rels/document.xml.rels": links(written)})
    with Package(path) as opened:
        found = opened.relationships("word/document.xml")
        assert opened.relationships("word/none.xml") == {}
    assert [(key, r.kind, r.target, r.external) for key, r in found.items()] == [
        ("a", "image", "word/media/a b.png", False),
        ("b", "styles", "word/styles.xml", False),
        ("c", "theme", "theme.xml", False),
        ("d", "hyperlink", "https://example.org/", True),
        ("e", "image", "etc/passwd", False),
    ]


def test_a_package_without_a_main_part_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path / "made.zip", {"_rels/.rels": links({"r": ("thumbnail", "x.png")})})
    with Package(path) as opened, pytest.raises(ParseFailed) as failure:
        opened.main_part()
    assert failure.value.detail == "NO_MAIN_PART"


def test_parts_stream_past_without_being_kept(tmp_path: Path) -> None:
    collector = _Collector()
    with Package(package(tmp_path / "made.zip", {"part": f'<x:a {NAMESPACES} b="1">t<x:c/></x:a>'})) as opened:
        assert opened.stream("part", collector)
        assert not opened.stream("none", collector)
    assert collector.seen == ["<x:a", "t", "<x:c", "x:c>", "x:a>"]


def test_helpers_of_the_tree(tmp_path: Path) -> None:
    xml = (
        f"<w:a {NAMESPACES}><w:b><w:c w:val='0'/></w:b><w:b><w:d/></w:b>"
        "<mc:AlternateContent><mc:Choice><w:x/></mc:Choice><mc:Fallback><w:y/></mc:Fallback></mc:AlternateContent>"
        "<mc:AlternateContent><mc:Fallback><w:y/></mc:Fallback></mc:AlternateContent></w:a>"
    )
    with Package(package(tmp_path / "made.zip", {"part": xml})) as opened:
        root = opened.tree("part")
    assert root is not None
    assert first(root, "w:b", "w:d") is None
    assert not is_on(first(root, "w:b", "w:c"))
    assert is_on(first(root, "w:b"))
    assert not is_on(None)
    assert [[child.tag for child in chosen(node)] for node in root if node.tag == "mc:AlternateContent"] == [["w:x"], ["w:y"]]


class _Collector:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.seen.append("<" + name)

    def end(self, name: str) -> None:
        self.seen.append(name + ">")

    def data(self, text: str) -> None:
        self.seen.append(text)


CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_what_a_package_says_of_itself_is_listed_and_no_text(tmp_path: Path, kind: str) -> None:
    path = docx(tmp_path, p(r("Shown."))) if kind == "docx" else xlsx(tmp_path, rows([["Shown."]]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
    own = {"core": ("core-properties", "docProps/core.xml"), "custom": ("custom-properties", "docProps/custom.xml")}
    parts["_rels/.rels"] = links({"rId1": ("officeDocument", main), **own}).encode()
    parts["docProps/core.xml"] = (
        f'<c:coreProperties xmlns:c="{CORE}" xmlns:d="http://purl.org/dc/elements/1.1/"><d:title>A title</d:title>'
        "<d:creator> </d:creator><c:revision>7</c:revision><c:keywords>one, two</c:keywords><c:other>more</c:other>"
        "<c:created>2026-01-02T03:04:05Z</c:created></c:coreProperties>"
    ).encode()
    parts["docProps/custom.xml"] = (
        b'<Properties xmlns="urn:p" xmlns:v="urn:v"><property name="Client"><v:lpwstr>Acme</v:lpwstr></property></Properties>'
    )
    read = parse_docx.read if kind == "docx" else parse_xlsx.read
    found = read(package(Path(path), parts))
    assert [(item.place, item.text) for item in found.properties] == [
        ("title", "A title"),
        ("keywords", "one, two"),
        ("property", "more"),
        ("custom property 1", "Client: Acme"),
    ]
    assert "title" not in found.pages[0].text
    parts["docProps/core.xml"] = b"<not XML"
    broken = read(package(Path(path), parts))
    assert Warning("PROPERTIES_UNREADABLE") in broken.warnings
    assert (broken.elements, broken.properties) == (found.elements, ())


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_data_of_other_programs_is_listed_wherever_it_lies(tmp_path: Path, kind: str) -> None:
    path = docx(tmp_path, p(r("Shown."))) if kind == "docx" else xlsx(tmp_path, rows([["Shown."]]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
    parts["_rels/.rels"] = links({"rId1": ("officeDocument", main), "rId2": ("customXml", "Elsewhere/a.dat")}).encode()
    parts["Elsewhere/a.dat"] = b"<data>far away</data>"
    parts["customXml/item1.xml"] = b'<a who="Ann"><b n="12">say nothing</b> at all<b>say nothing</b><c> 7 </c></a>'
    parts["customXml/itemProps1.xml"] = (
        b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{4A}">'
        b'<ds:schemaRefs><ds:schemaRef ds:uri="urn:x"/></ds:schemaRefs></ds:datastoreItem>'
    )
    parts["customXml/_rels/item1.xml.rels"] = links({"rId1": ("customXmlProps", "itemProps1.xml")}).encode()
    read = parse_docx.read if kind == "docx" else parse_xlsx.read
    found = read(package(Path(path), parts))
    assert [(item.place, item.text) for item in found.properties] == [
        ("custom data 1", "Ann\nsay nothing\nat all"),
        ("custom data 3", "far away"),
    ]
    assert [(item.reason, item.characters) for item in found.dropped] == [("CUSTOM_XML", 11 + 6 + 11 + 1 + 8)]
    parts["customXml/item1.xml"] = b"<not XML"
    broken = read(package(Path(path), parts))
    assert [item.text for item in broken.properties] == ["far away"]
    assert Warning("PROPERTIES_UNREADABLE") in broken.warnings
    assert broken.elements == found.elements
