"""Whether the malware scan works here: really tried, with the test file for scanners."""

from __future__ import annotations

from pathlib import Path

from frostbyte.appliance import malware_rules
from frostbyte.errors import FrostbyteError
from frostbyte.host.found import Found, fail, ok, warn
from frostbyte.intake.scan import clamd
from frostbyte.intake.scan.scanner import Scanner


def check(home: Path, switched_on: bool, socket_path: Path | None) -> Found:
    """The rules' version and where they come from, and clamd's version where it is asked."""
    if not switched_on:
        return warn("switched off: files are taken in unscanned", "remove malware_scan from settings.toml")
    try:
        rules = malware_rules(home)
        with Scanner(rules, socket_path) as scanner:
            scanner.check()
            text = f"{rules.origin} rules, version {rules.version}, {scanner.rule_count} of them"
            if not scanner.confined:
                text += ", its process not fenced in by the kernel"
        if socket_path is not None:
            text += f"; {clamd.version(socket_path)}"
    except FrostbyteError as error:
        return fail(
            f"does not work: {error.message}", error.hint or "verify the program's own files (`frostbyte verify-install`)"
        )
    return ok(text)
