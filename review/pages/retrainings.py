"""The retrainings: what each measured and decided, why, and the report from its bundle.

A report is another program's page, so it appears in a frame that runs no script. Only files of the
bundle's `report` folder are served.
"""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dataset.reviewing import overview
from dataset.storage.schema import Retraining, RetrainingStatus
from languages.catalogue import Words
from languages.reasons import Naming, check_sentences, objects, reasons
from models.bundles.manifest import is_safe_version
from review.desk import Desk, Trainer, reviewer_of
from review.errors import BadRequest, Declined, NotThere
from review.pages.cards import who
from review.pages.labelling import naming
from review.pages.paging import page_of
from review.rendering import COMPRESSED, figure, words_of

REPORT = "report/report.html"
REPORT_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "sandbox allow-same-origin"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""No scripts at all; the report keeps its origin, so that its pictures carry the session."""
_SERVED = {".html", ".png", ".jpg", ".jpeg", ".svg", ".css", ".csv", ".json", ".txt"}
_ACTIVE = (RetrainingStatus.REQUESTED, RetrainingStatus.RUNNING)
_SIDES = ("champion", "candidate")
_SHOWN = {"checks", "unseen", "notes", "replay", "set_aside", "lost"}
_UNNAMED = 0
"""Stands for a reviewer where a label comes from a file, or from the agreement of several."""
MOST_CHANGED = 120
"""Replayed photos that a page shows."""


class Retrainings:
    """The routes of the retrainings."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/retrainings", self.index),
            Route("/retrainings/start", self.start, methods=["POST"]),
            Route("/retrainings/cancel", self.cancel, methods=["POST"]),
            Route("/retrainings/{run:id}", self.show),
            Route("/retrainings/{run:id}/back", self.go_back, methods=["POST"]),
            Route("/retrainings/{run:id}/report/{file:path}", self.report, middleware=COMPRESSED),
        ]

    async def index(self, request: Request) -> Response:
        """All runs, newest first."""
        words = words_of(request)
        runs, paging = await self._desk.read(
            lambda session: page_of(
                request,
                lambda offset, limit: overview.retrainings(session, offset=offset, limit=limit),
            )
        )
        name = await naming(self._desk, words)
        under_way = any(run.status in _ACTIVE for run in runs)
        return self._desk.pages.page(
            "retrainings.html",
            request,
            runs=[(run, _why(run, words, name)) for run in runs],
            trigger=lambda run: _trigger(run, words),
            can_start=self._desk.trainer is not None and not under_way,
            **paging,
        )

    async def start(self, request: Request) -> Response:
        """Retrain; by force, publish whatever the gate says."""
        async with request.form(max_fields=2) as form:
            force = form.get("force") == "yes"
        trainer, reviewer = self._trainer(), reviewer_of(request)
        return self._after(
            request, await trainer.retrain(reviewer.id, words_of(request), force=force)
        )

    async def cancel(self, request: Request) -> Response:
        """Ask the one under way to stop."""
        return self._after(
            request, await self._trainer().cancel(reviewer_of(request).id, words_of(request))
        )

    async def go_back(self, request: Request) -> Response:
        """Let the model answer again that one run replaced."""
        run = await self._find(request)
        if run.status is not RetrainingStatus.PUBLISHED or not (run.candidate and run.champion):
            raise BadRequest("run-published-none")
        refused = await self._trainer().go_back(
            reviewer_of(request).id, words_of(request), of=run.candidate, to=run.champion
        )
        return self._after(request, refused)

    def _trainer(self) -> Trainer:
        if self._desk.trainer is None:
            raise BadRequest("run-no-bot")
        return self._desk.trainer

    def _after(self, request: Request, refused: str | None) -> Response:
        if refused is not None:
            raise Declined(refused)
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/retrainings", status_code=303)

    async def show(self, request: Request) -> Response:
        """One run."""
        run = await self._find(request)
        metrics, words, reader = run.metrics or {}, words_of(request), reviewer_of(request).id
        folder = await asyncio.to_thread(self._bundle, run)
        name = await naming(self._desk, words)
        report = folder is not None and await asyncio.to_thread((folder / REPORT).is_file)
        return self._desk.pages.page(
            "retraining.html",
            request,
            run=run,
            running=run.status in _ACTIVE,
            can_train=self._desk.trainer is not None,
            can_go_back=self._answers(run) and run.champion is not None,
            facts=self._facts(run, reader, words),
            why=reasons(run, words, name),
            stage=_stage(run, words),
            metric=lambda figure_name: _metric(figure_name, words, name),
            sides=_SIDES,
            comparison=_comparison(metrics),
            checks=[
                (one.get("passed"), sentence)
                for one in objects(metrics.get("checks"))
                for sentence in check_sentences(one, words, name)
            ],
            replayed=_count(metrics.get("replay")),
            changed=_changed(metrics.get("replay"), name)[:MOST_CHANGED],
            aside=_aside(metrics.get("set_aside"), reader, words),
            lost=_ids(metrics.get("lost"))[:MOST_CHANGED],
            rest={name: value for name, value in metrics.items() if name not in _SHOWN},
            report=REPORT if report else None,
            no_report=words("run-no-bundle" if folder is None else "run-no-report"),
        )

    async def report(self, request: Request) -> Response:
        """A file of one run's report; nothing outside the bundle's report folder."""
        run = await self._find(request)
        path = await asyncio.to_thread(self._file, run, str(request.path_params["file"]))
        if path is None:
            raise NotThere("missing-report-file")
        kind, _ = mimetypes.guess_type(path.name)
        return Response(
            await asyncio.to_thread(path.read_bytes),
            media_type=kind or "application/octet-stream",
            headers=dict(REPORT_HEADERS),
        )

    def _answers(self, run: Retraining) -> bool:
        """Whether people are answered by what this run published, as far as the pages know."""
        manifest = self._desk.manifest() if self._desk.manifest else None
        published = run.status is RetrainingStatus.PUBLISHED
        return published and (manifest is None or manifest.version == run.candidate)

    async def _find(self, request: Request) -> Retraining:
        number = int(request.path_params["run"])
        run = await self._desk.read(lambda session: overview.retraining(session, number))
        if run is None:
            raise NotThere("missing-retraining")
        return run

    def _bundle(self, run: Retraining) -> Path | None:
        version = run.candidate
        if version is None or not is_safe_version(version):
            return None
        folders = [folder / version for folder in self._desk.bundle_folders]
        if self._desk.candidates_folder is not None:
            folders.append(self._desk.candidates_folder / f"retraining-{run.id}")
        return next((folder for folder in folders if folder.is_dir()), None)

    def _file(self, run: Retraining, name: str) -> Path | None:
        folder = self._bundle(run)
        if folder is None or "\0" in name:
            return None
        root = (folder / "report").resolve()
        path = (root / name).resolve()
        inside = path.is_relative_to(root) and path.suffix.lower() in _SERVED
        return path if inside and path.is_file() else None

    def _facts(self, run: Retraining, reviewer_id: int, words: Words) -> list[tuple[str, str]]:
        now = self._desk.now()
        facts = [
            ("run-asked", f"{words.ago(run.requested_at, now)}, {_trigger(run, words)}"),
            ("run-by", who(run.requested_by, reviewer_id, words)),
            ("run-champion", run.champion or "–"),
            ("run-candidate", run.candidate or "–"),
            ("run-decision", words(f"decision-{run.decision}") if run.decision else "–"),
        ]
        if run.started_at and run.finished_at:
            seconds = (run.finished_at - run.started_at).total_seconds()
            facts.append(("run-took", f"{seconds:.0f} s"))
        return facts


def _count(replay: object) -> int:
    found = replay.get("photos") if isinstance(replay, dict) else 0
    return found if isinstance(found, int) else 0


def _changed(replay: object, name: Naming) -> list[dict[str, Any]]:
    """Kept photos that the candidate answers differently: photo_id, before, after."""
    found = objects(replay.get("changed")) if isinstance(replay, dict) else []
    return [
        one | {side: _answered(str(one[side]), name) for side in ("before", "after")}
        for one in found
        if isinstance(one.get("photo_id"), int) and {"before", "after"} <= one.keys()
    ]


def _answered(answer: str, name: Naming) -> str:
    """An answer in a word: a label, or one with a question mark where it was unsure."""
    label = answer.removesuffix("?")
    return f"{name(label)}{answer[len(label) :]}"


def _ids(value: object) -> list[int]:
    """What somebody recorded as a list of photos' ids, if it is one."""
    return [one for one in value if isinstance(one, int)] if isinstance(value, list) else []


def _aside(found: object, reviewer_id: int, words: Words) -> list[tuple[str, list[int]]]:
    """What a retraining set aside: whose, in words, and the ids of the photos."""
    return [
        (_source(one, reviewer_id, words), _ids(one.get("photos"))[:MOST_CHANGED])
        for one in objects(found)
    ]


def _source(one: Mapping[str, Any], reviewer_id: int, words: Words) -> str:
    name, kind = str(one.get("name", "")), one.get("kind")
    number = int(name) if name.isdigit() else None
    values = {
        "contradicting": figure(words, one.get("contradicting")),
        "of": figure(words, one.get("of")),
    }
    if kind == "reviewer" and number == _UNNAMED:
        return words("aside-unnamed", **values)
    if kind == "reviewer":
        return words("aside-reviewer", who=who(number, reviewer_id, words), **values)
    if kind != "person":
        return words("aside-folder", name=name, **values)
    whose = who(number, reviewer_id, words) if number else words("who-forgotten")
    named = _ids(one.get("reviewers"))
    reviewers = [who(one, reviewer_id, words) for one in named if one != _UNNAMED]
    if one.get("agreed") or _UNNAMED in named:
        reviewers.append(words("who-unnamed"))
    if reviewers:
        by = words.listed(reviewers)
        return words("aside-person-decided", who=whose, reviewers=by, **values)
    return words("aside-person", who=whose, **values)


def status_words(status: RetrainingStatus, words: Words) -> str:
    """How a retraining stands."""
    return words(f"status-{status.value.replace('_', '-')}")


def _why(run: Retraining, words: Words, name: Naming) -> str:
    """What is to be said of a run in a list of many."""
    if run.status in _ACTIVE:
        return _stage(run, words)
    return " ".join(reasons(run, words, name)[:1])


def _stage(run: Retraining, words: Words) -> str:
    message_id = f"stage-{run.stage or 'waiting'}"
    return words(message_id if words.has(message_id) else "stage-starting")


def _trigger(run: Retraining, words: Words) -> str:
    message_id = f"trigger-{run.trigger}"
    return words(message_id) if words.has(message_id) else run.trigger


def _metric(figure_name: str, words: Words, name: Naming) -> str:
    """A figure's name, or that of the label that it is about."""
    message_id = f"metric-{figure_name.replace('_', '-')}"
    return words(message_id) if words.has(message_id) else name(figure_name)


def _comparison(metrics: Mapping[str, Any]) -> list[tuple[str, list[object]]]:
    """The figures that both champion and candidate have."""
    sides = [metrics.get(side) for side in _SIDES]
    if not all(isinstance(side, dict) for side in sides):
        return []
    before, after = (side for side in sides if isinstance(side, dict))
    return [
        (name, [value, after[name]])
        for name, value in before.items()
        if isinstance(value, int | float) and isinstance(after.get(name), int | float)
    ]
