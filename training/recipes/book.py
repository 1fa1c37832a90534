"""The recipe `book`: fastai's fine-tuning, mended for few photos (docs/decisions/0035).

The head starts where the linear recipe ends instead of at random, only the last stages learn, the
normalisation keeps its pretrained statistics, what was learned is averaged with what was there,
and a photo is cropped the same way in training and in serving.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from fastai.callback.core import Callback
from fastai.learner import Learner
from fastai.torch_core import set_seed
from torch import nn

from training.bodies import Body, tail_at
from training.knobs import Knobs
from training.learners import dataloaders, make_learner
from training.metrics import Ints
from training.photoset import PhotoSet
from training.recipes.head import Head, class_weights


def tune(
    photos: PhotoSet,
    valid: Ints,
    body: Body,
    head: Head,
    knobs: Knobs,
    *,
    folder: Path,
    progress: Callable[[float], object] | None = None,
) -> tuple[Learner, int, float | None]:
    """Fine-tune from `head`; the learner, where its tail begins, and the rate found or None.

    `valid` are the rows of `photos` one does not learn from.
    """
    set_seed(knobs.seed, reproducible=True)
    torch.use_deterministic_algorithms(True)
    cut = tail_at(body.stages, share=knobs.book_tuned)
    learned = [row for row in range(len(photos)) if row not in set(valid.tolist())]
    dls = dataloaders(
        photos,
        valid,
        preparation=knobs.preparation,
        mean=body.mean,
        std=body.std,
        batch_photos=knobs.book_batch,
        augment=True,
        min_scale=knobs.book_min_scale,
    )
    learner = make_learner(
        dls,
        body,
        cut=cut,
        weight=head.weight,
        bias=head.bias,
        class_weights=class_weights(photos.truth[learned], len(photos.labels)),
        folder=folder,
    )
    rate, found = knobs.book_rate, None
    with learner.no_logging(), learner.no_bar():
        if knobs.lr_find:
            rate = found = float(learner.lr_find(num_it=40, show_plot=False).valley)
        before = [parameter.detach().clone() for parameter in learner.model.parameters()]
        # The head needs no epochs of its own: it begins where those would lead.
        learner.fine_tune(
            knobs.book_epochs,
            base_lr=2 * rate,
            freeze_epochs=0,
            lr_mult=knobs.book_spread,
            cbs=[_Telling(progress)] if progress else None,
        )
    _average(learner.model, before, knobs.book_kept)
    return learner, cut, found


def learned_stages(learner: Learner) -> tuple[list[nn.Module], nn.Linear]:
    """The tail's stages and the linear layer of a tuned learner."""
    body, head = learner.model.children()
    _trunk, tail = body.children()
    return list(tail.children()), head.linear


def _average(model: nn.Module, before: list[torch.Tensor], share: float) -> None:
    with torch.no_grad():
        for parameter, old in zip(model.parameters(), before, strict=True):
            parameter.lerp_(old, share)


class _Telling(Callback):  # type: ignore[misc]  # fastai publishes no types
    """Tells how far the fit is, 0 to 1."""

    def __init__(self, tell: Callable[[float], object]) -> None:
        super().__init__()
        self._tell = tell

    def after_batch(self) -> None:
        """Once a batch of training is done."""
        if self.learn.training:
            self._tell(self.learn.pct_train)
