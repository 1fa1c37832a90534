"""A network written in plain operations, which every torch of the promised range can export.

Torch 2.11 has no ONNX function for adaptive max pooling, with which each head of fastai's begins.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from torch import Tensor, nn


class Mean(nn.Module):
    """Features [N, D, h, w] to their mean over places [N, D, 1, 1]."""

    def forward(self, features: Tensor) -> Tensor:
        return features.mean((2, 3), keepdim=True)


class Largest(nn.Module):
    """Features [N, D, h, w] to the largest over places [N, D, 1, 1]."""

    def forward(self, features: Tensor) -> Tensor:
        return features.amax((2, 3), keepdim=True)


def in_plain_operations(network: nn.Module) -> nn.Module:
    """A copy of a network that computes the same, with its pools to one place written plainly."""
    copy = deepcopy(network)
    _rewrite(copy)
    return copy


def _rewrite(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, nn.AdaptiveAvgPool2d) and _is_one(child.output_size):
            setattr(module, name, Mean())
        elif isinstance(child, nn.AdaptiveMaxPool2d) and _is_one(child.output_size):
            setattr(module, name, Largest())
        else:
            _rewrite(child)


def _is_one(size: Any) -> bool:
    return size in (1, (1, 1), [1, 1])
