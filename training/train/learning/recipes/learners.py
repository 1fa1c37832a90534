"""Making fastai learners whose transforms prepare photos exactly as serving does."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import fastai.callback.progress  # adds Learner.no_bar
import fastai.callback.schedule  # noqa: F401 - adds Learner.fine_tune and lr_find
import numpy as np
import torch
from fastai.data.block import CategoryBlock, DataBlock, TransformBlock
from fastai.data.core import DataLoaders
from fastai.data.transforms import IndexSplitter, IntToFloatTensor, ItemGetter, Normalize
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from fastai.torch_core import set_seed
from fastai.vision.augment import aug_transforms
from fastai.vision.core import PILImage
from fastai.vision.learner import vision_learner
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from models.photo import VIEWS, Preparation
from training.fastai_parts import (
    FrozenNorms,
    FrozenStages,
    InformedHead,
    LinearHead,
    OpenPhoto,
    PreparePhoto,
    tail_and_head,
)
from training.train.learning.device import CPU
from training.train.learning.recipes.head import Head
from training.train.material.features import prepared
from training.train.material.photoset import PhotoSet
from training.train.metrics import Floats, Ints
from training.train.network.body import Trunk
from training.train.network.new_head import LastLayer

_MOST_OPENED = 1500
"""Photos that are held open, in some 600 MB at most."""
_MOST_HELD = 30_000
"""Of more than those, this many are held as small JPEGs, in some 1.5 GB at most; of more, each is
read at its turn."""
_BATCHES_EACH = 4
"""A process that prepares fewer batches an epoch is not worth its start."""


def dataloaders(
    photos: PhotoSet,
    valid: Ints,
    *,
    preparation: Preparation,
    mean: Sequence[float],
    std: Sequence[float],
    batch_photos: int,
    min_scale: float | None = None,
    workers: int | None = None,
) -> DataLoaders:
    """DataLoaders over the photos, on the CPU; `valid` are the rows one does not learn from.

    `min_scale` is the least share of a photo's area in a crop; without one, photos are shown as
    they are served. With `workers`, those one learns from are opened now, unless they are too many,
    and not anew in each epoch; up to so many processes prepare batches of them, beside this one.
    """
    warps = [] if min_scale is None else aug_transforms(size=None)
    block = DataBlock(
        blocks=(
            TransformBlock(type_tfms=OpenPhoto(preparation), batch_tfms=IntToFloatTensor),
            CategoryBlock(vocab=list(photos.labels), sort=False),
        ),
        getters=[ItemGetter(0), ItemGetter(1)],
        splitter=IndexSplitter(valid.tolist()),
        item_tfms=PreparePhoto(
            preparation, augment=min_scale is not None, min_scale=min_scale or 0.5
        ),
        batch_tfms=[*warps, Normalize.from_stats(list(mean), list(std), cuda=False)],
    )
    readers: list[Any] = [item.read for item in photos.items]
    held = _opened(photos, valid, preparation) if workers is not None else {}
    for row, image in held.items():
        readers[row] = image
    items = list(zip(readers, (item.label for item in photos.items), strict=True))
    # An incomplete last batch would be dropped, and with few photos everything is in it.
    batch_photos = min(batch_photos, len(items) - len(valid))
    return block.dataloaders(
        items,
        bs=batch_photos,
        # What is not held comes from a store, whose connections do not survive a fork.
        num_workers=min(workers or 0, len(held) // (batch_photos * _BATCHES_EACH)),
        verbose=False,
        device=CPU,
    )


def _opened(
    photos: PhotoSet, valid: Ints, preparation: Preparation
) -> Mapping[int, PILImage | bytes]:
    """The photos to learn from, by row, each at no more pixels than its crops need; empty where
    they are too many."""
    rows = np.setdiff1d(np.arange(len(photos)), valid).tolist()
    if len(rows) > _MOST_HELD:
        return {}
    opener, most_px = OpenPhoto(preparation), preparation.short_side_px * 3 // 2

    def opened(row: int) -> PILImage | bytes:
        image = opener.encodes(photos.items[row].read)
        scale = most_px / min(image.size)
        if scale < 1:
            size = [max(1, round(side * scale)) for side in image.size]
            image = PILImage(image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0))
        if len(rows) <= _MOST_OPENED:
            return image
        image.save(small := io.BytesIO(), "JPEG", quality=95, subsampling=0)
        return small.getvalue()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(rows, pool.map(opened, rows), strict=True))


def make_learner(
    dls: DataLoaders,
    body: Trunk,
    *,
    cut: int,
    head: Head | LastLayer,
    class_weights: Floats,
    folder: Path | None = None,
) -> Learner:
    """A learner whose stages before `cut` stay frozen and whose last layer starts as `head`.

    Its model is (trunk, tail), head: copies, the body stays as it is. Without a `folder` to write
    into it has fastai's own, the one at work.
    """
    labels, dimensions = head.weight.shape
    last = (
        LinearHead(dimensions, labels) if head.known is None else InformedHead(_single(head.known))
    )
    with torch.no_grad():
        last.linear.weight.copy_(_single(head.weight))
        last.linear.bias.copy_(_single(head.bias))
    learner = vision_learner(
        dls,
        partial(_arch, body, cut),
        normalize=False,
        custom_head=last,
        init=None,
        splitter=tail_and_head,
        loss_func=CrossEntropyLossFlat(weight=_single(class_weights)),
        cbs=[FrozenNorms()],
        path=folder,
    )
    # In this layout torch convolves on a CPU in two thirds of the time.
    learner.model.to(memory_format=torch.channels_last)
    # vision_learner keeps the function that builds the body, and with it the body, twice.
    learner.arch = body.arch
    return learner


def shown_batch(
    photos: PhotoSet, preparation: Preparation, *, min_scale: float, seed: int
) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """Photos as a network sees them while it is tuned, cropped and warped, and their labels."""
    set_seed(seed)
    count = len(photos)
    dls = dataloaders(
        # Twice, because one half of the rows is put aside.
        replace(photos, items=photos.items * 2),
        np.arange(count),
        preparation=preparation,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        batch_photos=count,
        min_scale=min_scale,
    )
    pixels, truth = dls.one_batch()
    squares = (pixels.clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).numpy()
    return list(np.asarray(squares)), [photos.labels[int(label)] for label in truth]


def probabilities(learner: Learner, readers: Sequence[Any], *, batch_photos: int = 32) -> Floats:
    """The learner's answers to photos, [N, L], through its own transforms, as `predict` gives
    them."""
    loader = learner.dls.test_dl(list(readers), bs=batch_photos, num_workers=0)
    with learner.no_bar(), learner.no_logging():
        answers, _ = learner.get_preds(dl=loader)
    found: Floats = answers.numpy()
    return found


def logits_of_views(
    model: nn.Module, photos: PhotoSet, body: Trunk, preparation: Preparation
) -> Floats:
    """A network's logits [N, V, L] of all views of photos, which must be readable."""
    mean, std = (torch.tensor(each).view(1, 3, 1, 1) for each in (body.mean, body.std))
    found: list[Floats] = []
    model.eval()
    with torch.inference_mode():
        for _, squares in prepared(photos.items, preparation, {}, views=VIEWS):
            pixels = torch.from_numpy(squares.reshape(-1, *squares.shape[2:]))
            shown = (pixels.permute(0, 3, 1, 2).float() / 255 - mean) / std
            logits = model(shown.contiguous(memory_format=torch.channels_last)).numpy()
            found.append(logits.reshape(*squares.shape[:2], -1))
    return np.concatenate(found)


def _single(values: Floats) -> torch.Tensor:
    return torch.from_numpy(np.array(values, np.float32))


def _arch(body: Trunk, cut: int, *, pretrained: bool = True) -> nn.Module:
    # Copies, so that the body itself never leaves the CPU.
    trunk, tail = (
        [deepcopy(stage) for stage in stages] for stages in (body.stages[:cut], body.stages[cut:])
    )
    learned = nn.Sequential(*tail)
    for parameter in learned.parameters():
        parameter.requires_grad_(True)
    # vision_learner cuts a network at its last pooling layer, so there must be one.
    return nn.Sequential(FrozenStages(*trunk), learned, nn.AdaptiveAvgPool2d(1))
