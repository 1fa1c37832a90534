"""Who writes, where, and of which message: topics, other chats, groups that write, other bots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataset.storage.schema import Person as StoredPerson
from dataset.storage.schema import Prediction
from tests.bot.chat.test_corrections import claims_of
from tests.bot.running import SURE_BLACK, SURE_GRIZZLY, TOKEN, Person, RunningBot, buttons, photo
from tests.local.serving import LocalServer

FORUM = -1_000_000_000_011
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def command(text: str) -> dict[str, Any]:
    """The text of a message that begins with a command."""
    length = len(text.partition(" ")[0])
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def in_topic(message: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """The message, with other words, as somebody would write it in a topic without replying."""
    root = {
        "message_id": 5,
        "date": message["date"],
        "chat": message["chat"],
        "from": message["from"],
        "forum_topic_created": {"name": "Bears", "icon_color": 7322096},
        "message_thread_id": 5,
        "is_topic_message": True,
    }
    more = {"message_thread_id": 5, "is_topic_message": True, "reply_to_message": root}
    kept = {key: message[key] for key in ("message_id", "from", "chat", "date")}
    return kept | more | said


@pytest.fixture
def member(person: Person) -> Person:
    """Somebody in a group with topics."""
    return person.in_chat(FORUM)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("/wrong black", "Noted: black bear."),
        ("/why", "Bright areas made me say grizzly bear"),
        ("/undo", "You have no correction here"),
        ("/identify", "Reply with /identify"),
    ],
)
def test_the_beginning_of_a_topic_is_no_reply(
    bot: RunningBot, member: Person, text: str, begins: str
) -> None:
    """In a topic every message replies to its beginning: commands mean the person's last photo."""
    member.seen = member.show(photo(), caption="/identify")["message_id"]
    member.hear()
    quiet = member.say("hello")
    bot.deliver({"message": in_topic(quiet, command(text))})
    heard = member.hear()
    assert (heard.get("text") or heard["caption"]).startswith(begins)


def test_a_photo_in_a_topic_answers_itself(bot: RunningBot, member: Person) -> None:
    """Its caption asks, and the topic's beginning has no photo."""
    shown = member.show(photo())
    asked = {"photo": shown["photo"], "caption": "/identify"}
    entity = {"type": "bot_command", "offset": 0, "length": 9}
    bot.deliver({"message": in_topic(shown, asked | {"caption_entities": [entity]})})
    assert member.hear()["text"].startswith("Grizzly bear")


def test_a_captioned_photo_comes_before_what_it_replies_to(person: Person) -> None:
    """Whether that is a text or another photo."""
    group = person.in_chat(-2011)
    other = group.show(photo(SURE_BLACK))
    quiet = group.say("look")
    for replied in (other, quiet):
        group.show(photo(SURE_GRIZZLY), caption="/identify", reply_to=replied["message_id"])
        assert group.hear()["text"].startswith("Grizzly bear")


def test_captions_for_another_bot_are_passed_over(bot: RunningBot, person: Person) -> None:
    """As with commands in texts: any letter case, but only this bot."""
    group = person.in_chat(-2012)
    for caption in ("/identify@another_bot", "/identifyed", "see /identify"):
        shown = group.show(photo(SURE_BLACK))
        length = len(caption) if caption.startswith("/") else 9
        entity = {"type": "bot_command", "offset": len(caption) - length, "length": length}
        bot.deliver({"message": shown | {"caption": caption, "caption_entities": [entity]}})
    group.show(photo(SURE_GRIZZLY), caption="/Identify@Bear_Detector_bot")
    assert group.hear()["text"].startswith("Grizzly bear")


def test_an_album_in_a_group_is_answered_whole(tmp_path: Path) -> None:
    """If one of its photos asks; where the bot sees no more than that one, it says how to go on."""
    with (
        LocalServer(token=TOKEN, privacy_mode=False) as server,
        RunningBot(tmp_path, api_url=server.url, chat_url=server.url) as bot,
    ):
        group = bot.person().in_chat(-2013)
        group.show(photo(SURE_BLACK, seed=1), photo(SURE_BLACK, seed=2))
        group.show(photo(SURE_GRIZZLY), photo(SURE_BLACK), caption="/identify")
        answer = group.hear()
        assert [line[:8] for line in answer["text"].splitlines()] == ["1. Grizz", "2. Black"]
        assert buttons(answer) == ["1: wrong", "2: wrong", "All right"]


def test_of_an_album_that_privacy_mode_hides_the_first_is_answered(person: Person) -> None:
    """And the bot says how to have the others answered."""
    group = person.in_chat(-2014)
    group.show(photo(SURE_GRIZZLY), photo(SURE_BLACK), caption="/identify")
    answer, how = group.hear_all(at_least=2)
    assert answer["text"].startswith("Grizzly bear")
    assert how["text"].startswith("I only see this photo of the album.")


def test_a_message_of_another_chat_is_not_taken_for_one_of_this(
    bot: RunningBot, person: Person
) -> None:
    """Commands in reply to it change nothing here."""
    person.show(photo())
    person.hear()
    origin = {
        "type": "user",
        "date": 1,
        "sender_user": {"id": 9, "is_bot": False, "first_name": "X"},
    }
    for text in ("/wrong black", "/why", "/identify"):
        said = person.say("hello")
        person.hear()
        kept = {key: said[key] for key in ("message_id", "from", "chat", "date")}
        bot.deliver({"message": kept | command(text) | {"external_reply": {"origin": origin}}})
        assert person.hear()["text"].startswith("That message is in another chat")
    assert claims_of(bot, person) == []


@pytest.mark.parametrize(
    "text", ["/language de", "/privacy", "/wrong black", "/review", "/thanks off"]
)
def test_who_writes_as_a_group_is_nobody_in_particular(
    bot: RunningBot, person: Person, text: str
) -> None:
    """Anonymous admins of all groups share one account, which is no person's."""
    group = person.in_chat(-2015)
    quiet = group.say("hello")
    bot.deliver(
        {"message": quiet | command(text) | {"from": ANONYMOUS, "sender_chat": quiet["chat"]}}
    )
    assert group.hear()["text"].startswith("You write as a group or a channel")
    with bot.database.reading() as session:
        assert session.get(StoredPerson, ANONYMOUS["id"]) is None


def test_a_photo_of_a_group_is_answered_and_nobodys(bot: RunningBot, person: Person) -> None:
    """Whoever presses its buttons is a person again."""
    group = person.in_chat(-2016)
    shown = group.show(photo())
    asked = shown | {"caption": "/identify", "from": ANONYMOUS, "sender_chat": shown["chat"]}
    entity = {"type": "bot_command", "offset": 0, "length": 9}
    bot.deliver({"message": asked | {"caption_entities": [entity]}})
    answer = group.hear()
    assert group.press(answer, "Right") == "Noted: right. Thank you!"
    with bot.database.reading() as session:
        (row,) = session.query(Prediction).filter_by(chat_id=-2016).all()
        assert row.user_id == 0
    assert claims_of(bot, person) == [(shown["message_id"], "right", None)]


def test_a_group_that_became_a_supergroup_gets_its_answer_there(
    bot: RunningBot, person: Person
) -> None:
    """And the answer can be corrected there."""
    moved = -1_000_000_002_017
    after = person.in_chat(moved)
    after.say("here we are")
    fault = {"method": "sendMessage", "status": 400, "migrate_to_chat_id": moved}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.in_chat(-2017).show(photo(), caption="/identify")
    answer = after.hear()
    assert answer["text"].startswith("Grizzly bear")
    assert after.press(answer, "Right") == "Noted: right. Thank you!"
    said = after.ask("/wrong black", reply_to=answer["message_id"])
    assert said.startswith("Noted: black bear.")
