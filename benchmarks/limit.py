"""python -m benchmarks.limit: how much of this processor the classifier uses.

Counts the network's multiplications and the bytes it has to move, measures on one core what a large
matrix multiplication (floats by numpy, 8-bit integers by ONNX Runtime) and a large copy reach at
best, and what the network reaches: in floats and rounded, for batches of 1 and 8. The limit of a
row is the larger of its arithmetic and its memory traffic at those rates. All times are the fifth
percentile of many rounds in the thread's CPU time, so that what else the machine does matters
little.
"""

from __future__ import annotations

import argparse
import os

# One core, before numpy loads its library: the network is measured on one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, shape_inference

from benchmarks.speed import where
from models.bundles.bundle import GRAPH, STARTER
from models.inference.network import Network
from training.starter.building import exported

BATCHES = (1, 8)
_SIDE = 1024
_COPY_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Work:
    """What one photo takes: multiplications, bytes of weights, bytes of values read and written."""

    products: int
    weight_bytes: int
    value_bytes: int


def main() -> int:
    """Measure and print; the exit status."""
    argparse.ArgumentParser(prog="python -m benchmarks.limit", description=__doc__).parse_args()
    exact, rounded = exported(), (STARTER / GRAPH).read_bytes()
    peaks = {"floats": float_products_per_s(), "integers": integer_products_per_s()}
    bytes_per_s = copied_bytes_per_s()
    print(
        f"On one core: {peaks['floats'] / 1e9:.0f} billion products a second of floats,"
        f" {peaks['integers'] / 1e9:.0f} of 8-bit integers, {bytes_per_s / 1e9:.1f} GB/s copied.\n"
    )
    print(
        "| network | batch | million products a photo | MB a photo | arithmetic's limit, ms |"
        " memory's limit, ms | measured, ms | of the limit |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, graph, width in (("floats", exact, 4), ("integers", rounded, 1)):
        work = work_of(exact, width)
        network = Network(graph, threads=1)
        for batch in BATCHES:
            photos = np.random.default_rng(0).integers(0, 256, (batch, 224, 224, 3), np.uint8)
            measured = least_s(lambda n=network, p=photos: n.run(p), rounds=60) / batch
            moved = work.weight_bytes / batch + work.value_bytes
            arithmetic, memory = work.products / peaks[name], moved / bytes_per_s
            share = max(arithmetic, memory) / measured
            print(
                f"| {name} | {batch} | {work.products / 1e6:.0f} | {moved / 1e6:.1f} |"
                f" {1000 * arithmetic:.2f} | {1000 * memory:.2f} | {1000 * measured:.2f} |"
                f" {share:.0%} |",
                flush=True,
            )
    print(f"\n{where()}")
    return 0


def work_of(graph: bytes, width_bytes: int) -> Work:
    """What a photo takes in the convolutions and matrices of a graph in floats.

    `width_bytes` is that of weights and values; every value is written once and read once.
    """
    model = shape_inference.infer_shapes(onnx.load_model_from_string(graph))
    shapes = {
        value.name: [dimension.dim_value or 1 for dimension in value.type.tensor_type.shape.dim]
        for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]
    }
    weights = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    products = weight_count = value_count = 0
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm"):
            out = math.prod(shapes[node.output[0]])
            kernel = weights[node.input[1]]
            products += out * (kernel[0].size if node.op_type == "Conv" else kernel.shape[1])
            weight_count += kernel.size
            value_count += out + math.prod(shapes[node.input[0]])
    return Work(products, weight_count * width_bytes, value_count * width_bytes)


def float_products_per_s() -> float:
    """Multiply-adds a second in a large multiplication of matrices of floats."""
    left, right = (np.ones((_SIDE, _SIDE), np.float32) for _ in range(2))
    out = np.empty_like(left)
    return _SIDE**3 / least_s(lambda: np.matmul(left, right, out=out), rounds=40)


def integer_products_per_s() -> float:
    """The same of 8-bit integers, as the runtime multiplies them."""
    right = numpy_helper.from_array(np.ones((_SIDE, _SIDE), np.int8), "right")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["left", "right"], ["out"])],
        "product",
        [helper.make_tensor_value_info("left", TensorProto.UINT8, [_SIDE, _SIDE])],
        [helper.make_tensor_value_info("out", TensorProto.INT32, [_SIDE, _SIDE])],
        [right],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    given = {"left": np.ones((_SIDE, _SIDE), np.uint8)}
    return _SIDE**3 / least_s(lambda: session.run(None, given), rounds=40)


def copied_bytes_per_s() -> float:
    """Bytes read and written a second by a large copy."""
    source = np.ones(_COPY_BYTES, np.uint8)
    target = np.empty_like(source)
    return 2 * _COPY_BYTES / least_s(lambda: np.copyto(target, source), rounds=10)


def least_s(work: Callable[[], object], *, rounds: int) -> float:
    """CPU seconds of the thread that `work` takes, at the fifth percentile of the rounds."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return float(np.percentile(taken, 5))


if __name__ == "__main__":
    raise SystemExit(main())
