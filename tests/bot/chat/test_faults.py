"""Faults of network and Bot API: the bot recovers by itself, each photo has one answer."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.process.timing import Timing
from dataset.storage.schema import Update as StoredUpdate
from languages.catalogue import Languages
from models.inference.classifier import Prediction
from tests.bot.running import ColourClassifier, Person, RunningBot, photo
from tests.conftest import PATIENCE_S, until

BUSY = Languages().words("en")("busy")


def break_things(bot: RunningBot, method: str, status: int, **more: object) -> None:
    """Let the next requests of one Bot API method go wrong."""
    fault = {"method": method, "status": status, **more}
    bot.http.post("/local/faults", json=fault).raise_for_status()


def answers_to(person: Person, message_id: int) -> list[str]:
    """The texts of the bot's answers to one photo, once it answered something sent after."""
    person.ask("/labels")
    heard = person.in_chat(person.chat).hear_all(at_least=1)
    return [
        message["text"]
        for message in heard
        if message.get("reply_to_message", {}).get("message_id") == message_id
        and message["text"].startswith("Grizzly")
    ]


@pytest.mark.parametrize(
    ("method", "status", "more"),
    [
        ("sendMessage", 502, {}),
        ("sendMessage", 0, {}),
        ("sendMessage", 429, {"retry_after": 1}),
        ("getFile", 500, {}),
        ("getFile", 0, {}),
        ("file", 500, {}),
        ("file", 0, {}),
        ("getUpdates", 502, {}),
        ("getUpdates", 0, {}),
        ("getUpdates", 409, {}),
    ],
)
def test_a_fault_that_passes_costs_no_answer(
    bot: RunningBot, person: Person, method: str, status: int, more: dict[str, object]
) -> None:
    """The photo is answered once when the fault is over."""
    break_things(bot, method, status, **more)
    sent = person.show(photo())
    person.hear()
    assert len(answers_to(person, sent["message_id"])) == 1


def test_the_order_of_a_chat_survives_faults(bot: RunningBot, person: Person) -> None:
    """The photo that failed first is still answered first."""
    break_things(bot, "sendMessage", 502, times=2)
    sent = [person.show(photo(seed=seed))["message_id"] for seed in range(4)]
    answers = person.hear_all(at_least=4)
    assert [answer["reply_to_message"]["message_id"] for answer in answers] == sent


def test_an_album_survives_a_fault_in_one_piece(bot: RunningBot, person: Person) -> None:
    """The second attempt still has all parts."""
    break_things(bot, "sendMessage", 502)
    person.show(photo(seed=1), photo(seed=2))
    lines = person.hear()["text"].split("\n")
    assert [line[:2] for line in lines] == ["1.", "2."]


@pytest.mark.parametrize("status", [400, 403])
def test_an_album_that_cannot_be_answered_leaves_nothing_open(
    bot: RunningBot, person: Person, status: int
) -> None:
    """Its end is the end of all its parts: each left open would take room up for ever."""
    break_things(bot, "sendMessage", status)
    person.show(photo(seed=1), photo(seed=2), photo(seed=3))
    person.ask("hello")
    with bot.database.reading() as session:
        open_still = [json.dumps(one.payload) for one in session.scalars(select(StoredUpdate))]
    assert [] == [payload for payload in open_still if "media_group_id" in payload]


def test_a_press_survives_a_fault(bot: RunningBot, person: Person) -> None:
    """The claim is recorded and shown, although the first edit failed."""
    person.show(photo())
    answer = person.hear()
    break_things(bot, "editMessageText", 502)
    person.press(answer, "Right")
    person.again(answer, until=lambda now: "Noted: right" in now["text"])


def test_a_person_who_blocked_the_bot_stops_nobody_else(bot: RunningBot, person: Person) -> None:
    """Forbidden is not a mishap and is not tried again."""
    person.show(photo())
    person.hear()
    bot.http.post("/local/people", json={"id": person.id, "blocked": True}).raise_for_status()
    person.show(photo())
    other = bot.person()
    assert other.ask("hello").startswith("Send me a photo and")


def test_a_slow_answer_shows_that_the_bot_works(bot: RunningBot, person: Person) -> None:
    """After a moment the chat says "typing"; a quick answer costs no such request."""
    break_things(bot, "getFile", 200, delay=1.5)
    person.show(photo())
    seen = bot.http.get(
        "/local/changes", params={"chat": person.id, "since": 10**12, "wait": 10}
    ).json()
    assert seen["action"] == "typing"
    person.hear()


def test_a_long_wait_is_told_once(tmp_path: Path) -> None:
    """After a while the chat hears that the bot is busy; the answers come all the same."""
    go_on = threading.Event()

    class Waiting(ColourClassifier):
        def classify(self, data: bytes) -> Prediction:
            go_on.wait(PATIENCE_S)
            return super().classify(data)

    with RunningBot(tmp_path, open_classifier=Waiting, timing=Timing(busy_after_s=0.0)) as bot:
        person = bot.person()
        for seed in range(2):
            person.show(photo(seed=seed))
        until(lambda: BUSY in _told(bot, person))
        go_on.set()
        person.hear_all(at_least=2, starting="Grizzly bear, 97%")
        assert 1 == _told(bot, person).count(BUSY)


def _told(bot: RunningBot, person: Person) -> list[str]:
    """Every text of the chat."""
    messages = bot.http.get("/local/messages", params={"chat": person.chat, "after": 0}).json()
    return [message.get("text", "") for message in messages]


def test_a_mishap_is_told_by_its_number_and_nothing_else(
    bot: RunningBot, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """A traceback belongs in the log, under the number that the person gets."""
    break_things(bot, "sendMessage", 400)
    person.say("hello")
    told = person.hear()["text"]
    reference = told.rpartition(" ")[2]
    assert told.startswith("Something went wrong on my side")
    assert "Traceback" not in told
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.exc_info is not None


def test_a_chat_that_cannot_be_written_to_is_no_mishap(
    bot: RunningBot, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Anybody may put the bot into a chat where it may say nothing; that fills no log."""
    chat = {"id": -100_999, "type": "supergroup", "title": "Closed"}
    author = {"id": person.id, "is_bot": False, "first_name": "Ada"}
    marks = [{"type": "bot_command", "offset": 0, "length": 7}]
    command = {"message_id": 5, "date": 1, "chat": chat, "from": author}
    update = {"message": command | {"text": "/labels", "entities": marks}}
    bot.http.post("/local/update", json={"json": json.dumps(update)}).raise_for_status()
    assert person.ask("hello").startswith("Send me a photo and")
    assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]
