"""Learners of many bodies, as `vision_learner` makes them, become the graphs that bundles serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from models.inference.network import Network
from tests.training.drawn import draw
from training.errors import NotExportable
from training.import_learner.foreign_learner import ForeignGraph, load_foreign, with_temperature
from training.train.network.body import Body
from training.train.network.onnx_export import to_onnx

pytestmark = pytest.mark.long

LABELS = ("rings", "stripes")
TINY = Body(
    "tiny",
    (nn.Conv2d(3, 4, 8, stride=8),),
    (0.5, 0.5, 0.5),
    (0.5, 0.5, 0.5),
    nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 1000)),
    4,
)
"""Beside the learner's: the body that tells outsiders, here as small as may be."""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for label in LABELS:
        (folder / label).mkdir()
        for number in range(4):
            (folder / label / f"{number}.jpg").write_bytes(draw(label, number))
    return folder


def untrained(photos: Path, arch: str, size_px: int) -> Any:
    """The book's learner, with random weights: nothing is fetched."""
    import torchvision
    from fastai.vision.all import ImageDataLoaders, Resize, vision_learner

    torch.manual_seed(0)
    dls = ImageDataLoaders.from_folder(
        photos, valid_pct=0.25, seed=0, item_tfms=Resize(size_px), bs=2, num_workers=0
    )
    found = getattr(torchvision.models, arch, arch) if arch.startswith("resnet") else arch
    return vision_learner(dls, found, pretrained=False)


@pytest.mark.parametrize(
    ("arch", "size_px"),
    [
        ("resnet18", 64),
        ("resnet34", 64),
        ("resnet50", 64),
        ("convnext_tiny", 64),
        ("efficientnet_b0", 64),
        ("mobilenetv3_large_100", 64),
        ("vit_tiny_patch16_224", 224),
    ],
)
def test_the_graph_answers_as_the_learner(arch: str, size_px: int, photos: Path) -> None:
    """Of torchvision and of timm, convolutions and a transformer, through ONNX Runtime."""
    foreign = load_foreign(untrained(photos, arch, size_px))
    graph = ForeignGraph(foreign, TINY)
    squares = np.random.default_rng(0).integers(0, 256, (3, size_px, size_px, 3), np.uint8)
    with torch.inference_mode():
        graph.temperature.fill_(0.5)
        probabilities, logits, _, _, cam = graph(torch.from_numpy(squares))
    served = Network(with_temperature(to_onnx(graph, size_px=size_px), 0.5), threads=2)
    got = served.run(squares)
    assert got.logits == pytest.approx(logits.numpy(), abs=1e-3)
    assert got.probabilities == pytest.approx(probabilities.numpy(), abs=1e-3)
    assert tuple(cam.shape) == got.cam.shape


class Undecided(nn.Module):
    """A network that no graph can hold: what it computes depends on the photos."""

    def forward(self, photos: torch.Tensor) -> torch.Tensor:
        logits = photos.mean((2, 3))[:, :2]
        return logits if float(logits.sum()) > 0 else -logits


def test_a_network_that_cannot_be_exported_is_told(photos: Path) -> None:
    """In one sentence with its first cause, instead of the exporter's wall of text."""
    foreign = load_foreign(untrained(photos, "resnet18", 64))
    foreign.learner.model = Undecided()
    with pytest.raises(NotExportable, match="cannot be written as the graph") as told:
        to_onnx(ForeignGraph(foreign, TINY), size_px=64)
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 500
