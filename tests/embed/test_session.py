"""The door to the engine: what it refuses, and that it keeps quiet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte.embed import default_pack_dir
from frostbyte.embed.session import Session, engine_errors
from frostbyte.errors import Damaged, EmbedFailed

NOMIC = (Path(__file__).parent / "data" / "nomic-shaped" / "model.onnx").read_bytes()
ROOT = Path(__file__).resolve().parents[2]


def test_every_error_of_the_engine_is_translated() -> None:
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    raised = {kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert raised == set(engine_errors())


@pytest.mark.parametrize("model", [b"", b"not a graph", NOMIC[:-100], NOMIC[:1000]])
def test_bytes_that_are_no_graph_are_damage(model: bytes) -> None:
    with pytest.raises(Damaged, match="not a graph"):
        Session(model, output="last_hidden_state", dimensions=768)


def test_an_output_that_is_not_there_is_damage() -> None:
    with pytest.raises(Damaged, match="no output 'vector'"):
        Session(NOMIC, output="vector", dimensions=768)


def test_an_output_of_another_width_is_damage() -> None:
    with pytest.raises(Damaged, match="768 dimensions, the contract wants 384"):
        Session(NOMIC, output="last_hidden_state", dimensions=384)


def test_an_input_nobody_knows_is_damage() -> None:
    renamed = NOMIC.replace(b"attention_mask", b"attention_musk")
    with pytest.raises(Damaged, match="attention_musk"):
        Session(renamed, output="last_hidden_state", dimensions=768)


def test_a_token_the_model_does_not_have_fails_the_text() -> None:
    session = Session(NOMIC, output="last_hidden_state", dimensions=768)
    with pytest.raises(EmbedFailed, match="3 tokens"):
        session.run([2, 10_000_000, 3])


def test_embedding_calls_nobody_and_writes_nothing(tmp_path: Path) -> None:
    """From 1.29 on the engine writes under the home and calls out unless told not to; CI would silence it, so CI is unset."""
    home = tmp_path / "home"
    home.mkdir()
    program = f"""
import socket, sys
def refuse(event, arguments):
    if event.startswith("socket.") or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
        print(event, arguments, file=sys.stderr)
        raise SystemExit(9)
from pathlib import Path
from frostbyte.embed import load
sys.addaudithook(refuse)
with load(Path({str(default_pack_dir())!r})) as embedder:
    assert embedder.embed_documents(["one", "two"]).vectors.shape == (2, 768)
opened = [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]
assert not [name for name in opened if "socket" in name], opened
"""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(home.rglob("*")) == []
