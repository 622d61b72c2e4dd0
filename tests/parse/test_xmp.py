"""Words are taken out of an XMP packet, of whatever soundness."""

from __future__ import annotations

import pytest

from frostbyte.parse import xmp

PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description pdf:Keywords="in a tag" xmlns:pdf="http://a.example" n:o="12">'
    "<dc:title>A &amp; B</dc:title><dc:title>A &amp; B</dc:title> <dc:date>2026</dc:date></rdf:Description>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_words_between_tags_and_in_attributes_once_each(encoding: str) -> None:
    assert xmp.words(PACKET.encode(encoding)) == "in a tag\nA & B"


@pytest.mark.parametrize("packet", [b"", b"<>", b"\xff\xfe<", b"no tags", b'<a:b="'])
def test_a_packet_without_words_has_none(packet: bytes) -> None:
    assert xmp.words(packet) == ""
