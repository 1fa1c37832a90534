"""Telegram takes less than what people send, and than labels there may be: it is made to fit."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.bundles.bundle import Bundle
from models.bundles.manifest import Manifest
from models.inference.classifier import Classifier, Prediction
from tests.bot.chat.test_consent import wait_until_kept
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

MANY = tuple(f"kind {number}" for number in range(110))
LONG = tuple(f"{number:02} {'a name of several words ' * 2}".strip()[:45] for number in range(60))


class OfManyLabels(ColourClassifier):
    """Tells as many labels apart as `known` has; the colour decides between the first three."""

    known: tuple[str, ...] = MANY
    _is_open = False

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle)
        self._is_open = True  # until here the graph's own labels are counted

    @property
    def manifest(self) -> Manifest:
        mine = super().manifest
        if not self._is_open:
            return mine
        return replace(mine, labels=self.known, names={}, aliases={}, noun={})

    @property
    def labels(self) -> tuple[str, ...]:
        return self.known if self._is_open else super().labels

    def in_order(self, labels: Sequence[str], **texts: object) -> Classifier:
        return self

    def classify(self, data: bytes) -> Prediction:
        seen = super().classify(data)
        shares = [*seen.probabilities.values(), *[0.0] * (len(self.known) - 3)]
        by_label = dict(zip(self.known, shares, strict=True))
        ranked = sorted(by_label, key=by_label.__getitem__, reverse=True)
        few = ranked[: len(self.known) if seen.verdict == "unsure" else 1]
        return replace(seen, label=ranked[0], probabilities=by_label, candidates=few)


class OfLongLabels(OfManyLabels):
    """Sixty labels of 45 letters."""

    known = LONG


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A bot of 110 labels."""
    with RunningBot(tmp_path_factory.mktemp("many"), open_classifier=OfManyLabels) as running:
        yield running


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A bot of long labels."""
    with RunningBot(tmp_path_factory.mktemp("long"), open_classifier=OfLongLabels) as running:
        yield running


def picture(width: int, height: int, file_format: str = "JPEG") -> bytes:
    """Red, with something in it."""
    image = Image.new("RGB", (width, height), SURE_GRIZZLY)
    image.paste((250, 250, 250), (width // 3, height // 3, width // 2, height // 2))
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()


def consenting(bot: RunningBot) -> Person:
    """Somebody whose photos may be kept."""
    person = bot.person()
    person.seen = person.say("/privacy")["message_id"]
    person.press(person.hear(), "Keep my photos")
    return person


def is_a_photo(message: dict[str, Any]) -> bool:
    """Whether it carries one, in a shape that Telegram takes."""
    largest = message["photo"][-1]
    return max(largest["width"], largest["height"]) <= 20 * min(largest["width"], largest["height"])


@pytest.mark.parametrize("said", ["/wrong", "/wrong nonsense"])
def test_of_very_many_labels_the_likeliest_are_offered(many: RunningBot, said: str) -> None:
    """And it is said how to name another."""
    person = many.person()
    person.show(photo(SURE_GRIZZLY))
    person.hear()
    person.say(said)
    offer = person.hear()
    assert 40 < len(buttons(offer)) <= 100
    assert "kind 0" in buttons(offer)
    assert offer["text"].endswith("/wrong kind 109")
    assert person.ask("/wrong kind 109").startswith("Noted: kind 109.")


@pytest.mark.parametrize("colour", [SURE_GRIZZLY, OUTSIDE])
def test_the_button_wrong_offers_them_too(many: RunningBot, colour: tuple[int, int, int]) -> None:
    """Where no text can be put beside them, the press is answered with how to name another."""
    person = many.person()
    person.show(photo(colour))
    answer = person.hear()
    wrong = next(text for text in buttons(answer) if text not in ("Right", "Why?"))
    assert "/wrong kind 109" in (person.press(answer, wrong) or "")
    offered = person.again(answer, until=lambda message: "Back" in buttons(message))
    assert len(buttons(offered)) <= 100


def test_when_any_of_very_many_labels_may_be_right_the_answer_fits(many: RunningBot) -> None:
    """Some are named, and how many more."""
    person = many.person()
    person.show(photo(UNSURE))
    answer = person.hear()
    assert "98 more" in answer["text"]
    assert len(buttons(answer)) <= 100


def test_of_very_many_labels_a_reviewer_is_offered_what_people_say(many: RunningBot) -> None:
    """However unlikely the model thinks it."""
    person = consenting(many)
    person.show(photo(SURE_GRIZZLY, seed=5))
    person.hear()
    person.ask("/wrong kind 107")
    wait_until_kept(many, person, 1)
    admin = many.admin
    admin.say("/review")
    card = next(message for message in admin.hear_all(at_least=2) if "photo" in message)
    assert {"kind 1", "kind 107"} <= set(buttons(card))


def test_a_list_of_long_labels_is_told_whole(long: RunningBot) -> None:
    """In several messages."""
    person = long.person()
    person.say("/labels")
    told = [message["text"] for message in person.hear_all(at_least=2)]
    assert len(told) == 2
    assert all(len(text) <= 4096 for text in told)
    assert [label for label in LONG if label not in "\n".join(told)] == []


@pytest.mark.parametrize("said", ["/start", photo(OUTSIDE), photo(UNSURE)])
def test_long_labels_leave_no_gap_in_a_sentence(long: RunningBot, said: str | bytes) -> None:
    """Where they are too many to be named, it says how many more there are."""
    person = long.person()
    _ = person.say(said) if isinstance(said, str) else person.show(said)
    text = person.hear()["text"]
    assert "???" not in text
    assert "48 more" in text


SHAPES = [(3000, 140, "JPEG"), (6000, 1200, "JPEG"), (1080, 7000, "PNG"), (500, 15000, "JPEG")]


@pytest.mark.parametrize(("width", "height", "file_format"), SHAPES)
def test_a_picture_of_any_shape_is_answered_and_explained(
    bot: RunningBot, width: int, height: int, file_format: str
) -> None:
    """By the button and by the command."""
    person = bot.person()
    person.attach(picture(width, height, file_format), "bear", "image/jpeg")
    answer = person.hear()
    assert answer["text"].startswith("Grizzly bear, 97%")
    person.press(answer, "Why?")
    assert is_a_photo(person.hear())
    person.say("/why")
    assert is_a_photo(person.hear())


def to_review(bot: RunningBot, *pictures: bytes) -> None:
    """Somebody disputes these, and they are kept."""
    person = consenting(bot)
    for number, data in enumerate(pictures, start=1):
        sent = person.attach(data, "bear.jpg", "image/jpeg")
        person.hear()
        person.ask("/wrong teddy", reply_to=sent["message_id"])
        wait_until_kept(bot, person, number)


def test_a_strip_is_shown_for_review(tmp_path: Path) -> None:
    """In a shape that Telegram takes; it does not hold up the others."""
    with RunningBot(tmp_path) as bot:
        to_review(bot, picture(3000, 100), photo(SURE_BLACK))
        shown = _cards(bot.admin, 2)
        assert [True, True] == [is_a_photo(card) for card in shown]


def test_a_card_that_fails_holds_up_nothing(tmp_path: Path) -> None:
    """The reviewer hears of it, and the next photo comes."""
    with RunningBot(tmp_path) as bot:
        to_review(bot, photo(SURE_GRIZZLY), photo(SURE_BLACK))
        fault = {"method": "sendPhoto", "status": 400, "times": 1}
        bot.http.post("/local/faults", json=fault).raise_for_status()
        admin = bot.admin
        admin.seen = admin.say("/review")["message_id"]
        link, told, card = (admin.hear() for _ in range(3))
        assert "/review/enter" in link["text"]
        assert told["text"].startswith("I can't read the file of photo")
        assert is_a_photo(card)


def _cards(admin: Person, number: int) -> list[dict[str, Any]]:
    """So many photos to review, each skipped for the next."""
    admin.seen = admin.say("/review")["message_id"]
    found: list[dict[str, Any]] = []
    while len(found) < number:
        heard = admin.hear()
        if "photo" in heard:
            found.append(heard)
            admin.press(heard, "Skip")
    return found


def test_what_fails_after_a_press_was_answered_is_told(bot: RunningBot, person: Person) -> None:
    """The press has nothing more to show: a message has."""
    person.show(photo(SURE_GRIZZLY))
    answer = person.hear()
    fault = {"method": "sendPhoto", "status": 400, "times": 1}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.press(answer, "Why?")
    assert person.hear()["text"].startswith("Something went wrong on my side")
