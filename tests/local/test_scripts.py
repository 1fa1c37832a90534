"""The script endpoints: sending as people, reading chats, groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import draw_photo
from tests.local.serving import LocalServer, Script
from tests.local.test_updates import in_background


def test_a_private_chat_is_its_users(script: Script) -> None:
    """Without a chat, a person writes to the bot in private."""
    sent = script.send(user=7, text="hello")
    assert (7, 7, "private") == (sent["from"]["id"], sent["chat"]["id"], sent["chat"]["type"])


def test_a_reply_by_a_person(script: Script) -> None:
    """reply_to makes a reply to a message of the chat."""
    first = script.send(user=1, text="first")
    second = script.send(user=1, text="second", reply_to=first["message_id"])
    assert "first" == second["reply_to_message"]["text"]


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"user": 1}, "Bad Request: message text is empty"),
        ({"user": 1, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"user": 1, "text": "x", "reply_to": 5}, "Bad Request: message to be replied not found"),
        ({"user": -3, "text": "x"}, "Bad Request: user must be a positive number"),
    ],
)
def test_a_refused_send(script: Script, fields: dict[str, Any], description: str) -> None:
    """What a person cannot send is refused, and no message appears."""
    answer = script.http.post("/local/send", data=fields)
    assert (400, description) == (answer.status_code, answer.json()["description"])
    assert [] == script.messages()


def test_several_photos_are_an_album(script: Script) -> None:
    """Photos sent at once share one media_group_id, and the caption goes with the first."""
    files = [("photo", (f"{seed}.jpg", draw_photo(seed=seed), "image/jpeg")) for seed in range(3)]
    first = script.send(user=1, caption="three", files=files)
    album = first["album_messages"]
    assert 1 == len({message["media_group_id"] for message in album})
    assert ["three", None, None] == [message.get("caption") for message in album]
    assert [first["message_id"]] == [album[0]["message_id"]]
    assert 3 == len(script.updates())


def test_album_names_the_media_group(script: Script) -> None:
    """Photos sent one by one form an album when `album` names it."""
    for seed in range(2):
        sent = script.photo(draw_photo(seed=seed), user=1, album="77")
        assert "77" == sent["media_group_id"]


def test_messages_after_one(script: Script) -> None:
    """`after` leaves out what is already known."""
    first = script.send(user=1, text="first")
    script.send(user=1, text="second")
    assert ["second"] == [message["text"] for message in script.messages(after=first["message_id"])]


def test_chats_are_apart(script: Script) -> None:
    """One chat's messages are not another's."""
    script.send(user=1, text="one")
    script.send(user=2, text="two")
    assert ["two"] == [message["text"] for message in script.messages(chat=2)]


def test_waiting_for_a_message(script: Script) -> None:
    """With `wait` the answer comes with the first newer message."""
    sent = script.send(user=1, text="question")
    thread, results = in_background(script.messages, after=sent["message_id"], wait=50)
    script.result("sendMessage", chat_id=1, text="answer")
    thread.join()
    assert ["answer"] == [message["text"] for message in results[0]]


def test_waiting_in_vain(script: Script) -> None:
    """When nothing comes in time, the answer is an empty list."""
    assert [] == script.messages(wait=0.01)


def test_edits_are_counted(script: Script) -> None:
    """Every edit shows in `edits`, with the latest text."""
    sent = script.result("sendMessage", chat_id=1, text="0")
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    for number in range(1, 4):
        script.result("editMessageText", text=str(number), **place)
    assert [("3", 3)] == [(message["text"], message["edits"]) for message in script.messages()]


def changes(script: Script, **parameters: Any) -> dict[str, Any]:
    """What is new in a chat."""
    found: dict[str, Any] = script.http.get("/local/changes", params=parameters).json()
    return found


def test_changes_since_a_version(script: Script) -> None:
    """It reports new, edited and deleted messages, and only those."""
    kept = script.result("sendMessage", chat_id=1, text="kept")
    edited = script.result("sendMessage", chat_id=1, text="to edit")
    deleted = script.result("sendMessage", chat_id=1, text="to delete")
    version = changes(script, chat=1)["version"]
    script.result("editMessageText", chat_id=1, message_id=edited["message_id"], text="edited")
    script.result("deleteMessage", chat_id=1, message_id=deleted["message_id"])
    news = changes(script, chat=1, since=version)
    assert ["edited"] == [message["text"] for message in news["messages"]]
    assert [deleted["message_id"]] == news["deleted"]
    assert kept["message_id"] not in {message["message_id"] for message in news["messages"]}


def test_waiting_for_an_edit(script: Script) -> None:
    """A wait for changes ends with an edit."""
    sent = script.result("sendMessage", chat_id=1, text="looking")
    version = changes(script, chat=1)["version"]
    thread, results = in_background(changes, script, chat=1, since=version, wait=50)
    script.result("editMessageText", chat_id=1, message_id=sent["message_id"], text="teddy")
    thread.join()
    assert ["teddy"] == [message["text"] for message in results[0]["messages"]]


def test_the_newest_changes_when_there_are_many(script: Script) -> None:
    """`limit` keeps the newest."""
    for number in range(5):
        script.send(user=1, text=str(number))
    found = changes(script, chat=1, limit=2)["messages"]
    assert ["3", "4"] == [message["text"] for message in found]


def test_a_person_edits_only_what_is_theirs(script: Script) -> None:
    """Nobody changes somebody else's message."""
    sent = script.send(user=1, chat=-5, text="/start")
    body = {"user": 2, "chat": -5, "message_id": sent["message_id"], "text": "x"}
    answer = script.http.post("/local/edit", json=body)
    assert (400, "Bad Request: message can't be edited") == (
        answer.status_code,
        answer.json()["description"],
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("nice weather", False),
        ("/identify", True),
        ("/identify@bear_detector_bot please", True),
        ("/identify@another_bot", False),
        ("see /identify", False),
    ],
)
def test_privacy_mode_in_groups(script: Script, text: str, seen: bool) -> None:
    """In a group the bot sees only what is addressed to it."""
    script.send(user=1, chat=-5, text=text)
    assert seen == bool(script.updates())


def test_a_reply_to_the_bot_reaches_it_in_a_group(script: Script) -> None:
    """Replies to the bot's own messages pass privacy mode; photos in reply to it too."""
    script.send(user=1, chat=-5, text="/start")
    answer = script.result("sendMessage", chat_id=-5, text="hello")
    script.updates(offset=-1)
    script.photo(draw_photo(), user=1, chat=-5)
    script.photo(draw_photo(), user=1, chat=-5, reply_to=answer["message_id"])
    (update,) = script.updates()[1:]
    assert answer["message_id"] == update["message"]["reply_to_message"]["message_id"]


def test_without_privacy_mode_everything_is_seen() -> None:
    """A bot that reads all group messages gets them."""
    with LocalServer(privacy_mode=False) as server:
        script = Script(server.url)
        script.send(user=1, chat=-5, text="nice weather")
        assert 1 == len(script.updates())
        assert script.result("getMe")["can_read_all_group_messages"] is True
        script.close()


def test_people_can_be_described(script: Script) -> None:
    """Names and language of a person show in what they send."""
    about = {"id": 9, "first_name": "Ana", "username": "ana_b", "language_code": "es"}
    script.http.post("/local/people", json=about)
    sender = script.send(user=9, text="hola")["from"]
    assert about | {"is_bot": False} == sender
    assert 9 == script.result("sendMessage", chat_id="@ana_b", text="hola")["chat"]["id"]


def test_looking_at_people_changes_nobody(script: Script) -> None:
    """A page elsewhere can have a browser ask, where it does not say whose request it is."""
    about = {"id": "1", "first_name": "Evil", "blocked": "true"}
    found = script.http.get("/local/people", params=about).json()
    assert (False, True) == ("Evil" in str(found), found == script.http.get("/local/people").json())


def test_who_is_here(script: Script) -> None:
    """The page learns the bot, the admin and everybody else."""
    found = script.http.get("/local/people").json()
    assert (2, [1, 2]) == (found["admin_id"], [person["id"] for person in found["people"]])
    assert found["bot"]["is_bot"] is True


def test_a_file_that_is_no_photo_is_never_shown_in_the_page(script: Script) -> None:
    """Documents come as downloads, whatever type they claim."""
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    sent = script.send(user=1, files={"document": ("bär.svg", svg, "image/svg+xml")})
    shown = script.http.get("/local/file", params={"id": sent["document"]["file_id"]})
    assert "application/octet-stream" == shown.headers["content-type"]
    assert 'attachment; filename="b_r.svg"' == shown.headers["content-disposition"]
    assert svg == shown.content
