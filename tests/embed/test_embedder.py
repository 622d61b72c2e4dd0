"""Vectors: of the contract's shape, the same in any order and company, as made by the recipe, and refused otherwise."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frostbyte.embed import Embedder, default_pack_dir, load
from frostbyte.embed import embedder as module
from frostbyte.embed.pack import read
from frostbyte.embed.session import Session
from frostbyte.errors import EmbedFailed

GOLDEN = np.load(Path(__file__).parent / "data" / "golden.npz")
TEXTS: list[str] = json.loads(GOLDEN["texts_json"].tobytes())
NOMIC_SHAPED = Path(__file__).parent / "data" / "nomic-shaped"
ROOT = Path(__file__).resolve().parents[2]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (a * b).sum(axis=-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)


def fresh() -> Embedder:
    """An embedder whose cache has seen nothing."""
    return load(default_pack_dir())


def test_vectors_are_the_golden_ones(embedder: Embedder) -> None:
    """Integer kernels are exact on every processor by the recipe's choice of weights; the floats between them are not."""
    vectors = embedder.embed_documents(TEXTS).vectors
    assert vectors.shape == (len(TEXTS), 768)
    assert cosines(vectors, GOLDEN["pack"]).min() >= 0.999


def test_the_mean_half_agrees_with_sentence_transformers(embedder: Embedder) -> None:
    short = [row for row, text in enumerate(TEXTS) if embedder.count_tokens(text) <= 256]
    assert len(short) >= 20
    vectors = embedder.embed_documents([TEXTS[row] for row in short]).vectors
    wanted = GOLDEN["floating"][short]
    assert cosines(vectors[:, :384], wanted[:, :384]).min() >= 0.99
    assert cosines(vectors[:, 384:], wanted[:, 384:]).min() >= 0.99


def test_vectors_are_floats_of_length_one_with_equal_halves(embedder: Embedder) -> None:
    vectors = embedder.embed_documents(TEXTS).vectors
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    short = embedder.embed_query("equal halves")
    assert np.linalg.norm(short[:384]) == pytest.approx(np.sqrt(0.5), abs=1e-5)


def test_a_question_finds_its_passage(embedder: Embedder) -> None:
    passages = embedder.embed_documents(TEXTS).vectors
    scores = passages @ embedder.embed_query("how cold should the vaccine refrigerator be?")
    best = [TEXTS[row] for row in np.argsort(-scores)[:2]]
    assert any(text.startswith("Refrigerated vaccines") for text in best)


def test_a_text_has_the_bit_identical_vector_in_any_order_and_company(embedder: Embedder) -> None:
    wanted = embedder.embed_documents(TEXTS).vectors
    rows = {text: wanted[row].tobytes() for row, text in enumerate(TEXTS)}
    dice = random.Random(7)
    for workers in (1, 2, 5):
        for _ in range(2):
            chosen = [dice.choice(TEXTS) for _ in range(dice.randrange(1, 30))]
            with Embedder(read(default_pack_dir()), workers=workers) as other:
                vectors = other.embed_documents(chosen).vectors
            assert [vector.tobytes() for vector in vectors] == [rows[text] for text in chosen]


def test_alone_as_a_question_and_in_another_process_it_is_the_same(embedder: Embedder) -> None:
    wanted = embedder.embed_documents(TEXTS).vectors
    with fresh() as other:
        for row in (0, 5, len(TEXTS) - 5):
            assert other.embed_query(TEXTS[row]).tobytes() == wanted[row].tobytes()
    program = (
        "import sys, json; from frostbyte.embed import load, default_pack_dir\n"
        "with load(default_pack_dir()) as e: sys.stdout.buffer.write(e.embed_documents(json.load(sys.stdin)).vectors.tobytes())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(TEXTS[::-1]).encode(),
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == wanted[::-1].tobytes()


def test_many_threads_may_share_one_embedder() -> None:
    with fresh() as shared, fresh() as alone:
        wanted = alone.embed_documents(TEXTS).vectors
        found: list[np.ndarray] = []
        threads = [threading.Thread(target=lambda: found.append(shared.embed_documents(TEXTS).vectors)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 6
    assert all(vectors.tobytes() == wanted.tobytes() for vectors in found)


@settings(max_examples=25)
@given(text=st.text(max_size=200))
def test_any_unicode_text_has_a_vector(embedder: Embedder, text: str) -> None:
    embedded = embedder.embed_documents([text])
    assert np.linalg.norm(embedded.vectors[0]) == pytest.approx(1, abs=1e-4)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    embedded = embedder.embed_documents([])
    assert embedded.vectors.shape == (0, 768)
    assert embedded.truncated == []


def test_an_empty_text_has_a_vector_of_its_own(embedder: Embedder) -> None:
    embedded = embedder.embed_documents(["", "pump"])
    assert embedded.truncated == [False, False]
    assert cosines(embedded.vectors[0], embedded.vectors[1]) < 0.9


def test_a_lone_surrogate_fails_the_call(embedder: Embedder) -> None:
    with pytest.raises(EmbedFailed, match="surrogate"):
        embedder.embed_documents(["good", "bad \ud800"])
    with pytest.raises(EmbedFailed, match="surrogate"):
        embedder.embed_query("\udfff")


def test_what_is_past_the_window_still_counts(embedder: Embedder) -> None:
    filler = "the committee met and approved the minutes of the meeting before it . " * 30
    assert embedder.count_tokens(filler) > 300
    about = embedder.embed_query("wombats dig burrows with short strong claws")
    plain, ending = embedder.embed_documents([filler, filler + "wombats dig burrows with short strong claws " * 6]).vectors
    assert ending @ about > plain @ about + 0.05


def test_the_flag_says_where_a_text_was_cut(embedder: Embedder) -> None:
    words = ["pump"] * 2046
    assert embedder.count_tokens(" ".join(words)) == embedder.model.max_tokens
    embedded = embedder.embed_documents([" ".join(words), " ".join([*words, "wombat"]), "wombat"])
    assert embedded.truncated == [False, True, False]
    assert embedded.vectors[0].tobytes() == embedded.vectors[1].tobytes()


def test_the_longest_chunk_is_never_cut(embedder: Embedder) -> None:
    chunks = ["7" * 1500, "机" * 1500, ", . ; " * 250, "x1" * 750]
    assert embedder.embed_documents(chunks).truncated == [False] * 4


def test_a_repeated_text_is_computed_once_and_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    run = Session.run

    def counted(self: Session, ids: list[int]) -> Any:
        runs.append(len(ids))
        return run(self, ids)

    monkeypatch.setattr(Session, "run", counted)
    monkeypatch.setattr(module, "CACHE_ENTRIES", 2)
    with fresh() as embedder:
        first = embedder.embed_documents(["seal", "seal", "vault"]).vectors
        assert len(runs) == 2
        assert first[0].tobytes() == embedder.embed_query("seal").tobytes()
        assert len(runs) == 2
        embedder.embed_documents(["key", "page"])  # pushes both out
        embedder.embed_query("seal")
        assert len(runs) == 5


def test_a_returned_vector_is_the_callers_own(embedder: Embedder) -> None:
    first = embedder.embed_query("mine")
    kept = first.copy()
    first[:] = 0
    embedder.embed_documents(["mine"]).vectors[:] = 0
    assert embedder.embed_query("mine").tobytes() == kept.tobytes()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda vector: vector[..., :384], "768"),
        (lambda vector: vector.astype(np.float64), "float64"),
        (lambda vector: vector * np.float32("nan"), "not finite"),
        (lambda vector: vector * np.float32("inf"), "not finite"),
        (lambda vector: vector * np.float32(0), "length 1"),
    ],
    ids=["short", "double", "nan", "infinite", "zero"],
)
def test_a_vector_that_is_not_the_contracts_is_never_returned(
    monkeypatch: pytest.MonkeyPatch, spoil: Callable[[np.ndarray], np.ndarray], said: str
) -> None:
    run = Session.run
    monkeypatch.setattr(Session, "run", lambda self, ids: spoil(run(self, ids)))
    with fresh() as embedder:
        with pytest.raises(EmbedFailed, match=said):
            embedder.embed_documents(["fine"])
        with pytest.raises(EmbedFailed, match=said):
            embedder.embed_query("fine")


def test_a_model_of_another_shape_pools_outside_the_graph(nomic: Embedder) -> None:
    import onnxruntime
    from tokenizers import Tokenizer

    engine = Tokenizer.from_file(str(NOMIC_SHAPED / "tokenizer.json"))
    engine.no_padding()
    engine.no_truncation()
    ids = np.array([engine.encode("search_document: what is the pump").ids], dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    rows = onnxruntime.InferenceSession(str(NOMIC_SHAPED / "model.onnx")).run(None, feed)[0][0].astype(np.float64)
    mean = rows.mean(axis=0)
    assert rows.shape == (ids.size, 768)
    found = nomic.embed_documents(["what is the pump"]).vectors[0]
    assert np.abs(found - mean / np.linalg.norm(mean)).max() < 1e-5


def test_prefixes_tell_questions_from_passages(nomic: Embedder) -> None:
    bare = replace(read(NOMIC_SHAPED), query_prefix="", document_prefix="")
    with Embedder(bare) as plain:
        asked = plain.embed_query("search_query: where is the key")
        kept = plain.embed_query("search_document: where is the key")
    assert nomic.embed_query("where is the key").tobytes() == asked.tobytes()
    assert nomic.embed_documents(["where is the key"]).vectors[0].tobytes() == kept.tobytes()
    assert asked.tobytes() != kept.tobytes()
    assert plain.model.digest != nomic.model.digest
    assert nomic.count_tokens("key") > nomic.count_tokens("") > 2


def test_8192_tokens_are_seen_at_once_and_the_next_is_not(nomic: Embedder) -> None:
    room = 8192 - nomic.count_tokens("")
    long = " ".join(["pump"] * (room - 1))
    texts = [f"{long} seal", f"{long} where", f"{long} seal what"]
    assert nomic.count_tokens(texts[0]) == 8192
    embedded = nomic.embed_documents(texts)
    assert embedded.truncated == [False, False, True]
    assert embedded.vectors[0].tobytes() == embedded.vectors[2].tobytes()
    assert embedded.vectors[0].tobytes() != embedded.vectors[1].tobytes()


def test_bit_identity_holds_for_the_other_shape_too(nomic: Embedder) -> None:
    texts = ["pump", "seal the vault", "a page of the document " * 40]
    with load(NOMIC_SHAPED) as other:
        backwards = other.embed_documents(texts[::-1]).vectors
    assert nomic.embed_documents(texts).vectors.tobytes() == backwards[::-1].tobytes()
