"""The door to YARA-X, the rule engine. Used in the scan's child process alone, but for a look at whether rules compile.

A rule is matched against a *piece* of a file (`pieces`), and may ask for four values besides its bytes: `kind`, `name`, `depth`
and `top`. Included files and the engine's modules are not offered: a rule set is one file.
"""

from __future__ import annotations

from typing import Any, Final

from frostbyte.errors import ScanFailed

GLOBALS: Final[dict[str, str | int]] = {"kind": "", "name": "", "depth": 0, "top": ""}


class Engine:
    """Compiled rules. Raises ScanFailed where they do not compile, or the engine cannot be loaded."""

    def __init__(self, source: str, timeout_s: int) -> None:
        try:
            import yara_x
        except ImportError as error:
            raise ScanFailed("the rule engine of the malware scan (yara-x) cannot be loaded") from error
        compiler = yara_x.Compiler(includes_enabled=False)
        try:
            for name, value in GLOBALS.items():
                compiler.define_global(name, value)
            compiler.add_source(source)
            rules = compiler.build()
        except (yara_x.CompileError, ValueError) as error:
            raise ScanFailed(f"the malware rules do not compile: {str(error).splitlines()[0][:200]}") from error
        finally:
            del compiler  # the error keeps this frame, and the compiler may not be freed by another thread
        self.names: Final = tuple(rule.identifier for rule in rules)
        self._failures = (yara_x.ScanError, yara_x.TimeoutError)
        self._scanner: Any = yara_x.Scanner(rules)
        self._scanner.set_timeout(timeout_s)
        self._told = dict(GLOBALS)

    def match(self, data: bytes, **about: str | int) -> tuple[str, ...]:
        """The rules that hold for a piece of a file. Raises ScanFailed about the file where they cannot be asked."""
        self._tell(about)
        try:
            return _names(self._scanner.scan(data))
        except self._failures as error:
            raise ScanFailed("the rule engine gave up on the file", about_file=True) from error

    def match_file(self, path: str, **about: str | int) -> tuple[str, ...]:
        """As `match`, for a whole file, which is not read into memory."""
        self._tell(about)
        try:
            return _names(self._scanner.scan_file(path))
        except (*self._failures, OSError) as error:
            raise ScanFailed("the rule engine gave up on the file", about_file=True) from error

    def _tell(self, about: dict[str, str | int]) -> None:
        for name, value in about.items():
            if self._told[name] != value:  # each costs more than scanning a small piece
                self._scanner.set_global(name, value)
                self._told[name] = value


def _names(results: Any) -> tuple[str, ...]:
    return tuple(rule.identifier for rule in results.matching_rules)
