"""A served body in 8-bit integers, for torch: what `learner.pkl` of such a bundle computes with.

A learner with the exact body would answer up to 0.1 in probability apart from the bundle that it
came with. Class and module keep their names: exported learners refer to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

PIXELS = 4
"""In a row, read as one place."""
COLOURS = 3
Kernel = NDArray[np.int8]
_FEATURES = "embedding"  # what the graph makes of the body's last value


@dataclass(frozen=True)
class _Grid:
    """The scale of a value's integers 0…255."""

    scale: np.float32
    zero: int


@dataclass(frozen=True)
class _Conv:
    """Takes `source`, gives `output`; its kernel and bias are buffers numbered `number`."""

    source: str
    output: str
    number: int
    zero_in: int
    zero_out: int
    stride: int
    groups: int
    edges: tuple[int, int, int, int]  # left, right, top, bottom


@dataclass(frozen=True)
class _Add:
    """Adds two values on different grids, with the result on a third."""

    sources: tuple[str, str]
    output: str
    factors: tuple[float, float]
    offset: float


def is_wide(kernel: Kernel) -> bool:
    """Whether a first convolution's kernel is one on wide places."""
    channels: int = kernel.shape[1]
    return channels == COLOURS * PIXELS


def narrowed(wide: Kernel, *, stride: int) -> Kernel:
    """The square kernel [O, 3, h, h] that `wide_pixels.widened` was given."""
    height = wide.shape[2]
    outputs = len(wide) * stride // PIXELS
    columns = []
    for x in range(height):
        place, pixel = divmod(x, PIXELS)
        columns.append(wide[:outputs, pixel * COLOURS : (pixel + 1) * COLOURS, :, place])
    return np.stack(columns, axis=3)


class RoundedBody(nn.Module):
    """Normalised photos [N, 3, H, W] to features [N, D, h, w], in the integers of the graph.

    Gives the very numbers that ONNX Runtime gives. For evaluation only: rounding has no gradient.
    """

    def __init__(self, graph: Path | bytes, *, mean: Sequence[float], std: Sequence[float]) -> None:
        """`graph` is what `train.network.quantising.quantised` made, or its file; photos come
        normalised by `mean` and `std`."""
        super().__init__()
        self.mean = nn.Buffer(torch.tensor(mean).view(1, 3, 1, 1))
        self.std = nn.Buffer(torch.tensor(std).view(1, 3, 1, 1))
        self._steps: list[_Conv | _Add] = []
        content = graph if isinstance(graph, bytes) else graph.read_bytes()
        self._read(onnx.load_model_from_string(content).graph)

    def _read(self, graph: onnx.GraphProto) -> None:
        constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
        grids: dict[str, _Grid] = {}  # by the name of the value that was brought back
        rounded: dict[str, _Grid] = {}  # by the name of the value that is rounded
        weights: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for node in graph.node:
            if node.op_type == "QuantizeLinear":
                scale, zero = (constants[name] for name in node.input[1:])
                rounded[node.input[0]] = _Grid(np.float32(scale), int(zero))
            elif node.op_type == "DequantizeLinear" and node.input[0] in constants:
                weights[node.output[0]] = constants[node.input[0]], constants[node.input[1]]
            elif node.op_type == "DequantizeLinear":
                scale, zero = (constants[name] for name in node.input[1:])
                grids[node.output[0]] = _Grid(np.float32(scale), int(zero))
        back = {f"{name}.back" for name in rounded}
        self._start = next(name for name in grids if name not in back)
        self._end = next(node.input[0] for node in graph.node if _FEATURES in node.output)
        self._end_grid = grids[self._end]
        for node in graph.node:
            if _FEATURES in node.output:
                break  # the rest does not belong to the body
            if node.output[0] not in rounded:
                continue
            output = f"{node.output[0]}.back"
            if node.op_type == "Conv":
                self._read_conv(node, weights, grids[node.input[0]], rounded[node.output[0]])
            elif node.op_type == "Add":
                first, second = node.input
                to = rounded[node.output[0]]
                factors = [np.float32(grids[name].scale / to.scale) for name in (first, second)]
                zeros = [
                    np.float32(factor * np.float32(grids[name].zero))
                    for factor, name in zip(factors, (first, second), strict=True)
                ]
                offset = np.float32(to.zero) - np.float32(zeros[0] + zeros[1])
                both = (float(factors[0]), float(factors[1]))
                self._steps.append(_Add((first, second), output, both, float(offset)))
            else:
                raise ValueError(f"a body with {node.op_type} cannot be computed here")

    def _read_conv(
        self,
        node: NodeProto,
        weights: dict[str, tuple[np.ndarray, np.ndarray]],
        given: _Grid,
        to: _Grid,
    ) -> None:
        options = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        (kernel, scale), (bias, _) = (weights[name] for name in node.input[1:3])
        top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
        if node.input[0] == self._start and is_wide(kernel):
            kernel = narrowed(kernel, stride=options["strides"][0])
            bias, scale = bias[: len(kernel)], scale[: len(kernel)]
            left, right = top, bottom
        number = len(self._steps)
        factor = given.scale * scale.astype(np.float32) / to.scale
        for name, array in (("kernel", kernel), ("bias", bias), ("factor", factor)):
            tensor = torch.from_numpy(array.astype(np.float32))
            if name == "factor":
                tensor = tensor.view(1, -1, 1, 1)
            self.register_buffer(f"{name}_{number}", tensor)
        self._steps.append(
            _Conv(
                source=node.input[0],
                output=f"{node.output[0]}.back",
                number=number,
                zero_in=given.zero,
                zero_out=to.zero,
                stride=options["strides"][0],
                groups=options.get("group", 1),
                edges=(left, right, top, bottom),
            )
        )

    def forward(self, photos: Tensor) -> Tensor:
        pixels = ((photos * self.std + self.mean) * 255).round()
        values = {self._start: pixels}
        for step in self._steps:
            if isinstance(step, _Conv):
                value = values[step.source]
                if step.zero_in:
                    value = value - step.zero_in
                left, right, top, bottom = step.edges
                if (left, top) != (right, bottom):
                    value, left, top = functional.pad(value, list(step.edges)), 0, 0
                total = functional.conv2d(
                    value,
                    self.get_buffer(f"kernel_{step.number}"),
                    self.get_buffer(f"bias_{step.number}"),
                    stride=step.stride,
                    padding=(top, left),
                    groups=step.groups,
                )
                # In place: half of the time goes into passes over large values.
                raw = total.mul_(self.get_buffer(f"factor_{step.number}")).round_()
                if step.zero_out:
                    raw.add_(step.zero_out)
            else:
                # As the runtime does it: each product is added before anything is cut to 32 bits.
                first, second = (values[name].double() for name in step.sources)
                inner = (second * step.factors[1] + step.offset).float()
                raw = (first * step.factors[0] + inner.double()).float().round()
            values[step.output] = raw.clamp_(0, 255)
        return (values[self._end] - self._end_grid.zero) * float(self._end_grid.scale)
