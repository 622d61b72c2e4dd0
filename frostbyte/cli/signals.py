"""The signals that ask the program to end. Each ends it in order, as Ctrl-C does: every `with` closes, an open vault leaves RAM.

By default SIGTERM and SIGHUP end a process on the spot, and what it held open would lie in RAM until the next one wipes it.
"""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_S = 0.02
_CLOSING_S = 2.0


class Ending:
    """While entered, these signals raise KeyboardInterrupt in the main thread; `received` is the first that came.

    A signal that is ignored (`nohup`) or handled by somebody else stays so. Python runs handlers between two steps of its own:
    a step inside an engine is finished first. So is an import: DuckDB's, stopped half-way by an exception, calls abort().
    What follows within _CLOSING_S is left alone, for it would cut short what the first one began.
    """

    def __init__(self, *, last: bool = False) -> None:
        """`last`: the process ends afterwards. Once a signal came they are then ignored, or the next would cut its end short."""
        self._last = last
        self.received: signal.Signals | None = None
        self._raised_at = -_CLOSING_S
        self._before: dict[signal.Signals, Any] = {}
        self._hook = sys.unraisablehook
        self._outermost: FrameType | None = None

    def __enter__(self) -> Ending:
        if threading.current_thread() is threading.main_thread():
            self._outermost = sys._getframe(1)
            for number in ENDING:
                if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                    self._before[number] = signal.signal(number, self._end)
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._again)
            self._hook, sys.unraisablehook = sys.unraisablehook, self._lost
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._outermost is not None:
            self._raised_at = math.inf  # no more from here
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in self._before.items():
                signal.signal(number, signal.SIG_IGN if self._last and self.received else handler)
            sys.unraisablehook = self._hook
            self._outermost = None

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.received = self.received or signal.Signals(number)
        if time.monotonic() < self._raised_at + _CLOSING_S:
            return
        self._raise(frame)

    def _again(self, number: int, frame: FrameType | None) -> None:
        if self.received and self._raised_at < math.inf:
            self._raise(frame)

    def _raise(self, frame: FrameType | None) -> None:
        if self._importing(frame):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
            return
        self._raised_at = time.monotonic()
        raise KeyboardInterrupt

    def _lost(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Python drops what is raised in a finalizer or a weak reference's callback: then it is raised again, elsewhere."""
        if unraisable.exc_type is KeyboardInterrupt and self.received:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
        else:
            self._hook(unraisable)

    def _importing(self, frame: FrameType | None) -> bool:
        """Whether the step was part of an import that began after `__enter__`."""
        while frame is not None and frame is not self._outermost:
            if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
                return True
            frame = frame.f_back
        return False
