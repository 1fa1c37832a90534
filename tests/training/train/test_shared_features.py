"""Features that several machines share, in a store that is talked to over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from dataset.backup.sharing import share_photos
from dataset.photos.opening import store_of
from models.photo import VIEWS
from objects.bucket import Bucket
from tests.object_store import ObjectStore
from tests.training.drawn import Studio
from training.train.material.features import FeatureCache, Features
from training.train.material.photoset import from_dataset
from training.train.material.picture_signs import SIGNS
from training.train.material.shared_features import SharedFeatureCache, open_features

BODY = "lite0"
KEY = b"k" * 32

Machine = Callable[..., SharedFeatureCache]


@pytest.fixture
def machine(bucket: Bucket, tmp_path: Path) -> Machine:
    def open_on(name: str, *, keys: tuple[bytes, ...] = ()) -> SharedFeatureCache:
        return SharedFeatureCache(tmp_path / name / "features.sqlite3", bucket, keys=keys)

    return open_on


def name_of(number: int) -> str:
    return f"{number:064x}"


def features(*numbers: int) -> Features:
    return Features(
        np.array([[[number, number + 0.5]] * VIEWS for number in numbers], np.float16),
        np.array([[number] * 3 for number in numbers], np.float16),
        np.array([[number] * len(SIGNS) for number in numbers], np.float32),
    )


def compute_on(cache: FeatureCache, *numbers: int) -> None:
    with closing(cache):
        cache.known(BODY)
        cache.write(BODY, [name_of(number) for number in numbers], features(*numbers))


def test_what_one_machine_computed_another_knows(machine: Machine) -> None:
    """To the bit, and together with what it computes itself."""
    compute_on(machine("one"), 1, 2)
    compute_on(machine("two"), 3)
    with closing(machine("three")) as three:
        known = three.known(BODY)
        found = three.read(BODY, [name_of(2), name_of(3)])

    assert {name_of(1), name_of(2), name_of(3)} == known
    expected = features(2, 3)
    np.testing.assert_array_equal(expected.views, found.views)
    np.testing.assert_array_equal(expected.imagenet, found.imagenet)
    np.testing.assert_array_equal(expected.signs, found.signs)


def test_features_of_another_body_are_others(machine: Machine) -> None:
    """A new pretrained body begins anew."""
    compute_on(machine("one"), 1)
    with closing(machine("two")) as two:
        assert set() == two.known("another")


def test_portions_are_sealed_like_the_photos(machine: Machine, bucket: Bucket) -> None:
    """Without the key they are left out, and computed again."""
    compute_on(machine("one", keys=(KEY,)), 1)
    [stored] = bucket.list()
    with closing(machine("two", keys=(KEY,))) as two, closing(machine("three")) as three:
        known = two.known(BODY), three.known(BODY)

    assert ({name_of(1)}, set()) == known
    assert name_of(1).encode() not in bucket.get(stored.name)


def test_a_damaged_portion_is_left_out(
    machine: Machine, bucket: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not what its name says."""
    compute_on(machine("one"), 1)
    compute_on(machine("one"), 2)
    first, second = bucket.list()
    bucket.put(first.name, bucket.get(second.name))
    with caplog.at_level(logging.WARNING), closing(machine("two")) as two:
        assert 1 == len(two.known(BODY))
    assert "are left out" in caplog.text


def test_who_is_forgotten_leaves_no_features_in_the_store(machine: Machine, bucket: Bucket) -> None:
    """Portions that hold others are written anew without them."""
    compute_on(machine("one"), 1, 2)
    with closing(machine("two")) as two:
        two.known(BODY)
        two.keep_only({name_of(1)})
    with closing(machine("three")) as three:
        known = three.known(BODY)

    assert {name_of(1)} == known
    assert [False] == [name_of(2).encode() in bucket.get(one.name) for one in bucket.list()]


def test_a_store_that_is_down_costs_no_training(
    machine: Machine, object_store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    """What is not fetched is computed, and said not to be shared."""
    object_store.down()
    with caplog.at_level(logging.WARNING):
        compute_on(machine("one"), 1)
    object_store.up()
    with closing(machine("one")) as one:
        assert {name_of(1)} == one.known(BODY)
    assert "are not fetched" in caplog.text
    assert "of 1 photos are not shared" in caplog.text


def test_training_reads_the_photos_of_the_store(tmp_path: Path, object_store: ObjectStore) -> None:
    """Each by its hash; and its features are shared beside them."""
    made = Studio(tmp_path)
    made.draw_in({"rings": 2, "stripes": 2})
    settings = made.settings.model_copy(
        update={"photos_url": object_store.empty(), "s3_endpoint_url": object_store.endpoint_url}
    )
    shared = store_of(settings)
    with made.database() as database:
        moved = share_photos(database, made.store, shared)
        photos = from_dataset(database, shared)
        read = [item.read() for item in photos.items]

    assert (4, 4) == (moved.copied, len(read))
    assert [made.store.get(item.sha256) for item in photos.items] == read
    with closing(open_features(settings)) as cache:
        assert isinstance(cache, SharedFeatureCache)
    with closing(open_features(made.settings)) as cache:
        assert type(cache) is FeatureCache
