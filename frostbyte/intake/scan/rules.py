"""The malware rules: one text file with a version, shipped with the program under a pinned digest, or the operator's own.

The operator's rules lie in the home and are signed with the appliance's key; `appliance.malware_rules` verifies them. Nothing
here compiles a rule: that is the child's work.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frostbyte.errors import Damaged, ScanFailed

SHIPPED: Final = Path(__file__).with_name("rules.yar")
SHIPPED_SHA256: Final = "f445136edc7eefe02bb93864863ddc8c57bc3abe77f75daa837195268eaebd1b"
MOST_BYTES: Final = 4 * 1024 * 1024
_HEADER = re.compile(r"// frostbyte malware rules, version (\d{1,9})$", re.MULTILINE)


@dataclass(frozen=True)
class RuleSet:
    """Rules as text, the version their first line states, the digest of their bytes, and where they come from."""

    source: str
    version: int
    sha256: str
    origin: str

    @property
    def label(self) -> str:
        """For receipts, events and messages: version and the beginning of the digest."""
        return f"rules {self.version} ({self.sha256[:12]})"


def parse(data: bytes, origin: str) -> RuleSet:
    """The rule set in a file's bytes. Raises Damaged where it states no version or is no text."""
    if len(data) > MOST_BYTES:
        raise Damaged(f"malware rules of {len(data)} bytes; at most {MOST_BYTES} are taken")
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Damaged("the malware rules are not UTF-8 text") from error
    header = _HEADER.match(source)
    if header is None:
        raise Damaged("the malware rules state no version", hint="their first line is `// frostbyte malware rules, version N`")
    return RuleSet(source, int(header[1]), hashlib.sha256(data).hexdigest(), origin)


def shipped() -> RuleSet:
    """The program's own rules. Raises ScanFailed where they are missing or not those it was released with."""
    try:
        data = SHIPPED.read_bytes()
    except OSError as error:
        raise ScanFailed("the program's malware rules cannot be read") from error
    if hashlib.sha256(data).hexdigest() != SHIPPED_SHA256:
        raise ScanFailed("the program's malware rules are not those it was released with")
    return parse(data, "shipped")
