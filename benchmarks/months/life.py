"""A life, day by day: what happens when, and what is looked at after each day."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from benchmarks.months.chats import keys_of
from benchmarks.months.clock import SharedClock
from benchmarks.months.holds import Holds
from benchmarks.months.installation import ADMINS, TRAINS, Installation
from benchmarks.months.ledger import Ledger, Sent
from benchmarks.months.people import RIGHT, Way
from benchmarks.months.photos import Supply
from benchmarks.months.report import Week
from benchmarks.months.reviewers import Figures, Reviewers
from benchmarks.months.society import Society
from dataset.storage.schema import OUTSIDE
from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier

_OLD_REVISION = "0002"
_MOST_BROKEN = 40
_HOUR = timedelta(hours=1)
_LONG_DAYS = 28


class Life:
    """So many days, from a Monday long enough ago that they end before now."""

    def __init__(
        self,
        folder: Path,
        supply: Supply,
        *,
        days: int,
        seed: int,
        tell: Callable[[str], object],
    ) -> None:
        self._days, self._seed, self._supply, self._tell = days, seed, supply, tell
        today = datetime.now(timezone.utc).date()
        first = today - timedelta(days=days + 7)
        self._first = first - timedelta(days=first.weekday())
        self.clock = SharedClock(folder / "clock", _morning(self._first))
        self.place = Installation(folder, self.clock)
        self._folder = folder
        self.weeks: list[Week] = []
        self.broken: list[str] = []
        self._told: set[str] = set()
        """What stays broken is told once."""
        self.lived = 0
        self._measured: dict[str, tuple[float | None, ...]] = {}
        self._known_runs: set[str] = set()
        self._backup: tuple[Ledger, set[int]] | None = None
        self._lost: list[tuple[Sent, int, str]] = []
        self._calendar = _calendar(days)

    def run(self, *, minutes: float | None = None) -> list[str]:
        """Live it; sentences about what did not hold. Ends early when there are many, and when
        the minutes are over."""
        ends_at = time.monotonic() + 60 * (minutes or float("inf"))
        with self.place.api:
            self.place.api.until_ready()
            self.society = Society(
                self.place, self._supply, Ledger(), seed=self._seed, first=self._first
            )
            self.reviewers = Reviewers(self.place, self.society, seed=self._seed)
            self.holds = Holds(self.place, self.society)
            try:
                self._begin()
                for number in range(self._days):
                    self._live(number)
                    self.lived = number + 1
                    if len(self.broken) >= _MOST_BROKEN or time.monotonic() > ends_at:
                        break
                self.place.stop()
            except TimeoutError as exc:
                self.broken.append(f"day {self.lived}: {exc}")
            finally:
                self.place.close()
        return self.broken

    def _begin(self) -> None:
        """An operator brings examples, trains a model on them and starts the bot."""
        self.place.run("training.add", str(_written(self._folder / "start", self._supply.start)))
        shipped = set(Bundle.open(STARTER).manifest.labels)
        # A model of other labels cannot be better at those of the one that ships.
        other = shipped != set(self._supply.labels)
        self.place.run("training.retrain", *(["--force"] if other else []))
        self.place.start()

    # A day

    def _live(self, number: int) -> None:
        today = self._first + timedelta(days=number)
        events = self._calendar.get(number, [])
        if number % 7 == 0:
            self.weeks.append(Week(number // 7 + 1))
        week = self.weeks[-1]
        week.events += events
        self.place.provoked = set()
        self.clock.set(_morning(today))
        if "asleep" in events:
            return
        self._until_promises_are_kept(today)
        for event in events:
            if (act := self._acts().get(event)) is not None:
                act(today)
        killed = "killed" in events
        sent = self.society.send(today, may_repeat=killed)
        if killed:
            self.place.kill()
            self.place.start()
        self.society.until_answered(sent)
        self._forget_and_return(number)
        if number % 7 == 4:
            self.society.flood(today)
        self.clock.advance(2 * _HOUR)
        self.society.speak(self.society.ledger.of_day(today), today)
        self.clock.advance(2 * _HOUR)
        week.reviewed += self._review(number)
        if self._lost and self._backup is None:
            self._press_what_was_lost()
        self.place.until_idle()
        self.place.until_retrained()
        self._supply.with_late = self._supply.late_label in self.place.champion().manifest.labels
        week.photos += sum(1 for _ in self.society.ledger.of_day(today))
        self._note(week)
        self._check(number, today)

    def _acts(self) -> Mapping[str, Callable[[date], None]]:
        return {
            "restarted": self._restart,
            "upgraded": self._upgrade,
            "backed up": self._back_up,
            "restored": self._restore,
            "label added": self._add_label,
            "rolled back": self._roll_back,
            "disk full": self._fill_disk,
            "training killed": self._kill_training,
            "retrained by hand": self._retrain,
        }

    def _until_promises_are_kept(self, today: date) -> None:
        """Whatever the night owed is made up for in the morning, a retraining included."""
        owed = _morning(today) - timedelta(hours=4)

        def are_kept() -> bool:
            rows = self.place.rows("SELECT name, text FROM notes WHERE name LIKE '%-since:%'")
            kept = {row["name"].partition("-")[0]: row["text"] for row in rows}
            names = {"retention", "drift"} | (
                {"retrain", "digest"} if not today.weekday() else set()
            )
            if today == self._first:
                return names <= kept.keys()
            return all(datetime.fromisoformat(kept.get(name, _NEVER)) >= owed for name in names)

        self.place.until("what the night owed", are_kept)

    def _forget_and_return(self, number: int) -> None:
        """Each of some people is forgotten now and then, and is back three days later."""
        if self._backup is not None:
            return
        for place, person in enumerate(self.society.of(Way.FORGETTER)):
            period = max(9, min(60, self._days // 3))
            turn = (number - 2 * place) % period
            if turn == 5 and not person.was_forgotten:
                self.society.forget(person)
            elif turn > 7 and person.was_forgotten:
                self.society.come_back(person)

    def _review(self, number: int) -> int:
        """The reviewers' evening: on most days the queue is emptied, else a part of it decided."""
        decided = 0
        if number % 3 == 1:
            decided += self.reviewers.in_chat(ADMINS[1], most=4)
            self.clock.advance(_HOUR)
        if number % 7 in (0, 2, 3, 5, 6):
            stroke = self.reviewers.on_pages(ADMINS[0])
            decided += stroke.decided
            if stroke.after > stroke.before - stroke.decided or stroke.decided < stroke.before:
                self.broken.append(
                    f"day {number}: of {stroke.before} photos {stroke.decided} were decided, and "
                    f"{stroke.after} wait"
                )
        return decided

    # Events

    def _restart(self, today: date) -> None:
        if status := self.place.stop():
            self.broken.append(f"{today}: a stopped bot ended with status {status}")
        self.place.start()

    def _upgrade(self, today: date) -> None:
        for table, counts in self.place.upgrade_from(_OLD_REVISION).items():
            self.broken.append(f"{today}: an upgrade left {counts[1]} of {counts[0]} {table}")

    def _back_up(self, today: date) -> None:
        self.place.back_up(self._folder / "backup.tar")
        consenting = {person.id for person in self.society.people if person.has_consented}
        self._backup = self.society.ledger.copy(), consenting

    def _restore(self, today: date) -> None:
        assert self._backup is not None
        kept, consenting = self._backup
        for place, sent in self.society.ledger.sent.items():
            if place not in kept.sent and sent.chat == sent.person:
                for answer in self.society.chats.after(sent.chat, sent.leader)[:1]:
                    if keys := keys_of(answer):
                        self._lost.append((sent, answer["message_id"], keys[0]))
        self.place.restore(self._folder / "backup.tar")
        self.society.ledger, self._backup = kept, None
        for person in self.society.people:
            person.has_consented = person.id in consenting

    def _press_what_was_lost(self) -> None:
        """Old buttons under answers that no record is left of: they must touch nothing else."""
        for sent, message, data in self._lost[:10]:
            self.society.chats.press(sent.person, sent.chat, message, data)
        self._lost.clear()

    def _add_label(self, today: date) -> None:
        if self._supply.late_label is None:
            return
        late = _written(self._folder / "late", self._supply.late)
        self.place.run("training.add", str(late), "--new-label", str(self._supply.late_label))
        self._retrain(today)

    def _retrain(self, today: date) -> None:
        self.place.until_retrained()
        self.reviewers.command(ADMINS[0], "/retrain")
        self.place.until_retrained()

    def _roll_back(self, today: date) -> None:
        before = self.place.champion().manifest.version
        self.reviewers.command(ADMINS[1], "/rollback")
        self.place.until_retrained()
        if self.place.champion().manifest.version == before:
            self.broken.append(f"{today}: /rollback changed nothing")

    def _fill_disk(self, today: date) -> None:
        """For an hour; what people send meanwhile is answered afterwards."""
        self.place.provoked = {"disk", "inbox"}
        self.place.fill_disk()
        sent = self.society.send(today, least=2, most=2)
        self.place.until(
            "a word about the disk",
            lambda: "cannot be written" in (self.place.bot.output if self.place.bot else ""),
        )
        self.clock.advance(_HOUR)
        self.place.free_disk()
        self.society.until_answered(sent)

    def _kill_training(self, today: date) -> None:
        self.place.until_retrained()
        before = self.place.champion().manifest.version
        self.reviewers.command(ADMINS[0], "/retrain")
        running = f"SELECT count(*) FROM retrainings WHERE {TRAINS}"  # noqa: S608 - our own words
        self.place.until("a retraining at work", lambda: self.place.number(running) > 0)
        self.place.kill_training()
        self.place.until_retrained()
        if self.place.champion().manifest.version != before:
            self.broken.append(f"{today}: a retraining that was killed changed the model")

    # What came of it

    def _check(self, number: int, today: date) -> None:
        figures = self._figures()
        found = [one for one in self.holds.broken(today, figures) if one not in self._told]
        self._told.update(found)
        self.broken += [f"day {number}: {sentence}" for sentence in found]
        waiting = figures.pages["waiting"]
        self._tell(
            f"day {number} ({today}): {sum(1 for _ in self.society.ledger.of_day(today))} photos, "
            f"{waiting} wait, model {self.place.health()['model']}"
            + "".join(f"\n  BROKEN: {sentence}" for sentence in found)
        )

    def _figures(self) -> Figures:
        """What the bot and the pages tell, asked again if a photo was kept meanwhile."""
        while True:
            kept = self.place.number("SELECT count(*) FROM photos")
            figures = self.reviewers.figures(ADMINS[0])
            self.place.until_idle()
            if kept == self.place.number("SELECT count(*) FROM photos"):
                return figures

    def _note(self, week: Week) -> None:
        """The figures of this week so far."""
        for row in self.place.rows(
            "SELECT id, status, reason, requested_at FROM retrainings ORDER BY id"
        ):
            if row["requested_at"] not in self._known_runs:
                self._known_runs.add(row["requested_at"])
                week.retrainings.append(
                    {"id": row["id"], "status": row["status"], "reason": row["reason"]}
                )
        shares = self._measure(self.place.champion())
        week.accuracy, week.sure, week.refused, week.outside_refused = shares
        since = self._first + timedelta(days=7 * (week.number - 1))
        ledger = self.society.ledger
        said = [what for key, what in ledger.said.items() if ledger.said_on[key] >= since]
        answered = ledger.answered_since(since)
        disputed = sum(what != RIGHT for what in said)
        week.disputed = disputed / answered if answered else None

    def _measure(self, bundle: Bundle) -> tuple[float | None, ...]:
        """On photos that nobody sent: right, sure and refused of the known, refused of others."""
        version = bundle.manifest.version
        if version not in self._measured:
            classifier = Classifier(bundle)
            known, strange = [], []
            for shot in self._supply.aside:
                if shot.truth in bundle.manifest.labels:
                    known.append((classifier.classify(shot.data), shot.truth))
                elif shot.truth == OUTSIDE:
                    strange.append(classifier.classify(shot.data))
            self._measured[version] = (
                _share(answer.label == truth for answer, truth in known),
                _share(answer.verdict == "sure" for answer, _ in known),
                _share(answer.verdict == "outside" for answer, _ in known),
                _share(answer.verdict == "outside" for answer in strange),
            )
        return self._measured[version]


_NEVER = "0001-01-01T00:00:00+00:00"


def _calendar(days: int) -> dict[int, list[str]]:
    """What happens on which day; a short life has everything that a long one has."""
    found: dict[int, list[str]] = {}

    def on(share: float, what: str, *, most: int | None = None) -> None:
        day = round(share * days)
        found.setdefault(day if most is None else min(day, most), []).append(what)

    on(0.15, "upgraded")
    on(0.22, "retrained by hand", most=30)
    on(0.29, "disk full")
    on(0.36, "label added", most=31)
    on(0.44, "backed up")
    on(0.58, "restored", most=round(0.44 * days) + 6)
    on(0.65, "killed")
    on(0.72, "rolled back")
    if days >= _LONG_DAYS:
        on(0.79, "retrained by hand")
    on(0.86, "asleep")
    on(0.93, "training killed")
    for number in range(20, days, 20):
        found.setdefault(number, []).append("restarted")
    for number in range(31, days, 27):
        found.setdefault(number, []).append("killed")
    return found


def _written(folder: Path, photos: Mapping[str, Sequence[bytes]]) -> Path:
    """Photos as an operator has them: FOLDER/<label>/*."""
    for label, pictures in photos.items():
        (folder / label).mkdir(parents=True)
        for number, data in enumerate(pictures):
            (folder / label / f"{number}.jpg").write_bytes(data)
    return folder


def _morning(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), timezone.utc) + timedelta(hours=8)


def _share(holds: Iterator[bool]) -> float | None:
    found = list(holds)
    return statistics.fmean(found) if found else None
