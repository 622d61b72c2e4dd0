"""Several parser children for the files of one ingest, so that a batch is parsed on as many processors as it may use.

    with Workers(4) as workers:
        document = workers.parse(fd, job, timeout_s=120)   # from up to four threads at once

Every child is a `Worker`'s: keyless, fenced in, replaced after a crash. What a file gives does not depend on which of them reads
it, since a child's answer depends on nothing it read before.
"""

from __future__ import annotations

import threading
from queue import LifoQueue
from typing import TYPE_CHECKING

from frostbyte.parse.worker import ANSWER_BYTES, MEMORY_BYTES, Worker

if TYPE_CHECKING:
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.parse import ParseJob


class Workers:
    """`count` parsers of one tenant's files. A child is started when the ones there are all are busy."""

    def __init__(self, count: int, *, memory_bytes: int = MEMORY_BYTES, answer_bytes: int = ANSWER_BYTES) -> None:
        if count < 1:
            raise ValueError(f"{count} parsers cannot parse")
        self.count = count
        self._all = [Worker(memory_bytes=memory_bytes, answer_bytes=answer_bytes) for _ in range(count)]
        # Last in, first out: where one child keeps up, the others are never started.
        self._idle: LifoQueue[Worker] = LifoQueue()
        for worker in reversed(self._all):
            self._idle.put(worker)
        self._tenant: str | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the children that run."""
        return tuple(pid for worker in self._all if (pid := worker.pid) is not None)

    def parse(self, fd: int, job: ParseJob, timeout_s: float) -> CanonicalDocument:
        """As `Worker.parse`; waits for an idle parser. Raises ValueError for a second tenant: no child ever serves two."""
        with self._lock:
            self._tenant = self._tenant or job.tenant_id
            if job.tenant_id != self._tenant:
                raise ValueError("these parsers serve another tenant")
        worker = self._idle.get()
        try:
            return worker.parse(fd, job, timeout_s)
        finally:
            self._idle.put(worker)

    def kill(self) -> None:
        """Kill every child: what is being parsed fails at once, as in a crash."""
        for worker in self._all:
            worker.kill()

    def close(self) -> None:
        """Stop every child. They can be used again, for the same tenant."""
        for worker in self._all:
            worker.close()
