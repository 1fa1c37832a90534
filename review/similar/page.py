"""Photos like one photo: the nearest examples of each label, and the order of a grid by likeness.

Examples have their features in training's cache. A photo that is none yet is looked at once, by the
model in use, where there is one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dataset.errors import PhotoStoreError
from dataset.examples.label_order import present_order
from dataset.storage.schema import Example, Photo
from models.errors import ModelsError
from review.desk import Desk
from review.errors import NotThere
from review.pages.labelling import every_label, hue, shown
from review.rendering import words_of
from review.similar.index import FeatureIndex, Floats

SHOWN_OF_A_LABEL = 4
_CANDIDATES = 320
"""Photos compared exactly for one, all labels together."""
_LEAST_OF_A_LABEL = 12
_RANKED_EXACTLY = 200


class _Examples(NamedTuple):
    """The examples, by their row in the index."""

    counts: Mapping[tuple[str, str], int]
    """By split and label: they show when the examples have changed."""
    labels: Sequence[str]
    photo_ids: NDArray[np.int64]
    """0 for a photo outside the examples."""
    codes: NDArray[np.int16]
    """The place of each one's label in `labels`; -1 for no example."""


class Similar:
    """The route of similar photos, and the order by likeness."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._index = FeatureIndex(desk.features_file) if desk.features_file else None
        self._examples: _Examples | None = None
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        return [Route("/photos/{photo:id}/similar", self.show)]

    async def show(self, request: Request) -> Response:
        """The nearest examples of each label: a page, or the part that the large view shows."""
        photo_id, words = int(request.path_params["photo"]), words_of(request)
        features = await self._features(photo_id)

        def find(session: Session) -> list[tuple[str, int, list[int]]]:
            if self._index is None or features is None:
                return []
            examples = self._current(session)
            every = every_label(examples.labels, present_order(session))
            near = self._nearest(examples, features, but=photo_id)
            there = [label for label in every if near.get(label)]
            return [(shown(label, words), hue(every, label), near[label]) for label in there]

        found = await self._desk.read(find)
        context: dict[str, Any] = {"photo_id": photo_id, "found": found}
        if request.query_params.get("part") == "list":
            return HTMLResponse(self._desk.pages.text("parts/similar.html", request, **context))
        return self._desk.pages.page("dataset/similar.html", request, **context)

    async def ranking(self, photo_id: int) -> dict[int, int]:
        """The place of each example when the most alike photo comes first; a photo that has none
        comes after all."""
        features = await self._features(photo_id)

        def rank(session: Session) -> dict[int, int]:
            if self._index is None or features is None:
                return {}
            examples = self._current(session)
            close = self._index.closeness(features)
            if len(close) != len(examples.codes):
                return {}
            rows = np.argsort(-close, kind="stable")
            rows = rows[examples.codes[rows] >= 0]
            first = [self._index.names[row] for row in rows[:_RANKED_EXACTLY]]
            place = {name: at for at, (_, name) in enumerate(self._index.alike(features, first))}
            head = sorted(
                rows[:_RANKED_EXACTLY],
                key=lambda row: place.get(self._index.names[row], len(place)),  # type: ignore[union-attr]
            )
            ids = examples.photo_ids[[*head, *rows[_RANKED_EXACTLY:]]].tolist()
            return {
                one: at for at, one in enumerate([photo_id, *(i for i in ids if i != photo_id)])
            }

        return await self._desk.read(rank)

    async def _features(self, photo_id: int) -> Floats | None:
        """What the photo is compared by. Raises NotThere for a photo that is gone."""
        index, desk = self._index, self._desk
        sha256 = await desk.read(
            lambda session: session.scalar(select(Photo.sha256).where(Photo.id == photo_id))
        )
        if sha256 is None:
            raise NotThere("missing-photo")
        if index is None:
            return None
        await asyncio.to_thread(index.refresh)
        features = await asyncio.to_thread(index.features, sha256)
        if features is not None or desk.embed is None or not index.names:
            return features
        try:
            return await desk.embed(await asyncio.to_thread(desk.photos.get, sha256))
        except (PhotoStoreError, ModelsError):
            return None

    def _current(self, session: Session) -> _Examples:
        """The examples by row, read again when their number or the index has changed."""
        assert self._index is not None
        # An index has them in this order, so that no row is read.
        by_split = (Example.split, Example.label)
        counts = {
            (split.value, label): count
            for split, label, count in session.execute(
                select(*by_split, func.count()).group_by(*by_split)
            )
        }
        names = self._index.names
        with self._lock:
            known = self._examples
            if known is None or known.counts != counts or len(known.codes) != len(names):
                self._examples = known = _read(session, counts, names)
            return known

    def _nearest(self, examples: _Examples, features: Floats, *, but: int) -> dict[str, list[int]]:
        """The photos of the most alike examples of each label, but the photo itself."""
        assert self._index is not None
        close = self._index.closeness(features)
        if len(close) != len(examples.codes):  # read anew meanwhile: the next request has it
            return {}
        labels = examples.labels
        most = max(_LEAST_OF_A_LABEL, _CANDIDATES // max(1, len(labels)))
        candidates: list[int] = []
        for code in range(len(labels)):
            mine = np.flatnonzero((examples.codes == code) & (examples.photo_ids != but))
            if len(mine) > most:
                mine = mine[np.argpartition(-close[mine], most)[:most]]
            candidates += mine.tolist()
        rows = {self._index.names[row]: row for row in candidates}
        near: dict[str, list[int]] = {label: [] for label in labels}
        for _, name in self._index.alike(features, list(rows)):
            mine_of = near[labels[examples.codes[rows[name]]]]
            if len(mine_of) < SHOWN_OF_A_LABEL:
                mine_of.append(int(examples.photo_ids[rows[name]]))
        return near


def _read(
    session: Session, counts: Mapping[tuple[str, str], int], names: Sequence[str]
) -> _Examples:
    labels = sorted({label for _, label in counts})
    code = {label: place for place, label in enumerate(labels)}
    row = {name: place for place, name in enumerate(names)}
    photo_ids = np.zeros(len(names), np.int64)
    codes = np.full(len(names), -1, np.int16)
    query = select(Photo.sha256, Photo.id, Example.label).join(
        Example, Example.photo_id == Photo.id
    )
    for sha256, photo_id, label in session.execute(query):
        if (place := row.get(sha256)) is not None:
            photo_ids[place], codes[place] = photo_id, code[label]
    return _Examples(counts, labels, photo_ids, codes)
