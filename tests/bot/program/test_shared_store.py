"""The bot with its photos and models in an object store: kept, shown, forgotten, and without it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.photos.opening import store_of
from models.bundles.bundle import STARTER
from models.registry.opening import registry_of
from tests.bot.chat.test_consent import dispute, forget, kept_photos
from tests.bot.running import Person, RunningBot, photo
from tests.conftest import until
from tests.object_store import CREDENTIALS, ObjectStore, running_store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with running_store() as store:
        yield store


@pytest.fixture
def shared_bot(tmp_path: Path, store: ObjectStore) -> Iterator[RunningBot]:
    url = store.empty()
    with RunningBot(
        tmp_path,
        photos_url=url,
        models_url=f"{url}-models",
        s3_endpoint_url=store.endpoint_url,
    ) as bot:
        yield bot


def test_what_may_be_kept_lies_in_the_store_until_it_is_forgotten(shared_bot: RunningBot) -> None:
    """Nothing of it lies in the folder of a machine on its own."""
    person = shared_bot.person()
    photos = store_of(shared_bot.settings)
    person.press(dispute(person, seed=21), "Keep my photos")
    until(lambda: bool(kept_photos(shared_bot, person)))
    [kept] = kept_photos(shared_bot, person)
    assert [kept.sha256] == list(photos.hashes())
    assert not shared_bot.settings.photos_dir.exists()
    person.seen = person.say("/forget")["message_id"]
    asked = person.hear()
    person.press(asked, "Yes, delete everything")
    person.again(asked, until=lambda now: now["text"].startswith("Done. Deleted: "))
    assert [] == list(photos.hashes())


def test_answers_go_on_without_the_store(shared_bot: RunningBot, store: ObjectStore) -> None:
    """Only keeping waits; the admin learns why nothing can be published."""
    person, admin = shared_bot.person(), shared_bot.admin
    person.press(dispute(person, seed=22), "Keep my photos")
    until(lambda: bool(kept_photos(shared_bot, person)))
    store.down()
    assert person.ask("/labels").startswith("I can tell these apart")
    dispute_again(person)
    shutil.rmtree(shared_bot.settings.photos_cache_dir)
    for _ in range(2):
        assert admin.ask("/review").startswith("In the browser")
        assert admin.hear()["text"].startswith("I can't reach the photos at the moment")
    assert "does not answer" in admin.ask("/rollback starter")
    assert 1 == len(kept_photos(shared_bot, person))
    store.up()


def dispute_again(person: Person) -> None:
    """A photo is answered and its correction noted as ever."""
    person.show(photo(seed=23))
    assert person.hear()["text"]
    assert person.ask("/wrong teddy").startswith("Noted")


def test_what_is_published_elsewhere_is_put_to_use(shared_bot: RunningBot, tmp_path: Path) -> None:
    """By another machine with the same MODELS_URL."""
    made = tmp_path / "made"
    shutil.copytree(STARTER, made)
    manifest = made / "bundle.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": "another"}))
    elsewhere = shared_bot.settings.model_copy(update={"models_dir": tmp_path / "elsewhere"})
    registry_of(elsewhere).publish(made)
    until(lambda: shared_bot.http.get("/healthz").json()["model"] == "another")


def test_deleted_is_said_when_it_is_true(shared_bot: RunningBot, store: ObjectStore) -> None:
    """Without the store, the person and `/healthz` say so; later it happens by itself."""
    person = shared_bot.person()
    photos = store_of(shared_bot.settings)
    person.press(dispute(person, seed=23), "Keep my photos")
    until(lambda: bool(kept_photos(shared_bot, person)))
    store.down()
    assert forget(shared_bot, person).startswith("Almost done. The storage of one photo")
    until(lambda: "is not erased yet" in str(health(shared_bot)["forgetting_problem"]))
    store.up()
    until(lambda: not health(shared_bot)["being_erased"])
    assert (None, []) == (health(shared_bot)["forgetting_problem"], list(photos.hashes()))


def health(bot: RunningBot) -> dict[str, Any]:
    """What the bot says of itself."""
    state: dict[str, Any] = bot.http.get("/healthz").json()
    return state
