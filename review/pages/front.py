"""The first page: the state of things, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import overview, queue
from dataset.reviewing.browsing import count_suspicions, reasons_waiting
from dataset.reviewing.overview import Totals
from dataset.storage.schema import QueueReason, Retraining
from languages.catalogue import Value, Words, capitalised
from languages.reasons import Naming, reasons
from review.desk import Desk
from review.pages.labelling import naming
from review.pages.retrainings import status_words
from review.rendering import words_of


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something worth doing."""

    path: str
    title: str
    text: str


class Front:
    """The route of the first page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/", self.show)]

    async def show(self, request: Request) -> Response:
        desk, words = self._desk, words_of(request)

        def look(
            session: Session,
        ) -> tuple[queue.Progress, Totals, int, Mapping[QueueReason, int], Retraining | None]:
            runs, _ = overview.retrainings(session, limit=1)
            return (
                queue.progress(session, now=desk.now()),
                overview.totals(session),
                count_suspicions(session),
                reasons_waiting(session),
                runs[0] if runs else None,
            )

        progress, totals, suspicions, waiting, run = await desk.read(look)
        return desk.pages.page(
            "front.html",
            request,
            progress=progress,
            greeting=_greeting(progress.waiting + suspicions, totals.photos, words),
            steps=self._steps(words, progress, totals, suspicions, run, await naming(desk, words)),
            tallies=[
                (totals.photos, "tally-photos"),
                (totals.examples, "tally-examples"),
                (totals.verdicts, "tally-verdicts"),
                (suspicions, "tally-suspicions"),
            ],
            reasons=[
                {
                    "value": reason.value,
                    "count": waiting[reason],
                    "words": words(f"reason-{reason.value}"),
                    "share": waiting[reason] / max(waiting.values()),
                }
                for reason in QueueReason
                if reason in waiting
            ],
        )

    def _steps(
        self,
        words: Words,
        progress: queue.Progress,
        totals: Totals,
        suspicions: int,
        run: Retraining | None,
        name: Naming,
    ) -> list[Step]:
        def step(path: str, name: str, **values: Value) -> Step:
            title, text = words(f"step-{name}", **values), words(f"step-{name}-text")
            return Step(path=path, title=title, text=text)

        steps = []
        if progress.waiting:
            steps.append(step("/queue", "review", count=progress.waiting))
        if suspicions:
            steps.append(step("/suspicions", "suspicions", count=suspicions))
        if totals.new_verdicts:
            steps.append(step("/retrainings", "learn", count=totals.new_verdicts))
        if run is not None:
            when = words.ago(run.finished_at or run.requested_at, self._desk.now())
            why = reasons(run, words, name)[:1]
            steps.append(
                Step(
                    path=f"/retrainings/{run.id}",
                    title=f"{words('run-name', id=str(run.id))}: {status_words(run.status, words)}",
                    text=" ".join([f"{capitalised(when)}.", *why]),
                )
            )
        if not progress.waiting:
            steps.append(step("/queue", "empty"))
        if len(steps) < 3:
            steps.append(step("/dataset", "dataset"))
        return steps


def _greeting(to_do: int, photos: int, words: Words) -> str:
    if to_do:
        return words("front-to-do")
    return words("front-done" if photos else "front-nothing")
