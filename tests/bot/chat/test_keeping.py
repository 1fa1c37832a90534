"""Photos that could not be kept for a reason that passes are kept when it has passed."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator

import pytest

from bot.process.timing import Timing
from tests.bot.chat.test_consent import forget, wait_until_kept
from tests.bot.running import SURE_GRIZZLY, UNSURE, Person, RunningBot, photo


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A bot that does not wait long before it tries again."""
    folder = tmp_path_factory.mktemp("keeping")
    with RunningBot(folder, timing=Timing(keep_again_s=0.1)) as running:
        yield running


def agree(person: Person) -> None:
    """Let the bot keep this person's photos."""
    person.seen = person.say("/privacy")["message_id"]
    person.press(person.hear(), "Keep my photos")


def test_a_folder_that_takes_no_photos_costs_none(
    bot: RunningBot, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer comes all the same, the log says why nothing is kept, and then it is kept."""
    agree(person)
    folder = bot.settings.photos_dir
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_bytes(b"")  # in its place: nothing can be written below it, not even by root
    with caplog.at_level(logging.WARNING, logger="bot.chat.keeping"):
        person.show(photo(UNSURE))
        person.hear()
        while not caplog.records:
            bot.http.get("/healthz")
    assert "cannot be kept in" in caplog.records[0].getMessage()
    folder.unlink()
    (kept,) = wait_until_kept(bot, person, 1)
    assert (folder / kept.sha256[:2] / f"{kept.sha256}.jpg").is_file()


def test_a_download_that_fails_is_made_up_for(bot: RunningBot, person: Person) -> None:
    """Telegram's trouble with a large size is as passing as any."""
    agree(person)
    person.show(photo(UNSURE, seed=3))
    person.hear()
    wait_until_kept(bot, person, 1)
    for status in (502, 0):
        fault = {"method": "file", "status": status, "times": 2}
        bot.http.post("/local/faults", json=fault).raise_for_status()
        person.show(photo(UNSURE, seed=status + 5))
        person.hear()
    assert 3 == len(wait_until_kept(bot, person, 3))


def test_a_correction_of_a_forgotten_photo_promises_no_look_at_it(
    bot: RunningBot, person: Person
) -> None:
    """Sent again and allowed again, it is still not kept; another photo is."""
    agree(person)
    person.show(photo(UNSURE, seed=11))
    person.hear()
    wait_until_kept(bot, person, 1)
    assert forget(bot, person).startswith("Done. Deleted: 1 photo")
    agree(person)
    notes = []
    for seed in (11, 12):
        person.show(photo(SURE_GRIZZLY if seed == 12 else UNSURE, seed=seed))
        person.hear()
        notes.append(person.ask("/wrong teddy"))
    assert "I can only learn from it if I may keep the photo" in notes[0]
    assert "A person looks at it before I learn from it." in notes[1]
