"""The linear head out of core on a cluster: each actor holds a share of the features.

The driver keeps the weights and asks for sums; each actor sends one
gradient for each step, whatever the number of photos. When an actor dies, the others take its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from training.errors import TrainError
from training.train.learning.cluster.session import cores
from training.train.learning.recipes.streamed import Models, Moments, Shard, Shards, Sums
from training.train.material.features import Halves
from training.train.metrics import Floats, Ints

_PORTION = 8192
"""Photos sent at a time, at most: 21 MB."""


_WORTH_PHOTOS = 20_000
"""With fewer, a step takes the driver less time than asking others for it: for 2,000 photos five
seconds in all instead of twenty."""


@contextmanager
def shards_on_ray(
    ray: ModuleType, embedding: Halves, truth: Ints, fold_of: Ints
) -> Iterator[Shards]:
    """The features [N, D] on the actors of a cluster, one for each core; few of them here."""
    if len(truth) < _WORTH_PHOTOS:
        yield Shard(embedding, truth, fold_of)
        return
    shards = RayShards(ray, embedding, truth, fold_of, actors=cores(ray))
    try:
        yield shards
    finally:
        shards.close()


class RayShards:
    """`training.train.learning.recipes.streamed.Shards` in actors; for one thread."""

    def __init__(
        self,
        ray: ModuleType,
        embedding: Halves,
        truth: Ints,
        fold_of: Ints,
        *,
        actors: int,
        cores_each: float = 1.0,
    ) -> None:
        self._ray = ray
        self._embedding, self._truth, self._fold_of = embedding, truth, fold_of
        holding = ray.remote(num_cpus=cores_each, scheduling_strategy="SPREAD")(_Holding)
        self._portion = min(_PORTION, -(-len(truth) // actors))
        starts = list(range(0, len(truth), self._portion))
        count = min(actors, len(starts))
        self._held: dict[Any, list[int]] = {holding.remote(): [] for _ in range(count)}
        """The place of each portion that begins at these rows."""
        self._give(starts)

    @property
    def actors(self) -> list[Any]:
        """Those that hold something, as far as is known."""
        return list(self._held)

    def close(self) -> None:
        for actor in self._held:
            self._ray.kill(actor)
        self._held.clear()

    def moments(self) -> Moments:
        """The moments of all points."""
        return Moments.of([part for part, _ in self._ask("moments")])

    def sums(self, models: Models) -> Sums:
        """Losses and gradients over all photos."""
        return Sums.of([part for part, _ in self._ask("sums", self._ray.put(models))])

    def unseen(self, models: Models) -> Floats:
        """Logits [N, L] of each photo by the model that its fold was left out of."""
        found = np.zeros((len(self._truth), models.bias.shape[1]))
        for answers, starts in self._ask("unseen", self._ray.put(models)):
            for start, logits in zip(starts, answers, strict=True):
                found[start : start + len(logits)] = logits
        return found

    def _give(self, starts: list[int]) -> None:
        """Send portions to the actors in turn, at most one to each at a time."""
        owners = list(self._held)
        on_the_way: dict[Any, Any] = {}
        for number, start in enumerate(starts):
            actor = owners[number % len(owners)]
            if actor in on_the_way:
                self._arrived(on_the_way.pop(actor))
            rows = slice(start, start + self._portion)
            on_the_way[actor] = actor.hold.remote(
                np.asarray(self._embedding[rows]), self._truth[rows], self._fold_of[rows]
            )
            self._held[actor].append(start)
        for ref in on_the_way.values():
            self._arrived(ref)

    def _arrived(self, ref: Any) -> None:
        try:
            self._ray.get(ref)
        except self._ray.exceptions.RayActorError:
            return  # noticed, and made good, when it is asked for something

    def _ask(self, method: str, *arguments: Any) -> list[tuple[Any, list[int]]]:
        """Each actor's answer for its portions; repeated where one died."""
        while True:
            asked = {actor: getattr(actor, method).remote(*arguments) for actor in self._held}
            answers, lost = [], []
            for actor, ref in asked.items():
                try:
                    answers.append((self._ray.get(ref), list(self._held[actor])))
                except self._ray.exceptions.RayActorError:
                    lost.append(actor)
            if not lost:
                return answers
            orphans = [start for actor in lost for start in self._held.pop(actor)]
            if not self._held:
                raise TrainError(
                    "Every machine of the cluster that held features is gone: run the same command "
                    "again; the features are kept."
                )
            self._give(orphans)


class _Holding:
    """One actor: some portions of the features, in its own memory."""

    def __init__(self) -> None:
        self._shards: list[Shard] = []

    def hold(self, embedding: Halves, truth: Ints, fold_of: Ints) -> None:
        # Copied: what was sent lies in Ray's store, and would stay there.
        self._shards.append(Shard(np.array(embedding), np.array(truth), np.array(fold_of)))

    def moments(self) -> Moments:
        return Moments.of([shard.moments() for shard in self._shards])

    def sums(self, models: Models) -> Sums:
        return Sums.of([shard.sums(models) for shard in self._shards])

    def unseen(self, models: Models) -> list[Floats]:
        return [shard.unseen(models) for shard in self._shards]
