"""/why and its button."""

from __future__ import annotations

import pytest

from tests.bot.running import (
    OUTSIDE,
    SURE_BLACK,
    SURE_GRIZZLY,
    Person,
    RunningBot,
    button_data,
    buttons,
    photo,
)


def test_the_button_shows_what_spoke_for_the_answer(bot: RunningBot, person: Person) -> None:
    """A picture comes as a reply to the answer: the photo, painted over."""
    person.show(photo(SURE_GRIZZLY))
    answer = person.hear()
    person.press(answer, "Why?")
    shown = person.hear()
    assert shown["caption"].startswith("Bright areas made me say grizzly bear.")
    assert shown["reply_to_message"]["message_id"] == answer["message_id"]
    assert (shown["photo"][-1]["width"], shown["photo"][-1]["height"]) == (640, 480)


def test_for_an_outsider_the_nearest_things_are_named(person: Person) -> None:
    """What the model does know is listed, with how near it is."""
    person.show(photo(OUTSIDE))
    person.press(person.hear(), "Why?")
    first, second = person.hear()["caption"].split("\n")
    assert first.startswith("This reminds me most of ")
    assert first.count("%)") == 3
    assert second.startswith("Of my labels, ")


def test_the_command_explains_the_last_answer(person: Person) -> None:
    """/why without a reply means the person's last photo."""
    person.show(photo(SURE_BLACK))
    person.hear()
    person.say("/why")
    assert person.hear()["caption"].startswith("Bright areas made me say black bear.")


def test_for_an_album_the_command_asks_which(person: Person) -> None:
    """Each photo has its number; pressing one explains that one."""
    person.show(photo(SURE_GRIZZLY), photo(SURE_BLACK))
    person.hear()
    person.say("/why")
    question = person.hear()
    assert buttons(question) == ["1", "2"]
    person.press(question, "2")
    assert person.hear()["caption"].startswith("Bright areas made me say black bear.")


@pytest.mark.parametrize("command", ["/why", "/why 7", "/why because"])
def test_without_a_photo_there_is_nothing_to_explain(bot: RunningBot, command: str) -> None:
    """Somebody who sent nothing gets a sentence."""
    assert "Send me a photo first" in bot.person().ask(command)


def test_the_button_of_somebody_elses_chat_is_refused(bot: RunningBot, person: Person) -> None:
    """A forged press shows nobody's photo."""
    person.show(photo(SURE_GRIZZLY))
    answer = person.hear()
    data = button_data(answer, "Why?")
    stranger = bot.person()
    stranger.show(photo(SURE_BLACK))
    assert stranger.press_data(stranger.hear(), data) == "This button no longer works."
