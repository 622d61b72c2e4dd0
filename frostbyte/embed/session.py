"""The one door to onnxruntime (its other user is OCR, in its own room).

One text per run and one thread inside a run: dynamic quantisation scales over all that is in a run, so only then does a
vector depend on its text alone.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, Any

from frostbyte.errors import Damaged, EmbedFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KNOWN_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_ENGINE_ERRORS = (
    "DeviceReset",
    "EPFail",
    "EngineError",
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "ModelLoadCanceled",
    "ModelLoaded",
    "ModelRequiresCompilation",
    "NoModel",
    "NoSuchFile",
    "NotFound",
    "NotImplemented",
    "RuntimeException",
)


class Session:
    """A loaded graph. `run` may be called from several threads at once."""

    def __init__(self, model: bytes, *, output: str, dimensions: int) -> None:
        """Raises Damaged when the bytes are no graph, or not of the shape a pack promises."""
        runtime = engine()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        try:
            self._session: Any = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except engine_errors() as error:
            raise Damaged(f"the model is not a graph this program can run ({type(error).__name__})") from error
        self._inputs = tuple(entry.name for entry in self._session.get_inputs())
        if "input_ids" not in self._inputs or not set(self._inputs) <= set(_KNOWN_INPUTS):
            raise Damaged(f"the model wants inputs {', '.join(self._inputs)}; known are {', '.join(_KNOWN_INPUTS)}")
        found = next((entry for entry in self._session.get_outputs() if entry.name == output), None)
        if found is None:
            raise Damaged(f"the model has no output {output!r}")
        width = found.shape[-1] if found.shape else None
        if isinstance(width, int) and width != dimensions:
            raise Damaged(f"the model's output {output!r} has {width} dimensions, the contract wants {dimensions}")
        self._output = output

    def run(self, ids: list[int]) -> NDArray[np.float32]:
        """The graph's output for the tokens of one text. Raises EmbedFailed when the engine cannot."""
        import numpy as np

        tokens = np.array([ids], dtype=np.int64)
        feed = {"input_ids": tokens}
        if "attention_mask" in self._inputs:
            feed["attention_mask"] = np.ones_like(tokens)
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(tokens)
        try:
            output: NDArray[np.float32] = self._session.run([self._output], feed)[0]
        except engine_errors() as error:
            raise EmbedFailed(f"the model could not run on a text of {len(ids)} tokens ({type(error).__name__})") from error
        return output


def engine_errors() -> tuple[type[Exception], ...]:
    """Every exception the engine raises on purpose; a test compares the names with the installed engine."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state  # type: ignore[import-untyped]  # ships no types

    return tuple(getattr(state, name) for name in _ENGINE_ERRORS)


def engine() -> ModuleType:
    """onnxruntime, imported so that it stays silent."""
    # From 1.29 on the engine writes under the home folder and calls out as soon as it is imported; only this stops it.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # type: ignore[import-untyped]  # ships no types

    module: ModuleType = onnxruntime
    return module
