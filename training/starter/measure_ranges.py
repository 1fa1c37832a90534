"""python -m training.starter.measure_ranges PHOTOS…: what rounding the default body takes.

    python -m training.starter.measure_ranges ../photos/bears ../photos/others

The range of each of its values and the mean of each convolution's inputs, measured on every fifth
of the photos, go into `training/train/network/lite0_ranges.npz`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.errors import PhotoError
from models.photo import Preparation, prepare
from training.train.network.quantising import RANGES, Floats, Plan, Ranges

_EVERY = 5
_SAMPLES = 4096  # values of each tensor and photo that a range is read off
_PERCENTILE = 99.99


def measure(content: bytes, photos: Sequence[NDArray[np.uint8]]) -> Ranges:
    """The ranges and means of a graph's values on prepared photos, [H, W, 3] each."""
    model = onnx.load_model_from_string(content)
    plan = Plan(model.graph)
    inputs = [step.conv.input[0] for step in plan.steps]
    wanted = list(dict.fromkeys([*plan.values, *inputs]))
    model.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted
    )
    session = onnxruntime.InferenceSession(model.SerializeToString())
    chance = np.random.default_rng(0)
    samples: dict[str, list[Floats]] = {name: [] for name in plan.values}
    sums = {name: np.zeros(1, np.float64) for name in inputs}
    for photo in photos:
        found = session.run(wanted, {"photo": photo[np.newaxis]})
        for name, array in zip(wanted, found, strict=True):
            if name in samples:
                flat = array.ravel()
                samples[name].append(flat[chance.integers(0, flat.size, _SAMPLES)])
            if name in sums:
                sums[name] = sums[name] + array.mean(axis=(0, 2, 3))
    every = {name: np.concatenate(some) for name, some in samples.items()}
    return Ranges(
        np.array([np.percentile(every[name], 100 - _PERCENTILE) for name in plan.values]),
        np.array([np.percentile(every[name], _PERCENTILE) for name in plan.values]),
        np.concatenate([sums[name] / len(photos) for name in inputs]).astype(np.float32),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the ranges on the photos of folders; the exit status."""
    from training.starter.building import exported

    parser = argparse.ArgumentParser(
        prog="python -m training.starter.measure_ranges", description=__doc__
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("photos", nargs="+", type=Path, help="folders of photos, at any depth")
    parser.add_argument("--out", type=Path, default=RANGES)
    options = parser.parse_args(arguments)
    squares = list(_squares(options.photos))
    if not squares:
        print("These folders hold no readable photo.", file=sys.stderr)
        return 1
    measure(exported(), squares).write(options.out)
    print(f"{options.out}: measured on {len(squares)} photos")
    return 0


def _squares(folders: Sequence[Path]) -> Iterator[NDArray[np.uint8]]:
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    for file in files[::_EVERY]:
        try:
            yield prepare(file.read_bytes(), Preparation())
        except PhotoError as exc:
            print(f"{file} is left out: {exc}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
