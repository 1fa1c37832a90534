"""People send photos, say what they think of the answers, allow, forbid, and are forgotten."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from benchmarks.months.chats import Chats, key_that_says, keys_of, replies, verb
from benchmarks.months.installation import MOST_A_MINUTE, Installation
from benchmarks.months.ledger import Ledger, Sent
from benchmarks.months.people import (
    GROUPS,
    NONE,
    RIGHT,
    Answer,
    Somebody,
    Way,
    everybody,
    opinion,
)
from benchmarks.months.photos import Shot, Supply
from dataset.conversation.predictions import awaiting_photo
from dataset.storage.database import Database
from languages.catalogue import LANGUAGES, Words

_KEPT_WITHIN_S = 5.0
"""What no photo was kept of for so long is one that may not come back."""


class Society:
    """Everybody who is not an admin."""

    def __init__(
        self, place: Installation, supply: Supply, ledger: Ledger, *, seed: int, first: date
    ) -> None:
        """What is sent depends on the seed alone, and what is said on it and on the answer.

        `first` is the first day.
        """
        self._place, self._supply, self._seed, self._first = place, supply, seed, first
        self._count = 0
        self.ledger = ledger
        self.chats = Chats(place.http)
        self.people = everybody(self._chance_of("people"))
        self._no_answers = _no_answers()
        for person in self.people:
            self.chats.meet(person.id, name=person.name, language=person.language)

    def _chance_of(self, *what: object) -> random.Random:
        return random.Random(f"{self._seed} {what}")  # noqa: S311 - a life is not a secret

    def _number_of(self, day: date) -> int:
        return (day - self._first).days

    def by_id(self, user: int) -> Somebody:
        return next(person for person in self.people if person.id == user)

    def of(self, way: Way) -> list[Somebody]:
        return [person for person in self.people if person.way is way]

    # Photos

    def send(
        self, day: date, *, least: int = 6, most: int = 12, may_repeat: bool = False
    ) -> list[Sent]:
        """A number of photos, of random people."""
        chance = self._chance_of("sending", self._number_of(day), most)
        count = chance.randint(least, most)
        found: list[Sent] = []
        senders = [
            person
            for person in self.people
            if person.way is not Way.FLOODER and not person.was_forgotten
        ]
        while len(found) < count:
            person = chance.choice(senders)
            how = chance.random()
            if how < 0.12:
                shots = [self._supply.next(chance) for _ in range(chance.randint(2, 4))]
                found += self._show(person, person.id, shots, day)
            elif how < 0.27:
                group = chance.choice(GROUPS)
                found += self._show(
                    person, group, [self._supply.next(chance)], day, caption="/identify"
                )
            else:
                found += self._show(person, person.id, [self._supply.next(chance)], day)
        for sent in found:
            sent.may_repeat = may_repeat
        return found

    def flood(self, day: date) -> None:
        """Somebody sends more than is answered in a minute, and says the same of all of it."""
        [person] = self.of(Way.FLOODER)
        shot = self._supply.next(self._chance_of("flood", self._number_of(day)))
        for _ in range(MOST_A_MINUTE // 10 + 1):
            for sent in self._show(person, person.id, [shot] * 10, day):
                sent.may_be_ignored = True
        self._place.until_idle()

    def until_answered(self, sent: Iterable[Sent]) -> None:
        """Wait until each of these photos has its answer."""
        for one in sent:
            if not one.may_be_ignored:
                self._place.until(
                    f"the answer to photo {one.message} of chat {one.chat}",
                    lambda one=one: self.answers_to(one) > 0,  # type: ignore[misc]
                )
                one.is_answered = True

    def answers_to(self, sent: Sent) -> int:
        """How many answers this photo, or its album, has."""
        found = replies(self.chats.after(sent.chat, sent.leader), sent.leader)
        return sum(not message["text"].startswith(self._no_answers) for message in found)

    def _show(
        self, person: Somebody, chat: int, shots: Sequence[Shot], day: date, **options: object
    ) -> list[Sent]:
        messages = self.chats.show(person.id, chat, [shot.data for shot in shots], **options)
        leader = messages[0]["message_id"]
        found = []
        for message, shot in zip(messages, shots, strict=True):
            place = chat, message["message_id"]
            sent = Sent(self._count, person.id, *place, leader, shot.truth, day)
            self._count += 1
            self.ledger.add(sent)
            found.append(sent)
        return found

    # Words

    def speak(self, sent: Iterable[Sent], day: date) -> None:
        """A person comments on the answer to their photo, and answers the question for consent."""
        spoke: dict[int, set[tuple[int, int]]] = {}
        for one in sent:
            person = self.by_id(one.person)
            row = self._prediction(one)
            if row is None:
                continue
            answer = Answer(row["label"], row["verdict"], list(json.loads(row["probabilities"])))
            chance = self._chance_of("opinion", one.number)
            said = opinion(person, answer, one.truth, self._supply.labels[0], chance)
            if said is None:
                continue
            self._say(person, one, row, answer, said, by_button=chance.random() < 0.5)
            self.ledger.say(one, person.id, said, day)
            # Whoever sends too much may not be heard.
            if chance.random() < 0.04 and person.way is not Way.FLOODER:
                self.chats.say(person.id, "/undo", chat=one.chat, reply_to=one.message)
                self.ledger.say(one, person.id, None, day)
            if chance.random() < 0.04:
                self.chats.say(person.id, f"/language {chance.choice(sorted(LANGUAGES))}")
            spoke.setdefault(person.id, set()).add((one.chat, one.leader))
        self._place.until_idle()
        for user, places in spoke.items():
            if not self.by_id(user).has_consented:
                self._decide_on_keeping(self.by_id(user), places)
        self._place.until_idle()
        self.until_kept()

    def until_kept(self) -> None:
        """Wait until what may be kept of today's photos is, but for what was forgotten before."""
        database = Database(f"sqlite:///{self._place.database}")
        since = self._place.clock.now() - timedelta(days=1)

        def awaited() -> set[int]:
            with database.reading() as session:
                return {
                    row.id
                    for person in self.people
                    if person.has_consented
                    for row in awaiting_photo(session, person.id, since=since)
                }

        left, seen_at = awaited(), time.monotonic()
        while left and time.monotonic() - seen_at < _KEPT_WITHIN_S:
            time.sleep(0.05)
            if (now_left := awaited()) != left:
                left, seen_at = now_left, time.monotonic()
        database.dispose()

    def _say(
        self,
        person: Somebody,
        sent: Sent,
        row: dict[str, Any],
        answer: Answer,
        said: str,
        *,
        by_button: bool,
    ) -> None:
        about = f"v1:{row['id']}"
        button = row["answer_message_id"]
        if said in (RIGHT, NONE):
            self.chats.press(person.id, sent.chat, button, f"{about}:{said}")
        elif by_button:
            index = answer.labels.index(said)
            self.chats.press(person.id, sent.chat, button, f"{about}:wrong")
            self.chats.press(person.id, sent.chat, button, f"{about}:label:{index}")
        else:
            self.chats.say(person.id, f"/wrong {said}", chat=sent.chat, reply_to=sent.message)

    def _decide_on_keeping(self, person: Somebody, places: set[tuple[int, int]]) -> None:
        """Answer the bot's question; one who changes their mind uses /privacy."""
        word = "keep" if person.allows_keeping else "dontkeep"
        for chat, after in places:
            for message in self.chats.after(chat, after):
                data = key_that_says(message, word)
                if data == f"v1:{person.id}:{word}":
                    self.chats.press(person.id, chat, message["message_id"], data)
                    person.has_consented = person.allows_keeping
                    return
        if person.allows_keeping:
            asked = self.chats.say(person.id, "/privacy")
            shown = self.chats.until(
                person.id, asked, lambda message: bool(keys_of(message)), "what is kept"
            )
            data = keys_of(shown)[0]
            if verb(data) == "keep":
                self.chats.press(person.id, person.id, shown["message_id"], data)
            person.has_consented = True

    def _prediction(self, sent: Sent) -> dict[str, Any] | None:
        rows = self._place.rows(
            "SELECT id, label, verdict, probabilities, answer_message_id FROM predictions "
            "WHERE chat_id = ? AND photo_message_id = ?",
            sent.chat,
            sent.message,
        )
        return rows[0] if rows and rows[0]["answer_message_id"] is not None else None

    # Forgetting

    def forget(self, person: Somebody) -> None:
        """Somebody has everything of theirs deleted; what no file may hold from now on is noted."""
        theirs = self._place.rows(
            "SELECT sha256 FROM photos WHERE consent_id IN (SELECT id FROM consents "
            "WHERE user_id = ?)",
            person.id,
        )
        handles = self._place.rows(
            "SELECT DISTINCT file_id FROM predictions WHERE user_id = ?", person.id
        )
        asked = self.chats.say(person.id, "/forget")
        question = self.chats.until(
            person.id, asked, lambda message: bool(keys_of(message)), "the question"
        )
        data = key_that_says(question, "forget")
        assert data is not None, keys_of(question)
        self.chats.press(person.id, person.id, question["message_id"], data)
        self._place.until_idle()
        self.ledger.forget(person.id)
        person.was_forgotten, person.has_consented = True, False
        person.traces = {
            str(person.id).encode(),
            person.id.to_bytes(6, "big"),
            person.name.encode(),
            *(row["file_id"].encode() for row in handles if row["file_id"]),
        }
        kept = {row["sha256"] for row in theirs}
        stays = {row["sha256"] for row in self._place.rows("SELECT sha256 FROM photos")}
        person.photos |= kept - stays

    def come_back(self, person: Somebody) -> None:
        """Somebody who was forgotten is a new person to the bot."""
        person.was_forgotten = False
        person.traces = set()


def _no_answers() -> tuple[str, ...]:
    """How else the bot's replies to a photo begin: thanks, and what was said about keeping it."""
    told = ("consent-ask", "consent-yes", "consent-no", "consent-stopped")
    found = []
    for words in map(Words, LANGUAGES):
        found += [words("thanks-worked", name="…", percent="…").partition("…")[0]]
        found += [words(message) for message in told]
    return tuple(found)
