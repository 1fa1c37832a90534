"""The recipe `book`: fastai's fine-tuning, mended for few photos (docs/decisions/0035).

The head starts where the linear recipe ends, not at random. Only the last stages learn, and the
normalisation keeps its pretrained statistics. The learned weights are averaged with the pretrained
ones. Training crops a photo as serving does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from fastai.callback.core import Callback, CancelValidException
from fastai.learner import Learner
from fastai.torch_core import set_seed
from torch import nn

from training.fastai_parts import LinearHead
from training.train.calibrating.logistic import class_weights
from training.train.knobs import Knobs
from training.train.learning.device import (
    CPU,
    chosen,
    fit_on,
    keep_freed_memory,
    mixed_precision,
    on_device,
    preparing_processes,
)
from training.train.learning.recipes.head import Head
from training.train.learning.recipes.learners import dataloaders, make_learner
from training.train.material.photoset import PhotoSet
from training.train.metrics import Ints
from training.train.network.bodies import tail_at
from training.train.network.body import Body

Tell = Callable[[float], object]
"""Called with how much of the fit is done, 0 to 1."""


@dataclass(frozen=True)
class Share:
    """One of `count` processes that tune together, each on its own photos."""

    rank: int
    count: int

    def of(self, rows: Ints) -> Ints:
        """This process's part of the rows, as many as every other's: all take the same steps."""
        return rows[self.rank :: self.count][: len(rows) // self.count]


@dataclass(frozen=True)
class Tuned:
    """A tuned learner, all of it on the CPU."""

    learner: Learner
    cut: int
    """The stage at which its tail begins."""
    rate: float | None
    """The learning rate that was found; None where it was given."""
    remarks: tuple[str, ...] = ()
    """What a person should know about the device."""


def tune(
    photos: PhotoSet,
    valid: Ints,
    body: Body,
    head: Head,
    knobs: Knobs,
    *,
    folder: Path,
    progress: Tell | None = None,
    share: Share | None = None,
) -> Tuned:
    """Fine-tune from `head` on the device of `knobs`.

    `valid` are the rows of `photos` one does not learn from. With `share`, in a process group of
    torch.distributed, every process comes to the same learner. Raises DeviceUnavailable.
    """

    def fit(device: torch.device, batch_photos: int) -> Tuned:
        if device == CPU:
            keep_freed_memory()
        set_seed(knobs.seed + (share.rank if share else 0), reproducible=True)
        torch.use_deterministic_algorithms(True)
        # It would write each tensor twice; nothing here reads one that was not written.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        these = replace(knobs, book_batch=batch_photos)
        made = untuned(photos, valid, body, head, these, folder=folder, share=share, device=device)
        return _fitted(*made, these, device, progress=progress, share=share)

    choice = chosen(knobs.device)
    if share:  # one process that takes other batches would be out of step
        return fit(choice.device, knobs.book_batch)
    tuned, remarks = fit_on(choice, knobs.book_batch, fit)
    return replace(tuned, remarks=remarks)


def _fitted(
    learner: Learner,
    cut: int,
    knobs: Knobs,
    device: torch.device,
    *,
    progress: Tell | None,
    share: Share | None,
) -> Tuned:
    rate, found = knobs.book_rate, None
    callbacks = [_Unjudged(), *mixed_precision(device), *([_Telling(progress)] if progress else [])]
    if share:
        callbacks.append(AverageGradients(share.count))
    before = [parameter.detach().clone() for parameter in learner.model.parameters()]
    with on_device(learner, device), learner.no_logging(), learner.no_bar():
        if knobs.lr_find:
            rate = found = float(learner.lr_find(num_it=40, show_plot=False).valley)
        # The head needs no separate epochs: it starts where they would lead.
        learner.fine_tune(
            knobs.book_epochs,
            base_lr=2 * rate,
            freeze_epochs=0,
            lr_mult=knobs.book_spread,
            cbs=callbacks,
        )
    _average(learner.model, before, knobs.book_kept)
    return Tuned(learner, cut, found)


def untuned(
    photos: PhotoSet,
    valid: Ints,
    body: Body,
    head: Head,
    knobs: Knobs,
    *,
    folder: Path,
    share: Share | None = None,
    device: torch.device | None = None,
) -> tuple[Learner, int]:
    """The learner that tuning begins with, on the CPU, and where its tail begins.

    With the `device` that it is going to learn on, its photos are opened now, as
    `learners.dataloaders` says.
    """
    cut = tail_at(body.stages, share=knobs.book_tuned)
    learned = np.setdiff1d(np.arange(len(photos)), valid)
    weights = class_weights(photos.truth[learned], len(photos.labels))
    batch_photos = knobs.book_batch
    if share:
        # The processes' batches together are one batch of the recipe.
        batch_photos = max(1, batch_photos // share.count)
        rows = np.concatenate([share.of(learned), share.of(valid)])
        photos, valid = photos.where(rows), np.arange(len(share.of(learned)), len(rows))
    dls = dataloaders(
        photos,
        valid,
        preparation=knobs.preparation,
        mean=body.mean,
        std=body.std,
        batch_photos=batch_photos,
        min_scale=knobs.book_min_scale,
        workers=preparing_processes(device) if device else None,
    )
    learner = make_learner(
        dls,
        body,
        cut=cut,
        head=head,
        class_weights=weights,
        folder=folder,
    )
    return learner, cut


def learned_stages(learner: Learner) -> tuple[list[nn.Module], LinearHead]:
    """The tail's stages and the head of a tuned learner."""
    body, head = learner.model.children()
    _trunk, tail = body.children()
    return list(tail.children()), head


def _average(model: nn.Module, before: list[torch.Tensor], share: float) -> None:
    with torch.no_grad():
        for parameter, old in zip(model.parameters(), before, strict=True):
            parameter.lerp_(old, share)


class _Telling(Callback):  # type: ignore[misc]  # fastai publishes no types
    """Tells how far the fit is, 0 to 1."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def after_batch(self) -> None:
        """Once a batch of training is done."""
        if self.learn.training:
            self._tell(self.learn.pct_train)


class _Unjudged(Callback):  # type: ignore[misc]
    """Leaves out validation: nobody looks at it, and each epoch it costs a tenth of the time."""

    def before_validate(self) -> None:
        """Instead of it."""
        raise CancelValidException


class AverageGradients(Callback):  # type: ignore[misc]
    """Averages the gradients of all processes in a single message of torch.distributed.

    What torch's own wrapper does (Li et al. 2020), without wrapping: the model stays what is
    exported. Only a third of the parameters learn and statistics are frozen, so nothing else needs
    syncing, and sending while computing would gain little.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def after_backward(self) -> None:
        """Before the step."""
        parts = [p.grad for p in self.learn.model.parameters() if p.grad is not None]
        flat = torch.cat([part.reshape(-1) for part in parts])
        torch.distributed.all_reduce(flat)
        flat /= self._count
        start = 0
        for part in parts:
            part.copy_(flat[start : start + part.numel()].view_as(part))
            start += part.numel()
