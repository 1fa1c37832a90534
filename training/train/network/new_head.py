"""Giving a served graph another head, without torch: seconds instead of an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from models.inference.network import OUTPUTS

Floats = NDArray[np.float32]

_ROUNDING = ("QuantizeLinear", "DequantizeLinear")


@dataclass(frozen=True)
class LastLayer:
    """A graph's linear head: see `with_head`."""

    weight: Floats
    bias: Floats
    known: Floats | None
    temperature: float


def with_head(
    graph: Path,
    weight: Floats,
    bias: Floats,
    *,
    temperature: float,
    feature_norm: float,
    known: Floats | None = None,
) -> bytes:
    """The graph with a linear head on its embedding, scaled to length `feature_norm`.

    `weight` is [L, D], `bias` [L]; `known` [L, D], where there is any, is added for the embedding
    as it comes. The body, with `embedding` and `imagenet`, stays unchanged.
    """
    model = onnx.load(graph)
    body = model.graph
    pooling = next(node for node in body.node if "embedding" in node.output)
    features = pooling.input[0]
    nodes = _needed(list(body.node), ("embedding", "imagenet", features))
    used = {name for node in nodes for name in node.input}
    constants = [tensor for tensor in body.initializer if tensor.name in used]
    head, head_constants = _head(features, weight, bias, temperature, feature_norm, known)
    shapes: dict[str, list[int | str]] = {
        "probabilities": ["batch", len(bias)],
        "logits": ["batch", len(bias)],
    }
    cam = _shape(body, "cam")
    outputs = [
        helper.make_tensor_value_info(
            name, TensorProto.FLOAT, shapes.get(name) or _shape(body, name)
        )
        for name in OUTPUTS
        if name != "cam"
    ]
    outputs.append(
        helper.make_tensor_value_info("cam", TensorProto.FLOAT, ["batch", len(bias), *cam[2:]])
    )
    made = helper.make_graph(
        [*nodes, *head], "bundle", list(body.input), outputs, [*constants, *head_constants]
    )
    whole = helper.make_model(made, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.checker.check_model(whole)
    content: bytes = whole.SerializeToString()
    return content


def head_in(graph: bytes) -> LastLayer:
    """The head that `with_head` gave a graph."""
    found = {
        item.name: numpy_helper.to_array(item)
        for item in onnx.load_model_from_string(graph).graph.initializer
        if item.name.startswith("head.")
    }
    return LastLayer(
        found["head.weight"],
        found["head.bias"],
        found.get("head.known"),
        float(found["head.temperature"]),
    )


def is_rounded(graph: Path) -> bool:
    """Whether an ONNX file computes its features in 8-bit integers."""
    return any(node.op_type == "QuantizeLinear" for node in onnx.load(graph).graph.node)


def classifier_of(graph: Path) -> Floats | None:
    """The rows [1000, D] of a graph's pretrained classifier, also of one in 8-bit integers.

    None where it is not linear on the embedding.
    """
    body = onnx.load(graph).graph
    constants = {item.name: numpy_helper.to_array(item) for item in body.initializer}
    makers = {name: node for node in body.node for name in node.output}
    last = makers["imagenet"]
    source = last.input[0]
    while makers.get(source) is not None and makers[source].op_type in _ROUNDING:
        source = makers[source].input[0]
    if last.op_type != "Gemm" or source != "embedding":
        return None
    turned = any(item.name == "transB" and item.i for item in last.attribute)
    name = last.input[1]
    if name in constants:
        rows = constants[name]
    else:
        whole, scale = (constants[part] for part in makers[name].input[:2])
        rows = whole.astype(np.float32) * scale[:, None]
    return np.asarray(rows if turned else rows.T, np.float32)


def _head(
    features: str,
    weight: Floats,
    bias: Floats,
    temperature: float,
    feature_norm: float,
    known: Floats | None,
) -> tuple[list[NodeProto], list[TensorProto]]:
    constants: dict[str, NDArray[np.generic]] = {
        "head.weight": weight.astype(np.float32),
        "head.kernel": weight.astype(np.float32)[:, :, None, None],
        "head.bias": bias.astype(np.float32),
        "head.norm": np.array([[feature_norm]], np.float32),
        "head.least": np.array(1e-6, np.float32),
        "head.temperature": np.array(temperature, np.float32),
        "head.axis": np.array([1], np.int64),
        "head.places": np.array([2, 3], np.int64),
    }
    learned, places = (
        ("logits", "cam") if known is None else ("head.learned", "head.learned.places")
    )
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("ReduceL2", ["embedding", "head.axis"], "head.length", {"keepdims": 1}),
        ("Max", ["head.length", "head.least"], "head.positive", {}),
        ("Div", ["head.norm", "head.positive"], "head.scale", {}),
        ("Mul", ["embedding", "head.scale"], "head.pooled", {}),
        ("Gemm", ["head.pooled", "head.weight", "head.bias"], learned, {"transB": 1}),
        ("Div", ["logits", "head.temperature"], "head.calibrated", {}),
        ("Softmax", ["head.calibrated"], "probabilities", {"axis": 1}),
        ("Unsqueeze", ["head.scale", "head.places"], "head.everywhere", {}),
        ("Conv", [features, "head.kernel"], "head.spoken", {}),
        ("Mul", ["head.spoken", "head.everywhere"], places, {}),
    ]
    if known is not None:
        constants["head.known"] = known.astype(np.float32)
        constants["head.known.kernel"] = known.astype(np.float32)[:, :, None, None]
        steps[5:5] = [("Gemm", ["embedding", "head.known", learned], "logits", {"transB": 1})]
        steps += [
            ("Conv", [features, "head.known.kernel"], "head.known.places", {}),
            ("Add", [places, "head.known.places"], "cam", {}),
        ]
    nodes = [
        helper.make_node(kind, inputs, [output], name=f"head.{number}", **attributes)
        for number, (kind, inputs, output, attributes) in enumerate(steps)
    ]
    return nodes, [numpy_helper.from_array(array, name) for name, array in constants.items()]


def _needed(nodes: list[NodeProto], wanted: tuple[str, ...]) -> list[NodeProto]:
    """The nodes that these values depend on, in their order."""
    names = set(wanted)
    kept = []
    for node in reversed(nodes):
        if names & set(node.output):
            names |= set(node.input)
            kept.append(node)
    return kept[::-1]


def _shape(graph: onnx.GraphProto, name: str) -> list[int | str]:
    value = next(output for output in graph.output if output.name == name)
    return [
        dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim
    ]
