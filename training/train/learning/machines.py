"""The machines for a training's heavy work: this one, or those of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from training.train.learning.recipes.streamed import Shard, Shards
from training.train.material.features import (
    BodyGraph,
    FeatureCache,
    Halves,
    Progress,
    compute_missing,
)
from training.train.material.photoset import PhotoSet
from training.train.metrics import Ints

if TYPE_CHECKING:  # they load torch
    from training.train.knobs import Knobs
    from training.train.learning.recipes.book import Tell, Tuned
    from training.train.learning.recipes.head import Head
    from training.train.network.body import Body


class Machines(Protocol):
    """The heavy work of a training."""

    def compute_missing(
        self,
        photos: PhotoSet,
        body: BodyGraph,
        cache: FeatureCache,
        *,
        progress: Progress,
        threads: int,
    ) -> dict[str, str]:
        """Compute what the cache lacks of these photos; by name, why some cannot be read."""

    def shards(self, embedding: Halves, truth: Ints, fold_of: Ints) -> Any:
        """A context in which the features [N, D] lie where they are worked on, as `Shards`."""

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
        """Fine-tune, as `training.train.learning.recipes.book.tune`."""


class Here:
    """Everything in this process."""

    def compute_missing(
        self,
        photos: PhotoSet,
        body: BodyGraph,
        cache: FeatureCache,
        *,
        progress: Progress,
        threads: int,
    ) -> dict[str, str]:
        """Decoding and computing in `threads`."""
        return compute_missing(photos, body, cache, progress=progress, threads=threads)

    @contextmanager
    def shards(self, embedding: Halves, truth: Ints, fold_of: Ints) -> Iterator[Shards]:
        """One, here."""
        yield Shard(embedding, truth, fold_of)

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
        """In this process, on the device of `knobs`."""
        from training.train.learning.recipes.book import tune

        return tune(photos, valid, body, head, knobs, folder=folder, progress=progress)


HERE = Here()
