"""👍 and 👎 on an answer are Right and Wrong; what has a preview picture is answered from that."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from sqlalchemy import select

from dataset.conversation.predictions import Prediction
from dataset.storage.schema import Claim
from tests.bot.running import SURE_BLACK, SURE_GRIZZLY, Person, RunningBot, buttons, photo

_seeds = itertools.count(60)
_MESSAGES = itertools.count(900_000)


def put(bot: RunningBot, **update: object) -> None:
    """An update as Telegram would send it."""
    sent = bot.http.post("/local/update", data={"json": json.dumps(update)})
    assert sent.status_code == 200, sent.text


def about(person: Person) -> dict[str, Any]:
    """Who and where, as updates say it."""
    return {
        "chat": {"id": person.id, "type": "private", "first_name": "Sam"},
        "date": 1795727213,
    }


def react(
    bot: RunningBot, person: Person, answer: dict[str, Any], *, old: str = "", new: str = ""
) -> None:
    """Change the reaction to an answer."""
    body = {"user": person.id, "chat": person.id, "message_id": answer["message_id"]}
    sent = bot.http.post("/local/react", json={**body, "old": old, "new": new})
    assert sent.status_code == 200, sent.text


def answered(person: Person) -> dict[str, Any]:
    person.show(photo(SURE_GRIZZLY, seed=next(_seeds)))
    return person.hear()


def claims(bot: RunningBot, person: Person) -> list[tuple[str, str | None]]:
    with bot.database.reading() as session:
        rows = session.scalars(select(Claim).where(Claim.user_id == person.id))
        return [(row.kind.value, row.label) for row in rows]


def test_a_thumb_up_says_right_and_taken_away_says_nothing(bot: RunningBot, person: Person) -> None:
    """The same claim as by the button."""
    answer = answered(person)
    react(bot, person, answer, new="👍")
    assert person.hear()["text"] == "Noted: right. Thank you!"
    assert claims(bot, person) == [("right", None)]
    react(bot, person, answer, old="👍", new="❤")
    assert person.ask("/undo") == "You have no correction here to take back."
    assert claims(bot, person) == []


def test_a_thumb_down_asks_what_it_is(bot: RunningBot, person: Person) -> None:
    """The labels as buttons; a press is the correction. Until then nothing is claimed."""
    answer = answered(person)
    react(bot, person, answer, new="👎")
    asked = person.hear()
    assert asked["text"] == "What is it, then?"
    assert "black bear" in buttons(asked)
    assert claims(bot, person) == []
    person.press(asked, "black bear")
    assert claims(bot, person) == [("label", "black")]


def test_a_thumb_down_on_an_album_asks_which(bot: RunningBot, person: Person) -> None:
    """One reaction is for several photos."""
    person.show(photo(SURE_GRIZZLY, seed=70), photo(SURE_BLACK, seed=71))
    react(bot, person, person.hear(), new="👎")
    asked = person.hear()
    assert asked["text"] == "Which photo do you mean?"
    assert buttons(asked) == ["1", "2"]


def test_a_correction_stays_whatever_is_reacted(bot: RunningBot, person: Person) -> None:
    """A thumb up later says right of what nobody spoke of only."""
    answer = answered(person)
    person.ask("/wrong black")
    react(bot, person, answer, new="👍")
    person.hear()
    react(bot, person, answer, old="👍")
    person.ask("/labels")
    assert claims(bot, person) == [("label", "black")]


@pytest.mark.parametrize("new", ["🔥", ""])
def test_other_reactions_and_other_messages_mean_nothing(
    bot: RunningBot, person: Person, new: str
) -> None:
    """No claim, no word."""
    react(bot, person, answered(person), new=new)
    react(bot, person, person.say("/help"), new="👍")
    person.hear()
    assert person.ask("/thanks").startswith("I tell you")
    assert claims(bot, person) == []


@pytest.mark.parametrize("kind", ["video", "animation", "video_note", "sticker"])
def test_the_preview_is_answered_and_said_to_be_one(
    bot: RunningBot, person: Person, kind: str
) -> None:
    """Of a video, a GIF or a sticker the bot sees what Telegram shows of it."""
    preview = person.show(photo(SURE_GRIZZLY, seed=next(_seeds)))["photo"][-1]
    person.hear()
    thing: dict[str, Any] = {"file_id": "whole", "file_unique_id": "w", "thumbnail": preview}
    thing |= {"width": 640, "height": 480, "duration": 3, "length": 240}
    thing |= {"type": "regular", "is_animated": True, "is_video": False}
    put(
        bot,
        message={
            **about(person),
            "message_id": next(_MESSAGES),
            "from": {"id": person.id, "is_bot": False, "first_name": "Sam"},
            kind: thing,
        },
    )
    lines = person.hear()["text"].split("\n")
    assert lines[0] == "Grizzly bear, 97%"
    assert lines[-1] == "I only saw the preview picture that Telegram gives me of it."
    with bot.database.reading() as session:
        last = session.scalars(select(Prediction).order_by(Prediction.id.desc())).first()
    assert last is not None
    assert last.is_preview
    assert last.file_id == preview["file_id"]
