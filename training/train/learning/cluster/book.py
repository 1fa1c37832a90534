"""The recipe `book` by Ray Train: every process tunes on its share, and all on one gradient."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from training.errors import TrainError
from training.train.learning.cluster.features import OpenStore
from training.train.learning.cluster.session import cores
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints

if TYPE_CHECKING:
    from training.train.knobs import Knobs
    from training.train.learning.recipes.book import Tuned
    from training.train.learning.recipes.head import Head
    from training.train.network.body import Body

_MOST_LOSSES = 3
"""How often to restart the processes, on the remaining machines, when one dies."""
_LOOKED_AT = 2000
"""Weights whose ways from where they began are compared between the processes."""
_SAME = 0.01
"""Largest difference between these, as a share of the longest: all took the same steps."""


@dataclass(frozen=True)
class _Task:
    """The settings of every process."""

    shown: list[tuple[str, str]]
    """Of each photo its SHA-256 and label."""
    labels: tuple[str, ...]
    valid: Ints
    head: Head
    knobs: Knobs
    open_store: OpenStore
    keeper: Any


def tune_on_ray(  # noqa: PLR0913 - `recipes.book.tune`, with what a cluster needs besides
    ray: ModuleType,
    photos: PhotoSet,
    valid: Ints,
    body: Body,
    head: Head,
    knobs: Knobs,
    open_store: OpenStore,
    *,
    folder: Path,
    progress: Callable[[float], object] | None = None,
    processes: int | None = None,
) -> Tuned:
    """As `learning.recipes.book.tune`: one process for each GPU or, without GPUs, each core."""
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    from training.train.learning.recipes.book import Tuned, untuned

    if knobs.lr_find:
        raise TrainError("--lr-find looks on one machine only: leave it out, or take --on here.")
    gpus = int(ray.cluster_resources().get("GPU", 0))
    keeper = ray.remote(num_cpus=0)(_Keeper).remote()
    task = _Task(
        shown=[(item.sha256, item.label) for item in photos.items],
        labels=photos.labels,
        valid=valid,
        head=head,
        knobs=knobs,
        open_store=open_store,
        keeper=keeper,
    )
    with tempfile.TemporaryDirectory(dir=folder.resolve()) as scratch:
        trainer = TorchTrainer(
            _tune_my_share,
            train_loop_config={"task": ray.put(task)},
            scaling_config=ScalingConfig(
                num_workers=processes or gpus or cores(ray), use_gpu=gpus > 0
            ),
            run_config=RunConfig(
                storage_path=scratch, failure_config=FailureConfig(max_failures=_MOST_LOSSES)
            ),
        )
        try:
            trainer.fit()
        except (ray.train.TrainingFailedError, ray.exceptions.RayError) as exc:
            raise TrainError(
                "The cluster could not fine-tune: look at Ray's logs, or take --on here."
            ) from exc
    learner, cut = untuned(photos, valid, body, head, knobs, folder=folder)
    import torch

    ways = np.stack(ray.get(keeper.ways.remote()))
    if np.ptp(ways, axis=0).max() > _SAME * np.abs(ways).max():
        raise TrainError(
            "The processes of the cluster came to different weights, so none is used: take --on "
            "here, and report it."
        )
    state = {name: torch.tensor(value) for name, value in ray.get(keeper.kept.remote()).items()}
    learner.model.load_state_dict(state)
    if progress:
        progress(1.0)
    return Tuned(learner, cut, None)


class _Keeper:
    """An actor that holds what was tuned, so that no machine needs a folder that all see."""

    def __init__(self) -> None:
        self._state: dict[str, Any] = {}
        self._ways: dict[int, Floats] = {}

    def tell(self, rank: int, way: Floats) -> None:
        self._ways[rank] = way

    def ways(self) -> list[Floats]:
        return list(self._ways.values())

    def keep(self, state: dict[str, Any]) -> None:
        self._state = state

    def kept(self) -> dict[str, Any]:
        return self._state


def _tune_my_share(config: dict[str, Any]) -> None:
    """The work of each process."""
    import ray
    import torch

    from training.train.learning.recipes.book import Share, tune
    from training.train.network.bodies import load_body

    task: _Task = ray.get(config["task"])
    context = ray.train.get_context()
    share = Share(context.get_world_rank(), context.get_world_size())
    store = task.open_store()
    items = tuple(
        Item(label=label, name=sha256[:12], read=partial(store.get, sha256), sha256=sha256)
        for sha256, label in task.shown
    )
    body = load_body(task.knobs.arch, weights=task.knobs.weights)
    with tempfile.TemporaryDirectory() as scratch:
        tuned = tune(
            PhotoSet(items, task.labels),
            task.valid,
            body,
            task.head,
            task.knobs,
            folder=Path(scratch),
            share=share,
        )
    learner, cut = tuned.learner, tuned.cut
    learned = [p.detach() for p in learner.model.parameters() if p.requires_grad]
    tail = torch.nn.Sequential(*body.stages[cut:])
    before = [*tail.parameters(), torch.tensor(task.head.weight), torch.tensor(task.head.bias)]
    way = torch.cat(
        [(new - old).double().reshape(-1) for new, old in zip(learned, before, strict=True)]
    )
    ray.get(task.keeper.tell.remote(share.rank, way[:: len(way) // _LOOKED_AT + 1].numpy()))
    if share.rank == 0:
        state = {name: value.numpy() for name, value in learner.model.state_dict().items()}
        ray.get(task.keeper.keep.remote(state))
