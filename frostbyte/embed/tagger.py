"""The tagger of names and addresses: a small graph that gives every word of a text the chances of its labels.

A pack like the embedder's: a folder of plain files, each named with its SHA-256 in `pack.toml`, believed only as far as that
goes. What a word is and which features it has is policy's to say (frostbyte/policy/pii/features.py); here are the files and
the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.embed.pack import Files, default_pack_dir, manifest_fields
from frostbyte.embed.session import engine, engine_errors
from frostbyte.errors import Damaged, PolicyFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "frostbyte-tagger-pack/1"
DEFAULT_TAGGER = "names-1"
LABELS = ("O", "B-NAME", "I-NAME", "B-ADDRESS", "I-ADDRESS")
WINDOW, MARGIN = 2048, 16
"""Words in one run of the graph, and how many of them on either side are there to be seen only: no word looks further."""

_KEYS = {"format", "name", "version", "licence", "origin", "model", "columns", "rows", "labels", "files"}


class Tagger:
    """A verified pack, ready to run. May be called from several threads."""

    def __init__(self, directory: Path) -> None:
        """Raises NotFound where there is no pack, Damaged where a byte of it is wrong or it is no tagger."""
        fields = manifest_fields(directory)
        where = repr(str(directory))
        if fields.get("format") != FORMAT or set(fields) != _KEYS or fields["labels"] != list(LABELS):
            raise Damaged(f"{where} is not a tagger's pack of format {FORMAT!r} with the labels {', '.join(LABELS)}")
        files = Files.listed(directory, str(fields["name"]), fields["files"])
        self.name, self.version = str(fields["name"]), str(fields["version"])
        if not all(isinstance(fields[key], int) for key in ("columns", "rows")):
            raise Damaged(f"{where}: 'columns' and 'rows' are whole numbers")
        self.columns, self.rows = fields["columns"], fields["rows"]
        model = files.contents().get(str(fields["model"]))
        if model is None:
            raise Damaged(f"{where}: the model {fields['model']!r} is not among its files")
        runtime = engine()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session: Any = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except engine_errors() as error:
            raise Damaged(f"{where}: the model is not a graph this program can run ({type(error).__name__})") from error

    def __call__(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Features of each word (words, columns) -> chances of each label (words, labels), each row adding up to 1.

        Raises PolicyFailed when the engine cannot run, or gives what is no chance.
        """
        import numpy as np

        features = np.asarray(rows, dtype=np.int64).reshape(-1, self.columns)
        chances = np.empty((len(features), len(LABELS)), dtype=np.float32)
        for start in range(0, len(features), WINDOW):
            left = max(0, start - MARGIN)
            stop = min(len(features), start + WINDOW)
            seen = features[left : stop + MARGIN]
            try:
                (found,) = self._session.run(None, {"features": seen})
            except engine_errors() as error:
                raise PolicyFailed(f"the tagger could not run on {len(seen)} words ({type(error).__name__})") from error
            if found.shape != (len(seen), len(LABELS)) or not np.isfinite(found).all():
                raise PolicyFailed(f"the tagger gave shape {found.shape} for {len(seen)} words")
            chances[start:stop] = found[start - left : start - left + stop - start]
        return chances


def default_tagger_dir() -> Path:
    """Where the tagger that comes with the program lies."""
    return default_pack_dir().parent / DEFAULT_TAGGER
