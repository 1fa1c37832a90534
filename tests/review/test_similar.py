"""Similar photos: the nearest examples of each label, and the dataset in the order of likeness."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from dataset.storage.schema import Example, Photo
from models.inference.outside_check import comparable
from models.photo import VIEWS
from review.similar.index import FEATURES, FeatureIndex
from tests.review.serving import Reviewer, ReviewServer, add_examples, fill_queue
from training.train.material.features import FeatureCache, Features
from training.train.material.picture_signs import SIGNS

DIMENSIONS = 16


def pictures(angles: Sequence[float]) -> NDArray[np.float32]:
    """Features [N, D] of pictures that look the more alike, the closer their angles are."""
    found = np.full((len(angles), DIMENSIONS), 0.01, np.float32)
    found[:, 0], found[:, 1] = np.cos(angles) ** 2, np.sin(angles) ** 2
    return found


def cache(file: Path, names: Sequence[str], angles: Sequence[float], *, body: str = "b") -> None:
    """Write these photos' features as a training does."""
    views = np.repeat(pictures(angles)[:, np.newaxis], VIEWS, axis=1).astype(np.float16)
    zeros = np.zeros((len(names), 1000), np.float16)
    signs = np.zeros((len(names), len(SIGNS)), np.float32)
    with closing(FeatureCache(file)) as opened:
        opened.write(body, names, Features(views, zeros, signs))


async def embed(photo: bytes) -> NDArray[np.float32]:
    """Stands for a classifier that looks at a photo: all look like the third."""
    return comparable(pictures([0.3]))[0]


@pytest.fixture
def server(tmp_path: Path, empty_file: Path) -> Iterator[ReviewServer]:
    """Pages that compare photos."""
    shutil.copy(empty_file, tmp_path)
    running = ReviewServer(tmp_path, features_file=tmp_path / FEATURES, embed=embed)
    yield running
    running.stop()


LABELS = ["black", "teddy", "black", "teddy", "black"]
ANGLES = [0.1, 0.2, 0.3, 0.9, 1.3]


@pytest.fixture
def examples(server: ReviewServer) -> list[int]:
    """Five examples of two labels, on a quarter of a circle."""
    ids = add_examples(server, LABELS)
    cache(server.folder / FEATURES, names_of(server, ids), ANGLES)
    return ids


def names_of(server: ReviewServer, ids: Sequence[int]) -> list[str]:
    with server.database.reading() as session:
        found = {one: name for one, name in session.execute(select(Photo.id, Photo.sha256))}
    return [found[one] for one in ids]


def shown(reviewer: Reviewer, photo: int) -> list[tuple[str, list[int]]]:
    """The labels on the panel, each with its photos."""
    text = reviewer.http.get(f"/photos/{photo}/similar?part=list").raise_for_status().text
    parts = re.split(r"<p class=\"alike-label[^>]*><b>(\w+)</b>", text)[1:]
    return [
        (label, [int(one) for one in re.findall(r"/photos/(\d+)\?shelf", photos)])
        for label, photos in zip(parts[::2], parts[1::2], strict=True)
    ]


def test_the_nearest_examples_of_each_label_stand_beside_a_photo(
    examples: list[int], reviewer: Reviewer
) -> None:
    """The most alike first, the photo itself not among them."""
    first, second, third, fourth, fifth = examples
    assert shown(reviewer, first) == [("black", [third, fifth]), ("teddy", [second, fourth])]


def test_what_the_model_was_not_trained_on_is_looked_at(
    server: ReviewServer, examples: list[int], reviewer: Reviewer
) -> None:
    """A photo that waits has no features in the cache, so that the model in use makes them."""
    with server.database.session() as session:
        session.add(
            Photo(
                sha256=server.store.put(b"not a photo, and the stand-in does not mind"),
                dhash=5,
                width=9,
                height=9,
                size_bytes=9,
                source="collect",
            )
        )
    new = examples[-1] + 1
    first, second, third, fourth, fifth = examples
    assert shown(reviewer, new) == [
        ("black", [third, first, fifth]),
        ("teddy", [second, fourth]),
    ]


def test_the_dataset_is_sorted_by_likeness(examples: list[int], reviewer: Reviewer) -> None:
    """The photo first, then the more alike before the less; filters still hold."""
    first, second, third, fourth, fifth = examples
    assert [third, second, first, fourth, fifth] == reviewer.ids(f"shelf=examples&like={third}")
    assert [third, first, fifth] == reviewer.ids(f"shelf=examples&like={third}&label=black")
    page = reviewer.http.get(f"/dataset?like={third}").text
    order = [int(one) for one in re.findall(r'id="photo-(\d+)"', page)]
    assert order == [third, second, first, fourth, fifth]
    assert f'name="like" value="{third}"' in page


def test_it_follows_what_changes(
    server: ReviewServer, examples: list[int], reviewer: Reviewer
) -> None:
    """New features, another label and a forgotten photo count from the next look on."""
    first, second, third, fourth, fifth = examples
    assert shown(reviewer, first)[0] == ("black", [third, fifth])
    (new,) = add_examples(server, ["black"], first=9)
    cache(server.folder / FEATURES, names_of(server, [new]), [0.15])
    with server.database.session() as session:
        session.scalars(select(Example).where(Example.photo_id == third)).one().label = "teddy"
        session.delete(session.scalars(select(Example).where(Example.photo_id == fifth)).one())
    assert shown(reviewer, first) == [("black", [new]), ("teddy", [second, third, fourth])]


def test_without_a_script_photos_and_the_similar_are_pages(
    examples: list[int], reviewer: Reviewer
) -> None:
    """Each with a way back, and a photo can be decided there."""
    page = reviewer.http.get(f"/photos/{examples[0]}?shelf=examples").text
    assert 'href="/dataset">←' in page
    assert 'name="verdict" value="label:black"' in page
    similar = reviewer.http.get(f"/photos/{examples[0]}/similar").text
    assert '<header class="top">' in similar
    assert f'href="/photos/{examples[0]}?shelf=examples">←' in similar


def test_before_the_first_training_there_is_nothing_to_compare(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A sentence, and the order stays as it was."""
    ids = add_examples(server, ["black", "teddy"])
    assert "nothing to compare" in reviewer.http.get(f"/photos/{ids[0]}/similar?part=list").text
    assert set(ids) == set(reviewer.ids(f"shelf=examples&like={ids[0]}"))


@pytest.mark.parametrize(("like", "status"), [("0", 404), ("999", 404), ("x", 400), ("1,2", 400)])
def test_no_photo_is_like_none(reviewer: Reviewer, like: str, status: int) -> None:
    """A sentence for an id that is none."""
    answer = reviewer.http.get(f"/dataset?like={like}")
    assert (answer.status_code, "<h1>" in answer.text) == (status, True)


def test_candidates_miss_hardly_any_of_the_nearest(tmp_path: Path) -> None:
    """Forty of a thousand photos, chosen by few components, have the nearest six among them."""
    random = np.random.default_rng(4)
    # A few things tell photos apart, and many more hardly do.
    directions = 0.8 ** np.arange(30)[:, np.newaxis] * random.standard_normal((30, 128))
    photos = np.abs(random.standard_normal((1000, 30)) @ directions)
    names = [f"{number:064x}" for number in random.permutation(1000)]
    views = np.repeat(photos[:, np.newaxis], VIEWS, axis=1).astype(np.float16)
    zeros, signs = np.zeros((1000, 1000), np.float16), np.zeros((1000, len(SIGNS)), np.float32)
    with closing(FeatureCache(tmp_path / FEATURES)) as opened:
        opened.write("b", names, Features(views, zeros, signs))
    index = FeatureIndex(tmp_path / FEATURES)
    assert index.refresh()
    assert not index.refresh()
    exact = comparable(views[:, 0].astype(np.float32))
    hits = 0
    for row in range(0, 1000, 20):
        nearest = {names[one] for one in np.argsort(-(exact @ exact[row]))[:6]}
        found = np.argsort(-index.closeness(exact[row]))[:40]
        hits += len(nearest & {index.names[one] for one in found})
    assert hits >= 0.97 * 50 * 6, hits


def test_a_queue_without_likeness_is_as_it_was(server: ReviewServer, reviewer: Reviewer) -> None:
    """Photos that wait are no examples: none has a place, and all are there."""
    fill_queue(server, 3)
    assert [1, 2, 3] == reviewer.ids("shelf=queue&like=1")
