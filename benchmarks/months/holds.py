"""What must hold after every day: each function gives a sentence for what does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.months.installation import (
    PREDICTIONS_DAYS,
    UNREVIEWED_DAYS,
    UPDATES_DAYS,
    Installation,
)
from benchmarks.months.people import RIGHT, Way
from benchmarks.months.reviewers import Figures
from benchmarks.months.society import Society
from languages.catalogue import Words
from models.errors import ModelsError

_STATS_DAYS = 30
_PUNCTUAL = timedelta(days=2)
"""Within so long after its term everything is gone."""
_LATER = {"detector.sqlite3", "features.sqlite3", "similar.sqlite3"}
"""May know a forgotten photo's hash: it blocks its return; the next retraining drops it."""


class Holds:
    """Looks at everything that is there, from outside."""

    def __init__(self, place: Installation, society: Society) -> None:
        self._place, self._society = place, society
        self._clean: set[tuple[str, int, int, frozenset[bytes]]] = set()

    def broken(self, today: date, figures: Figures) -> list[str]:
        """Everything that does not hold now; `figures` are what /stats and the pages say."""
        found = [
            *self._answers(today),
            *self._claims(today),
            *self._champion(),
            *self._keeping(),
            *self._forgotten(),
            *self._terms(),
            *self._log(),
            *self._figures(figures, today),
        ]
        return found

    def _answers(self, today: date) -> Iterator[str]:
        """Every photo is answered, and once."""
        for sent in self._society.ledger.of_day(today):
            answers = self._society.answers_to(sent)
            if sent.may_be_ignored:
                sent.is_answered = self._is_recorded(sent.chat, sent.message)
            elif not answers:
                yield f"photo {sent.message} of chat {sent.chat} has no answer"
            if answers > (2 if sent.may_repeat else 1):
                yield f"photo {sent.message} of chat {sent.chat} has {answers} answers"
        twice = self._place.rows(
            "SELECT chat_id, photo_message_id FROM predictions WHERE chat_id <> 0 "
            "GROUP BY chat_id, photo_message_id HAVING count(*) > 1"
        )
        yield from (f"photo {row} is recorded twice" for row in twice)
        unbound = self._place.number(
            "SELECT count(*) FROM predictions WHERE answer_message_id IS NULL AND chat_id <> 0"
        )
        if unbound:
            yield f"{unbound} answers are not bound to their message"

    def _is_recorded(self, chat: int, message: int) -> bool:
        query = "SELECT count(*) FROM predictions WHERE chat_id = ? AND photo_message_id = ?"
        return self._place.number(query, chat, message) > 0

    def _claims(self, today: date) -> Iterator[str]:
        """Every claim is on the prediction of the photo that it was about, and says what was."""
        ledger = self._society.ledger
        rows = self._place.rows(
            "SELECT chat_id, photo_message_id, claims.user_id AS person, kind, claims.label AS "
            "said, predictions.label AS answer FROM claims JOIN predictions ON predictions.id = "
            "prediction_id"
        )
        there = set()
        for row in rows:
            key = (row["chat_id"], row["photo_message_id"], row["person"])
            there.add(key)
            said = ledger.said.get(key)
            recorded = row["said"] or row["kind"]
            same = {said, row["answer"] if said == RIGHT else said}
            if said == row["answer"]:
                same.add(RIGHT)
            if recorded not in same:
                yield f"{key} said {said!r}, and the record says {recorded!r}"
        recent = today - timedelta(days=PREDICTIONS_DAYS - 1)
        for key, said in ledger.said.items():
            person = self._society.by_id(key[2])
            is_due = ledger.said_on[key] >= recent and person.way is not Way.FLOODER
            if is_due and key not in there:
                yield f"{key} said {said!r}, and there is no record of it"

    def _champion(self) -> Iterator[str]:
        """One model is in use; it can be loaded, and it is the one that answers."""
        try:
            bundle = self._place.champion()
        except ModelsError as exc:
            yield f"the model in use cannot be loaded: {exc}"
            return
        health = self._place.health()
        if health["model"] != bundle.manifest.version:
            yield f"{health['model']} answers, and {bundle.manifest.version} is published"
        if not health["ok"] and not self._place.tells_of_disk:
            yield f"the bot is not well: {dict(health)}"

    def _keeping(self) -> Iterator[str]:
        """No photo is kept of anybody who did not allow it, and files and rows agree."""
        private = {person.id for person in self._society.of(Way.PRIVATE)}
        kept = self._place.rows(
            "SELECT DISTINCT user_id FROM consents JOIN photos ON consents.id = consent_id"
        )
        yield from (
            f"a photo of {row['user_id']} is kept, who never allowed it"
            for row in kept
            if row["user_id"] in private
        )
        rows = {row["sha256"] for row in self._place.rows("SELECT sha256 FROM photos")}
        files = {path.stem for path in (self._place.data_dir / "photos").glob("*/*.jpg")}
        if rows - files:
            yield f"{len(rows - files)} kept photos have no file"
        if files - rows:
            yield f"{len(files - rows)} files of photos have no row"

    def _forgotten(self) -> Iterator[str]:
        """Nothing of somebody who was forgotten is in any file or row."""
        gone = [person for person in self._society.people if person.was_forgotten]
        photos = {name for person in self._society.people for name in person.photos}
        for person in gone:
            yield from (
                f"{place} names forgotten {person.id}" for place in self._columns(person.id)
            )
        traces = frozenset(trace for person in gone for trace in person.traces)
        hashes = frozenset(name.encode() for name in photos)
        if not traces and not hashes:
            return
        for path in self._files():
            wanted = traces if path.name.startswith(tuple(_LATER)) else traces | hashes
            if found := self._found_in(path, wanted):
                yield f"{path.relative_to(self._place.folder)} holds {found} of a forgotten person"

    def _columns(self, number: int) -> Iterator[str]:
        tables = self._place.rows(
            "SELECT tables.name AS name, fields.name AS field FROM sqlite_master tables, "
            "pragma_table_info(tables.name) fields WHERE tables.type = 'table'"
        )
        for row in tables:
            query = f'SELECT count(*) FROM "{row["name"]}" WHERE "{row["field"]}" LIKE ?'  # noqa: S608 - its own names
            if self._place.number(query, f"%{number}%"):
                yield f"{row['name']}.{row['field']}"

    def _files(self) -> Iterable[Path]:
        for folder in (self._place.data_dir, self._place.models_dir):
            yield from (path for path in sorted(folder.rglob("*")) if path.is_file())

    def _found_in(self, path: Path, wanted: frozenset[bytes]) -> str:
        """What of this a file holds, if anything; files that did not change are read once."""
        state = path.stat()
        seen = (str(path), state.st_mtime_ns, state.st_size, wanted)
        if seen in self._clean:
            return ""
        content = path.read_bytes()
        found = [trace for trace in wanted if trace in content]
        if not found:
            self._clean.add(seen)
        return ", ".join(map(repr, found[:3]))

    def _terms(self) -> Iterator[str]:
        """What is past its term is gone."""
        now = self._place.clock.now()
        for what, query, days in (
            ("handled updates", "updates WHERE handled_at < ?", UPDATES_DAYS),
            (
                "answers",
                "predictions WHERE photo_id IS NULL AND made_at < ?",
                PREDICTIONS_DAYS,
            ),
            (
                "photos that nobody reviewed",
                "photos WHERE source = 'telegram' AND decided_at IS NULL AND kept_at < ? AND id "
                "NOT IN (SELECT photo_id FROM examples)",
                UNREVIEWED_DAYS,
            ),
        ):
            before = (now - timedelta(days=days) - _PUNCTUAL).strftime("%Y-%m-%d %H:%M:%S")
            late = self._place.number(f"SELECT count(*) FROM {query}", before)  # noqa: S608 - above
            if late:
                yield f"{late} {what} are past their {days} days"

    def _log(self) -> Iterator[str]:
        """Nothing in the logs that is an error and was not provoked."""
        for line in self._place.unread_log().splitlines():
            if "Traceback (most recent call last)" in line:
                yield f"a traceback in a log: {line[:600]}"
            elif re.search(r'"level": "(ERROR|CRITICAL)"', line) and not self._is_provoked(line):
                yield f"an error in a log: {line[:600]}"

    def _is_provoked(self, line: str) -> bool:
        said = json.loads(line).get("message", "") if line.startswith("{") else line
        return any(words in said for words in self._place.provoked)

    def _figures(self, figures: Figures, today: date) -> Iterator[str]:
        """/stats, the pages, the database and what was sent agree."""
        number, words = self._place.number, Words("en")
        waiting = number(
            "SELECT count(*) FROM photos WHERE queue_reason IS NOT NULL AND decided_at IS NULL"
        )
        claims = {
            status: number("SELECT count(*) FROM claims WHERE status = ?", status)
            for status in ("accepted", "pending", "rejected")
        }
        since = today - timedelta(days=_STATS_DAYS - 1)
        answered = self._society.ledger.answered_since(since)
        for line in (
            words("stats-title", days=_STATS_DAYS, photos=answered),
            words("stats-claims", **claims, waiting=waiting),
        ):
            if line not in figures.stats:
                yield f"/stats says {figures.stats!r}, where {line!r} would be right"
        examples = number("SELECT count(*) FROM examples")
        expected = {
            "photos": number("SELECT count(*) FROM photos"),
            "examples": examples,
            "dataset": examples,
            "verdicts": number("SELECT count(*) FROM verdicts WHERE undone_at IS NULL"),
            "waiting": waiting,
        }
        for name, count in expected.items():
            if figures.pages.get(name) != count:
                yield f"{name}: the pages show {figures.pages.get(name)} of {count}"
