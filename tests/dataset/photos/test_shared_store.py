"""Kept photos in an object store, talked to over HTTP."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset import migrate, restore
from dataset.backup.__main__ import back_up
from dataset.errors import BackupError, PhotoMissing, PhotoStoreUnreachable, PhotoUnreadable
from dataset.photos.opening import store_of
from dataset.photos.shared_store import SharedPhotoStore
from dataset.photos.store import PhotoStore
from dataset.privacy import forgetting
from dataset.privacy.retention import Terms, purge
from dataset.restore import Places
from dataset.settings import DatasetSettings
from dataset.storage.database import Database
from objects.bucket import Bucket
from tests.dataset.world import World
from tests.object_store import ObjectStore

DATA = b"a photo's own bytes"
KEY, OTHER = b"k" * 32, b"o" * 32

OpenStore = Callable[..., SharedPhotoStore]


@pytest.fixture
def database(tmp_path: Path, empty_file: Path) -> Iterator[Database]:
    """Which database it is makes no difference to the store."""
    shutil.copy(empty_file, tmp_path / "detector.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    yield database
    database.dispose()


@pytest.fixture
def machine(bucket: Bucket, tmp_path: Path) -> OpenStore:
    """Opens the one store as a machine with a cache of its own does."""

    def open_on(name: str = "here", *, cache_bytes: int = 10**6, **keys: Any) -> SharedPhotoStore:
        return SharedPhotoStore(bucket, tmp_path / name, cache_bytes=cache_bytes, **keys)

    return open_on


@pytest.fixture
def store(machine: OpenStore) -> SharedPhotoStore:
    return machine()


def _copies(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_what_one_machine_keeps_another_finds(machine: OpenStore) -> None:
    """By what it contains; keeping it twice is keeping it once."""
    sha256 = machine("one").put(DATA)
    again = machine("two").put(DATA)

    assert (sha256, DATA) == (again, machine("three").get(sha256))
    assert [sha256] == list(machine("three").hashes())


def test_a_removed_photo_is_gone(store: SharedPhotoStore, tmp_path: Path) -> None:
    """From the store and from this machine's copies."""
    sha256 = store.put(DATA)
    removed = [store.delete(sha256), store.delete(sha256)]
    with pytest.raises(PhotoMissing):
        store.get(sha256)

    assert ([True, False], [], []) == (removed, list(store.hashes()), _copies(tmp_path))


def test_a_second_look_needs_no_network(store: SharedPhotoStore, object_store: ObjectStore) -> None:
    """What was looked at lately is on this machine."""
    sha256 = store.put(DATA)
    object_store.down()

    assert DATA == store.get(sha256)


def test_a_copy_does_not_stand_for_the_photo(machine: OpenStore, bucket: Bucket) -> None:
    """What another machine removed is put anew, although this one has read it today."""
    sha256 = machine("one").put(DATA)
    machine("two").get(sha256)
    machine("one").delete(sha256)
    machine("two").put(DATA)

    assert [f"photos/{sha256[:2]}/{sha256}.jpg"] == [stored.name for stored in bucket.list()]


def test_copies_stay_within_their_bound(machine: OpenStore, tmp_path: Path) -> None:
    """Whatever is read."""
    machine("writer").put(DATA)
    photos = [machine("writer").put(os.urandom(1000)) for _ in range(12)]
    reader = machine("reader", cache_bytes=5000)
    for sha256 in photos:
        reader.get(sha256)

    assert 0 < sum(map(len, _copies(tmp_path / "reader"))) <= 5000


def test_a_sealed_photo_is_sealed_everywhere(
    machine: OpenStore, bucket: Bucket, tmp_path: Path
) -> None:
    """Neither the store nor a copy ever holds its own bytes."""
    store = machine(key=KEY)
    sha256 = store.put(DATA)
    lying = [bucket.get(stored.name) for stored in bucket.list()] + _copies(tmp_path)

    assert DATA == machine("other", key=KEY).get(sha256)
    assert 2 == len(lying)
    assert [True, True] == [DATA not in content for content in lying]
    with pytest.raises(PhotoUnreadable, match="PHOTO_KEY"):
        machine("stranger").get(sha256)


def test_a_key_is_changed_in_the_store(machine: OpenStore) -> None:
    """As in a folder: the new key alone opens it afterwards."""
    sha256 = machine(key=OTHER).put(DATA)
    changed = [machine("two", key=KEY, old_keys=[OTHER]).reseal(sha256) for _ in range(2)]

    assert ([True, False], DATA) == (changed, machine("three", key=KEY).get(sha256))


def test_a_damaged_object_is_not_believed(
    machine: OpenStore, store: SharedPhotoStore, bucket: Bucket
) -> None:
    """What is read is held against its hash."""
    sha256 = store.put(DATA)
    bucket.put(f"photos/{sha256[:2]}/{sha256}.jpg", b"something else")
    with pytest.raises(PhotoUnreadable, match="damaged"):
        machine("other").get(sha256)


def test_a_damaged_copy_is_fetched_anew(store: SharedPhotoStore, tmp_path: Path) -> None:
    """A machine's own disk may be the one that is wrong."""
    sha256 = store.put(DATA)
    [copy] = [path for path in tmp_path.rglob("*.jpg")]
    copy.write_bytes(b"scratched")

    assert (DATA, DATA) == (store.get(sha256), copy.read_bytes())


def test_a_store_that_is_down_is_told_and_answers_again(
    machine: OpenStore, object_store: ObjectStore
) -> None:
    """Keeping and reading fail with a sentence, and work when it is back."""
    sha256 = machine().put(DATA)
    other = machine("other")
    object_store.down()
    with pytest.raises(PhotoStoreUnreachable, match=r"cannot be read: s3://.* does not answer"):
        other.get(sha256)
    with pytest.raises(PhotoStoreUnreachable, match="does not answer"):
        other.put(b"new")
    object_store.up()

    assert (DATA, True) == (other.get(sha256), other.has(other.put(b"new")))


def test_who_is_forgotten_is_forgotten_in_the_store(
    world: World, machine: OpenStore, tmp_path: Path
) -> None:
    """Their photos go when the transaction is committed, those of others stay."""
    world.store = machine()
    world.kept_answer(user_id=1)
    _, others = world.kept_answer(user_id=5)
    with world.database.session() as session:
        forgetting.forget(session, world.store, 1)

    assert [others.sha256] == list(machine("elsewhere").hashes())
    assert 1 == len(_copies(tmp_path / "here"))


def test_what_could_not_be_removed_is_removed_later(
    world: World,
    machine: OpenStore,
    object_store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Forgetting does not wait for a store that is down: retention finds what it left."""
    world.store = machine()
    _, theirs = world.kept_answer()
    object_store.down()
    with caplog.at_level(logging.WARNING), world.database.session() as session:
        forgetting.forget(session, world.store, 1)
    object_store.up()
    left = list(world.store.hashes())
    two_days_on = time.time() + 2 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: two_days_on)
    report = purge(world.database, world.store, Terms())

    assert ([theirs.sha256], 1) == (left, report.stray_files)
    assert [] == list(world.store.hashes())
    assert "It will be tried again" in caplog.text


def test_a_backup_holds_the_photos_of_the_store(
    world: World, machine: OpenStore, bucket: Bucket, tmp_path: Path
) -> None:
    """And brings them back into a folder, or into another store."""
    world.store = machine(key=KEY)
    answer, _ = world.kept_answer()
    content = f"photo {answer.id}".encode()
    bucket.put("CURRENT", b"2026-11-22T12:00:00+00:00 v0\n2026-11-22T13:00:00+00:00 v1\n")
    bucket.put("v1/model.onnx", b"a graph")
    models = Bucket(f"{bucket.url}-models", endpoint_url=bucket._endpoint_url)
    for name in ("CURRENT", "v1/model.onnx"):
        models.put(name, bucket.get(name))
    file = tmp_path / "saved.tar"
    back_up(world.database, world.store, models, file)

    folder = _places(tmp_path / "folder")
    restore.restore(file, folder)
    [sha256] = world.store.hashes()
    assert content == PhotoStore(folder.photos_dir, key=KEY).get(sha256)
    assert "v1\n" == (folder.models_dir / "CURRENT").read_text()
    assert b"a graph" == (folder.models_dir / "v1" / "model.onnx").read_bytes()

    elsewhere = Bucket(f"{bucket.url}-again", endpoint_url=bucket._endpoint_url)
    shared = SharedPhotoStore(elsewhere, tmp_path / "c", cache_bytes=0, key=KEY)
    others = Bucket(f"{bucket.url}-models-again", endpoint_url=bucket._endpoint_url)
    places = _places(tmp_path / "shared", shared_photos=shared, shared_models=others)
    restore.restore(file, places)
    assert content == shared.get(sha256)
    assert b"v1" == others.get("CURRENT").split()[-1]
    assert not places.photos_dir.exists()
    with pytest.raises(BackupError, match="holds photos or models already"):
        restore.restore(file, _places(tmp_path / "x", shared_photos=shared, shared_models=others))


def _places(folder: Path, **shared: Any) -> Places:
    return Places(
        database_url=f"sqlite:///{folder / 'data' / 'detector.sqlite3'}",
        photos_dir=folder / "data" / "photos",
        models_dir=folder / "models",
        **shared,
    )


def test_a_backup_of_a_store_that_is_down_is_none(
    world: World, machine: OpenStore, object_store: ObjectStore, tmp_path: Path
) -> None:
    """Rather than one without the photos."""
    world.store = machine()
    world.kept_answer()
    object_store.down()
    with pytest.raises(PhotoStoreUnreachable):
        back_up(world.database, machine("empty"), tmp_path / "none", tmp_path / "saved.tar")

    assert not (tmp_path / "saved.tar").exists()
    assert not list(tmp_path.glob(".saved*"))


@pytest.fixture
def installation(
    tmp_path: Path, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> DatasetSettings:
    """The settings of a machine on its own, which knows where the store is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("S3_ENDPOINT_URL", object_store.endpoint_url)
    (tmp_path / "data").mkdir()
    return DatasetSettings()


def test_photos_move_to_the_store(
    installation: DatasetSettings, object_store: ObjectStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that the database names, each read back; a second time nothing is left to do."""
    database = Database(installation.resolved_database_url)
    database.upgrade()
    world = World(database, store_of(installation))
    kept = [world.kept_answer()[1].sha256 for _ in range(3)]
    world.store.delete(kept[2])
    world.store.path(kept[1]).write_bytes(b"damaged")
    url = object_store.empty()
    first = migrate.main(["--photos-to", url, "--json"])
    world.store.path(kept[1]).write_bytes(b"photo 2")
    second = migrate.main(["--photos-to", url, "--json"])
    database.dispose()
    shared = store_of(installation.model_copy(update={"photos_url": url}))
    said = capsys.readouterr()

    assert (1, 0) == (first, second)
    assert [
        '{"copied": 1, "there": 0, "missing": 1, "unreadable": 1}',
        '{"copied": 1, "there": 1, "missing": 1, "unreadable": 0}',
    ] == said.out.splitlines()
    assert "PHOTO_KEY lacks their key" in said.err
    assert [b"photo 1", b"photo 2"] == [shared.get(sha256) for sha256 in kept[:2]]


def test_an_installation_without_a_store_loads_nothing_of_it(
    installation: DatasetSettings,
) -> None:
    """The folder stays the default."""
    store = store_of(installation)

    assert (PhotoStore, installation.photos_dir) == (type(store), store.root)
