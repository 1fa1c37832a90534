"""A bundle that is whole in every respect, but for its graph, which never comes to an end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from models.bundles.bundle import STARTER, Bundle, write_bundle


def write_endless(folder: Path, version: str) -> Bundle:
    """The starter with a loop of 2^62 turns before it says its probabilities."""
    starter = Bundle.open(STARTER)
    manifest = replace(starter.manifest, version=version)
    files: dict[str, bytes | Path] = {name: starter.path / name for name in manifest.files}
    files["model.onnx"] = _endless(starter.graph)
    return write_bundle(folder, manifest, files)


def _endless(graph_file: Path) -> bytes:
    model = onnx.load(graph_file)
    for node in model.graph.node:
        for place, name in enumerate(node.output):
            if name == "probabilities":
                node.output[place] = "at_last"
    true = helper.make_tensor("true", TensorProto.BOOL, [], [True])
    turns = helper.make_tensor("turns", TensorProto.INT64, [], [2**62])
    zero = helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["go_on_still"]),
            helper.make_node("Mul", ["value", "value"], ["next"]),
        ],
        "turn",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("go_on_still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, []),
        ],
    )
    model.graph.initializer.extend([true, turns, zero])
    model.graph.node.append(helper.make_node("Loop", ["turns", "true", "zero"], ["end"], body=body))
    model.graph.node.append(helper.make_node("Add", ["at_last", "end"], ["probabilities"]))
    content: bytes = model.SerializeToString()
    return content
