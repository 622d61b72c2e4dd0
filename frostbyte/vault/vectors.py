"""The door to LanceDB: chunk vectors and the text index beside them, and the two searches.

`VectorTable` is a table in any directory; `Vectors` is the one of an open vault, opened on first touch because importing
lancedb is slow, and then checked against what the last commit recorded. Vectors are stored as float16 (recall@10 .999
of float32 at half the bytes) and compared by cosine.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.errors import Damaged, StorageFailed
from frostbyte.vault import unspaced
from frostbyte.vault.lancelight import without_namespace_client
from frostbyte.vault.manifest import Head
from frostbyte.vault.ram import engine_failure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 768
INDEXED_FROM = 10_000
"""Rows from which a vector index is built, and matching rows up to which a filtered search is exact."""
_ROWS_PER_PARTITION = 800
_CANDIDATES = 400
_LEAST_REFINE = 10
_TABLE = "chunks"
_COLUMNS = ("chunk_id", "doc_id", "text", "vector", "classification", "received_date")


@dataclass(frozen=True)
class VectorRow:
    """One row of the index. `vector` has 768 float32; `received_date` is YYYY-MM-DD."""

    chunk_id: str
    doc_id: str
    text: str
    vector: NDArray[np.float32]
    classification: str
    received_date: str


@dataclass(frozen=True)
class Filter:
    """Which chunks a search may return. `doc_ids` None is any, () is none. Dates are YYYY-MM-DD, both inclusive."""

    doc_ids: tuple[str, ...] | None = None
    classification: str | None = None
    date_from: str | None = None
    date_to: str | None = None

    def sql(self) -> str | None:
        """As a condition over the index's columns; None lets everything through."""
        parts = []
        if self.doc_ids is not None:
            parts.append(f"doc_id IN ({', '.join(map(_quoted, self.doc_ids))})")
        if self.classification is not None:
            parts.append(f"classification = {_quoted(self.classification)}")
        if self.date_from is not None:
            parts.append(f"received_date >= {_quoted(self.date_from)}")
        if self.date_to is not None:
            parts.append(f"received_date <= {_quoted(self.date_to)}")
        return " AND ".join(parts) or None


ANY = Filter()


@dataclass(frozen=True)
class Hit:
    """A chunk that was found. `score` is cosine (-1..1) from a vector search, BM25 (>= 0) from a text search."""

    chunk_id: str
    score: float


class VectorTable:
    """Vectors and texts of chunks in one directory of plain files: a place in RAM, never a disk."""

    def __init__(self, connection: Any, table: Any) -> None:
        self._connection, self._table = connection, table

    @classmethod
    def create(cls, path: Path) -> VectorTable:
        """An empty table in `path`, with its text index."""
        lancedb = _lancedb()
        with _door("create"):
            connection = lancedb.connect(str(path))
            table = connection.create_table(_TABLE, schema=_schema())
            table.create_index("text", config=lancedb.index.FTS(with_position=False))
        return cls(connection, table)

    @classmethod
    def open(cls, path: Path) -> VectorTable:
        """The table in `path`. Raises Damaged when there is none that can be read."""
        lancedb = _lancedb()
        try:
            with _door("open"):
                connection = lancedb.connect(str(path))
                return cls(connection, connection.open_table(_TABLE))
        except StorageFailed as error:
            raise Damaged("the vector index does not open") from error

    @property
    def version(self) -> int:
        """Rises with every change."""
        with _door("read"):
            return int(self._table.version)

    def count(self) -> int:
        """Rows."""
        with _door("read"):
            return int(self._table.count_rows())

    def add(self, rows: Sequence[VectorRow]) -> None:
        """Append rows; their chunk ids must be new."""
        if rows:
            data = _arrow(rows)
            with _door("write"):
                self._table.add(data)

    def remove(self, chunk_ids: Sequence[str]) -> None:
        """Take rows away by chunk id."""
        if chunk_ids:
            with _door("write"):
                self._table.delete(f"chunk_id IN ({', '.join(map(_quoted, chunk_ids))})")

    def reclassify(self, chunk_ids: Sequence[str], classification: str) -> None:
        """Give rows another class. Text and vector stay to the bit: they are not read out and put in again."""
        with _door("write"):
            condition = f"chunk_id IN ({', '.join(map(_quoted, chunk_ids))})"
            self._table.update(where=condition, values={"classification": classification})

    def rewrite(self) -> None:
        """Write every row anew, and the text index: what was removed is then in no file, once old versions are dropped."""
        lancedb = _lancedb()
        with _door("rewrite"):
            rows = self._table.to_arrow()
            table = self._connection.create_table(_TABLE, data=rows, schema=_schema(), mode="overwrite")
            table.create_index("text", config=lancedb.index.FTS(with_position=False))
        self._table = table

    def texts(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """The texts of chunks by id; ids that do not exist are left out."""
        if not chunk_ids:
            return {}
        condition = f"chunk_id IN ({', '.join(map(_quoted, chunk_ids))})"
        with _door("read"):
            found = self._table.search().where(condition).select(["chunk_id", "text"]).limit(len(chunk_ids)).to_arrow()
        return dict(zip(found["chunk_id"].to_pylist(), found["text"].to_pylist(), strict=True))

    def search_vector(self, vector: NDArray[np.float32], k: int, where: Filter = ANY) -> list[Hit]:
        """The `k` nearest chunks by cosine, best first; ties by chunk id."""
        if len(vector) != DIMENSIONS:
            raise ValueError(f"a query vector has {len(vector)} dimensions, not {DIMENSIONS}")
        if k < 1 or where.doc_ids == ():
            return []
        with _door("search"):
            query = self._table.search(vector, vector_column_name="vector").distance_type("cosine").limit(k)
            condition = where.sql()
            if condition and self._table.count_rows(condition) <= INDEXED_FROM:
                query = query.bypass_vector_index()  # exact over few rows: faster, and no recall lost to partitions not probed
            else:
                # One bit per dimension finds candidates, their float16 vectors rank them. On hard clustered vectors recall@10
                # was .87 with 100 candidates, .98 with 200, .998 with 400.
                query = query.nprobes(32).refine_factor(max(_LEAST_REFINE, _CANDIDATES // k))
            found = _restricted(query, where).select(["chunk_id", "_distance"]).to_arrow()
        return _ranked(found, "_distance", lambda distance: 1.0 - distance)

    def search_text(self, query: str, k: int, where: Filter = ANY) -> list[Hit]:
        """The `k` best chunks by BM25 over stemmed English words, and by pairs of characters of scripts without spaces; best
        first, ties by chunk id.
        """
        if k < 1 or where.doc_ids == () or not query.strip():
            return []
        lancedb = _lancedb()
        pieces = unspaced.pieces(query)
        with _door("search"):
            search = self._table.search(lancedb.query.MatchQuery(query, "text"), query_type="fts").limit(k)
            found = _restricted(search, where).select(["chunk_id", "_score"]).to_arrow()
            scanned = self._scan(pieces, where) if pieces else {}
        hits = _ranked(found, "_score", float)
        if not scanned:
            return hits
        for hit in hits:
            scanned[hit.chunk_id] = scanned.get(hit.chunk_id, 0.0) + hit.score
        return _best(scanned.items())[:k]

    def _scan(self, pieces: Sequence[str], where: Filter) -> dict[str, float]:
        """Scores of the chunks that hold any of these pieces, by looking through all texts."""
        holding = " OR ".join(f"contains(text, {_quoted(piece)})" for piece in pieces)
        condition = " AND ".join(filter(None, (where.sql(), f"({holding})")))
        total = self._table.count_rows()
        batches = self._table.search().where(condition).select(["chunk_id", "text"]).limit(max(1, total)).to_batches()
        return unspaced.scores(batches, pieces, total)

    def build_indexes(self, *, indexed_from: int | None = INDEXED_FROM) -> None:
        """Merge small files, bring the indexes up to date, drop old versions. None builds no vector index: search stays exact."""
        with _door("optimise"), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it warns of readers of older versions; this process owns the table
            if indexed_from is not None and self._table.count_rows() >= indexed_from:
                self._train()
            self._table.optimize(cleanup_older_than=timedelta(0), delete_unverified=True)

    def _train(self) -> None:
        """Build the vector index, anew when the table has doubled since; in between, optimising adds the new rows to it."""
        lancedb = _lancedb()
        names = [index.name for index in self._table.list_indices() if index.columns == ["vector"]]
        built = {int(name.rpartition("_")[2]): name for name in names}
        partitions = max(1, self._table.count_rows() // _ROWS_PER_PARTITION)
        if partitions >= 2 * max(built, default=0):
            # IVF_RQ: against IVF_SQ a sixth of the memory at equal recall, against HNSW_SQ better recall (docs/decisions).
            config = lancedb.index.IvfRq(distance_type="cosine", num_partitions=partitions, max_iterations=10, sample_rate=64)
            self._table.create_index("vector", config=config, name=f"vector_{partitions}", replace=True)
            for name in built.values():
                self._table.drop_index(name)


class Vectors:
    """The vector table of an open vault."""

    def __init__(self, directory: Path, head: Callable[[], Head], lock: threading.RLock) -> None:
        """`head` tells what the last commit recorded; the table must agree with it when it is first opened."""
        self._directory, self._head, self._lock = directory, head, lock
        self._opened: VectorTable | None = None

    @property
    def version(self) -> int:
        """Lance's version of the table; 0 while there is none."""
        with self._lock:
            table = self._table()
            return table.version if table else 0

    def count(self) -> int:
        """Vectors in the index."""
        with self._lock:
            table = self._table()
            return table.count() if table else 0

    def search_vector(self, vector: NDArray[np.float32], k: int, where: Filter = ANY) -> list[Hit]:
        """See VectorTable."""
        with self._lock:
            table = self._table()
            return table.search_vector(vector, k, where) if table else []

    def search_text(self, query: str, k: int, where: Filter = ANY) -> list[Hit]:
        """See VectorTable."""
        with self._lock:
            table = self._table()
            return table.search_text(query, k, where) if table else []

    def texts(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """See VectorTable."""
        with self._lock:
            table = self._table()
            return table.texts(chunk_ids) if table else {}

    def _replace(self, stale: Sequence[str], rows: Sequence[VectorRow]) -> None:
        """For the open transaction: take `stale` away and add `rows`."""
        table = self._table()
        if table is None:
            table = self._opened = VectorTable.create(self._directory)
        table.remove(stale)
        table.add(rows)

    def _reclassify(self, classes: Mapping[str, str]) -> None:
        """For the open transaction: chunk id -> class, of rows that are there."""
        table = self._table()
        if table is None:
            raise Damaged("there is no vector index in which chunks could be given a class")
        for name in sorted(set(classes.values())):
            table.reclassify([chunk_id for chunk_id, given in classes.items() if given == name], name)

    def _rewrite(self) -> None:
        table = self._table()
        if table:
            table.rewrite()

    def _build_indexes(self) -> None:
        table = self._table()
        if table:
            table.build_indexes()

    def _forget(self) -> None:
        """Open anew on the next touch."""
        self._opened = None

    def _table(self) -> VectorTable | None:
        if self._opened is None and self._directory.is_dir():
            head, table = self._head(), VectorTable.open(self._directory)
            found = (table.version, table.count())
            if found != (head.vector_version, head.chunks):
                raise Damaged(f"the vector index is at version {found[0]} with {found[1]} rows, the last commit says {head}")
            self._opened = table
        return self._opened


def _lancedb() -> Any:
    # Log lines go to stderr at `error` only; the temporary files of index builds go to $TMPDIR, which ram.py has set.
    for name in ("LANCE_LOG", "LANCEDB_LOG"):
        os.environ.setdefault(name, "error")
    with without_namespace_client():
        import lancedb
        import lancedb.index
        import lancedb.query
    return lancedb


def _schema() -> Any:
    import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types

    kinds = {"vector": pa.list_(pa.float16(), DIMENSIONS)}
    return pa.schema([pa.field(name, kinds.get(name, pa.string()), nullable=False) for name in _COLUMNS])


def _arrow(rows: Sequence[VectorRow]) -> Any:
    import numpy as np
    import pyarrow as pa

    matrix = np.stack([row.vector for row in rows])
    if matrix.shape != (len(rows), DIMENSIONS) or not np.isfinite(matrix).all():
        raise ValueError(f"vectors of shape {matrix.shape} are not {DIMENSIONS} finite numbers each")
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(matrix.astype(np.float16).ravel()), DIMENSIONS)
    columns = [vectors if name == "vector" else pa.array([getattr(row, name) for row in rows]) for name in _COLUMNS]
    return pa.Table.from_arrays(columns, schema=_schema())


def _restricted(query: Any, where: Filter) -> Any:
    condition = where.sql()
    return query.where(condition, prefilter=True) if condition else query


def _ranked(found: Any, column: str, score: Callable[[float], float]) -> list[Hit]:
    pairs = zip(found["chunk_id"].to_pylist(), found[column].to_pylist(), strict=True)
    return _best((chunk_id, score(value)) for chunk_id, value in pairs)


def _best(scores: Iterable[tuple[str, float]]) -> list[Hit]:
    return sorted((Hit(chunk_id, score) for chunk_id, score in scores), key=lambda hit: (-hit.score, hit.chunk_id))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def _door(what: str) -> Iterator[None]:
    """Translate Lance's errors: plain RuntimeError, OSError or ValueError. Their text may quote data, so only the kind passes."""
    try:
        yield
    except (RuntimeError, OSError, ValueError) as error:
        raise engine_failure("vector index", what, error) from error
