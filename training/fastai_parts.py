"""Classes that exported learners refer to: keep their names, or old `learner.pkl` files stop
loading.

A pickle names classes by module and name. Everything here is importable, and no part of a learner
holds a photo, a path or a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from fastai.callback.core import Callback
from fastai.vision.augment import RandomResizedCrop
from fastai.vision.core import PILImage
from fasttransform import Transform  # type: ignore[import-untyped]
from torch import Tensor, nn

from models.photo import Preparation, open_photo, to_square


class OpenPhoto(Transform):  # type: ignore[misc]  # fastai publishes no types
    """A path, bytes, or a function giving bytes → the photo, upright and RGB, as a PILImage."""

    input_types = (str, Path, bytes, partial)

    def __init__(self, preparation: Preparation) -> None:
        super().__init__()
        self.preparation = preparation

    def encodes(self, photo: Any) -> Any:
        """The photo at reduced size, as `models.photo.prepare` opens it."""
        if isinstance(photo, PILImage):
            return photo
        if isinstance(photo, (str, Path)):
            photo = Path(photo).read_bytes()
        data = photo() if callable(photo) else bytes(photo)
        image = open_photo(data, short_side_px=self.preparation.short_side_px)
        return PILImage(image)


class PreparePhoto(RandomResizedCrop):  # type: ignore[misc]
    """The square the network sees: as in serving, or a random crop of the photo where one learns.

    Padded and squished photos, and all with `augment=False`, are prepared as in serving always.
    """

    def __init__(self, preparation: Preparation, *, augment: bool, min_scale: float = 0.5) -> None:
        super().__init__(preparation.crop_px, min_scale=min_scale)
        self.preparation, self.augment = preparation, augment

    def before_call(self, b: Any, split_idx: int | None) -> None:
        """Draw the crop, if it is random."""
        crops = self.augment and self.preparation.method == "crop"
        self.serving = split_idx != 0 or not crops
        if not self.serving:
            super().before_call(b, split_idx)

    def encodes(self, x: PILImage) -> Any:
        """The square, [crop_px, crop_px]."""
        if self.serving:
            return PILImage.create(to_square(x, self.preparation))
        return super().encodes(x)


_FEATURE_NORM = 10.0
"""`features.FEATURE_NORM`, said again: heads in old files count on it whatever is chosen later."""


class LinearHead(nn.Module):
    """Features [N, D, h, w] → calibrated logits [N, L]: linear on the mean, at a fixed length."""

    def __init__(self, dimensions: int, labels: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dimensions, labels)
        self.temperature = 1.0

    def forward(self, features: Tensor) -> Tensor:
        pooled = features.mean((2, 3))
        pooled = pooled * (_FEATURE_NORM / pooled.norm(dim=1, keepdim=True).clamp_min(1e-6))
        logits: Tensor = self.linear(pooled)
        return logits / self.temperature


class InformedHead(LinearHead):
    """The same, added to what the pretrained classifier knows of the labels: `known` [L, D]."""

    def __init__(self, known: Tensor) -> None:
        super().__init__(known.shape[1], known.shape[0])
        self.known = nn.Buffer(known)

    def forward(self, features: Tensor) -> Tensor:
        given = nn.functional.linear(features.mean((2, 3)), self.known)
        return super().forward(features) + given / self.temperature


class Tempered(nn.Module):
    """A network whose logits are divided by the temperature they were calibrated to."""

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network, self.temperature = network, temperature

    def forward(self, photos: Tensor) -> Tensor:
        logits: Tensor = self.network(photos)
        return logits / self.temperature


class FrozenStages(nn.Sequential):
    """Stages that never learn: no gradients, and normalisation with the pretrained statistics."""

    def train(self, mode: bool = True) -> FrozenStages:
        """Stays in evaluation mode."""
        super().train(False)
        return self

    def forward(self, photos: Tensor) -> Tensor:
        with torch.no_grad():
            features: Tensor = super().forward(photos)  # type: ignore[no-untyped-call]
        return features


class FrozenNorms(Callback):  # type: ignore[misc]
    """Keeps batch normalisation at the pretrained statistics while everything else learns.

    A few hundred photos in batches of some dozens cannot estimate the statistics of a thousand
    channels: they drift, and the network that is saved is not the one that was trained.
    """

    def before_train(self) -> None:
        """After fastai has put the model into training mode."""
        for module in self.learn.model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.eval()


class TimmFeatures(nn.Module):
    """The whole of a timm network up to its features, where it does not come apart."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, photos: Tensor) -> Tensor:
        features: Tensor = self.network.forward_features(photos)
        return features


class TimmHead(nn.Module):
    """A timm network's own way from features to ImageNet logits."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = self.network.forward_head(features)
        return logits


class Ordered(nn.Module):
    """A network with its logits [N, L] reordered: `columns` [L] are its own columns."""

    def __init__(self, network: nn.Module, columns: Sequence[int]) -> None:
        super().__init__()
        self.network, self.columns = network, list(columns)

    def forward(self, photos: Tensor) -> Tensor:
        logits: Tensor = self.network(photos)
        return logits[:, self.columns]


def tail_and_head(model: nn.Module) -> list[list[nn.Parameter]]:
    """The two groups that learn: the last stages of the body, and the head."""
    body, head = model.children()
    _trunk, tail = body.children()
    return [list(tail.parameters()), list(head.parameters())]
