"""The properties of a file (author, title, keywords) without personal data: they are judged, and shown to no one as they were.

They are no part of a document's text, so what stood there need not be revealed again: it is taken out before the document is
stored, and the kinds of it are named for the gate.
"""

from __future__ import annotations

from collections.abc import Sequence

from frostbyte.contract.documents import CanonicalDocument
from frostbyte.policy import pii, redaction


def redact_properties(document: CanonicalDocument, types: Sequence[str], tagger: pii.Tagger | None) -> CanonicalDocument:
    """The document with personal data taken out of its properties: what has a pattern always, names where `types` holds them.

    Raises PolicyFailed for a type that cannot be looked for.
    """
    wanted = [kind for kind in pii.TYPES if kind in pii.PATTERNED or kind in types]
    properties = []
    for item in document.lineage.properties:
        found = pii.find(item.text, wanted, tagger)
        if found:
            kinds = sorted({finding.type for finding in found})
            item = item.model_copy(update={"text": redaction.apply(item.text, found), "pii_types": kinds})
        properties.append(item)
    return document.model_copy(update={"lineage": document.lineage.model_copy(update={"properties": properties})})
