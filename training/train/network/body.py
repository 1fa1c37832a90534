"""What a pretrained body is, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


DEFAULT_ARCH = "tf_efficientnet_lite0"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Body:
    """A pretrained convolutional network, taken apart.

    The stages, in order, map normalised photos [N, 3, H, W] to features [N, D, h, w]; `imagenet`
    maps features to logits [N, 1000].
    """

    arch: str
    stages: tuple[nn.Module, ...]
    imagenet: nn.Module
    dimensions: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
