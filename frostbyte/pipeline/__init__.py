"""Use case 1: a drop becomes receipts, sealed originals, parsed and judged documents, vectors and rows.

    intake -> parse -> policy -> embed -> index

Each file walks the five stages on its own; what a stage did and its audit events are one vault commit, so a batch killed
anywhere resumes from the last commit, and one broken file stops nobody else.
"""

from __future__ import annotations

from frostbyte.pipeline.batch import IngestResult, ingest
from frostbyte.pipeline.progress import Progress, Silent
from frostbyte.pipeline.report import acceptance_report, finished_report

__all__ = ["IngestResult", "Progress", "Silent", "acceptance_report", "finished_report", "ingest"]
