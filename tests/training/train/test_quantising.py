"""The default body in 8-bit integers: near to the exact one, and the same everywhere."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from torch.nn import functional

from models.bundles.bundle import STARTER, Bundle, drawn_bears
from models.inference.classifier import Classifier
from models.inference.network import Network
from models.photo import Preparation, prepare
from tests.conftest import draw_photo
from training.errors import TrainError
from training.rounded_body import RoundedBody, narrowed
from training.starter import building
from training.starter.building import exported
from training.starter.measure_ranges import main
from training.train.material.features import FEATURE_NORM
from training.train.network.new_head import is_rounded
from training.train.network.quantising import Ranges, quantised
from training.train.network.rounding import round_kernel
from training.train.network.wide_pixels import can_widen, widened

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.fixture(scope="module")
def exact() -> bytes:
    """The starter's graph in floats."""
    return exported()


@pytest.fixture(scope="module")
def squares() -> np.ndarray:
    """Prepared pictures, [N, H, W, 3]."""
    photos = [*drawn_bears().values(), *(draw_photo(seed=seed) for seed in range(3))]
    return np.stack([prepare(photo, Preparation()) for photo in photos])


def test_rounding_hardly_changes_the_features(exact: bytes, squares: np.ndarray) -> None:
    """The shipped body's features point where the exact body's do."""
    expected = Network(exact, threads=1).run(squares).embedding
    got = Network(STARTER / "model.onnx", threads=1).run(squares).embedding
    cosine = (expected * got).sum(axis=1)
    cosine /= np.linalg.norm(expected, axis=1) * np.linalg.norm(got, axis=1)
    assert cosine.min() > 0.98


def test_torch_computes_the_very_numbers_of_the_served_body(squares: np.ndarray) -> None:
    """The learner's body and the runtime agree to the last integer: features are equal."""
    body = RoundedBody(STARTER / "model.onnx", mean=MEAN, std=STD).eval()
    pixels = torch.from_numpy(squares).permute(0, 3, 1, 2) / 255
    normal = (pixels - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    with torch.inference_mode():
        got = body(normal).mean((2, 3)).numpy()
    expected = Network(STARTER / "model.onnx", threads=1).run(squares).embedding
    np.testing.assert_allclose(got, expected, atol=1e-4 * FEATURE_NORM)


def test_a_learner_with_the_rounded_body_can_be_kept(squares: np.ndarray) -> None:
    """Saved and loaded, the body computes the same."""
    body = RoundedBody(STARTER / "model.onnx", mean=MEAN, std=STD).eval()
    file = io.BytesIO()
    torch.save(body, file)
    file.seek(0)
    again = torch.load(file, weights_only=False)
    photo = torch.zeros((1, 3, 224, 224))
    with torch.inference_mode():
        assert torch.equal(body(photo), again(photo))


def test_no_sum_of_two_products_overflows_sixteen_bits() -> None:
    """Neighbouring weights of every shipped kernel sum to 128 at most, in either order.

    Convolutions and ImageNet's classifier; the first convolution as it takes four pixels at once.
    """
    graph = onnx.load(STARTER / "model.onnx").graph
    kernels = [
        numpy_helper.to_array(item).astype(np.int32)
        for item in graph.initializer
        if item.name.endswith("kernel.rounded")
    ]
    assert len(kernels) == 50
    for kernel in kernels:
        if kernel.shape[1] == 1:
            continue  # depthwise: each product is added by itself
        orders = (kernel, kernel.transpose(0, 2, 3, 1)) if kernel.ndim == 4 else (kernel,)
        for order in orders:
            flat = order.reshape(len(kernel), -1)
            even = flat[:, : flat.shape[1] // 2 * 2]
            assert np.abs(even[:, 0::2] + even[:, 1::2]).max() <= 128


def test_rounding_a_channel_by_place_keeps_its_sum() -> None:
    """What a depthwise kernel does to an even surface stays within half a step."""
    kernel = np.random.default_rng(0).normal(size=(64, 1, 5, 5)).astype(np.float32)
    whole, scale = round_kernel(kernel)
    off = whole.sum(axis=(1, 2, 3)) - (kernel / scale[:, None, None, None]).sum(axis=(1, 2, 3))
    assert np.abs(off).max() <= 0.51


def test_four_pixels_at_once_give_the_same_integers() -> None:
    """The first convolution on wide places, put apart again, is the one on pixels."""
    chance = np.random.default_rng(0)
    kernel = chance.integers(-127, 128, (5, 3, 3, 3)).astype(np.int8)
    photo = torch.from_numpy(chance.integers(0, 256, (2, 16, 24, 3))).double()
    padded = functional.pad(photo.permute(0, 3, 1, 2), (0, 1, 0, 1))
    expected = functional.conv2d(padded, torch.from_numpy(kernel).double(), stride=2)

    places = photo.reshape(2, 16, 6, 12).permute(0, 3, 1, 2)
    wide = torch.from_numpy(widened(kernel, stride=2)).double()
    got = functional.conv2d(functional.pad(places, (0, 1, 0, 1)), wide, stride=(2, 1))
    apart = got.permute(0, 2, 3, 1).reshape(2, 8, 12, 5).permute(0, 3, 1, 2)

    assert torch.equal(expected, apart)
    assert (kernel == narrowed(widened(kernel, stride=2), stride=2)).all()


@pytest.mark.parametrize(
    ("strides", "pads", "sides", "width", "expected"),
    [
        ([2, 2], [0, 0, 1, 1], [3, 3], 224, True),
        ([2, 2], [1, 1, 1, 1], [3, 3], 224, False),
        ([3, 3], [0, 0, 1, 1], [3, 3], 224, False),
        ([2, 2], [0, 0, 1, 1], [3, 5], 224, False),
        ([2, 2], [0, 0, 1, 1], [3, 3], 226, False),
    ],
)
def test_other_first_convolutions_are_not_widened(
    strides: list[int], pads: list[int], sides: list[int], width: int, expected: bool
) -> None:
    """What would come out wrong is refused; some exporters leave the kernel's sides to it."""
    conv = helper.make_node("Conv", [], [], strides=strides, pads=pads)
    assert expected is can_widen(conv, np.zeros((8, 3, *sides), np.int8), width)


def test_imagenet_is_read_off_integers_and_a_head_off_floats(
    exact: bytes, squares: np.ndarray
) -> None:
    """Logits of ImageNet's thousand stay near the exact ones of the same features."""
    outputs = Network(STARTER / "model.onnx", threads=1).run(squares)
    weights = {
        item.name: numpy_helper.to_array(item)
        for item in onnx.load_model_from_string(exact).graph.initializer
    }
    expected = outputs.embedding @ weights["imagenet.weight"].T + weights["imagenet.bias"]
    off = outputs.imagenet - expected
    assert 0 < np.abs(off).max() < 0.25
    assert np.sqrt((off**2).mean()) < 0.03
    logits = outputs.embedding @ weights["head.weight"].T + weights["head.bias"]
    np.testing.assert_allclose(outputs.logits, logits, atol=1e-4)


def test_ranges_of_another_network_are_refused(exact: bytes) -> None:
    """Ranges that lack a value are not applied to whatever comes first."""
    ranges = Ranges.read()
    with pytest.raises(TrainError, match="measure them again"):
        quantised(exact, Ranges(ranges.low[1:], ranges.high[1:], ranges.means))


def test_ranges_can_be_measured_anew(
    tmp_path: Path, exact: bytes, squares: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command writes ranges of photos, with which the graph is rounded as usable."""
    monkeypatch.setattr(building, "exported", lambda: exact)  # which takes half a minute
    for number, photo in enumerate(drawn_bears().values()):
        (tmp_path / f"{number}.jpg").write_bytes(photo)
    out = tmp_path / "ranges.npz"
    assert 0 == main([str(tmp_path), "--out", str(out)])
    graph = quantised(exact, Ranges.read(out))
    (tmp_path / "rounded.onnx").write_bytes(graph)
    (tmp_path / "exact.onnx").write_bytes(exact)
    assert (True, False) == (
        is_rounded(tmp_path / "rounded.onnx"),
        is_rounded(tmp_path / "exact.onnx"),
    )
    expected = Classifier(Bundle.open(STARTER), threads=1).run(squares).probabilities
    got = Network(graph, threads=1).run(squares).probabilities
    assert (expected.argmax(axis=1) == got.argmax(axis=1))[:3].all()


def test_a_folder_without_photos_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any photo, one sentence says so."""
    assert 1 == main([str(tmp_path), "--out", str(tmp_path / "ranges.npz")])
    assert "no readable photo" in capsys.readouterr().err
