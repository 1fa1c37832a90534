"""The default body in 8-bit integers.

Rounding a network takes the range of each of its values and the mean of each convolution's
inputs, measured once (`training.starter.measure_ranges`) and kept in `lite0_ranges.npz`, so that
a rebuild needs no photos. docs/decisions/0080 has what was measured, and why each step is there:

- The photo's pixels are whole numbers already: the first convolution takes them as they are,
  four at a time (`training.train.network.wide_pixels`).
- After the last convolution only ImageNet's classifier is rounded, whose thousand rows were a
  fourth of the bytes that a photo moves; heads stay in 32-bit floats.
- Weights are rounded for each channel by its own scale; those of one channel and
  several places so that their sum stays, because neighbouring pixels are nearly equal.
- What rounding adds to a channel on average is taken off its bias (Nagel et al., "Data-Free
  Quantization Through Weight Equalization and Bias Correction", 2019, section 4.2).
- No two neighbouring weights sum to more than 128: then the 16-bit sums of processors without
  VNNI do not overflow, and every processor computes the same integers. That matters: a rounded
  network makes a difference of one in ten values of 400,000 into 0.03 in probability.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, helper, numpy_helper

from training.errors import TrainError
from training.rounded_body import PIXELS
from training.train.network.rounding import grid_of, round_kernel, taken_by_rounding
from training.train.network.wide_pixels import can_widen, widened

Floats = NDArray[np.float32]

RANGES = Path(__file__).parent / "lite0_ranges.npz"
"""Of EfficientNet-Lite0 with the starter's weights."""

_GREY = 115  # the mean of ImageNet's colours, with which the first convolution is padded
_NORMALISING = ("Cast", "Mul", "Sub")  # between the pixels and the first convolution


@dataclass(frozen=True)
class Ranges:
    """The measured ranges: lowest and highest of each value in the graph's order, [K]; means of
    each convolution's inputs, concatenated, [sum of channels]."""

    low: Floats
    high: Floats
    means: Floats

    @classmethod
    def read(cls, file: Path = RANGES) -> Ranges:
        """The content that `write` wrote."""
        with np.load(file) as arrays:
            return cls(*(arrays[name].astype(np.float32) for name in ("low", "high", "means")))

    def write(self, file: Path) -> None:
        """Half precision is plenty."""
        halves = {name: getattr(self, name).astype(np.float16) for name in ("low", "high", "means")}
        np.savez_compressed(file, **halves)


@dataclass(frozen=True)
class _Step:
    """A convolution to be rounded, its kernel and bias, and the value its activation gives."""

    conv: NodeProto
    kernel: Floats
    bias: Floats
    output: str
    clip: NodeProto | None

    @property
    def stride(self) -> int:
        """Of the convolution, the same both ways."""
        return next(int(item.ints[0]) for item in self.conv.attribute if item.name == "strides")

    @property
    def inputs(self) -> int:
        """Channels that it takes."""
        return len(self.kernel) if self.kernel.shape[1] == 1 else self.kernel.shape[1]


class Plan:
    """The rounded parts of a graph."""

    def __init__(self, graph: GraphProto) -> None:
        constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
        outputs = {output.name for output in graph.output}
        readers: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                readers.setdefault(name, []).append(node)
        self.steps: list[_Step] = []
        for conv in graph.node:
            if conv.op_type != "Conv" or outputs & {*conv.output}:
                continue
            after = readers.get(conv.output[0], [])
            clip = after[0] if len(after) == 1 and after[0].op_type == "Clip" else None
            kernel, bias = (constants[name] for name in conv.input[1:3])
            self.steps.append(_Step(conv, kernel, bias, (clip or conv).output[0], clip))
        (photo,) = graph.input
        self.photo = photo.name
        self.height, self.width = (size.dim_value for size in photo.type.tensor_type.shape.dim[1:3])
        self.turned = next(node.output[0] for node in graph.node if photo.name in node.input)
        """The photo, colours first."""
        by_kind = {node.op_type: node for node in graph.node if node.op_type in _NORMALISING}
        self.normalising = [by_kind[kind].output[0] for kind in _NORMALISING]
        self.factor, shift = (constants[by_kind[kind].input[1]].ravel() for kind in ("Mul", "Sub"))
        self.mean_px: Floats = shift / self.factor
        by_output = {name: node for node in graph.node for name in node.output}
        self.classifier = by_output["imagenet"]
        self.classifier_weights = tuple(constants[name] for name in self.classifier.input[1:3])
        """Of ImageNet's classifier: [1000, D] and [1000]."""
        self.features = by_output[self.classifier.input[0]].input[0]
        """The value by place whose mean the classifier takes."""
        sums = [node.output[0] for node in graph.node if node.op_type == "Add"]
        given = {step.output for step in self.steps} | {*sums}
        order = [name for node in graph.node for name in node.output]
        self.values = [name for name in order if name in given]
        """Every value that is kept as 8 bits, in the graph's order."""

    def on_pixels(self, means: Floats) -> tuple[_Step, Floats]:
        """The first convolution as one of pixels, and their means less the grey, from those of
        normalised photos [3]: its kernel divides, its bias subtracts."""
        first = self.steps[0]
        kernel = first.kernel * self.factor[:, None, None]
        off = kernel.sum(axis=(2, 3)) @ (_GREY - self.mean_px)
        pixels = means / self.factor + self.mean_px - _GREY
        return replace(first, kernel=kernel, bias=first.bias + off), pixels


def quantised(content: bytes, ranges: Ranges) -> bytes:
    """The graph, an ONNX file's content, with its body in 8-bit integers.

    Raises TrainError when the ranges are another network's.
    """
    model = onnx.load_model_from_string(content)
    plan = Plan(model.graph)
    inputs = [step.inputs for step in plan.steps]
    if len(plan.values) != len(ranges.low) or sum(inputs) != len(ranges.means):
        raise TrainError(
            "The measured ranges do not belong to this network: measure them again with"
            " `python -m training.starter.measure_ranges`."
        )
    scales = {
        name: grid_of(float(low), float(high))
        for name, low, high in zip(plan.values, ranges.low, ranges.high, strict=True)
    }
    means = dict(
        zip(
            [step.conv.output[0] for step in plan.steps],
            np.split(ranges.means, np.cumsum(inputs)[:-1]),
            strict=True,
        )
    )
    first = plan.steps[0].conv.output[0]
    plan.steps[0], means[first] = plan.on_pixels(means[first])
    _Rewriting(model.graph, plan, scales, means).run()
    onnx.checker.check_model(model)
    rounded: bytes = model.SerializeToString()
    return rounded


class _Rewriting:
    """Puts the integers' pairs of QuantizeLinear and DequantizeLinear into a graph, in place.

    The runtime turns what stands between two pairs into one operation on integers.
    """

    def __init__(
        self,
        graph: GraphProto,
        plan: Plan,
        scales: dict[str, tuple[float, int]],
        means: dict[str, Floats],
    ) -> None:
        self._graph, self._plan, self._scales, self._means = graph, plan, scales, means
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, NDArray[np.generic]] = {}
        self._renamed: dict[str, str] = {}

    def run(self) -> None:
        """Rewrite the whole graph."""
        steps = {step.conv.output[0]: step for step in self._plan.steps}
        merged = {step.clip.output[0] for step in self._plan.steps if step.clip is not None}
        self._take_pixels()
        pixels = {self._plan.turned, *self._plan.normalising}
        for old in list(self._graph.node):
            # A value in 8 bits cannot leave its range: the clip is in its rounding.
            if old.output[0] in merged | pixels:
                continue
            node = NodeProto()
            node.CopyFrom(old)
            del node.input[:]
            node.input.extend(self._renamed.get(name, name) for name in old.input)
            step = steps.get(old.output[0])
            if old is self._plan.classifier:
                self._round_classifier(node)
            if step is not None:
                self._round_weights(step, node, self._means[step.conv.output[0]])
                node.output[0] = step.output
            self._nodes.append(node)
            if node.output[0] in self._scales:
                self._round(node.output[0], wide=step is self._plan.steps[0])
        used = {name for node in self._nodes for name in node.input}
        kept = [item for item in self._graph.initializer if item.name in used]
        del self._graph.node[:], self._graph.initializer[:], self._graph.value_info[:]
        self._graph.node.extend(self._nodes)
        self._graph.initializer.extend(kept)
        self._graph.initializer.extend(
            numpy_helper.from_array(array, name) for name, array in self._constants.items()
        )

    def _take_pixels(self) -> None:
        """Give the first convolution the raw photo, where the graph normalises it."""
        plan = self._plan
        normalised = plan.normalising[-1]
        self._scales[normalised] = (1.0, _GREY)
        names = self._keep(normalised, np.array(1, np.float32), np.array(_GREY, np.uint8))
        wide = self._reshaped(plan.photo, plan.height, plan.width // PIXELS, 3 * PIXELS)
        self._add("Transpose", [wide], plan.turned, perm=[0, 3, 1, 2])
        self._add("DequantizeLinear", [plan.turned, *names], f"{normalised}.back")
        self._renamed[normalised] = f"{normalised}.back"

    def _round(self, value: str, *, wide: bool = False) -> None:
        """Put a value into 8 bits; a `wide` one gives its outputs side by side their places."""
        scale, zero = self._scales[value]
        names = self._keep(value, np.array(scale, np.float32), np.array(zero, np.uint8))
        rounded = f"{value}.rounded"
        self._add("QuantizeLinear", [value, *names], rounded)
        if wide:
            first = self._plan.steps[0]
            rows, columns = (side // first.stride for side in (self._plan.height, self._plan.width))
            self._add("Transpose", [rounded], f"{value}.places", perm=[0, 2, 3, 1])
            apart = self._reshaped(f"{value}.places", rows, columns, len(first.kernel))
            rounded = f"{value}.apart"
            self._add("Transpose", [apart], rounded, perm=[0, 3, 1, 2])
        self._add("DequantizeLinear", [rounded, *names], f"{value}.back")
        self._renamed[value] = f"{value}.back"

    def _reshaped(self, value: str, *sides: int) -> str:
        """The value [N, …] with other sides [N, *sides]; its name."""
        self._constants[f"{value}.sides"] = np.array([0, *sides], np.int64)
        self._add("Reshape", [value, f"{value}.sides"], f"{value}.reshaped")
        return f"{value}.reshaped"

    def _round_classifier(self, node: NodeProto) -> None:
        """A mean stays within the range of its values. Heads still take it unrounded."""
        weight, bias = self._plan.classifier_weights
        mean = node.input[0]
        self._scales[mean] = self._scales[self._plan.features]
        self._round(mean)
        node.input[0] = self._renamed.pop(mean)
        whole, scale = round_kernel(weight[:, :, None, None])
        self._put_weights(
            node, "classifier", whole[:, :, 0, 0], scale, bias, self._scales.pop(mean)[0]
        )

    def _round_weights(self, step: _Step, node: NodeProto, means: Floats) -> None:
        is_first = step is self._plan.steps[0]
        whole, scale = round_kernel(step.kernel, by_row=is_first)
        bias = step.bias + taken_by_rounding(
            step.kernel - whole * scale[:, None, None, None], means
        )
        if is_first:
            if not can_widen(node, whole, self._plan.width):
                raise TrainError("The first convolution of this network cannot be rounded here.")
            whole, stride = widened(whole, stride=step.stride), step.stride
            beside = len(whole) // len(scale)
            scale, bias = np.tile(scale, beside), np.tile(bias, beside)
            attributes = {item.name: item.ints for item in node.attribute}
            if "kernel_shape" in attributes:  # some exporters leave it to the weights
                attributes["kernel_shape"][:] = whole.shape[2:]
            attributes["strides"][:] = [stride, 1]
            attributes["pads"][3] = whole.shape[3] - 1
        self._put_weights(
            node, step.output, whole, scale, bias, self._scales[step.conv.input[0]][0]
        )

    def _put_weights(
        self,
        node: NodeProto,
        owner: str,
        whole: NDArray[np.int8],
        scale: Floats,
        bias: Floats,
        input_scale: float,
    ) -> None:
        """Give a node kernel and bias in integers, named after their owner."""
        bias_scale = scale * np.float32(input_scale)
        whole_bias = np.round(bias / bias_scale).astype(np.int32)
        for place, (integers, by) in enumerate(
            ((whole, scale), (whole_bias, bias_scale.astype(np.float32))), start=1
        ):
            name = f"{owner}.{'kernel' if place == 1 else 'bias'}"
            zeros = np.zeros(len(by), integers.dtype)
            names = self._keep(name, by, zeros)
            self._constants[f"{name}.rounded"] = integers
            self._add("DequantizeLinear", [f"{name}.rounded", *names], name, axis=0)
            node.input[place] = name

    def _keep(self, name: str, scale: NDArray[np.generic], zero: NDArray[np.generic]) -> list[str]:
        self._constants |= {f"{name}.scale": scale, f"{name}.zero": zero}
        return [f"{name}.scale", f"{name}.zero"]

    def _add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
