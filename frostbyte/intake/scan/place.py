"""Where in a file a finding stands, in words of ours alone: a part's name may be anybody's text, and a verdict quotes none.

A *place* is "" for the file itself, else steps from outside in, joined by " > ": `word/embeddings/oleobject1.bin > stream 3`. The
names that Office programs give are said; any other part is `part 17`, the seventeenth of its archive.
"""

from __future__ import annotations

import re
from typing import Final

MOST_STEPS: Final = 8
_FOLDERS = (
    "word|xl|ppt|docprops|customxml|_rels|embeddings|media|activex|theme|charts|drawings|worksheets|macrosheets|dialogsheets"
    "|chartsheets|externallinks|ctrlprops|printersettings|diagrams|fonts|glossary|slides|slidelayouts|slidemasters|querytables"
    "|pivottables|pivotcache|tables"
)
_STEMS = (
    "oleobject|package|image|activex|vbaproject|vbadata|document|settings|websettings|styles|numbering|fonttable|header|footer"
    "|footnotes|endnotes|comments|afchunk|item|itemprops|workbook|sheet|sharedstrings|externallink|connections|calcchain|chart"
    "|drawing|vmldrawing|ctrlprop|printersettings|theme|core|app|custom|thumbnail|presentation|slide|slidelayout|slidemaster"
    "|microsoft_(?:office_)?(?:excel|word|powerpoint)_(?:97-2003_)?(?:worksheet|document|presentation|slide|macro-enabled_worksheet)"
)
_TYPES = "xml|rels|bin|vml|emf|wmf|emz|wmz|png|jpe?g|gif|tiff?|docx?|docm|xls[xmb]?|ppt[xm]?|pdf|rtf|htm|html|mht|txt|odttf"
_KNOWN: Final = re.compile(
    rf"\[content_types\]\.xml|(?:(?:{_FOLDERS})/){{0,5}}(?:(?:{_STEMS})?\d{{0,5}})?(?:\.xml)?\.(?:{_TYPES})"
)
_STEP: Final = re.compile(r"(?:part|stream|PDF stream|PDF action|PDF script) \d{1,9}|PDF objects")


def part(name: str, number: int) -> str:
    """The step to a part of an archive: its name in lower case, its number from 1."""
    return name if _KNOWN.fullmatch(name) else f"part {number}"


def within(place: str, step: str) -> str:
    """The place one step further in."""
    return f"{place} > {step}" if place else step


def is_place(text: object) -> bool:
    """Whether a text is one that this file gives: what a child process says is not believed else."""
    if not isinstance(text, str):
        return False
    steps = text.split(" > ") if text else []
    return len(steps) <= MOST_STEPS and all(_STEP.fullmatch(step) or _KNOWN.fullmatch(step) for step in steps)
