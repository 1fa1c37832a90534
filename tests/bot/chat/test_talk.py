"""What the bot says about itself."""

from __future__ import annotations

import pytest

from languages.catalogue import LANGUAGES
from tests.bot.running import Person, RunningBot


def test_start_says_what_this_is_in_two_sentences(person: Person) -> None:
    """What to do, what happens when it is wrong, and that nothing is kept unasked."""
    text = person.ask("/start")
    assert "grizzly bear, black bear or teddy bear" in text
    assert "/privacy" in text


def test_help_names_the_commands_and_for_admins_theirs(bot: RunningBot, person: Person) -> None:
    """Ordinary people are not shown what they may not do."""
    ordinary = person.ask("/help")
    assert "/wrong" in ordinary
    assert "/review" not in ordinary
    assert "/review" in bot.admin.ask("/help")


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("command", ["/start", "/help", "/wrong", "/why"])
def test_in_a_group_it_says_what_works_there(bot: RunningBot, language: str, command: str) -> None:
    """A photo alone is not answered there, so nobody is asked for one."""
    person = bot.person(language_code=language)
    alone, group = person.ask(command), person.in_chat(-1031).ask(command)
    first, there = alone.split("\n")[0], group.split("\n")[0]
    assert "/identify" not in first
    assert "/identify" in there
    if command == "/help":
        assert alone.removeprefix(first) == group.removeprefix(there)


def test_thanks_can_be_asked_and_changed(person: Person) -> None:
    """On by default."""
    assert person.ask("/thanks").startswith("I tell you")
    assert person.ask("/thanks off").startswith("I don't tell you")
    assert person.ask("/thanks ON").startswith("I tell you")


def test_a_commands_name_may_carry_the_bots(bot: RunningBot, person: Person) -> None:
    """In a group one addresses it; a command for another bot is not answered."""
    group = person.in_chat(-1030)
    group.say("/labels@another_bot")
    assert group.ask("/labels@bear_detector_bot").startswith("I can tell these apart")
    assert len(group.in_chat(-1030).hear_all(at_least=1)) == 1
