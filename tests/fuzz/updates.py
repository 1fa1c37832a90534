"""A running bot under rubbish: what it must not do is stop, fail, or forget its manners.

The bot is the real one on the real local Bot API, over HTTP; only its classifier reads colours.
"""

from __future__ import annotations

import gc
import json
import logging
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.bot.running import OUTSIDE, SURE_BLACK, UNSURE, Person, RunningBot, photo
from tests.fuzz.memory import most_resident_mb
from tests.fuzz.rubbish import spoilt

_FINISHED_WITHIN_S = 60.0
_AT_ONCE = 100


@dataclass
class Findings:
    """What came of a campaign; `failure` is empty when all went well."""

    updates: int = 0
    resident_mb: int = 0
    seconds: float = 0.0
    failure: str = ""

    def __str__(self) -> str:
        return (
            f"{self.updates} spoilt updates in {self.seconds:.0f} s; "
            f"{self.resident_mb} MB resident at most, bot, Bot API and fuzzer in one process; "
            + (f"FAILED: {self.failure}" if self.failure else "no exception, every one finished")
        )


class Bombarded:
    """A bot of its own for as long as the block lasts, and every complaint in its log."""

    def __init__(self, folder: Path) -> None:
        # Admins may ask for a retraining: here none can run.
        self.bot = RunningBot(folder, training_python=folder / "no-python", claim_quorum=2)
        self._ear = Ear()

    def __enter__(self) -> Bombarded:
        logging.getLogger().addHandler(self._ear)
        self.bot.__enter__()
        self.corpus = self._converse()
        self.file_ids = [
            size["file_id"]
            for update in self.corpus
            for size in update.get("message", {}).get("photo", [])
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bot.__exit__(kind, error, trace)
        logging.getLogger().removeHandler(self._ear)

    def give(self, updates: Sequence[str]) -> None:
        """Let the bot get these updates and finish them."""
        for update in updates:
            self.bot.http.post("/local/update", json={"json": update}).raise_for_status()
        self._until_finished()

    def complaint(self) -> str:
        """What went wrong since the last call: errors in the log, tasks that failed unheard."""
        gc.collect()  # a task's unread exception is reported when the task goes
        return self._ear.take()

    def _until_finished(self) -> None:
        """Somebody new gets an answer, and no update is open any more."""
        person = self.bot.person()
        deadline = time.monotonic() + _FINISHED_WITHIN_S
        while True:
            person.seen = person.say("/help")["message_id"]
            person.hear(wait_s=_FINISHED_WITHIN_S)
            if not (health := self.bot.http.get("/healthz").json())["updates_open"]:
                return
            assert time.monotonic() < deadline, f"updates stay open: {health}"

    def _converse(self) -> list[dict[str, Any]]:
        """Ordinary updates of every kind, made by ordinary people."""
        person, admin = self.bot.person(language_code="de"), self.bot.admin
        group = person.in_chat(-100_500)
        said = [
            *(person.say(text) for text in ("hello", "/start", "/wrong grizzly", "/privacy")),
            *(admin.say(text) for text in ("/review", "/models", "/stats", "/retrain force")),
            *(admin.say(text) for text in ("/rollback", "/cancel", "/retrain")),
            person.show(photo(UNSURE)),
            person.show(photo(SURE_BLACK), caption="what is it?"),
            person.attach(photo(OUTSIDE), "bear.jpg", "image/jpeg"),
            person.attach(b"%PDF-1.4", "bear.pdf", "application/pdf"),
            *person.show(photo(seed=1), photo(seed=2))["album_messages"],
            group.say("/start"),
            group.show(photo(seed=3), caption="/identify"),
        ]
        said.append(person.say("/wrong teddy", reply_to=said[11]["message_id"]))
        self._until_finished()
        updates = [{"message": message} for message in said]
        return updates + _presses(self.bot, [person, admin, group])


def campaign(*, seed: int, count: int, budget_s: float = 1e9) -> Findings:
    """Spoil `count` updates, or as many as the budget allows, and let a bot have them."""
    chance = random.Random(seed)  # noqa: S311 - rubbish is not a secret
    found = Findings()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Bombarded(Path(folder)) as target:
        while found.updates < count and time.monotonic() - began < budget_s and not found.failure:
            some = min(_AT_ONCE, count - found.updates)
            batch = [spoilt(chance, target.corpus) for _ in range(some)]
            found.failure = _tell(target, batch)
            found.updates += some
    found.resident_mb = most_resident_mb()
    found.seconds = time.monotonic() - began
    return found


def _tell(target: Bombarded, batch: list[str]) -> str:
    """Give a batch; the first complaint about it, with the update that caused it."""
    target.give(batch)
    complaint = target.complaint()
    if not complaint:
        return ""
    for update in batch:
        target.give([update])
        if again := target.complaint():
            return f"{again}\n{update}"
    return f"{complaint}\nafter these, together: {json.dumps(batch)}"


def _presses(bot: RunningBot, people: Sequence[Person]) -> list[dict[str, Any]]:
    """A press on every button that the bot showed these people."""
    found = []
    for person in people:
        query = {"chat": person.chat, "after": 0, "wait": 0}
        for message in bot.http.get("/local/messages", params=query).json():
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    press = {
                        "id": str(10**17 + len(found)),
                        "from": {"id": person.id, "is_bot": False, "first_name": "A"},
                        "message": message,
                        "chat_instance": "1",
                        "data": key["callback_data"],
                    }
                    found.append({"callback_query": press})
    return found


class Ear(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._heard: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(self.format(record))

    def take(self) -> str:
        heard, self._heard = "\n".join(self._heard), []
        return heard
