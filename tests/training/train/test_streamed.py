"""The head for many photos: the same as the one for few, from portions wherever they lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from dataset.storage.schema import Split
from models.photo import VIEWS
from training.train.calibrating.calibration import softmax
from training.train.head_search import Search
from training.train.knobs import Knobs
from training.train.learning import by_recipe
from training.train.learning.recipes.head import fit_head
from training.train.learning.recipes.streamed import (
    Models,
    Moments,
    Shard,
    Sums,
    fit_streamed,
    settle_streamed,
)
from training.train.material import features as features_module
from training.train.material.features import BodyGraph, FeatureCache, Features
from training.train.material.folds import folds
from training.train.material.known import known_of
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints

DIMENSIONS = 48
SEARCH = Search(strengths=(0.01, 0.1, 1.0))
CLASSES = 4
CLASSIFIER = np.random.default_rng(5).normal(0, 0.1, (CLASSES, DIMENSIONS)).astype(np.float32)
"""The rows of a pretrained classifier that knows as many things."""


def points_of(labels: int, *, photos: int = 300, seed: int = 0) -> tuple[Floats, Ints]:
    """Features in overlapping clusters, not centred, and their label indices."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, labels, photos)
    centres = random.normal(0, 1, (labels, DIMENSIONS)) + 2
    points = centres[truth] + random.normal(0, 1.5, (photos, DIMENSIONS))
    return points.astype(np.float16), truth


class Apart:
    """Shards of 70 photos each, asked one after the other."""

    def __init__(self, embedding: Floats, truth: Ints, fold_of: Ints) -> None:
        self._shards = [
            Shard(*(part[start : start + 70] for part in (embedding, truth, fold_of)))
            for start in range(0, len(truth), 70)
        ]

    def moments(self) -> Moments:
        return Moments.of([shard.moments() for shard in self._shards])

    def sums(self, models: Models) -> Sums:
        return Sums.of([shard.sums(models) for shard in self._shards])

    def unseen(self, models: Models) -> Floats:
        return np.concatenate([shard.unseen(models) for shard in self._shards])


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("knows", [True, False], ids=["knowing", "from-nothing"])
def test_portions_lead_to_the_head_of_all_at_once(labels: int, knows: bool) -> None:
    """Same choices; same probabilities of unseen and of other photos within half a hundredth."""
    points, truth = points_of(labels)
    groups = [str(row // 2) for row in range(len(truth))]
    fold_of = folds(truth, groups, count=5, seed=0)
    single = points.astype(np.float32)
    known = None
    if knows:
        logits = single @ CLASSIFIER.T
        known = known_of(logits, truth, fold_of, CLASSIFIER, labels=labels)
    search = replace(SEARCH, offsets=(0.5, 1.0)) if knows else SEARCH
    asked: dict[str, Any] = {"labels": labels, "search": search, "known": known}
    at_once = fit_head(single, truth, fold_of, **asked)
    shards = Apart(points, truth, fold_of)
    streamed = fit_streamed(shards, truth, fold_of, dimensions=DIMENSIONS, **asked)
    assert (at_once.strength, at_once.offset) == (streamed.strength, streamed.offset)
    assert (at_once.known is not None) == knows
    np.testing.assert_allclose(
        softmax(at_once.out_of_fold), softmax(streamed.out_of_fold), atol=5e-3
    )
    others = points_of(labels, seed=1)[0].astype(np.float32)
    np.testing.assert_allclose(
        softmax(at_once.answer(others)), softmax(streamed.answer(others)), atol=5e-3
    )


def test_views_of_a_photo_are_one_photo() -> None:
    """The same view three times is learned as once; of views that differ, portions come to the same
    as all at once."""
    points, truth = points_of(3)
    single = points.astype(np.float32)
    fold_of = folds(truth, [""] * len(truth), count=5, seed=0)
    asked: dict[str, Any] = {"labels": 3, "search": SEARCH}
    once = fit_head(single, truth, fold_of, **asked)
    thrice = fit_head(np.stack([single] * 3, axis=1), truth, fold_of, **asked)
    assert once.strength == thrice.strength
    np.testing.assert_allclose(once.weight, thrice.weight, atol=2e-3)
    np.testing.assert_allclose(softmax(once.out_of_fold), softmax(thrice.out_of_fold), atol=5e-3)
    views = np.stack([points, points[:, ::-1], points * np.float16(1.1)], axis=1)
    at_once = fit_head(views.astype(np.float32), truth, fold_of, **asked)
    rows = views.reshape(-1, DIMENSIONS), np.repeat(truth, 3), np.repeat(fold_of, 3)
    first = settle_streamed(
        Apart(points, truth, fold_of), truth, fold_of, dimensions=DIMENSIONS, **asked
    )
    streamed = fit_streamed(
        Apart(*rows), truth, fold_of, dimensions=DIMENSIONS, views=3, **asked | {"search": first}
    )
    assert at_once.strength == streamed.strength
    assert at_once.unseen.shape == streamed.unseen.shape == (len(truth), 3, 3)
    np.testing.assert_allclose(softmax(at_once.unseen), softmax(streamed.unseen), atol=5e-3)
    np.testing.assert_allclose(
        softmax(at_once.answer_all(views)), softmax(streamed.answer_all(views)), atol=5e-3
    )


def test_a_label_that_a_fold_lacks_is_not_guessed_there() -> None:
    """Photos of one group are one fold: its head has never seen their label."""
    points, truth = points_of(2)
    truth = np.where(np.arange(len(truth)) < 40, 2, truth)
    fold_of = np.where(truth == 2, 0, 1 + np.arange(len(truth)) % 4)
    head = fit_streamed(
        Shard(points, truth, fold_of),
        truth,
        fold_of,
        labels=3,
        dimensions=DIMENSIONS,
        search=Search(strengths=(0.1,)),
    )
    assert softmax(head.out_of_fold)[truth == 2, 2].max() < 1e-9
    assert np.isfinite(head.weight).all()


def body_of(folder: Path) -> BodyGraph:
    """A graph of which nothing but the classifier is there."""
    names = {"embedding": DIMENSIONS, "imagenet": CLASSES}
    values = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])
        for name, size in names.items()
    }
    constants = [
        numpy_helper.from_array(CLASSIFIER, "rows"),
        numpy_helper.from_array(np.zeros(CLASSES, np.float32), "bias"),
    ]
    node = helper.make_node("Gemm", ["embedding", "rows", "bias"], ["imagenet"], transB=1)
    graph = helper.make_graph(
        [node], "body", [values["embedding"]], [values["imagenet"]], constants
    )
    file = folder / "body.onnx"
    onnx.save(helper.make_model(graph), file)
    return BodyGraph("body", file, "body", Knobs().preparation)


def material(
    points: Floats, truth: Ints, body: BodyGraph, *, spilt: FeatureCache | None = None
) -> by_recipe.Material:
    """Photos with these features; through a cache whose features lie in files, if given."""
    names = [f"{row:064x}" for row in range(len(truth))]
    items = [
        Item(label="abc"[label], name=name, read=bytes, sha256=name, split=Split.TRAIN, group=name)
        for name, label in zip(names, truth, strict=True)
    ]
    signs = np.zeros((len(truth), len(features_module.SIGNS)), np.float32)
    features = Features(
        np.stack([points] * VIEWS, axis=1), (points @ CLASSIFIER.T).astype(np.float16), signs
    )
    if spilt is not None:
        spilt.write("body", names, features)
        features = spilt.read("body", names)
    return by_recipe.Material.of(PhotoSet(tuple(items), ("a", "b", "c")), features, body, Knobs())


def test_from_a_size_on_features_lie_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is learned from features in files is what is learned from those in memory."""
    points, truth = points_of(3)
    knobs = Knobs(head_large=100, head_search=SEARCH)
    (tmp_path / "body").mkdir()
    body = body_of(tmp_path / "body")
    in_memory = by_recipe.learn_head(material(points, truth, body), knobs)
    monkeypatch.setattr(features_module, "MOST_IN_MEMORY", 50)
    cache = FeatureCache(tmp_path / "features.sqlite3")
    spilt = material(points, truth, body, spilt=cache)
    assert isinstance(spilt.features.views, np.memmap)
    assert ["body", "features.sqlite3"] == sorted(
        file.name for file in tmp_path.iterdir() if not file.name.endswith(("-wal", "-shm"))
    )
    in_files = by_recipe.learn_head(spilt, knobs)
    cache.close()
    np.testing.assert_array_equal(in_memory.unseen, in_files.unseen)


def test_many_labels_are_many_photos(tmp_path: Path) -> None:
    """Photos times labels decide how a head is learned, as their number alone does."""
    points, truth = points_of(3)
    learnable = material(points, truth, body_of(tmp_path))
    by_photos, by_answers, at_once = (
        by_recipe.learn_head(learnable, Knobs(head_search=SEARCH, **limits))
        for limits in ({"head_large": 100}, {"head_large_answers": 3 * len(truth)}, {})
    )
    np.testing.assert_array_equal(by_photos.unseen, by_answers.unseen)
    assert not np.array_equal(at_once.unseen, by_answers.unseen)


def test_what_judges_the_news_is_not_learned_twice(tmp_path: Path) -> None:
    """The same photos among all of the dataset lead to the same head, others to another."""
    points, truth = points_of(3)
    learnable = material(points, truth, body_of(tmp_path))
    rows = np.arange(len(truth))
    knobs = Knobs(head_search=SEARCH)
    first = by_recipe.head_of(learnable, rows, knobs)
    assert by_recipe.head_of(replace(learnable), rows, replace(knobs, recipe="book")) is first
    assert by_recipe.head_of(learnable, rows[:-6], knobs) is not first
    assert by_recipe.head_of(learnable, rows, replace(knobs, seed=1)) is not first
