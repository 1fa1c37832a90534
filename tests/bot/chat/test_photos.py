"""A photo gets an answer."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from dataset.storage.schema import Update
from models.inference.classifier import Prediction
from tests.bot.running import (
    OUTSIDE,
    SURE_BLACK,
    SURE_GRIZZLY,
    UNSURE,
    ColourClassifier,
    Person,
    RunningBot,
    buttons,
    photo,
)
from tests.conftest import PATIENCE_S, until


def _strip() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 4)).save(buffer, "PNG")
    return buffer.getvalue()


STRIP = _strip()


def test_a_photo_is_answered_with_name_percentage_and_label(person: Person) -> None:
    """The first line is human, the bars name every label."""
    sent = person.show(photo(SURE_GRIZZLY))
    answer = person.hear()
    first, _, *bars = answer["text"].split("\n")
    assert first == "Grizzly bear, 97%"
    assert bars[0] == "▰▰▰▰▰▰▰▰▰▰ 97% grizzly bear"
    assert bars[1] == "▱▱▱▱▱▱▱▱▱▱ 2% black bear"
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]
    assert buttons(answer) == ["Right", "Wrong", "Why?"]


def test_an_unsure_answer_offers_what_cannot_be_ruled_out(person: Person) -> None:
    """Two labels are too close to call: both are named once and can be pressed."""
    person.show(photo(UNSURE))
    answer = person.hear()
    assert answer["text"].split("\n")[0] == "Grizzly or black bear: I can't tell"
    assert buttons(answer)[:2] == ["grizzly bear", "black bear"]


def test_a_photo_of_something_else_is_said_to_be_none(person: Person) -> None:
    """No label is forced onto a photo that shows none, and a button contradicts."""
    person.show(photo(OUTSIDE))
    answer = person.hear()
    assert answer["text"].split("\n")[0] == "I see no bear I know; this looks more like a Samoyed"
    assert "teddy" in answer["text"]
    assert "50%" in answer["text"]
    assert buttons(answer) == ["Right", "It is a bear", "Why?"]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Grizzlybär (grizzly), 97\u00a0%"),
        ("es", "Oso grizzly, 97\u00a0%"),
        ("pt-br", "Grizzly bear, 97%"),
    ],
)
def test_the_answer_is_in_the_persons_language(bot: RunningBot, language: str, line: str) -> None:
    """Telegram's language code chooses; a language without a catalogue gets English."""
    person = bot.person(language_code=language)
    person.show(photo(SURE_GRIZZLY))
    assert person.hear()["text"].split("\n")[0] == line


def test_an_album_is_answered_once_and_numbered(person: Person) -> None:
    """One message for all photos, in their order, as a reply to the first."""
    sent = person.show(photo(SURE_GRIZZLY), photo(SURE_BLACK), photo(OUTSIDE))
    answer = person.hear()
    lines = answer["text"].split("\n")
    assert [line.split(" ")[0] for line in lines] == ["1.", "2.", "3."]
    assert lines[0] == "1. Grizzly bear, 97% (grizzly bear 97%, black bear 2%)"
    assert lines[1].startswith("2. Black bear, 95%")
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]
    assert "2: wrong" in buttons(answer)


def test_a_straggler_of_an_album_gets_its_own_answer(person: Person) -> None:
    """A part that comes after the album's answer is answered by itself."""
    person.show(photo(SURE_GRIZZLY), photo(SURE_GRIZZLY, seed=1), album="77")
    person.hear()
    late = person.show(photo(SURE_BLACK), album="77")
    answer = person.hear()
    assert answer["text"].startswith("Black bear, 95%")
    assert answer["reply_to_message"]["message_id"] == late["message_id"]


def test_an_album_larger_than_telegrams_is_answered_in_parts(tmp_path: Path) -> None:
    """One answer for as many lines as Telegram lets a message have, and each photo has its own."""
    go_on = threading.Event()

    class Waiting(ColourClassifier):
        """Keeps its chat's turn, with what does not show a bear, until all of the album is here."""

        def classify(self, data: bytes) -> Prediction:
            seen = super().classify(data)
            if seen.verdict == "outside":
                go_on.wait(PATIENCE_S)
            return seen

    with RunningBot(tmp_path, open_classifier=Waiting) as bot:
        person = bot.person()
        person.show(photo(OUTSIDE))
        for _ in range(2):
            person.show(*[photo(SURE_GRIZZLY, seed=seed) for seed in range(8)], album="79")
        until(lambda: _taken_in(bot) == 17)
        go_on.set()
        _, *answers = person.hear_all(at_least=3)
    assert [len(answer["text"].split("\n")) for answer in answers] == [10, 6]


def _taken_in(bot: RunningBot) -> int | None:
    """How many updates the bot has stored."""
    with bot.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Update))


def test_a_file_that_lacks_its_end_is_answered_and_that_is_said(person: Person) -> None:
    """Also when the answer is written anew, and in an album."""
    cut = photo(SURE_GRIZZLY)[:-100]
    note = "Part of the file is missing or damaged, so I answered from the rest."
    person.attach(cut, "bear.jpg", "image/jpeg")
    answer = person.hear()
    assert answer["text"].startswith("Grizzly bear, 97%")
    assert answer["text"].endswith(note)
    person.press(answer, "Right")
    noted = person.again(answer, until=lambda message: "Noted" in message["text"])
    assert note in noted["text"]
    person.attach_album(photo(SURE_GRIZZLY), cut)
    first, second = person.hear()["text"].split("\n")
    assert (False, True) == (note in first, second.endswith(note))


def test_a_broken_photo_in_an_album_leaves_the_others_their_answer(person: Person) -> None:
    """Each line says what there is to say of its photo."""
    person.attach_album(photo(SURE_GRIZZLY), b"\xff\xd8\xff\xe0 no picture")
    lines = person.hear()["text"].split("\n")
    assert lines[0].startswith("1. Grizzly bear, 97%")
    assert lines[1] == "2. That picture is damaged and I can't read it. Please send it again."


def test_answers_come_in_the_order_of_the_photos(person: Person) -> None:
    """Many photos at once: each answer replies to its photo, in the order sent."""
    sent = [person.show(photo(seed=seed))["message_id"] for seed in range(12)]
    answers = person.hear_all(at_least=12)
    assert [answer["reply_to_message"]["message_id"] for answer in answers] == sent


def test_a_picture_sent_as_a_file_is_answered(person: Person) -> None:
    """What counts is what the file holds, not what it calls itself."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 400), SURE_BLACK).save(buffer, "PNG")
    person.attach(buffer.getvalue(), "IMG_1", "application/octet-stream")
    assert person.hear()["text"].startswith("Black bear, 95%")


@pytest.mark.parametrize(
    ("data", "name", "mime", "sentence"),
    [
        (b"bears", "bear.jpg", "image/jpeg", "That file holds no picture that I can read"),
        (b"P6\n1 1\n255\n\0\0\0", "a.ppm", "", "I can't read this kind of picture"),
        (STRIP, "strip.png", "image/png", "That picture is a long strip"),
        (photo()[:2000], "bear.jpg", "image/jpeg", "That picture is damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml", "I can't read"),
        (b"%PDF-1.7", "report.pdf", "application/pdf", "I can't read that file"),
        (b"\0" * (21 * 2**20), "big.png", "image/png", "That file is too large"),
    ],
    ids=["text", "another kind", "strip", "truncated", "svg", "pdf", "too-large"],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    person: Person, data: bytes, name: str, mime: str, sentence: str
) -> None:
    """Each bad file gets its own sentence, and the bot goes on."""
    person.attach(data, name, mime)
    assert person.hear()["text"].startswith(sentence)
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly bear")


def test_a_text_gets_a_hint(person: Person) -> None:
    """A person who writes instead of sending a photo learns what to send."""
    assert person.ask("Hello?").startswith("Send me a photo and")


def test_an_unknown_command_gets_a_hint(person: Person) -> None:
    """A command with rubbish is not a mishap."""
    assert person.ask("/frobnicate \x00 {}").startswith("I don't know that command.")


def test_a_huge_picture_in_a_small_file_is_refused(person: Person) -> None:
    """20,000 × 20,000 pixels in a few kilobytes: one sentence, and the bot goes on."""
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    person.attach(buffer.getvalue(), "bomb.png", "image/png")
    assert person.hear()["text"].startswith("That picture has too many pixels for me.")
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly bear")


def test_an_edited_message_is_left_alone(bot: RunningBot, person: Person) -> None:
    """A caption that changes later brings no second answer."""
    sent = person.show(photo(), caption="look")
    person.hear()
    body = {"user": person.id, "message_id": sent["message_id"], "caption": "changed"}
    bot.http.post("/local/edit", data=body).raise_for_status()
    person.say("/labels")
    assert person.hear()["text"].startswith("I can tell these apart")


def test_a_group_is_left_in_peace(person: Person) -> None:
    """A plain photo in a group gets silence; /identify in reply to it gets an answer."""
    group = person.in_chat(-1001)
    shown = group.show(photo(SURE_BLACK))
    asked = group.say("/identify", reply_to=shown["message_id"])
    answer = group.hear()
    assert answer["message_id"] > asked["message_id"]
    assert answer["text"].startswith("Black bear, 95%")
    assert answer["reply_to_message"]["message_id"] == shown["message_id"]


def test_identify_without_a_photo_says_how(person: Person) -> None:
    """/identify needs something to look at."""
    said = person.say("no photo here")
    person.hear()
    assert person.ask("/identify").startswith("Reply with /identify to the photo")
    reply = person.ask("/identify", reply_to=said["message_id"])
    assert reply.startswith("That message has no photo")


def test_labels_lists_what_can_be_told_apart(person: Person) -> None:
    """/labels names every label and the model."""
    text = person.ask("/labels")
    assert "• Teddy bear (teddy)" in text
    assert "Model starter" in text
