"""The grids: the queue, the dataset and its likely label errors, as tiles that keys decide.

Each page comes whole with its first tiles and works without a script, page by page. The script
then asks for the ids of everything that fits, once, and for tiles as they come into sight.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dataset.conversation.claims.label_names import renamed
from dataset.examples.label_order import present_order
from dataset.examples.labels import choosable
from dataset.reviewing import queue
from dataset.reviewing.browsing import (
    MOST_PHOTOS,
    Order,
    PhotoFilter,
    Shelf,
    find_photos,
    label_counts,
    suggested_ids,
)
from dataset.reviewing.cards import Card, cards
from dataset.storage.schema import Split
from review.desk import Desk, photo_ids_in, reviewer_of
from review.errors import BadRequest, NotThere
from review.pages.cards import (
    TileView,
    answer_words,
    decided_by,
    noted_share,
    origin_words,
    page_link,
    suspicion_words,
    tile_view,
    voices,
    who,
)
from review.pages.filters import fields, wanted_in
from review.pages.labelling import every_label, gate_key, hue, label_keys, shown
from review.pages.paging import links, page_number
from review.rendering import words_of

TILES_A_PAGE = 60
_MOST_COMPARED = 1_000_000
MOST_TILES = 120
"""Tiles that one request may ask for."""

PATHS: Mapping[Shelf, str] = {
    Shelf.QUEUE: "/queue",
    Shelf.EXAMPLES: "/dataset",
    Shelf.SUSPICIONS: "/suspicions",
}


Ranking = Callable[[int], Awaitable[Mapping[int, int]]]
"""From a photo's id to the places of all examples when the most alike photo comes first."""


class Grids:
    """The routes of the three shelves, and of a single photo."""

    def __init__(self, desk: Desk, *, ranking: Ranking) -> None:
        self._desk = desk
        self._ranking = ranking

    def routes(self) -> list[Route]:
        shelves = [Route(path, partial(self.page, shelf)) for shelf, path in PATHS.items()]
        return [
            *shelves,
            Route("/ids", self.ids),
            Route("/tiles", self.tiles),
            Route("/next", self.next),
            Route("/photos/{photo:id}", self.photo),
        ]

    async def page(self, shelf: Shelf, request: Request) -> Response:
        """A shelf as a page: filters, the first tiles, and what the keys need."""
        desk, words = self._desk, words_of(request)
        wanted, order = wanted_in(request)
        number, places = page_number(request), await self._places(request)
        opened = _photo_in(request, "photo")

        def look(session: Session) -> dict[str, Any]:
            every = self._every(session)
            ids = _found(session, shelf, wanted, order, places, opened)
            pages = max(1, math.ceil(len(ids) / TILES_A_PAGE))
            page = min(number, pages)
            first = (page - 1) * TILES_A_PAGE
            found = cards(session, ids[first : first + TILES_A_PAGE])
            return {
                "total": len(ids),
                **links(request, page=page, pages=pages),
                "shown": self._views(request, found, shelf, every, renamed(session)),
                "labels": (keys := label_keys(self._offered(session), every)),
                "gate_key": gate_key(keys),
                "progress": queue.progress(session, now=desk.now()),
                "fields": fields(
                    session, shelf, wanted, order, self._nameable(session, shelf), words
                ),
                "like": request.query_params.get("like", ""),
                **(self._counts(session, every) if shelf is Shelf.EXAMPLES else {}),
            }

        filtered = wanted != PhotoFilter()
        empty = "no-match" if filtered else f"empty-{shelf.value}"
        return desk.pages.page(
            "grid.html",
            request,
            shelf=shelf.value,
            heading=words(f"heading-{shelf.value}"),
            filtered=filtered,
            empty={"title": words(empty), "text": words(f"{empty}-text")},
            **await desk.read(look),
        )

    async def ids(self, request: Request) -> Response:
        """The ids of all photos on a shelf that fit, in order, and for which suspected ones another
        label is suggested."""
        shelf = _shelf(request)
        wanted, order = wanted_in(request)
        places = await self._places(request)
        ids, suggested = await self._desk.read(
            lambda session: (
                _found(session, shelf, wanted, order, places, _photo_in(request, "photo")),
                suggested_ids(session) if shelf is Shelf.SUSPICIONS else [],
            )
        )
        return JSONResponse({"ids": ids, "suggested": suggested})

    async def tiles(self, request: Request) -> Response:
        """The tiles of some photos, as HTML; photos that are gone are left out."""
        shelf = _shelf(request)
        wanted = photo_ids_in(request.query_params.get("ids", ""), most=MOST_TILES)
        found, every, now_called = await self._desk.read(
            lambda session: (cards(session, wanted), self._every(session), renamed(session))
        )
        views = self._views(request, found, shelf, every, now_called)
        return HTMLResponse(
            self._desk.pages.text("parts/tiles.html", request, shown=views, shelf=shelf.value)
        )

    async def next(self, request: Request) -> Response:
        """The photo whose verdict would teach most: reviewing one by one, without a script."""
        reviewer = reviewer_of(request)
        photo = await self._desk.write(
            lambda session: queue.next_photo(
                session, reviewer.id, now=self._desk.now(), lease_s=self._desk.lease_lifetime_s
            )
        )
        root = request.scope.get("root_path", "")
        return RedirectResponse(
            f"{root}/photos/{photo.id}?shelf=queue" if photo else f"{root}/queue", status_code=303
        )

    async def photo(self, request: Request) -> Response:
        """One photo and all that is known of it: a page, or the part that the large view shows."""
        desk, shelf, words = self._desk, _shelf(request), words_of(request)
        wanted = photo_ids_in(str(request.path_params["photo"]), most=1)
        found, every, offered, now_called = await desk.read(
            lambda session: (
                cards(session, wanted),
                self._every(session),
                self._offered(session),
                renamed(session),
            )
        )
        if not found:
            raise NotThere("missing-photo")
        card, view = self._views(request, found, shelf, every, now_called)[0]
        prediction, verdict = card.prediction, card.verdict
        context: dict[str, Any] = {
            "card": card,
            "view": view,
            "shares": [
                (label, share, hue(every, now_called.get(label, label)))
                for label, share in sorted(
                    prediction.probabilities.items() if prediction else (), key=lambda one: -one[1]
                )
            ],
            "verdict_words": answer_words(card, words),
            "noted_share": noted_share(card, words),
            "noted_answer": shown(card.photo.answer_label, words),
            "voices": voices(card.said, words),
            "suspicion_words": suspicion_words(card, words),
            "decided_by": decided_by(verdict, reviewer_of(request).id, words) if verdict else "",
            "origin_words": origin_words(card, words),
            "page_url": page_link(card),
            "explains": desk.explain is not None,
            "shelf": shelf.value,
            "marked_by": who(card.mark.marked_by, reviewer_of(request).id, words)
            if card.mark
            else "",
            "compares": desk.features_file is not None,
        }
        if request.query_params.get("part") == "about":
            return HTMLResponse(desk.pages.text("parts/photo_about.html", request, **context))
        return desk.pages.page(
            "photo.html",
            request,
            shelf_path=PATHS[shelf],
            shelf_name=words(f"heading-{shelf.value}"),
            labels=label_keys(offered, every),
            **context,
        )

    async def _places(self, request: Request) -> Mapping[int, int] | None:
        """The order by likeness to one photo, where the address asks for it."""
        like = _photo_in(request, "like")
        return None if like is None else await self._ranking(like)

    def _every(self, session: Session) -> tuple[str, ...]:
        """All labels in their order, which decides keys and colours."""
        return every_label(self._offered(session), present_order(session))

    def _offered(self, session: Session) -> tuple[str, ...]:
        return choosable(session, self._desk.labels)

    def _views(
        self,
        request: Request,
        found: Sequence[Card],
        shelf: Shelf,
        every: Sequence[str],
        now_called: Mapping[str, str],
    ) -> list[tuple[Card, TileView]]:
        view = partial(
            tile_view,
            shelf=shelf,
            words=words_of(request),
            labels=every,
            now_called=now_called,
            reviewer_id=reviewer_of(request).id,
            now=self._desk.now(),
        )
        return [(card, view(card)) for card in found]

    def _nameable(self, session: Session, shelf: Shelf) -> Sequence[str]:
        """The labels that a filter names, in the order of their keys: in the dataset those too that
        are retired."""
        every, offered = self._every(session), self._offered(session)
        return every if shelf is Shelf.EXAMPLES else [one for one in every if one in offered]

    def _counts(self, session: Session, every: Sequence[str]) -> dict[str, Any]:
        counts = label_counts(session)
        ordered = [*every, *sorted(counts.keys() - set(every))]
        rows = [
            {
                "label": label,
                "hue": hue(every, label),
                "cells": [(split.value, counts[label][split]) for split in Split],
                "total": sum(counts[label].values()),
            }
            for label in ordered
            if label in counts
        ]
        totals = [sum(splits[split] for splits in counts.values()) for split in Split]
        return {
            "counts": rows,
            "splits": [split.value for split in Split],
            "totals": [*totals, sum(totals)],
        }


def _found(
    session: Session,
    shelf: Shelf,
    wanted: PhotoFilter,
    order: Order,
    places: Mapping[int, int] | None,
    opened: int | None,
) -> list[int]:
    """The photos that fit, in the order asked for, or by their `places`; the one that is opened in
    any case, before all others where it does not fit."""
    if places is None:
        ids = find_photos(session, shelf, wanted, order)
    else:
        ids = find_photos(session, shelf, wanted, order, limit=_MOST_COMPARED)
        ids = sorted(ids, key=lambda photo: places.get(photo, len(places)))[:MOST_PHOTOS]
    return ids if opened is None or opened in ids else [opened, *ids]


def _photo_in(request: Request, name: str) -> int | None:
    """The photo that the address names by this value, if any. Raises BadRequest."""
    return next(iter(photo_ids_in(request.query_params.get(name, ""), most=1)), None)


def _shelf(request: Request) -> Shelf:
    try:
        return Shelf(request.query_params.get("shelf", Shelf.QUEUE.value))
    except ValueError:
        raise BadRequest("bad-value", name="shelf") from None
