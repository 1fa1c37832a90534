"""The material to learn from, and learning by either recipe."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dataset.examples.readiness import lack_in
from dataset.storage.schema import Split
from training.errors import TrainError
from training.train.calibrating.calibration import fit_temperature, softmax
from training.train.calibrating.logistic import class_weights
from training.train.knobs import Knobs
from training.train.learning.machines import HERE, Machines
from training.train.learning.recipes.head import Head, fit_head
from training.train.learning.recipes.streamed import fit_streamed, settle_streamed
from training.train.material.features import FEATURE_NORM, BodyGraph, Features
from training.train.material.folds import folds
from training.train.material.known import known_of
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Bools, Floats, Ints, log_loss
from training.train.network.new_head import classifier_of, is_rounded, with_head

_NO_FASTAI = "Fine-tuning was not compared: fastai is not installed (the extra train brings it)."

Tell = Callable[[float], object]
"""Called with how much of a stage is done, 0 to 1."""


@dataclass(frozen=True)
class Material:
    """The photos to learn from (train and valid split, outsiders apart) with their features."""

    photos: PhotoSet
    features: Features
    body: BodyGraph
    machines: Machines = HERE
    heads: dict[Any, Head] = field(default_factory=dict, repr=False, compare=False)
    """By what they learned from: what is new is judged by a head that is often the one to train."""

    @classmethod
    def of(
        cls,
        everything: PhotoSet,
        features: Features,
        body: BodyGraph,
        knobs: Knobs,
        *,
        machines: Machines = HERE,
    ) -> Material:
        """The part of the dataset to learn from. Raises TrainError when it is too small."""
        chosen = _learnable(everything)
        photos = cls.check(everything, knobs)
        return cls(photos, features.where(chosen), body, machines)

    @staticmethod
    def check(everything: PhotoSet, knobs: Knobs) -> PhotoSet:
        """The photos that may be learned from. Raises TrainError where they are too few."""
        photos = everything.where(_learnable(everything))
        check_enough(photos, least=knobs.least_photos)
        return photos

    @property
    def groups(self) -> list[str]:
        """The group of each photo, [N]."""
        return [item.group for item in self.photos.items]


@dataclass(frozen=True)
class Finished:
    """What a recipe's result becomes once its temperature is fitted.

    `answers` are the probabilities [N, L] that was learned for first views of `proof_rows`.
    """

    graph: bytes
    answers: Callable[[Sequence[Item]], Floats]
    learner: Any | None = None
    """A fastai learner, or none where `learner_file` makes it of the graph."""


@dataclass(frozen=True)
class Learned:
    """A recipe's result.

    `unseen` [M, V, L] are logits of the views of photos it did not learn from: rows `rows` [M] of
    the material. It answers by so many views.
    """

    recipe: str
    unseen: Floats
    rows: Ints
    finish: Callable[[float, Path], Finished]
    """By the fitted temperature, in a folder."""
    notes: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """What a person should know of how it learned."""


def _learnable(everything: PhotoSet) -> Bools:
    return everything.in_split(Split.TRAIN, Split.VALID) & ~everything.outsiders


def check_enough(photos: PhotoSet, *, least: int) -> None:
    """Raise TrainError, one sentence, for too few labels or photos."""
    counts = photos.counts()
    lack = lack_in({label: counts.get(label, 0) for label in photos.labels}, least=least)
    if lack is not None:
        raise TrainError(str(lack))


def learn_head(material: Material, knobs: Knobs) -> Learned:
    """The recipe `head`: seconds, and every photo is judged out of fold."""
    head = _head(material, np.arange(len(material.photos)), knobs)
    rows = proof_rows(material, knobs)
    said = head.answer(material.features.embedding[rows].astype(np.float32))
    logits = {material.photos.items[row].sha256: said[n] for n, row in enumerate(rows)}

    def finish(temperature: float, folder: Path) -> Finished:
        graph = with_head(
            material.body.graph,
            head.weight,
            head.bias,
            temperature=temperature,
            feature_norm=FEATURE_NORM,
            known=head.known,
        )
        if not is_rounded(material.body.graph):
            learner = _learner(material, head, knobs, folder)
            return _with_learner(graph, learner, temperature)

        def answers(items: Sequence[Item]) -> Floats:
            return softmax(np.stack([logits[item.sha256] for item in items]) / temperature)

        return Finished(graph, answers)

    return Learned(
        recipe="head",
        unseen=head.unseen,
        rows=np.arange(len(material.photos)),
        finish=finish,
        notes=_notes(head),
    )


def learn_book(material: Material, knobs: Knobs, *, folder: Path, tell: Tell) -> Learned:
    """The recipe `book`: minutes; judged on the valid split, from which it does not learn."""
    valid = valid_rows(material, knobs)
    start = _head(material, np.setdiff1d(np.arange(len(material.photos)), valid), knobs)
    return _tuned(material, valid, start, knobs, folder=folder, tell=tell)


def _tuned(
    material: Material, valid: Ints, start: Head, knobs: Knobs, *, folder: Path, tell: Tell
) -> Learned:
    """Fine-tuned from a head that has not seen the rows `valid` either."""
    from training.train.learning.recipes.book import learned_stages
    from training.train.learning.recipes.learners import logits_of_views
    from training.train.network.bodies import load_body

    body = load_body(knobs.arch, weights=knobs.weights)
    tuned = material.machines.tune(
        material.photos, valid, body, start, knobs, folder=folder, progress=tell
    )
    learner, cut = tuned.learner, tuned.cut
    held_back = material.photos.where(valid)

    def finish(temperature: float, folder: Path) -> Finished:
        from training.train.network.twin_graph import tuned_to_onnx

        stages, last = learned_stages(learner)
        learner.model.eval()
        graph = tuned_to_onnx(
            body,
            knobs.preparation,
            cut=cut,
            learned=stages,
            head=last,
            temperature=temperature,
        )
        learner.path = folder
        return _with_learner(graph, learner, temperature)

    notes = _notes(start) | {"tuned_from_stage": cut, "rate_found": tuned.rate}
    return Learned(
        recipe="book",
        unseen=logits_of_views(learner.model, held_back, body, knobs.preparation),
        rows=valid,
        finish=finish,
        notes=notes,
        remarks=tuned.remarks,
    )


def learn_auto(material: Material, knobs: Knobs, *, folder: Path, tell: Tell) -> Learned:
    """The head; with enough photos and time, and fastai, fine-tuning where that is better by more
    than chance.

    Both are judged by the same photos, from which neither has learned, and learn from the same
    others: the head that goes into the bundle has learned from all.
    """
    photos = len(material.photos)
    expected_s = 0.035 * photos * knobs.book_epochs
    if photos < knobs.auto_photos or expected_s > knobs.auto_budget_s:
        return learn_head(material, knobs)
    if find_spec("fastai") is None:
        return replace(learn_head(material, knobs), remarks=(_NO_FASTAI,))
    valid = valid_rows(material, knobs)
    start = _head(material, np.setdiff1d(np.arange(photos), valid), knobs)
    book = _tuned(material, valid, start, knobs, folder=folder, tell=tell)
    truth = material.photos.truth[valid]
    by_head = _losses(start.answer(material.features.views[valid].astype(np.float32)), truth)
    by_book = _losses(book.unseen, truth)
    gains = by_head - by_book
    is_better = gains.mean() > gains.std() / math.sqrt(len(gains))
    better = book if is_better else learn_head(material, knobs)
    losses = {"head": by_head, "book": by_book}
    better.notes["valid_log_loss"] = {
        name: round(float(loss.mean()), 4) for name, loss in losses.items()
    }
    return replace(better, remarks=book.remarks)


def _losses(by_view: Floats, truth: Ints) -> Floats:
    """The log loss [N] of answers by all views, logits [N, V, L], at the temperature fitted."""
    logits = by_view.mean(axis=1)
    return log_loss(softmax(logits / fit_temperature(logits, truth)), truth)


def valid_rows(material: Material, knobs: Knobs) -> Ints:
    """The rows of the valid split; of a dataset that has hardly any, a fifth of all photos."""
    valid = np.flatnonzero(material.photos.in_split(Split.VALID))
    truth = material.photos.truth
    if len(valid) >= knobs.book_least_valid and len(set(truth[valid])) == len(set(truth)):
        return valid
    return np.flatnonzero(folds(truth, material.groups, count=5, seed=knobs.seed) == 0)


def _head(material: Material, rows: Ints, knobs: Knobs) -> Head:
    items = [material.photos.items[row] for row in rows]
    photos = tuple((item.sha256, item.label, item.group) for item in items)
    large = knobs.head_large, knobs.head_large_answers
    key = photos, knobs.head_search, knobs.head_folds, *large, knobs.seed
    if key not in material.heads:
        material.heads[key] = _fitted(material, rows, knobs)
    return material.heads[key]


def _fitted(material: Material, rows: Ints, knobs: Knobs) -> Head:
    every = len(rows) == len(material.photos)
    features = material.features if every else material.features.where(rows)
    truth, labels = material.photos.truth[rows], len(material.photos.labels)
    all_groups = material.groups
    groups = [all_groups[row] for row in rows]
    is_large = len(rows) >= knobs.head_large or len(rows) * labels >= knobs.head_large_answers
    count = knobs.head_folds // 2 if is_large else knobs.head_folds
    fold_of = folds(truth, groups, count=count, seed=knobs.seed)
    classifier = classifier_of(material.body.graph)
    known = None
    if classifier is not None:
        known = known_of(features.imagenet, truth, fold_of, classifier, labels=labels)
    asked: dict[str, Any] = {"labels": labels, "known": known}
    if not is_large:
        single = features.views.astype(np.float32)
        return fit_head(single, truth, fold_of, search=knobs.head_search, **asked)
    _, views, dimensions = features.views.shape
    asked["dimensions"] = dimensions
    with material.machines.shards(features.embedding, truth, fold_of) as shards:
        search = settle_streamed(shards, truth, fold_of, search=knobs.head_search, **asked)
    each = features.views.reshape(-1, dimensions)
    of_each = np.repeat(truth, views), np.repeat(fold_of, views)
    with material.machines.shards(each, *of_each) as shards:
        return fit_streamed(shards, truth, fold_of, views=views, search=search, **asked)


def _notes(head: Head) -> dict[str, Any]:
    return {"strength": head.strength, "offset": head.offset}


def _learner(material: Material, head: Head, knobs: Knobs, folder: Path) -> Any:
    from training.train.learning.recipes.learners import dataloaders, make_learner
    from training.train.network.bodies import load_body

    photos = material.photos
    body = load_body(knobs.arch, weights=knobs.weights)
    dls = dataloaders(
        photos,
        valid_rows(material, knobs),
        preparation=knobs.preparation,
        mean=body.mean,
        std=body.std,
        batch_photos=knobs.book_batch,
    )
    return make_learner(
        dls,
        body,
        cut=len(body.stages),
        head=head,
        class_weights=class_weights(photos.truth, len(photos.labels)),
        folder=folder,
    )


def _with_learner(graph: bytes, learner: Any, temperature: float) -> Finished:
    from training.train.learning.recipes.learners import probabilities

    learner.model[1].temperature = temperature
    return Finished(
        graph, lambda items: probabilities(learner, [item.read for item in items]), learner
    )


def proof_rows(material: Material, knobs: Knobs) -> Ints:
    """The rows of photos on which what was learned is compared with what is served."""
    some = np.random.default_rng(knobs.seed).permutation(len(material.photos))
    return some[: knobs.parity_photos]


def head_of(material: Material, rows: Ints, knobs: Knobs) -> Head:
    """The head that learns from these rows of a material, with its answers out of fold."""
    return _head(material, rows, knobs)
