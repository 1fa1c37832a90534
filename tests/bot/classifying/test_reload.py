"""A published model takes over between two photos; a bad one is refused; people are thanked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.classifying.model_host import ModelHost
from dataset.examples import labels
from models.bundles.bundle import STARTER, Bundle, write_bundle
from models.registry.local import CURRENT, Registry
from tests.bot.admin.test_review import start_review
from tests.bot.chat.test_consent import wait_until_kept
from tests.bot.running import SURE_GRIZZLY, UNSURE, ColourClassifier, Person, RunningBot, photo
from tests.conftest import until


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[RunningBot]:
    """A bot of its own: another model answers to everybody."""
    with RunningBot(tmp_path) as running:
        yield running


def make_bundle(folder: Path, version: str) -> Path:
    """A copy of the starter under another version."""
    starter = Bundle.open(STARTER)
    files = {name: starter.path / name for name in starter.manifest.files}
    return write_bundle(folder / version, replace(starter.manifest, version=version), files).path


def publish(bot: RunningBot, folder: Path, version: str) -> None:
    """Publish a copy of the starter under another version."""
    Registry(bot.settings.models_dir).publish(make_bundle(folder, version))


def publish_spoilt(bot: RunningBot, folder: Path, version: str) -> None:
    """Make a bundle current whose graph is not what was written."""
    published = bot.settings.models_dir
    publish(bot, folder, "better-first")
    (published / "better-first").rename(folder / "moved")
    graph = folder / "moved" / "model.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    (folder / "moved").rename(published / version)
    (published / CURRENT).write_text(f"{version}\n")


def wait_for_model(person: Person, version: str) -> None:
    """Ask until this model answers; each question is a round trip."""
    until(lambda: f"Model {version}" in person.ask("/labels"))


def agree(person: Person) -> None:
    """Let the bot keep this person's photos."""
    said = person.say("/privacy")
    person.seen = said["message_id"]
    person.press(person.hear(), "Keep my photos")


def test_a_published_model_answers_without_a_restart(
    bot: RunningBot, person: Person, tmp_path: Path
) -> None:
    """The photo before is the old model's, the photo after the new one's."""
    person.show(photo(SURE_GRIZZLY))
    assert person.hear()["text"].startswith("Grizzly bear")
    publish(bot, tmp_path, "better")
    wait_for_model(person, "better")
    person.show(photo(SURE_GRIZZLY))
    assert person.hear()["text"].startswith("Black bear")


def test_a_bundle_that_fails_its_check_is_refused_and_reported(
    bot: RunningBot, person: Person, tmp_path: Path
) -> None:
    """The running model answers on, admins learn why, and the next good one takes over."""
    publish_spoilt(bot, tmp_path, "spoilt")
    # It may also have looked while the bundle was on its way, and have said so before.
    admin = bot.admin
    while "spoilt was published but failed its check" not in (alert := admin.hear()["text"]):
        pass
    assert "its hash differs" in alert
    person.show(photo(SURE_GRIZZLY))
    person.hear()
    publish(bot, tmp_path, "better-at-last")
    wait_for_model(person, "better-at-last")


def test_a_name_given_to_a_label_is_read_and_understood_at_once(
    bot: RunningBot, person: Person
) -> None:
    """No retraining is needed for it; taken back, the bundle's name is there again."""
    for names, aliases, said in (
        ({"en": "Silvertip"}, ["silvie"], "Silvertip"),
        ({}, [], "Grizzly bear"),
    ):
        with bot.database.session() as session:
            labels.describe(session, "grizzly", names=names, aliases=aliases, actor_id=2)
        while said not in person.ask("/labels"):
            pass
        if aliases:
            person.show(photo(UNSURE))
            answer = person.hear()["message_id"]
            assert person.ask("/wrong silvie", reply_to=answer).startswith("Noted: Silvertip.")


def test_who_was_right_is_told_once_in_their_language(bot: RunningBot, tmp_path: Path) -> None:
    """A correction that a newer model agrees with is thanked for, one time."""
    person = bot.person(language_code="de")
    agree_in = person.say("/privacy")
    person.seen = agree_in["message_id"]
    person.press(person.hear(), "Ja, Fotos speichern")
    shown = person.show(photo(SURE_GRIZZLY))
    person.hear()
    person.ask("/wrong Schwarzbär")
    wait_until_kept(bot, person, 1)
    bot.admin.press(start_review(bot.admin), "black bear")
    publish(bot, tmp_path, "better")
    thanks = person.hear()
    assert thanks["text"].startswith("Du hattest recht mit diesem Foto")
    assert "Schwarzbär, 95\u00a0%" in thanks["text"]
    assert thanks["reply_to_message"]["message_id"] == shown["message_id"]
    publish(bot, tmp_path, "better-still")
    wait_for_model(bot.person(), "better-still")
    assert person.ask("/thanks").startswith("Ich sage dir Bescheid, wenn")


def test_thanks_can_be_switched_off(bot: RunningBot, tmp_path: Path) -> None:
    """/thanks off means no such message."""
    wanted, unwanted = bot.person(), bot.person()
    assert unwanted.ask("/thanks off").startswith("I don't tell you")
    for seed, person in enumerate((unwanted, wanted), start=1):
        agree(person)
        person.show(photo(SURE_GRIZZLY, seed=1 << seed))
        person.hear()
        person.ask("/wrong black")
        wait_until_kept(bot, person, 1)
    admin = bot.admin
    admin.press(start_review(admin), "black bear")
    admin.press(admin.hear(), "black bear")
    admin.hear()
    publish(bot, tmp_path, "better")
    assert wanted.hear()["text"].startswith("You were right about this photo")
    assert unwanted.ask("/thanks").startswith("I don't tell you")


async def test_a_start_that_is_given_up_waits_for_no_silent_store(tmp_path: Path) -> None:
    """The store of models is asked, says nothing, and the bot is told to stop."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    class Silent(Registry):
        def current(self) -> Path:
            begun.set()
            go_on.wait(4)
            ended.set()
            return STARTER

    host = ModelHost(Silent(tmp_path), ColourClassifier, workers=1, photos_at_once=1)
    start = asyncio.create_task(host.start())
    await asyncio.to_thread(begun.wait, 60)
    start.cancel()
    await asyncio.to_thread(host.close)
    assert not ended.is_set()
    go_on.set()
