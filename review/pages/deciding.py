"""Verdicts given on the pages, one or many at a time; undo; who looks at what.

A stroke is one press of a key: it may decide many photos. One that arrives twice (a lost answer, a
replayed form) changes nothing the second time. What another reviewer has decided or is looking at
stays as it is, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dataset.conversation.claims.label_names import renamed
from dataset.examples.labels import choosable
from dataset.examples.suspending import SET_ASIDE, undecided
from dataset.reviewing import overview, queue, verdicts
from dataset.reviewing.browsing import Shelf
from dataset.reviewing.cards import Standing, cards, held_by_other, standing
from dataset.storage.schema import OUTSIDE, ReviewVerdict, Suspicion, VerdictKind
from languages.catalogue import Words
from review.desk import Desk, is_id, json_in, reviewer_of
from review.errors import BadRequest
from review.pages.cards import decided_by, verdict_words
from review.pages.grid import PATHS
from review.rendering import words_of

MOST_AT_ONCE = 100
"""Verdicts of one request; all other writers wait meanwhile (0041). The script splits a larger
selection into such portions."""
_SUGGESTED = "suggested"
"""Asked for in place of a kind: the label that is suggested for a suspected example."""
MOST_HELD = 12
MOST_WATCHED = 400


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """One verdict asked for."""

    photo_id: int
    kind: VerdictKind
    label: str | None


@dataclass(frozen=True)
class _Outcome:
    """What became of verdicts, as the script shows it to one reviewer."""

    reviewer_id: int
    words: Words

    def verdict(self, stroke: Stroke, outcome: str, verdict: ReviewVerdict) -> dict[str, object]:
        said = verdict_words(verdict, self.words)
        if outcome == "decided":
            who = decided_by(verdict, self.reviewer_id, self.words)
            said = self.words("decided-by", what=said, who=who)
        result = {"photo": stroke.photo_id, "outcome": outcome, "words": said}
        return {**result, "verdict": verdict.id} if outcome == "recorded" else result

    def other(self, stroke: Stroke, outcome: str) -> dict[str, object]:
        said = self.words(f"script-{outcome}")
        return {"photo": stroke.photo_id, "outcome": outcome, "words": said}


class Deciding:
    """The routes that change something."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/verdicts", self.decide, methods=["POST"]),
            Route("/undo", self.undo, methods=["POST"]),
            Route("/looking", self.looking, methods=["POST"]),
        ]

    async def decide(self, request: Request) -> Response:
        """Record verdicts: JSON from the script, or a form with one."""
        reviewer, words = reviewer_of(request), words_of(request)
        outcome = _Outcome(reviewer.id, words)
        by_form = "json" not in request.headers.get("content-type", "")
        values = await (_form(request) if by_form else json_in(request))
        asked = _list(values, "verdicts", most=MOST_AT_ONCE)
        shelf = _shelf(values)
        to_gate = values.get("to_gate") in (True, "yes")

        def record(session: Session) -> dict[str, Any]:
            now = self._desk.now()
            suggested, open_ids = _suggested(session, asked)
            strokes = [self._stroke(one) for one in suggested]
            self._check_labels(session, strokes)
            found = standing(session, [stroke.photo_id for stroke in strokes])
            results = [
                self._record(session, stroke, found, shelf, outcome, to_gate, now)
                for stroke in strokes
            ]
            results += [{"photo": one, "outcome": "open", "words": ""} for one in open_ids]
            return {"results": results, "progress": queue.progress(session, now=now)}

        answer = await self._desk.write(record)
        if by_form:
            for result in answer["results"]:
                if result["outcome"] not in ("recorded", "same"):
                    raise BadRequest(
                        f"script-refused-{result['outcome']}",
                        photo=str(result["photo"]),
                        what=str(result["words"]),
                    )
            root = request.scope.get("root_path", "")
            onward = "/next" if shelf is Shelf.QUEUE else PATHS[shelf]
            return RedirectResponse(root + onward, status_code=303)
        return self._answer(request, answer)

    async def undo(self, request: Request) -> Response:
        """Take back the verdicts that the request names; without any, the reviewer's last stroke,
        however many photos it decided."""
        reviewer, words = reviewer_of(request), words_of(request)
        values = await json_in(request)
        named = [_id_in(one, "verdict") for one in _list(values, "verdicts", most=MOST_AT_ONCE)]

        def take_back(session: Session) -> dict[str, Any]:
            now = self._desk.now()
            ids = named or [one.id for one in overview.last_batch(session, reviewer.id)]
            undone = verdicts.take_back(
                session, reviewer.id, ids, now=now, lease_s=self._desk.lease_lifetime_s
            )
            sentence = (
                words("script-undone", what=verdict_words(undone[0], words), count=len(undone))
                if undone
                else words("review-nothing-to-undo")
            )
            progress = queue.progress(session, now=now)
            photo_ids = [one.photo_id for one in undone]
            return {"photos": photo_ids, "sentence": sentence, "progress": progress}

        return self._answer(request, await self._desk.write(take_back))

    async def looking(self, request: Request) -> Response:
        """Lease the photos a reviewer is about to decide; report those in sight that others hold or
        have decided."""
        reviewer, words = reviewer_of(request), words_of(request)
        values = await json_in(request)
        hold = [_photo_id(one) for one in _list(values, "hold", most=MOST_HELD)]
        drop = [_photo_id(one) for one in _list(values, "drop", most=MOST_HELD)]
        watch = [_photo_id(one) for one in _list(values, "watch", most=MOST_WATCHED)]

        def look(session: Session) -> dict[str, Any]:
            now = self._desk.now()
            for photo_id in sorted(drop):
                queue.release(session, reviewer.id, photo_id=photo_id)
            for photo_id in sorted(hold):
                queue.lease(
                    session,
                    photo_id,
                    reviewer.id,
                    now=now,
                    lease_s=self._desk.lease_lifetime_s,
                )
            found = standing(session, watch)
            return {
                "taken": [
                    photo_id
                    for photo_id, one in found.items()
                    if one.verdict is None and held_by_other(one.photo, reviewer.id, now)
                ],
                "settled": {
                    photo_id: verdict_words(one.verdict, words)
                    for photo_id, one in found.items()
                    if one.verdict
                },
                "gone": sorted(set(watch) - found.keys()),
                "progress": queue.progress(session, now=now),
            }

        return self._answer(request, await self._desk.write(look))

    def _stroke(self, values: object) -> Stroke:
        if not isinstance(values, dict):
            raise BadRequest("bad-value", name="verdicts")
        label = values.get("label")
        try:
            kind = VerdictKind(values.get("kind"))
        except ValueError:
            raise BadRequest("bad-value", name="kind") from None
        if kind is VerdictKind.LABEL and label == OUTSIDE:
            kind = VerdictKind.NONE  # a suspicion may suggest that an example is none of the labels
        if kind is not VerdictKind.LABEL:
            label = None
        elif not isinstance(label, str):
            raise BadRequest("bad-value", name="label")
        return Stroke(photo_id=_photo_id(values.get("photo")), kind=kind, label=label)

    def _record(
        self,
        session: Session,
        stroke: Stroke,
        found: Mapping[int, Standing],
        shelf: Shelf,
        outcome: _Outcome,
        to_gate: bool,
        now: datetime,
    ) -> dict[str, object]:
        """One verdict's outcome: recorded, same (it stood already), second (it takes another
        reviewer), taken, decided or gone."""
        reviewer_id = outcome.reviewer_id
        if stroke.photo_id not in found:
            return outcome.other(stroke, "gone")
        photo, verdict, suspected = found[stroke.photo_id]
        if verdict is not None and verdict.reviewer_id == reviewer_id:
            wanted = (stroke.kind, stroke.label, to_gate and stroke.kind is not VerdictKind.REJECT)
            if (verdict.kind, verdict.label, verdict.to_gate) == wanted:
                if suspected == SET_ASIDE:
                    return outcome.other(stroke, "second")
                if suspected is None:  # else this says that it is right after all
                    return outcome.verdict(stroke, "same", verdict)
        elif verdict is not None and shelf is Shelf.QUEUE:
            return outcome.verdict(stroke, "decided", verdict)
        if held_by_other(photo, reviewer_id, now):
            return outcome.other(stroke, "taken")
        verdict = verdicts.decide(
            session,
            stroke.photo_id,
            reviewer_id,
            stroke.kind,
            label=stroke.label,
            via="web",
            to_gate=to_gate,
            now=now,
        )
        if undecided(session, [stroke.photo_id]).get(stroke.photo_id) == SET_ASIDE:
            return outcome.other(stroke, "second")
        return outcome.verdict(stroke, "recorded", verdict)

    def _check_labels(self, session: Session, strokes: Sequence[Stroke]) -> None:
        """Raises BadRequest for a label that neither model, example nor suspicion has."""
        model = self._desk.labels
        known = {*model, *choosable(session, model), *renamed(session).values()}
        foreign = {
            stroke.photo_id: stroke.label
            for stroke in strokes
            if stroke.label is not None and stroke.label not in known
        }
        brought: set[tuple[int, str | None]] = set()
        for card in cards(session, list(foreign)) if foreign else []:
            if card.example:
                brought.add((card.photo.id, card.example.label))
            if card.suspicion:
                brought.add((card.photo.id, card.suspicion.suggested))
        if foreign.items() - brought:
            raise BadRequest("bad-label-unknown")

    def _answer(self, request: Request, values: dict[str, Any]) -> JSONResponse:
        progress = self._desk.pages.text(
            "parts/progress.html", request, progress=values["progress"]
        )
        return JSONResponse({**values, "progress": progress})


def _suggested(session: Session, asked: Sequence[object]) -> tuple[list[object], list[int]]:
    """What is asked for, with the label in place of the kind `suggested`; and the photos for which
    nothing is suggested any more."""
    ids = [
        _photo_id(one.get("photo"))
        for one in asked
        if isinstance(one, dict) and one.get("kind") == _SUGGESTED
    ]
    if not ids:
        return list(asked), []
    query = select(Suspicion.photo_id, Suspicion.suggested).where(Suspicion.photo_id.in_(ids))
    labels = {photo_id: label for photo_id, label in session.execute(query) if label is not None}
    said = [
        {**one, "kind": VerdictKind.LABEL.value, "label": labels.get(one["photo"])}
        if isinstance(one, dict) and one.get("kind") == _SUGGESTED
        else one
        for one in asked
    ]
    here = [
        one
        for one in said
        if not isinstance(one, dict) or one.get("photo") not in ids or one["photo"] in labels
    ]
    return here, [photo_id for photo_id in ids if photo_id not in labels]


async def _form(request: Request) -> dict[str, Any]:
    async with request.form(max_files=0, max_fields=20) as form:
        kind, _, label = str(form.get("verdict", "")).partition(":")
        photo = str(form.get("photo", ""))
        return {
            "verdicts": [
                {
                    "photo": int(photo) if is_id(photo) else None,
                    "kind": kind,
                    "label": label,
                }
            ],
            "shelf": form.get("shelf"),
            "to_gate": form.get("to_gate"),
        }


def _list(values: dict[str, Any], name: str, *, most: int) -> Sequence[object]:
    found = values.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise BadRequest("bad-list", name=name, most=most)
    return found


def _photo_id(value: object) -> int:
    return _id_in(value, "photo")


def _id_in(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise BadRequest("bad-value", name=name)
    return value


def _shelf(values: dict[str, Any]) -> Shelf:
    try:
        return Shelf(values.get("shelf") or Shelf.QUEUE)
    except ValueError:
        raise BadRequest("bad-value", name="shelf") from None
