"""Make tests/embed/data/nomic-shaped: a small random pack with the shape of nomic-embed-text-v1.5.

The real weights cannot be had where this is developed, so the loader is proven on a graph of the same kind: three inputs,
rotary positions, attention over all tokens, a gated unit, norms after each part, a row of 768 floats per token, pooling
and prefixes outside the graph, 8192 tokens. Inside it is 16 wide instead of 768, so that it is small enough for git.

    .venv-models/bin/python packaging/models/nomic_shaped.py
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

sys.path.insert(0, str(Path(__file__).parent.parent))

from models import manifest

TARGET = Path(__file__).resolve().parents[2] / "tests" / "embed" / "data" / "nomic-shaped"
WIDTH, HEADS, LAYERS, DIMENSIONS, MAX_TOKENS = 16, 2, 2, 768, 8192
WORDS = ("search", "query", "document", "the", "a", "of", "and", "to", "in", "is", "for", "what", "where", "pump", "seal")


def main() -> None:
    """Write the pack."""
    TARGET.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    (TARGET / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    (TARGET / "model.onnx").write_bytes(make_graph(tokenizer.get_vocab_size()).SerializeToString(deterministic=True))
    manifest.write(
        TARGET,
        "Random weights in the shape of nomic-embed-text-v1.5, for tests. Made by packaging/models/nomic_shaped.py.",
        name="nomic-shaped",
        version="1",
        licence="Apache-2.0",
        origin="random numbers",
        dimensions=DIMENSIONS,
        max_tokens=MAX_TOKENS,
        window=MAX_TOKENS,
        model="model.onnx",
        tokenizer="tokenizer.json",
        output="last_hidden_state",
        pooling="mean",
        query_prefix="search_query: ",
        document_prefix="search_document: ",
    )


def make_tokenizer() -> Tokenizer:
    """BERT's word pieces over letters, digits and a few words."""
    characters = string.ascii_lowercase + string.digits + string.punctuation
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *characters, *("##" + c for c in characters), *WORDS]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    around = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=around)
    # The published definition pads and cuts; the loader has to undo both.
    tokenizer.enable_padding(length=128)
    tokenizer.enable_truncation(128)
    return tokenizer


def make_graph(vocabulary: int) -> onnx.ModelProto:
    """input_ids, token_type_ids, attention_mask int64 [batch, tokens] -> last_hidden_state float32 [batch, tokens, 768]."""
    random = np.random.default_rng(20240201)
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []

    def weight(name: str, value: NDArray[np.generic]) -> str:
        weights.append(numpy_helper.from_array(value, name))
        return name

    def matrix(name: str, rows: int, columns: int) -> str:
        return weight(name, (random.standard_normal((rows, columns)) / np.sqrt(rows)).astype(np.float32))

    def node(op: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def norm(x: str, name: str, width: int) -> str:
        gain = weight(f"{name}.gain", (1 + 0.1 * random.standard_normal(width)).astype(np.float32))
        shift = weight(f"{name}.shift", (0.1 * random.standard_normal(width)).astype(np.float32))
        return node("LayerNormalization", [x, gain, shift], name, axis=-1)

    words = node("Gather", [matrix("words", vocabulary, WIDTH), "input_ids"], "word_rows")
    kinds = node("Gather", [matrix("kinds", 2, WIDTH), "token_type_ids"], "kind_rows")
    x = norm(node("Add", [words, kinds], "embedded"), "embedded_norm", WIDTH)
    mask = node("Cast", ["attention_mask"], "mask_float", to=TensorProto.FLOAT)
    x = node("Mul", [x, node("Unsqueeze", [mask, weight("last", np.array([-1], dtype=np.int64))], "mask_column")], "seen")
    size = WIDTH // HEADS
    angles = np.outer(np.arange(MAX_TOKENS), 1 / 1000 ** (np.arange(0, size, 2) / size))
    turns = [weight("cosines", np.cos(angles).astype(np.float16)), weight("sines", np.sin(angles).astype(np.float16))]
    turns = [node("Cast", [name], f"{name}.float", to=TensorProto.FLOAT) for name in turns]
    zero = weight("zero", np.array([0], dtype=np.int64))
    length = node("Shape", ["input_ids"], "length", start=1, end=2)
    count = node("Squeeze", [length], "count")
    start, step = weight("start", np.array(0, dtype=np.int64)), weight("step", np.array(1, dtype=np.int64))
    places = node("Unsqueeze", [node("Range", [start, count, step], "range"), zero], "places")
    for layer in range(LAYERS):
        here = f"layer{layer}"
        parts = {part: node("MatMul", [x, matrix(f"{here}.{part}.weight", WIDTH, WIDTH)], f"{here}.{part}") for part in "qkv"}
        for part in "qk":
            inputs = [parts[part], places, *turns]
            parts[part] = node("RotaryEmbedding", inputs, f"{here}.{part}.turned", "com.microsoft", num_heads=HEADS)
        heads = node("MultiHeadAttention", list(parts.values()), f"{here}.heads", "com.microsoft", num_heads=HEADS)
        mixed = node("MatMul", [heads, matrix(f"{here}.o.weight", WIDTH, WIDTH)], f"{here}.mixed")
        x = norm(node("Add", [x, mixed], f"{here}.with_mixed"), f"{here}.norm1", WIDTH)
        wide = node("MatMul", [x, matrix(f"{here}.up.weight", WIDTH, 4 * WIDTH)], f"{here}.up")
        gate = node("MatMul", [x, matrix(f"{here}.gate.weight", WIDTH, 4 * WIDTH)], f"{here}.gate")
        silu = node("Mul", [gate, node("Sigmoid", [gate], f"{here}.sigmoid")], f"{here}.silu")
        gated = node("Mul", [wide, silu], f"{here}.gated")
        narrow = node("MatMul", [gated, matrix(f"{here}.down.weight", 4 * WIDTH, WIDTH)], f"{here}.down")
        x = norm(node("Add", [x, narrow], f"{here}.with_down"), f"{here}.norm2", WIDTH)
    node("MatMul", [x, matrix("widen", WIDTH, DIMENSIONS)], "last_hidden_state")
    names = ["input_ids", "token_type_ids", "attention_mask"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", DIMENSIONS])]
    graph = helper.make_graph(nodes, "nomic-shaped", inputs, outputs, weights)
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="frostbyte-models")


if __name__ == "__main__":
    main()
