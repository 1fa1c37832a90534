"""Features by Ray Data: photos are read, prepared and looked at by a pool of actors.

Each actor holds the serving runtime on one core and reads photos from the store itself, so that no
picture passes through the cluster. What it says comes back as the rows that the cache keeps. When a
machine dies, Ray Data gives its batches to others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from dataset.errors import PhotoStoreError
from dataset.photos.store import PhotoStore
from models.errors import PhotoError
from models.inference.network import Network
from models.photo import Preparation, prepare_views
from training.errors import TrainError
from training.train.learning.cluster.session import cores
from training.train.material.features import (
    BATCH_PHOTOS,
    BodyGraph,
    FeatureCache,
    Progress,
    compute,
)
from training.train.material.photoset import PhotoSet

OpenStore = Callable[[], PhotoStore]

BLOCK_PHOTOS = 8 * BATCH_PHOTOS
"""Photos of one unit of work: about a second, and what is repeated when a machine dies."""

_BLOBS = ("views", "imagenet", "signs")


def compute_on_ray(
    ray: ModuleType,
    photos: PhotoSet,
    body: BodyGraph,
    cache: FeatureCache,
    open_store: OpenStore,
    *,
    progress: Progress,
    block_photos: int = BLOCK_PHOTOS,
) -> dict[str, str]:
    """Compute what the cache lacks of these photos; by name, why some cannot be read.

    `open_store` is called in each actor and travels there pickled.
    """
    known = cache.known(body.key)
    names = {item.sha256: item.name for item in photos.items if item.sha256 not in known}
    progress(len(photos) - len(names))
    unreadable: dict[str, str] = {}
    if not names:
        return unreadable
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    blocks = -(-len(names) // block_photos)
    workers = min(cores(ray), -(-len(names) // BATCH_PHOTOS))
    graph = ray.put(body.graph.read_bytes())
    answers = ray.data.from_items(
        [{"sha256": sha256} for sha256 in names], override_num_blocks=max(blocks, workers)
    ).map_batches(
        _Looking,
        fn_constructor_args=(graph, body.preparation, open_store),
        batch_size=None,  # one block each: a number would make Ray join small ones
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
    )
    for batch in answers.iter_batches(batch_size=None, prefetch_batches=0):
        good = [row for row, why in enumerate(batch["why"]) if not why]
        cache.write_rows(
            body.key,
            [tuple(batch[column][row] for column in ("sha256", *_BLOBS)) for row in good],
        )
        for sha256, why in zip(batch["sha256"], batch["why"], strict=True):
            if why:
                unreadable[names[sha256]] = why
        progress(len(batch["why"]))
    lacking = set(names) - cache.known(body.key)
    if len(lacking) > len(unreadable):
        raise TrainError(
            f"The cluster gave no features of {len(lacking) - len(unreadable)} photos: run the same"
            " command again, it goes on where it was."
        )
    return unreadable


class _Looking:
    """One actor: a network on one core, and the photos it is asked for."""

    def __init__(self, graph: Any, preparation: Preparation, open_store: OpenStore) -> None:
        import ray

        self._network = Network(ray.get(graph), threads=1)
        self._preparation = preparation
        self._store = open_store()

    def __call__(self, block: dict[str, Any]) -> dict[str, Any]:
        names = [str(name) for name in block["sha256"]]
        answers: dict[str, list[Any]] = {name: [] for name in ("why", *_BLOBS)}
        for start in range(0, len(names), BATCH_PHOTOS):
            self._look(names[start : start + BATCH_PHOTOS], answers)
        return {"sha256": np.array(names), "why": np.array(answers.pop("why")), **answers}

    def _look(self, names: Sequence[str], answers: dict[str, list[Any]]) -> None:
        """Add the features of some photos, or why they have none."""
        squares, whys = [], []
        for name in names:
            try:
                squares.append(prepare_views(self._store.get(name), self._preparation))
                whys.append("")
            except (PhotoError, PhotoStoreError) as exc:
                whys.append(str(exc) or type(exc).__name__)
        found = compute(self._network, np.stack(squares)) if squares else None
        row = 0
        for why in whys:
            for column in _BLOBS:
                answers[column].append(b"" if why else getattr(found, column)[row].tobytes())
            row += not why
        answers["why"] += whys
