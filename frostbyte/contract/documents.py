"""The canonical document (schema canonical_document): what the parser makes of a file, format left behind.

Offsets are code points in the document's normalised text, which is the concatenation of its chunk texts, so that
`chunk.text == normalised[start_char:end_char]` (ruling B4). The schema closes every object but `lineage`; what the appliance
adds (where each passage stands in the source, what each page held, warnings) therefore lives inside `lineage`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from frostbyte.contract.fields import (
    ChunkRef,
    Count,
    Doc,
    ElementType,
    File,
    Model,
    OpenModel,
    Page,
    PiiType,
    Sha256,
    Share,
    Tenant,
    Text,
    Timestamp,
    absent,
)


class Section(Model):
    """A heading and the text below it, up to the next heading of the same or a higher level."""

    section_id: Text
    title: str
    level: Annotated[int, Field(ge=1)]
    page: Page
    start_char: Count
    end_char: Count


class Table(Model):
    """A table, never cut here however long (ruling E1); `cells` has `rows` rows, `columns` is the longest of them."""

    table_id: Text
    page: Page
    rows: Count
    columns: Count
    cells: list[list[str]]
    start_char: Count
    end_char: Count


class Figure(Model):
    """A picture; its span is its caption's, or empty at its place in reading order."""

    figure_id: Text
    page: Page
    caption: str | None
    start_char: Count
    end_char: Count


class ChunkMetadata(Model):
    """The heading a chunk stands under (ruling E4: real text), and the level where the chunk is a heading itself."""

    section_title: str | None
    heading_level: Annotated[int, Field(ge=1)] | None


class Chunk(Model):
    """A passage. `page` is that of its first element (ruling B9)."""

    chunk_id: ChunkRef
    text: str
    page: Page
    start_char: Count
    end_char: Count
    element_type: ElementType
    metadata: ChunkMetadata


class SourceSpan(Model):
    """Where a stretch of normalised text stands in the source.

    `start_char`/`end_char`: normalised text. `page_start`/`page_end`: that page's text, code points.
    `bbox`: x0, y0, x1, y1 in PDF points or image pixels, origin top left. `kind`: what the element is, where no section, table or
    paragraph says it: a list_item, figure_caption, header or footer.
    """

    start_char: Count
    end_char: Count
    page: Page
    page_start: Count
    page_end: Count
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    element_id: Text
    kind: Text | None = absent()


class OcrWord(Model):
    """A word that OCR read: where it stands in its page's text and on the page, and the chance that it is right."""

    page_start: Count
    page_end: Count
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    confidence: Share


class PageInfo(Model):
    """What a page held: length and hash of its text (UTF-8), size in points or pixels, confidence and words if OCR read it."""

    page: Page
    characters: Count
    text_sha256: Sha256
    width: float | None = None
    height: float | None = None
    ocr_confidence: Share | None = None
    ocr_words: list[OcrWord] = Field(default_factory=list)


class ParseWarning(Model):
    """A fixed word and perhaps a page, which kind, and how much text it is about; never document text."""

    code: Text
    page: Page | None = None
    kind: Text | None = absent()
    characters: Count | None = absent()


class HiddenSpan(Model):
    """A stretch of normalised text that the source does not show to its reader, and how it is hidden (a fixed word)."""

    start_char: Count
    end_char: Count
    page: Page
    kind: Text


class FileProperty(Model):
    """What the file says of itself beside its pages, and where (`title`, `custom property 2`). Of a stored document `text` is
    without personal data, of which `pii_types` names the kinds.
    """

    page: Page
    place: Text
    text: Text
    pii_types: list[PiiType] | None = absent()


class LeftOut(Model):
    """More about the entry of `stats.dropped_content` at `index`: where on the page it stands, and how many characters it has."""

    index: Count
    place: Text | None = absent()
    characters: Count | None = absent()


class Lineage(OpenModel):
    """How the document was made, and the appliance's own extra fields (module docstring)."""

    raw_sha256: Sha256
    stage1_parser_version: Text
    stage2_parser_version: Text
    parse_timestamp: Timestamp
    source_map: list[SourceSpan] = Field(default_factory=list)
    pages: list[PageInfo] = Field(default_factory=list)
    warnings: list[ParseWarning] = Field(default_factory=list)
    hidden: list[HiddenSpan] = Field(default_factory=list)
    properties: list[FileProperty] = Field(default_factory=list)
    left_out: list[LeftOut] = Field(default_factory=list)


class DroppedContent(Model):
    """Content seen and not taken; `reason` is a fixed word."""

    element_type: Text
    page: Page
    reason: Text


class Stats(Model):
    """Counts that agree with the arrays (x-rules); `total_characters` is the length of the normalised text."""

    page_count: Count
    section_count: Count
    table_count: Count
    figure_count: Count
    chunk_count: Count
    total_characters: Count
    ocr_pages: Count
    ocr_avg_confidence: Share | None
    dropped_content: list[DroppedContent] = Field(default_factory=list)


class CanonicalDocument(Model):
    """A parsed document. `source_map`, `pages`, `warnings`, `hidden` and `dropped` read the extra fields of its lineage."""

    doc_id: Doc
    file_id: File
    tenant_id: Tenant
    sections: list[Section] = Field(default_factory=list)
    tables: list[Table] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    reading_order: list[Text] = Field(default_factory=list)
    chunks: list[Chunk]
    lineage: Lineage
    stats: Stats

    @property
    def source_map(self) -> list[SourceSpan]:
        return self.lineage.source_map

    @property
    def pages(self) -> list[PageInfo]:
        return self.lineage.pages

    @property
    def warnings(self) -> list[ParseWarning]:
        return self.lineage.warnings

    @property
    def hidden(self) -> list[HiddenSpan]:
        return self.lineage.hidden

    @property
    def dropped(self) -> list[dict[str, Any]]:
        """What was left out, each entry of the contract with its place and size where these are known."""
        entries = [item.to_json() for item in self.stats.dropped_content]
        for more in self.lineage.left_out:
            if more.index < len(entries):
                entries[more.index] |= {key: value for key, value in more.to_json().items() if key != "index"}
        return entries

    @property
    def normalised(self) -> str:
        """The normalised text: every chunk's text, end to end."""
        return "".join(chunk.text for chunk in self.chunks)
