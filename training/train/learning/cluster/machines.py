"""The machines of a cluster, as a training wants them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from dataset.photos.opening import store_of
from training.settings.environment import TrainingSettings
from training.train.learning.cluster.book import tune_on_ray
from training.train.learning.cluster.features import OpenStore, compute_on_ray
from training.train.learning.cluster.head import shards_on_ray
from training.train.learning.cluster.session import connected
from training.train.learning.machines import HERE, Machines
from training.train.learning.recipes.streamed import Shards
from training.train.material.features import BodyGraph, FeatureCache, Halves, Progress
from training.train.material.photoset import PhotoSet
from training.train.metrics import Ints

if TYPE_CHECKING:
    from training.train.knobs import Knobs
    from training.train.learning.recipes.book import Tell, Tuned
    from training.train.learning.recipes.head import Head
    from training.train.network.body import Body


@dataclass(frozen=True)
class Cluster:
    """`training.train.learning.machines.Machines` by a Ray that is connected."""

    ray: ModuleType
    open_store: OpenStore

    def compute_missing(
        self,
        photos: PhotoSet,
        body: BodyGraph,
        cache: FeatureCache,
        *,
        progress: Progress,
        threads: int,
    ) -> dict[str, str]:
        """By actors of one thread each, regardless of `threads`."""
        return compute_on_ray(self.ray, photos, body, cache, self.open_store, progress=progress)

    def shards(
        self, embedding: Halves, truth: Ints, fold_of: Ints
    ) -> AbstractContextManager[Shards]:
        """In the memory of actors, unless they are few."""
        return shards_on_ray(self.ray, embedding, truth, fold_of)

    def tune(
        self,
        photos: PhotoSet,
        valid: Ints,
        body: Body,
        head: Head,
        knobs: Knobs,
        *,
        folder: Path,
        progress: Tell | None = None,
    ) -> Tuned:
        """By Ray Train."""
        return tune_on_ray(
            self.ray,
            photos,
            valid,
            body,
            head,
            knobs,
            self.open_store,
            folder=folder,
            progress=progress,
        )


@contextmanager
def machines_of(settings: TrainingSettings, *, on: str | None = None) -> Iterator[Machines]:
    """The machines that these settings, or `on`, choose. Raises ClusterUnavailable."""
    if (on or settings.train_on) == "here":
        yield HERE
        return
    # Other processes have another working folder.
    absolute = settings.model_copy(update={"data_dir": settings.data_dir.resolve()})
    with connected(settings.ray_address) as ray:
        yield Cluster(ray, partial(store_of, absolute))
