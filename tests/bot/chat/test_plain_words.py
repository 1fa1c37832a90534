"""Corrections without a command, and labels however they are written."""

from __future__ import annotations

import pytest
from telegram import Chat

from bot.chat import questions
from bot.chat.corrections.label_matching import Exactly, Perhaps, find_label
from dataset.storage.schema import utc_now
from models.bundles.bundle import STARTER
from models.bundles.manifest import Manifest
from tests.bot.chat.test_corrections import claims_of
from tests.bot.running import SURE_BLACK, SURE_GRIZZLY, Person, RunningBot, buttons, photo

STARTERS = Manifest.from_json((STARTER / "bundle.json").read_text("utf-8"))


def labelled(*labels: str) -> Manifest:
    """A model of these labels."""
    thresholds = {"sure": 0.5, "outside": 0.5, "conformal": 0.5}
    return Manifest(version="any", labels=labels, thresholds=thresholds)


@pytest.mark.parametrize(
    ("labels", "text", "found"),
    [
        (("かき", "かぎ"), "かき", Exactly("かき")),
        (("かき", "かぎ"), "かぎ", Exactly("かぎ")),
        (("かぎ", "くま"), "かき", Perhaps("かぎ")),
        (("Polish", "polish"), "Polish", Exactly("Polish")),
        (("Polish", "polish"), "polish", Exactly("polish")),
        (("Polish", "polish"), "POLISH", Perhaps("Polish")),
        (("pate", "pâté"), "Pâté", Exactly("pâté")),
        (("pâté", "oak"), "pate", Exactly("pâté")),
        (("भालू", "भाल"), "भालू", Exactly("भालू")),
        (("भालू", "भाल"), "भाल", Exactly("भाल")),
        (("polar bear", "oak"), "that is a polar-bear!", Perhaps("polar bear")),
        (("oak", "ash"), "oka", None),
    ],
)
def test_labels_that_differ_by_marks_or_capitals_are_kept_apart(
    labels: tuple[str, ...], text: str, found: Exactly | Perhaps | None
) -> None:
    """What is written exactly wins; what is left open is asked about."""
    assert find_label(text, labelled(*labels)) == found


@pytest.mark.parametrize(
    "text",
    ["wrong black", "Wrong: black bear!", "That's wrong, black", "/wrong:black", "/wrong - black"],
)
def test_wrong_is_understood_without_its_slash(bot: RunningBot, person: Person, text: str) -> None:
    """And with a colon instead of a space."""
    sent = person.show(photo())
    person.hear()
    assert person.ask(text).startswith("Noted: black bear.")
    assert claims_of(bot, person) == [(sent["message_id"], "label", "black")]


def test_wrong_is_understood_in_the_persons_language(bot: RunningBot) -> None:
    """As labels are."""
    person = bot.person(language_code="de")
    person.show(photo())
    person.hear()
    assert person.ask("falsch, Schwarzbär").startswith("Notiert: Schwarzbär.")


def test_a_photo_captioned_wrong_is_answered_and_corrected(bot: RunningBot, person: Person) -> None:
    """Of an album, the bot asks which photo is meant."""
    sent = person.show(photo(SURE_GRIZZLY), caption="/wrong teddy")
    assert person.hear()["text"].startswith("Grizzly bear")
    assert person.hear()["text"].startswith("Noted: teddy bear.")
    assert claims_of(bot, person) == [(sent["message_id"], "label", "teddy")]
    assert "May I keep" in person.hear()["text"]
    person.show(photo(SURE_GRIZZLY, seed=1), photo(SURE_GRIZZLY, seed=2), caption="/wrong teddy")
    assert person.hear()["text"].startswith("1. ")
    assert "which" in person.hear()["text"].lower()


@pytest.mark.parametrize(
    ("language", "said", "noted"),
    [
        ("en", "That is not a bear!", "Noted: none of these"),
        ("en", "no bear", "Noted: none of these"),
        ("de", "Das ist kein Bär.", "Notiert: nichts davon"),
        ("es", "no es un oso", "Anotado: ninguno de estos"),
    ],
)
def test_no_bear_is_none_of_the_labels(
    bot: RunningBot, language: str, said: str, noted: str
) -> None:
    """What all labels are, denied: in reply to the answer, or right after it."""
    person = bot.person(language_code=language)
    for reply in (True, False):
        person.show(photo(SURE_GRIZZLY))
        answer = person.hear()["message_id"]
        assert person.ask(said, **({"reply_to": answer} if reply else {})).startswith(noted)


@pytest.mark.parametrize("question", ["/wrong", "/wrong blakc", "/wrong xyzzy"])
def test_a_question_of_the_bots_is_answered_by_a_label(
    bot: RunningBot, person: Person, question: str
) -> None:
    """In reply to what it asked, whatever that was; and by /wrong."""
    first = person.show(photo(seed=1))
    person.hear()
    said = person.say(question)
    person.seen = said["message_id"]
    asked = person.hear()
    person.show(photo(SURE_BLACK, seed=2))
    person.hear()
    unknown = person.ask("qwerty", reply_to=asked["message_id"])
    assert unknown.startswith('I don\'t know "qwerty".')
    assert person.ask("teddy", reply_to=asked["message_id"]).startswith("Noted: teddy bear.")
    assert person.ask("/wrong black", reply_to=asked["message_id"]).startswith("Noted: black bear.")
    assert claims_of(bot, person) == [(first["message_id"], "label", "black")]


def test_a_reply_to_an_answer_names_the_label(bot: RunningBot, person: Person) -> None:
    """A label alone is taken, one in a sentence asked about, and anything else is no correction."""
    person.show(photo(SURE_GRIZZLY))
    answer = person.hear()["message_id"]
    assert person.ask("thanks!", reply_to=answer).startswith("Send me a photo")
    assert person.ask("I love that grizzly", reply_to=answer).startswith("Send me a photo")
    assert person.ask("No, it's a teddy", reply_to=answer).startswith("I don't know")
    assert claims_of(bot, person) == []
    assert person.ask("Black bear.", reply_to=answer).startswith("Noted: black bear.")
    assert person.ask("thanks!", reply_to=answer).startswith("Send me a photo")


def test_what_a_photo_does_not_show_is_no_label(person: Person) -> None:
    """ "Not a teddy" leaves open what it is."""
    person.show(photo())
    person.hear()
    for text in ("/wrong not teddy", "/wrong not a grizzly bear"):
        said = person.say(text)
        person.seen = said["message_id"]
        asked = person.hear()
        assert asked["text"] == "What is it, then?"
        assert "teddy bear" in buttons(asked)


@pytest.mark.parametrize("question", ["/wrong", "/wrong blakc", "not a grizzly", "no grizzly bear"])
@pytest.mark.parametrize("label", ["teddy", "Teddy bear."])
def test_a_label_alone_answers_the_question_just_asked(
    bot: RunningBot, person: Person, question: str, label: str
) -> None:
    """Without a reply, once: the next label means nothing again."""
    sent = person.show(photo())
    person.hear()
    person.ask(question)
    assert person.ask(label).startswith("Noted: teddy bear.")
    assert person.ask("black").startswith("Send me a photo")
    assert claims_of(bot, person) == [(sent["message_id"], "label", "teddy")]


def test_a_label_alone_answers_the_button_wrong(bot: RunningBot, person: Person) -> None:
    """Until the person goes back."""
    sent = person.show(photo())
    answer = person.hear()
    person.press(answer, "Wrong")
    person.press(person.again(answer, until=lambda now: "Back" in buttons(now)), "Back")
    person.again(answer, until=lambda now: "Wrong" in buttons(now))
    assert person.ask("teddy").startswith("Send me a photo")
    person.press(answer, "Wrong")
    assert person.ask("teddy").startswith("Noted: teddy bear.")
    assert claims_of(bot, person) == [(sent["message_id"], "label", "teddy")]


def test_a_question_is_open_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours later a label speaks of nothing, and no crowd of chats fills the memory."""
    open_ones, chat = questions.Questions(), Chat(5, Chat.PRIVATE)
    open_ones.ask(chat, 7)
    found = open_ones.take(5)
    assert found is not None
    assert found.prediction_id == 7
    assert open_ones.take(5) is None
    open_ones.ask(chat, 8)
    later = utc_now() + questions.RECENT
    monkeypatch.setattr(questions, "utc_now", lambda: later)
    assert open_ones.take(5) is None
    open_ones.ask(chat, 9)
    for number in range(1000):
        open_ones.ask(Chat(100 + number, Chat.PRIVATE), 1)
    assert open_ones.take(5) is None
    assert open_ones.take(100) is not None


def test_what_does_not_answer_the_question_closes_it(bot: RunningBot, person: Person) -> None:
    """Other words, another photo, or a correction by command: a label then means no photo."""
    first = person.show(photo(seed=1))
    answer = person.hear()["message_id"]
    person.ask("/wrong")
    assert person.ask("how nice of you").startswith("Send me a photo")
    assert person.ask("teddy").startswith("Send me a photo")
    person.ask("/wrong")
    person.ask("/wrong black")
    assert person.ask("teddy").startswith("Send me a photo")
    person.ask("/wrong", reply_to=answer)
    person.show(photo(SURE_BLACK, seed=2))
    person.hear()
    assert person.ask("teddy").startswith("Send me a photo")
    assert claims_of(bot, person) == [(first["message_id"], "label", "black")]


def test_the_question_about_an_older_photo_is_answered_for_that_one(
    bot: RunningBot, person: Person
) -> None:
    """Not for the last one."""
    first = person.show(photo(seed=1))
    answer = person.hear()["message_id"]
    person.show(photo(SURE_BLACK, seed=2))
    person.hear()
    person.ask("/wrong", reply_to=answer)
    assert person.ask("teddy").startswith("Noted: teddy bear.")
    assert claims_of(bot, person) == [(first["message_id"], "label", "teddy")]


def test_a_denial_right_after_an_answer_is_understood_in_german(bot: RunningBot) -> None:
    """And before any photo it is not."""
    person = bot.person(language_code="de")
    assert person.ask("kein Grizzly").startswith("Schick mir ein Foto")
    person.show(photo())
    person.hear()
    assert person.ask("kein Grizzly") == "Was ist es dann?"
    assert person.ask("Schwarzbär").startswith("Notiert: Schwarzbär.")


@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        ("en", "No, that's a black bear", "Did you mean black bear?"),
        ("de", "Nein, das ist ein Schwarzbär!", "Meinst du Schwarzbär?"),
        ("es", "No, es un oso negro", "¿Quieres decir oso negro?"),
    ],
)
def test_no_and_what_it_is_right_after_an_answer(
    bot: RunningBot, language: str, said: str, asked: str
) -> None:
    """It is asked back, as in a reply; what agrees with the answer is not, nor a bare "no"."""
    person = bot.person(language_code=language)
    help_ = person.ask(said)
    sent = person.show(photo())
    person.hear()
    assert help_ == person.ask("No")
    assert help_ == person.ask("no, grizzly")
    assert person.ask(said).endswith(asked)
    person.ask("black")
    assert claims_of(bot, person) == [(sent["message_id"], "label", "black")]


def test_in_a_group_only_replies_to_the_bot_correct(bot: RunningBot, person: Person) -> None:
    """People there talk to each other."""
    group = person.in_chat(-2020)
    shown = group.show(photo(), caption="/identify")
    answer = group.hear()
    group.say("black", reply_to=shown["message_id"])
    group.say("not a grizzly")
    group.say("how nice", reply_to=answer["message_id"])
    assert group.ask("black", reply_to=answer["message_id"]).startswith("Noted: black bear.")
    assert claims_of(bot, person) == [(shown["message_id"], "label", "black")]


def test_an_album_that_is_too_old_to_be_shown_keeps_its_answer(
    bot: RunningBot, person: Person
) -> None:
    """Telegram then gives its number alone: the claim stands, and so does the text."""
    person.show(photo(seed=1), photo(SURE_BLACK, seed=2))
    answer = person.hear()
    data = answer["reply_markup"]["inline_keyboard"][-1][0]["callback_data"]
    prediction_id = int(data.split(":")[1])
    for verb, claimed in (("allright", 2), ("undo", 0)):
        query = {
            "id": f"old-{verb}",
            "from": {"id": person.id, "is_bot": False, "first_name": "X"},
            "chat_instance": "1",
            "data": f"v1:{prediction_id}:{verb}",
            "message": {"message_id": answer["message_id"], "chat": answer["chat"], "date": 0},
        }
        bot.deliver({"callback_query": query})
        person.ask("/labels")
        assert len(claims_of(bot, person)) == claimed
    now = person.again(answer, until=lambda message: True)
    assert now["text"] == answer["text"]
