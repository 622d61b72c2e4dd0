"""How the pipeline tells somebody where it is, and how it waits: the two seams a test or a terminal replaces."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Progress(Protocol):
    """Told of every step; must not raise."""

    def start(self, total: int) -> None:
        """A batch of `total` files begins (or goes on)."""

    def stage(self, file_id: str, filename: str, stage: str) -> None:
        """A file enters a stage."""

    def within(self, done: int, total: int) -> None:
        """The stage entered last has done so many of the file's passages; told of long files only."""

    def finished(self, file_id: str, filename: str, outcome: str) -> None:
        """A file reached its outcome."""

    def waiting(self, seconds: float, files: int) -> None:
        """The batch waits `seconds` before `files` are tried again."""


class Silent:
    """Nobody is listening."""

    def start(self, total: int) -> None:
        pass

    def stage(self, file_id: str, filename: str, stage: str) -> None:
        pass

    def within(self, done: int, total: int) -> None:
        pass

    def finished(self, file_id: str, filename: str, outcome: str) -> None:
        pass

    def waiting(self, seconds: float, files: int) -> None:
        pass


class Clock(Protocol):
    """Time as the pipeline sees it."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The host's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
