"""What a pretrained body is, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


DEFAULT_ARCH = "tf_efficientnet_lite0"
LARGER_ARCH = "tf_efficientnet_lite2"
SIZES_PX = {DEFAULT_ARCH: (256, 224), LARGER_ARCH: (298, 260)}
"""Short side and crop of photos, where a body was pretrained for others than the default's."""
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Trunk:
    """What a learner needs of a body.

    The stages, in order, map normalised photos [N, 3, H, W] to features [N, D, h, w].
    """

    arch: str
    stages: tuple[nn.Module, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class Body(Trunk):
    """A pretrained convolutional network, taken apart.

    `imagenet` maps features to logits [N, 1000].
    """

    imagenet: nn.Module
    dimensions: int
