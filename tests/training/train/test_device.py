"""Learning on a GPU: with a stand-in for one, and on one where there is one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models.photo import open_photo
from tests.training.drawn import KINDS, Studio, draw
from tests.training.train.card import CARD, Card
from training import fastai_parts
from training.errors import DeviceUnavailable
from training.train import __main__ as train
from training.train.knobs import Knobs
from training.train.learning.device import Chosen, chosen, fit_on
from training.train.learning.recipes import learners
from training.train.learning.recipes.book import Tuned, tune
from training.train.learning.recipes.head import Head
from training.train.learning.recipes.learners import probabilities, shown_batch
from training.train.material.photoset import Item, PhotoSet
from training.train.network.bodies import load_body
from training.train.network.body import DEFAULT_ARCH, Body

SMALL = Knobs(
    recipe="book", short_side_px=72, crop_px=64, book_epochs=1, book_batch=8, device="meta"
)


@pytest.fixture(scope="module")
def photos() -> PhotoSet:
    """Four drawn pictures of each kind."""
    items = [
        Item(label=kind, name=f"{kind} {number}", read=partial(draw, kind, number))
        for number in range(4)
        for kind in KINDS
    ]
    return PhotoSet(tuple(items), KINDS)


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body(DEFAULT_ARCH)


def tuned(photos: PhotoSet, body: Body, folder: Path, knobs: Knobs = SMALL) -> Tuned:
    head = Head(np.ones((3, body.dimensions)), np.zeros(3), 1.0, np.zeros((1, 3)))
    return tune(photos, np.arange(3), body, head, knobs, folder=folder)


@pytest.fixture(scope="module")
def on_card(
    photos: PhotoSet, body: Body, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Card, Tuned]]:
    """A learner that was tuned on the stand-in, which has room for four photos at a time."""
    with Card(most_photos=4) as card:
        yield card, tuned(photos, body, tmp_path_factory.mktemp("tuned"))


def test_the_fit_runs_on_the_device(on_card: tuple[Card, Tuned]) -> None:
    """Augmentation, normalisation and the network; nothing of it stays here."""
    card, _ = on_card
    assert {"conv2d", "grid_sample", "cross_entropy"} <= set(card.computed)


def test_what_leaves_the_fit_is_on_the_cpu(on_card: tuple[Card, Tuned], body: Body) -> None:
    """Weights, statistics, the loss and the transforms; and the body never went there."""
    card, made = on_card
    learner = made.learner
    tensors = [*learner.model.state_dict().values(), *body.stages[0].state_dict().values()]
    assert [] == [tensor for tensor in tensors if card.has(tensor)]
    assert "cpu" == learner.dls.device.type
    learner.export("learner.pkl")  # the stand-in lets nothing of its own be pickled
    assert (learner.path / "learner.pkl").stat().st_size > 1_000_000


def test_a_batch_too_large_is_halved_and_said(on_card: tuple[Card, Tuned]) -> None:
    """Eight photos do not fit: it learns from four at a time, from the beginning."""
    _, made = on_card
    (remark,) = made.remarks
    assert "learned from 4 photos at a time instead" in remark


def test_a_tuned_learner_answers_and_is_shown(
    on_card: tuple[Card, Tuned], photos: PhotoSet
) -> None:
    """After the fit everything asks it on the CPU: probabilities, and the report's pictures."""
    _, made = on_card
    answers = probabilities(made.learner, [item.read for item in photos.items[:2]])
    assert answers.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    squares, labels = shown_batch(photos, SMALL.preparation, min_scale=0.5, seed=0)
    assert (len(photos), (64, 64, 3)) == (len(labels), squares[0].shape)


def test_weights_are_mixed_with_those_before(
    on_card: tuple[Card, Tuned], photos: PhotoSet, body: Body, tmp_path: Path
) -> None:
    """The card gives what the CPU gives: half of the way that the fit went."""
    _, made = on_card
    here = Knobs(**(vars(SMALL) | {"device": "cpu", "book_batch": 4}))
    same = tuned(photos, body, tmp_path, here).learner.model.state_dict()
    for name, value in made.learner.model.state_dict().items():
        assert torch.allclose(value, same[name], atol=1e-5), name


def test_processes_prepare_photos_for_the_card(
    photos: PhotoSet, body: Body, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each photo is read once, here, whatever the number of epochs: a store's connections do not
    survive a fork. Photos too many to be held open are held as small files."""
    monkeypatch.setattr(learners, "_MOST_OPENED", 2)
    read, opened = Counter[str](), []

    def reading(item: Item) -> bytes:
        read[item.name] += 1
        return item.read()

    def counted(data: bytes, *, short_side_px: int) -> Image.Image:
        opened.append(data)
        return open_photo(data, short_side_px=short_side_px)

    monkeypatch.setattr(fastai_parts, "open_photo", counted)
    watched = [replace(item, read=partial(reading, item)) for item in photos.items]
    two_epochs = replace(SMALL, book_batch=1, book_epochs=2)
    with Card() as card:
        learner = tuned(replace(photos, items=tuple(watched)), body, tmp_path, two_epochs).learner
    assert card.computed["cross_entropy"] == 2 * 9  # the other three are put aside
    assert read == {item.name: 1 for item in photos.items[3:]}
    assert len(opened) < 2 * 9, "the process that learns opened the small files, in each epoch"
    assert learner.dls.train.fake_l.num_workers == 0


def test_a_card_that_fails_is_told_or_replaced() -> None:
    """By the CPU, unless it was asked for by name."""

    def fit(device: torch.device, _photos: int) -> str:
        if device == CARD:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        return device.type

    done, remarks = fit_on(Chosen(CARD), 8, fit)
    assert "cpu" == done
    assert "learned on the CPU instead" in remarks[0]
    with pytest.raises(DeviceUnavailable, match="an illegal memory access"):
        fit_on(Chosen(CARD, by_name=True), 8, fit)


def test_a_card_too_small_for_one_photo_is_told() -> None:
    """After 4, 2 and 1."""
    tried = []

    def fit(device: torch.device, photos: int) -> None:
        tried.append(photos)
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    with pytest.raises(DeviceUnavailable, match="out of memory"):
        fit_on(Chosen(CARD, by_name=True), 4, fit)
    assert [4, 2, 1] == tried


def test_our_own_errors_stay_errors() -> None:
    """A shape that does not fit is no fault of the card."""

    def fit(_device: torch.device, _photos: int) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        fit_on(Chosen(CARD), 8, fit)


def test_a_device_that_is_not_there_is_told_at_once(
    own_studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """DEVICE=cuda without one: one sentence, before anything is computed."""
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    monkeypatch.setenv("DEVICE", "cuda")
    assert train.main(["--recipe", "book", "--out", "candidate"]) == 1
    (sentence,) = capsys.readouterr().err.strip().splitlines()
    assert sentence.startswith("DEVICE=cuda, and torch finds no such device here")
    assert not Path("candidate").exists()


def test_a_device_that_nobody_makes() -> None:
    """One sentence, as for one that is not there."""
    with pytest.raises(DeviceUnavailable, match="DEVICE=moon is none of auto, cpu, cuda, mps"):
        chosen("moon")


@pytest.mark.gpu
def test_a_card_answers_as_the_cpu(photos: PhotoSet, body: Body, tmp_path: Path) -> None:
    """Tuned in half precision, the learner is on the CPU and names the same labels."""
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    names = {}
    for device in ("cpu", "cuda"):
        learner = tuned(photos, body, tmp_path, Knobs(**(vars(SMALL) | {"device": device}))).learner
        assert {"cpu"} == {tensor.device.type for tensor in learner.model.state_dict().values()}
        stream = io.BytesIO()
        torch.save(learner.model.state_dict(), stream)
        names[device] = probabilities(learner, [item.read for item in photos.items])
    assert names["cuda"] == pytest.approx(names["cpu"], abs=0.05)
