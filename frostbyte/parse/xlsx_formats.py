"""What a number format puts around a number: a currency, a unit, the leading zeros and hyphens of an identifier.

The number itself stays whole: digits are not grouped or rounded away, since a reader searches for the value. Colours, fill and
padding go; a format under a condition (`[>=1000]`) is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[([^\]]*)\]|(General|Standard|@)|(.)', re.IGNORECASE | re.DOTALL
)
_PLACEHOLDERS = frozenset("0#?.,/")
_SIGNS = "-+() \xa0"
_SCIENTIFIC = re.compile(r"(?<=[0#?])e(?=[+-][0#?])", re.IGNORECASE)
_MAX_SECTIONS = 3


@dataclass(frozen=True)
class Mask:
    """One section of a format. `slots`: the digits of an identifier with what stands between them, empty for plain numbers."""

    before: str = ""
    after: str = ""
    has_number: bool = True
    scale: int = 0
    slots: tuple[str, ...] = ()

    def show(self, shown: str) -> str:
        """A plain number, not negative, as this section shows it."""
        if not self.has_number:
            return self.before
        if self.slots and shown.isdecimal():
            return f"{self.before}{self._filled(shown)}{self.after}"
        return f"{self.before}{shown}{self.after}"

    def _filled(self, digits: str) -> str:
        out: list[str] = []
        left = list(digits)
        for slot in reversed(self.slots):
            if slot == "0" or slot == "#":
                out.append(left.pop() if left else "0" if slot == "0" else "")
            else:
                out.append(slot)
        return "".join(left) + "".join(reversed(out))


def masks(code: str) -> tuple[Mask, ...]:
    """The sections of a format code for positive, negative and zero; none where they add nothing to the number."""
    found: list[Mask] = []
    for section in _sections(code)[:_MAX_SECTIONS]:
        mask = _mask(section)
        if mask is None:
            return ()
        found.append(mask)
    return tuple(found) if any(mask != Mask() for mask in found) else ()


def _sections(code: str) -> list[str]:
    sections = [""]
    for token in _TOKEN.finditer(code):
        if token[6] == ";":
            sections.append("")
        else:
            sections[-1] += token[0]
    return sections


def _mask(section: str) -> Mask | None:
    """None for a section under a condition."""
    parts: list[tuple[bool, str]] = []
    for token in _TOKEN.finditer(_SCIENTIFIC.sub("", section)):
        quoted, escaped, currency, bracket, general, plain = token.groups()
        if bracket is not None and bracket[:1] in ("<", ">", "="):
            return None
        literal = quoted or escaped or currency
        if literal:
            parts.append((False, literal))
        elif general:
            parts.append((True, "."))
        elif plain:
            parts.append((plain in _PLACEHOLDERS, plain))
    numbers = [position for position, (is_number, _) in enumerate(parts) if is_number]
    if not numbers:
        text = "".join(literal for _, literal in parts).strip()
        # A section of nothing hides the number: it is not for the format to take a value away.
        return Mask(text, has_number=False) if any(map(str.isalnum, text)) else Mask()
    first, last = numbers[0], numbers[-1]
    scale = 0
    while parts[last - scale] == (True, ",") and last - scale > first:
        scale += 1
    core = parts[first : last + 1 - scale]
    kinds = {literal for is_number, literal in core if is_number}
    zeros = sum(part == (True, "0") for part in core)
    parted = any(not is_number for is_number, _ in core)
    slots = tuple(literal for _, literal in core) if kinds <= {"0", "#"} and (parted or zeros > 1) else ()
    return Mask(_around(parts[:first], left=True), _around(parts[last + 1 :], left=False), True, scale, slots)


def _around(parts: list[tuple[bool, str]], *, left: bool) -> str:
    text = "".join(literal for _, literal in parts)
    kept = text.strip(_SIGNS)
    if not kept:
        return ""
    blank = text[-1:].isspace() if left else text[:1].isspace()
    return f"{kept} " * left + f" {kept}" * (not left) if blank else kept
