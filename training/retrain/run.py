"""One retraining, from its row to its decision."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import hashlib
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from dataset.errors import DatasetError, RetrainingOver
from dataset.examples import examples, folding, retrainings, suspending
from dataset.examples.labels import texts
from dataset.examples.readiness import lack_of_photos
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import Retraining, RetrainingStatus, Split, utc_now
from models.errors import ModelsError
from models.registry.opening import registry_of
from training.errors import TrainError, TrainingError
from training.retrain.heartbeat import CANCELLED, Heartbeat
from training.settings.environment import TrainingSettings
from training.train.progress import bars

if TYPE_CHECKING:
    from training.retrain.gate.decision import Decision
    from training.retrain.weighing import Weighing
    from training.train.candidate import Trained
    from training.train.knobs import Knobs


KEPT_CANDIDATES = 3
"""Candidates that were held stay to be looked at; older ones go."""


class Run:
    """One retraining from its row to its decision."""

    def __init__(
        self,
        settings: TrainingSettings,
        database: Database,
        row: Retraining,
        options: argparse.Namespace,
    ) -> None:
        self._settings = settings
        self._database = database
        self._id = row.id
        self._worker = row.worker or ""
        self._may_give_back = options.worker is not None
        self._scheduled = row.trigger == "schedule"
        self._asked_by = row.requested_by
        self._by_hand = row.trigger == "shell"
        self._force = row.force or options.force
        self._dry_run = options.dry_run
        self._recipe = options.recipe
        self._seed = options.seed
        self._registry = registry_of(settings)
        self._folder = settings.data_dir / "candidates"
        self._out = self._folder / f"retraining-{row.id}"
        self._before_end: Callable[[], None] = lambda: None

    def run(self) -> None:
        """Run it, and write the outcome into the row, whatever it is."""
        status, reason = RetrainingStatus.FAILED, "It ended without a word."
        beat: Heartbeat | None = None
        try:
            with Heartbeat(
                self._database,
                self._id,
                worker=self._worker,
                lease_s=self._settings.training_lease_s,
            ) as beat:
                self._work(beat)
            return
        except KeyboardInterrupt:
            if beat is not None and beat.stopped == "cancelled":
                status = RetrainingStatus.CANCELLED
                reason = CANCELLED
            elif self._may_give_back:
                with contextlib.suppress(RetrainingOver), self._database.session() as session:
                    retrainings.give_back(session, self._id, worker=self._worker)
                return
            else:
                # Who began it in a shell has ended it there; a child of the bot was lost.
                if self._by_hand:
                    status = RetrainingStatus.CANCELLED
                reason = "It was interrupted; the model in use stays."
        except RetrainingOver as exc:
            # Ended from outside: the row says so already.
            print(exc, file=sys.stderr)
            return
        except (TrainingError, DatasetError, ModelsError) as exc:
            reason = str(exc)
        except OSError as exc:
            where = exc.filename or self._folder
            reason = f"{where} cannot be used: {exc.strerror}; the model in use stays."
        except Exception as exc:
            log = self._settings.data_dir / retrainings.LOG_FOLDER / retrainings.log_name(self._id)
            # From a shell, or as a worker's child, it writes to their stderr instead.
            where = log if log.is_file() else "what it wrote to stderr"
            self._finish(
                RetrainingStatus.FAILED, f"An unexpected {type(exc).__name__}; see {where}."
            )
            raise
        self._finish(status, reason)

    def _work(self, beat: Heartbeat) -> None:
        self._before_end = beat.rest
        with bars() as bar:

            def tell(stage: str, done: float) -> None:
                bar(stage, done)
                beat.tell(stage, done)

            began = utc_now()
            since = self._registry.open().manifest.made_at
            with self._database.session() as session:
                suspending.take_back_unnamed(session, since)
            fold = folding.fold_all(
                self._database,
                salt=self._settings.split_salt,
                per_person=self._settings.examples_per_person_per_run,
                retraining_id=self._id,
                now=began,
            )
            with self._database.reading() as session:
                fingerprint, counts = _identity(session)
            folded = {name: count for name, count in dataclasses.asdict(fold).items() if count}
            if self._scheduled and (why := self._nothing_new(fingerprint, counts)):
                self._finish(RetrainingStatus.SKIPPED, why, metrics={"folded": folded})
                return
            self._tidy()
            self._check_photos()
            weighing = self._weighing()
            trained = self._train(weighing, began, tell)
            try:
                decision, metrics = weighing.decide(trained, tell)
                weighing.check_still(trained)
            except TrainError:
                shutil.rmtree(self._out, ignore_errors=True)
                raise
            with self._database.reading() as session:
                # What was set aside has changed it.
                fingerprint, _ = _identity(session)
            metrics |= {"folded": folded, "dataset": fingerprint, "seconds": trained.seconds}
            if self._conclude(trained, decision, metrics, tell) is RetrainingStatus.PUBLISHED:
                weighing.note_answers(trained)

    def _nothing_new(self, fingerprint: str, counts: dict[Any, dict[str, int]]) -> str | None:
        """Why a scheduled run need not go on, if so."""
        if not any(counts.values()):
            return "The dataset is empty: there is nothing to learn from yet."
        with self._database.reading() as session:
            tried = retrainings.last(session, RetrainingStatus.PUBLISHED, RetrainingStatus.HELD)
        if any((row.metrics or {}).get("dataset") == fingerprint for row in tried):
            return "Nothing is new since the last retraining."
        return None

    def _check_photos(self) -> None:
        with self._database.reading() as session:
            lack = lack_of_photos(session)
        if lack is not None:
            raise TrainError(str(lack))

    def _weighing(self) -> Weighing:
        # Imported here: a run with nothing new ends before torch would have been loaded.
        from training.retrain.weighing import Weighing

        return Weighing(
            self._settings,
            self._database,
            self._registry,
            retraining_id=self._id,
            seed=self._seed,
            everything=self._force,
        )

    def _train(
        self, weighing: Weighing, began: datetime, tell: Callable[[str, float], object]
    ) -> Trained:
        from training.train.candidate import train
        from training.train.knobs import Knobs
        from training.train.learning.cluster.machines import machines_of
        from training.train.network.body import DEFAULT_ARCH

        knobs: Knobs = Knobs(
            recipe=self._recipe,
            arch=self._settings.body or DEFAULT_ARCH,
            seed=self._seed,
            device=self._settings.device,
        )
        # An earlier worker of this run, or of a run with its number from before a restore.
        shutil.rmtree(self._out, ignore_errors=True)
        with machines_of(self._settings) as machines:
            return train(
                self._settings,
                knobs,
                self._database,
                out=self._out,
                progress=tell,
                now=began,
                machines=machines,
                sift=weighing.sift,
            )

    def _conclude(
        self,
        trained: Trained,
        decision: Decision,
        metrics: dict[str, Any],
        tell: Callable[[str, float], object],
    ) -> RetrainingStatus:
        version = trained.bundle.manifest.version
        champion = str(metrics["champion"]["version"])
        status = RetrainingStatus.DRY_RUN
        if not self._dry_run:
            if decision.publish or self._force:
                tell("publishing", 0.0)
                with self._database.session() as session:
                    retrainings.propose(
                        session,
                        self._id,
                        champion=champion,
                        candidate=version,
                        worker=self._worker,
                    )
                status = RetrainingStatus.PUBLISHED
            else:
                status = RetrainingStatus.HELD
        try:
            if status is RetrainingStatus.PUBLISHED:
                self._registry.publish(trained.bundle.path)
            self._record(status, trained, decision, metrics)
        except (DatasetError, ModelsError, KeyboardInterrupt):
            # An unrecorded publish, or one cancelled before, did not happen: the row will say that
            # the old model stays.
            if (
                status is RetrainingStatus.PUBLISHED
                and self._registry.current_version() == version
                and not self._is_recorded()
            ):
                self._registry.rollback(champion)
            raise
        if status is RetrainingStatus.PUBLISHED:
            shutil.rmtree(trained.bundle.path, ignore_errors=True)
        return status

    def _record(
        self,
        status: RetrainingStatus,
        trained: Trained,
        decision: Decision,
        metrics: dict[str, Any],
    ) -> None:
        version = trained.bundle.manifest.version
        reason = decision.reason
        if status is RetrainingStatus.PUBLISHED and not decision.publish:
            reason = f"Published by force. The gate said: {reason}"
            self._audit_force(version)
        notes = trained.metrics.get("notes", [])
        reason = " ".join([reason, *notes])
        if notes:
            metrics["notes"] = notes
        self._before_end()
        with self._database.session() as session:
            retrainings.finish(
                session,
                self._id,
                retrainings.Ending(
                    status=status,
                    reason=reason,
                    champion=str(metrics["champion"]["version"]),
                    candidate=version,
                    metrics=metrics,
                    decision="publish" if decision.publish else "hold",
                    blind_spot=decision.blind_spot,
                ),
                worker=self._worker,
            )

    def _is_recorded(self) -> bool:
        """Whether the row already records the candidate as published."""
        try:
            with self._database.reading() as session:
                row = retrainings.seen(session, self._id)
        except DatasetError:
            return False
        return row.status is RetrainingStatus.PUBLISHED

    def _audit_force(self, version: str) -> None:
        with self._database.session() as session:
            audit.record(
                session,
                actor_id=self._asked_by,
                action="publish_force",
                subject=f"model:{version}",
                details={"retraining": self._id},  # it says what the gate held against it
            )

    def _tidy(self) -> None:
        """Remove what runs that were killed left, and all but the last candidates held."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob(".*"):
            shutil.rmtree(path, ignore_errors=True)
        held = sorted(self._folder.glob("retraining-*"), key=_number)
        for path in held[: max(0, len(held) - KEPT_CANDIDATES)]:
            shutil.rmtree(path, ignore_errors=True)

    def _finish(
        self, status: RetrainingStatus, reason: str, *, metrics: dict[str, Any] | None = None
    ) -> None:
        self._before_end()
        with contextlib.suppress(RetrainingOver), self._database.session() as session:
            retrainings.finish(
                session,
                self._id,
                retrainings.Ending(status=status, reason=reason, metrics=metrics),
                worker=self._worker,
            )


def _identity(session: Session) -> tuple[str, dict[Split, dict[str, int]]]:
    """A digest of what there is to learn and of what people call it, and the examples' counts."""
    photos, counts = examples.fingerprint(session)
    said = [
        (label, sorted(words.names.items()), sorted(words.aliases))
        for label, words in sorted(texts(session).items())
    ]
    return hashlib.sha256(f"{photos} {said}".encode()).hexdigest() if said else photos, counts


def _number(path: Path) -> int:
    number = path.name.removeprefix("retraining-")
    return int(number) if number.isdigit() else 0
