"""A person's own choice of language, in the chat."""

from __future__ import annotations

from tests.bot.running import Person, RunningBot, photo


def test_language_by_argument(person: Person) -> None:
    """/language de speaks German from then on, whatever Telegram is set to."""
    assert person.ask("/language de") == "Von jetzt an spreche ich Deutsch."
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzlybär (grizzly), 97\u00a0%")


def test_language_by_button(person: Person) -> None:
    """/language alone offers the languages by their own names."""
    said = person.say("/language")
    person.seen = said["message_id"]
    offer = person.hear()
    person.press(offer, "Español")
    person.again(offer, until=lambda now: now["text"] == "Desde ahora hablo español.")
    assert person.ask("hola").startswith("Mándame una foto")


def test_a_language_nobody_speaks_is_told_so(person: Person) -> None:
    """/language tlh lists those there are."""
    assert person.ask("/language tlh").startswith("I don't speak that one.")


def test_corrections_are_understood_and_answered_in_the_persons_language(
    bot: RunningBot,
) -> None:
    """The whole conversation is in one language."""
    person = bot.person(language_code="de")
    person.show(photo())
    person.hear()
    assert person.ask("/wrong Schwarzbär").startswith("Notiert: Schwarzbär. Danke!")
    assert person.hear()["text"].startswith("Darf ich die Fotos speichern")
    assert person.ask("/wrong nichts").startswith("Notiert: nichts davon.")
