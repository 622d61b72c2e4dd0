"""The MiniLM encoder written out as an ONNX graph, node by node.

Why not an exporter: the graph below is what runs in the appliance, so it should be readable, the same bytes on every
machine, and shaped for the one way it is used: one text per run. One text means no padding, so there is no mask and a
vector depends on its text alone; integer matrices with their scales and biases are single fused nodes; both poolings
are inside. Weights come in as numpy arrays; nothing here needs torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.generic]
Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

# Processors without VNNI multiply u8 by s8 and add neighbours in 16 bits with saturation. Where a column's neighbours of
# one sign add up to at most 128, 255 * 128 still fits, so every processor computes the same integers.
WEIGHT_LIMIT = 127
PAIR_LIMIT = 128
# How far a channel's range moves from activations into weights (0 not at all, 1 wholly); measured, see docs/embedder.md.
SMOOTHING = 0.65
OPSET = 20
IR_VERSION = 10


@dataclass(frozen=True)
class Shape:
    """The sizes of one BERT encoder."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


def quantise_columns(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Symmetric int8 per output column, `weight ~ quantised * scale`, safe from 16-bit saturation.

    `weight` is [inputs, outputs], and the inputs are even in number.
    """
    pairs = weight.reshape(-1, 2, weight.shape[1])
    same_sign = np.sign(pairs[:, 0]) == np.sign(pairs[:, 1])
    pair_peak = np.where(same_sign, np.abs(pairs).sum(axis=1), 0).max(axis=0)
    # Half a step off the pair limit: rounding may lift each neighbour by half a step.
    scale = np.maximum(np.abs(weight).max(axis=0) / WEIGHT_LIMIT, pair_peak / (PAIR_LIMIT - 0.5))
    scale = np.maximum(scale, 1e-12).astype(np.float32)
    quantised = np.rint(weight / scale).astype(np.int8)
    sums = quantised.reshape(pairs.shape).astype(np.int32).sum(axis=1)
    if np.abs(sums).max() > PAIR_LIMIT:
        raise ValueError("two neighbouring weights overflow 16 bits")
    return quantised, scale


def quantise_rows(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Symmetric int8 per row of an embedding table; only looked up, never multiplied in integers."""
    scale = (np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / WEIGHT_LIMIT).astype(np.float32)
    return np.rint(table / scale).astype(np.int8), scale


def smoothing(activation_peak: Floats, weight: Floats) -> Floats:
    """Per input channel, the power of two to divide activations by and multiply weights with (SmoothQuant).

    One scale serves a whole text's activations, so a few loud channels would drown the others. Powers of two are exact and
    do not move with a calibration run's last digits.
    """
    wanted = np.maximum(activation_peak, 1e-3) ** SMOOTHING / np.maximum(np.abs(weight).max(axis=1), 1e-6) ** (1 - SMOOTHING)
    centred = np.log2(wanted) - np.log2(wanted).mean()
    return np.exp2(np.rint(centred)).astype(np.float32)


class Graph:
    """Collects nodes and weights; a name is given once and is what the next node reads.

    `peaks` holds the largest activation of each channel entering a matrix, by the matrix's name; without it the graph
    stays in floating point, which is how the peaks are measured.
    """

    def __init__(self, peaks: Weights | None) -> None:
        self.peaks = peaks
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: Array) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def linear(self, x: str, name: str, weight: Floats, bias: Floats, *, loud: str = "") -> str:
        """x @ weight + bias, x quantised on the spot with one scale for this text, weights int8 with one scale a column.

        `loud` says what is loud in x: some "channels" (the same in every text), or some "tokens".
        """
        if self.peaks is None:
            product = self.node("MatMul", [x, self.weight(f"{name}.weight", weight)], f"{name}.product")
            return self.node("Add", [product, self.weight(f"{name}.bias", bias)], name)
        if loud == "channels":
            divisor = smoothing(self.peaks[name], weight)
            weight = weight * divisor[:, None]
            x = self.node("Mul", [x, self.weight(f"{name}.smooth", 1 / divisor)], f"{name}.smoothed")
        quantised, scale = quantise_columns(weight)
        inputs = [x, self.weight(f"{name}.weight", quantised), self.weight(f"{name}.scale", scale), ""]
        bias_name = self.weight(f"{name}.bias", bias)
        if loud != "tokens":
            return self.node("DynamicQuantizeMatMul", [*inputs, bias_name], name, domain="com.microsoft")
        peak = self.node("ReduceMax", [x, "last_axis"], f"{name}.peak", keepdims=1)
        peak = self.node("Max", [peak, "one"], f"{name}.loudness")
        inputs[0] = self.node("Div", [x, peak], f"{name}.levelled")
        product = self.node("DynamicQuantizeMatMul", inputs, f"{name}.product", domain="com.microsoft")
        return self.node("Add", [self.node("Mul", [product, peak], f"{name}.restored"), bias_name], name)

    def rows(self, ids: str, name: str, table: Floats) -> str:
        """Look up rows of an embedding table kept as int8 with one scale a row."""
        quantised, scale = quantise_rows(table)
        values = self.node("Gather", [self.weight(f"{name}.rows", quantised), ids], f"{name}.gathered")
        floats = self.node("Cast", [values], f"{name}.cast", to=TensorProto.FLOAT)
        scales = self.node("Gather", [self.weight(f"{name}.row_scale", scale), ids], f"{name}.scales")
        return self.node("Mul", [floats, scales], name)

    def normalised(self, x: str, name: str) -> str:
        """x divided by its length, over the last axis."""
        length = self.node("ReduceL2", [x, "last_axis"], f"{name}.length", keepdims=1)
        return self.node("Div", [x, self.node("Max", [length, "tiny"], f"{name}.safe")], name)


def encoder(weights: Weights, shape: Shape, peaks: Weights | None) -> onnx.ModelProto:
    """`input_ids` int64 [1, tokens] -> `vector` float32 [1, 2 * hidden]: mean and max of the last layer, joined, length 1.

    Without `peaks` the graph is in floating point and also returns what enters each loud matrix, under `inputs_of`'s names.
    """
    g = Graph(peaks)
    g.weight("last_axis", np.array([-1], dtype=np.int64))
    g.weight("token_axis", np.array([1], dtype=np.int64))
    g.weight("tiny", np.array(1e-12, dtype=np.float32))
    if peaks is not None:
        g.weight("one", np.array(1, dtype=np.float32))
    x = _embeddings(g, weights, shape)
    for layer in range(shape.layers):
        x = _layer(g, weights, shape, x, layer)
    mean = g.normalised(g.node("ReduceMean", [x, "token_axis"], "mean", keepdims=0), "mean_half")
    peak = g.normalised(g.node("ReduceMax", [x, "token_axis"], "max", keepdims=0), "max_half")
    g.normalised(g.node("Concat", [mean, peak], "both", axis=1), "vector")
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 2 * shape.hidden])]
    if peaks is None:
        names = inputs_of(shape).values()
        outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", shape.hidden]) for name in names]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])]
    graph = helper.make_graph(g.nodes, "minilm-mean-max", inputs, outputs, g.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="frostbyte-models")


def inputs_of(shape: Shape) -> dict[str, str]:
    """For each matrix whose input has loud channels, the name of that input."""
    found = {}
    for layer in range(shape.layers):
        found[f"layer{layer}.qkv"] = f"layer{layer - 1}.out" if layer else "embedded"
        found[f"layer{layer}.wide"] = f"layer{layer}.mixed"
    return found


def _embeddings(g: Graph, weights: Weights, shape: Shape) -> str:
    words = g.rows("input_ids", "words", weights["embeddings.word_embeddings.weight"])
    # A single text is all segment 0, so that row joins the positions once, here.
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    g.weight("places.table", places[None])
    g.weight("zero", np.array([0], dtype=np.int64))
    size = g.node("Shape", ["input_ids"], "size", start=1, end=2)
    position = g.node("Slice", ["places.table", "zero", size, "token_axis"], "places")
    summed = g.node("Add", [words, position], "summed")
    return _norm(g, weights, "embeddings.LayerNorm", summed, "embedded", shape)


def _layer(g: Graph, weights: Weights, shape: Shape, x: str, layer: int) -> str:
    at = f"encoder.layer.{layer}"
    here = f"layer{layer}"

    def dense(name: str) -> tuple[Floats, Floats]:
        return np.ascontiguousarray(weights[f"{at}.{name}.weight"].T), weights[f"{at}.{name}.bias"]

    parts = [dense(f"attention.self.{name}") for name in ("query", "key", "value")]
    joined = np.concatenate([p[0] for p in parts], axis=1), np.concatenate([p[1] for p in parts])
    qkv = g.linear(x, f"{here}.qkv", *joined, loud="channels")
    names = [f"{here}.{part}" for part in ("query", "key", "value")]
    g.nodes.append(helper.make_node("Split", [qkv], names, name=f"{here}.split", axis=2, num_outputs=3))
    heads = g.node("MultiHeadAttention", names, f"{here}.attention", domain="com.microsoft", num_heads=shape.heads)
    out = g.linear(heads, f"{here}.attended", *dense("attention.output.dense"))
    x = _norm(g, weights, f"{at}.attention.output.LayerNorm", out, f"{here}.mixed", shape, skip=x)
    wide = g.linear(x, f"{here}.wide", *dense("intermediate.dense"), loud="channels")
    active = g.node("Gelu", [wide], f"{here}.active", domain="com.microsoft")
    narrow = g.linear(active, f"{here}.narrow", *dense("output.dense"), loud="tokens")
    return _norm(g, weights, f"{at}.output.LayerNorm", narrow, f"{here}.out", shape, skip=x)


def _norm(g: Graph, weights: Weights, at: str, x: str, name: str, shape: Shape, skip: str | None = None) -> str:
    inputs = [g.weight(f"{name}.gain", weights[f"{at}.weight"]), g.weight(f"{name}.shift", weights[f"{at}.bias"])]
    if skip is None:
        return g.node("LayerNormalization", [x, *inputs], name, axis=-1, epsilon=shape.epsilon)
    return g.node("SkipLayerNormalization", [x, skip, *inputs], name, domain="com.microsoft", epsilon=shape.epsilon)
