from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from frostbyte.contract.documents import CanonicalDocument, SourceSpan


def test_normalised_text_is_the_chunks_end_to_end(sample: Any) -> None:
    document = CanonicalDocument.from_json(sample("canonical_document"))
    assert all(document.normalised[chunk.start_char : chunk.end_char] == chunk.text for chunk in document.chunks)
    assert len(document.normalised) == document.stats.total_characters


def test_what_the_appliance_adds_lives_in_the_lineage(sample: Any) -> None:
    document = CanonicalDocument.from_json(sample("canonical_document"))
    assert document.source_map == document.lineage.source_map != []
    assert document.pages == document.lineage.pages != []
    assert document.warnings == document.lineage.warnings != []
    assert not {"source_map", "pages", "warnings"} & set(document.to_json())


@pytest.mark.parametrize("place", ["top", "chunk", "stats"])
def test_the_rest_is_closed(place: str, sample: Any) -> None:
    document = sample("canonical_document")
    {"top": document, "chunk": document["chunks"][0], "stats": document["stats"]}[place]["more"] = 1
    with pytest.raises(ValidationError):
        CanonicalDocument.from_json(document)


def test_lineage_carries_what_it_does_not_know(sample: Any) -> None:
    document = sample("canonical_document")
    document["lineage"]["reader"] = "other 1"
    assert CanonicalDocument.from_json(document).to_json()["lineage"]["reader"] == "other 1"


@pytest.mark.parametrize("bbox", [[], [1.0, 2.0, 3.0], [1.0] * 5, ["1", 2.0, 3.0, 4.0]])
def test_a_box_has_four_sides(bbox: list[Any]) -> None:
    span = {"start_char": 0, "end_char": 1, "page": 1, "page_start": 0, "page_end": 1, "element_id": "el_0"}
    assert SourceSpan.from_json({**span, "bbox": [1, 2, 3, 4]}).bbox == [1, 2, 3, 4]
    assert SourceSpan.from_json(span).bbox is None
    with pytest.raises(ValidationError):
        SourceSpan.from_json({**span, "bbox": bbox})
