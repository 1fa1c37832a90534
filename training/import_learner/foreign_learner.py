"""Learners made elsewhere: opening one, asking it, and the graph that answers as it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from numpy.typing import NDArray
from torch import Tensor, nn

from dataset.conversation.claims.label_names import check_label
from dataset.errors import InvalidLabel
from dataset.examples.label_order import in_order
from models.inference.network import Outputs
from models.photo import Preparation
from training.errors import TrainError
from training.fastai_parts import Ordered, Tempered
from training.import_learner.opening import open_learner
from training.train.learning.recipes.learners import dataloaders
from training.train.material.photoset import PhotoSet
from training.train.metrics import Floats, Ints
from training.train.network.body import Body


@dataclass(frozen=True)
class Foreign:
    """A learner from elsewhere; `mean` and `std` are what it normalises with.

    `columns` are the labels' places in what the network says: its own vocabulary may have another
    order.
    """

    learner: Learner
    labels: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    columns: tuple[int, ...]

    @property
    def model(self) -> nn.Module:
        """Normalised photos [N, 3, H, W] to logits [N, L]."""
        model: nn.Module = self.learner.model
        return (
            model if self.columns == tuple(sorted(self.columns)) else Ordered(model, self.columns)
        )

    def in_order(self, order: Sequence[str]) -> Foreign:
        """The same learner with its labels in this order, as far as it has them."""
        labels = in_order(self.labels, order)
        columns = tuple(self.columns[self.labels.index(label)] for label in labels)
        return replace(self, labels=labels, columns=columns)

    @property
    def name(self) -> str:
        """The body's name, as far as the learner knows it."""
        arch = getattr(self.learner, "arch", None)
        return str(getattr(arch, "__name__", arch) or type(self.learner.model).__name__)[:64]


def load_foreign(file: Path) -> Foreign:
    """Open an exported learner: THIS RUNS THE CODE IN THE FILE. Raises TrainError."""
    learner = open_learner(file)
    vocab = getattr(learner.dls, "vocab", None)
    # The book's first learner tells True from False; a digit's label may be a number.
    labels = tuple(map(str, vocab)) if vocab is not None and _are_names(vocab) else ()
    if len(set(labels)) < 2:
        raise TrainError(f"The learner in {file} does not tell labels apart.")
    try:
        labels = tuple(check_label(label) for label in labels)
    except InvalidLabel as exc:
        raise TrainError(f"A label of the learner cannot be used: {exc}") from exc
    learner.model.eval()
    mean, std = _normalisation(learner)
    return Foreign(learner, labels, mean, std, tuple(range(len(labels))))


def own_answers(foreign: Foreign, photos: PhotoSet) -> tuple[Floats, int]:
    """Its answers with its own preparation [N, L], and the side in pixels of its input."""
    loader = foreign.learner.dls.test_dl(
        [Path(item.name) for item in photos.items], bs=32, num_workers=0
    )
    try:
        with foreign.learner.no_bar(), foreign.learner.no_logging():
            answers = foreign.learner.get_preds(dl=loader)[0].numpy()
        size_px = int(loader.one_batch()[0].shape[-1])
    # The transforms in the file are somebody's own.
    except Exception as exc:
        raise TrainError(
            f"The learner cannot answer the photos ({exc}): it needs what its notebook defined."
        ) from exc
    if answers.shape != (len(photos), len(foreign.labels)) or not np.allclose(
        answers.sum(axis=1), 1, atol=1e-3
    ):
        raise TrainError("The learner gives no probabilities over its labels: it tags photos.")
    return answers[:, list(foreign.columns)], size_px


def answer_prepared(foreign: Foreign, squares: NDArray[np.uint8]) -> Ints:
    """The label index it names for photos prepared as in serving [N, H, W, 3], [N]."""
    mean, std = (torch.tensor(part).view(1, 3, 1, 1) for part in (foreign.mean, foreign.std))
    chosen, model = [], foreign.model
    with torch.inference_mode():
        for start in range(0, len(squares), 32):
            pixels = torch.from_numpy(squares[start : start + 32]).permute(0, 3, 1, 2)
            chosen.append(model((pixels.float() / 255 - mean) / std).argmax(1).numpy())
    return np.concatenate(chosen)


def relearner(
    foreign: Foreign, photos: PhotoSet, preparation: Preparation, temperature: float, folder: Path
) -> Learner:
    """A learner with the same network, which prepares photos as serving does."""
    dls = dataloaders(
        photos,
        np.arange(1),
        preparation=preparation,
        mean=foreign.mean,
        std=foreign.std,
        batch_photos=32,
        labels=foreign.labels,
    )
    return Learner(
        dls,
        Tempered(foreign.model, temperature),
        loss_func=CrossEntropyLossFlat(),
        path=folder,
    )


class ForeignGraph(nn.Module):
    """Two networks on the same pixels: the learner's answers, the default body's features.

    `temperature` may be set before the graph is exported.
    """

    def __init__(self, foreign: Foreign, body: Body) -> None:
        super().__init__()
        self.model, self.temperature = foreign.learner.model.eval(), 1.0
        self.columns = list(foreign.columns)
        self.body, self.imagenet = nn.Sequential(*body.stages), body.imagenet
        self.mean, self.std = _channels(foreign.mean), _channels(foreign.std)
        self.body_mean, self.body_std = _channels(body.mean), _channels(body.std)

    def forward(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """`photo` is uint8 RGB [N, H, W, 3]; see `inference.network.OUTPUTS` for the outputs."""
        pixels = photo.permute(0, 3, 1, 2).float() / 255
        logits, cam = (
            said[:, self.columns] for said in self._answer((pixels - self.mean) / self.std)
        )
        features = self.body((pixels - self.body_mean) / self.body_std)
        probabilities = torch.softmax(logits / self.temperature, 1)
        return probabilities, logits, features.mean((2, 3)), self.imagenet(features), cam

    def run(self, squares: NDArray[np.uint8]) -> Outputs:
        """Its answers to prepared photos, uint8 RGB [N, H, W, 3]."""
        parts = []
        with torch.inference_mode():
            for start in range(0, len(squares), 32):
                outputs = self(torch.from_numpy(squares[start : start + 32]))
                parts.append([output.numpy() for output in outputs])
        return Outputs(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))

    def _answer(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [N, L], and what the head would say of each place alone [N, L, h, w]."""
        parts = list(self.model.children())
        if not (isinstance(self.model, nn.Sequential) and len(parts) == 2):
            logits = self.model(pixels)
            return logits, logits[:, :, None, None].expand(-1, -1, 7, 7) * 0
        features = parts[0](pixels)  # [N, D, h, w]
        logits = parts[1](features)
        dimensions, height, width = features.shape[1:]
        places = features.permute(0, 2, 3, 1).reshape(-1, dimensions, 1, 1)
        spoken = parts[1](places).reshape(-1, height, width, logits.shape[1])
        return logits, spoken.permute(0, 3, 1, 2)


def _are_names(vocab: Any) -> bool:
    return all(isinstance(label, (str, bool, int, np.bool_, np.integer)) for label in vocab)


def _channels(values: Sequence[float]) -> nn.Buffer:
    return nn.Buffer(torch.tensor(values).view(1, 3, 1, 1))


def _normalisation(learner: Learner) -> tuple[tuple[float, ...], tuple[float, ...]]:
    for transform in getattr(learner.dls, "after_batch", []):
        mean, std = getattr(transform, "mean", None), getattr(transform, "std", None)
        if isinstance(mean, Tensor) and isinstance(std, Tensor):
            return tuple(mean.flatten().tolist()), tuple(std.flatten().tolist())
    return (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
