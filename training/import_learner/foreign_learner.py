"""Learners made elsewhere: opening one, asking it, and the graph that answers as it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from onnx import numpy_helper
from torch import Tensor, nn

from dataset.conversation.claims.label_names import check_label
from dataset.errors import InvalidLabel
from dataset.examples.label_order import in_order
from models.photo import Preparation
from training.errors import TrainError
from training.fastai_parts import Ordered, Tempered
from training.import_learner.opening import exported, open_learner
from training.train.learning.device import CPU, Chosen, fit_on, on_device
from training.train.learning.recipes.learners import dataloaders
from training.train.material.photoset import PhotoSet
from training.train.metrics import Floats
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


def load_foreign(source: Path | Learner) -> Foreign:
    """Open an exported learner: THIS RUNS THE CODE IN THE FILE. Raises TrainError.

    Of a learner that is here already, what an export of it would hold.
    """
    learner = open_learner(source) if isinstance(source, Path) else exported(source)
    vocab = getattr(learner.dls, "vocab", None)
    # The book's first learner tells True from False; a digit's label may be a number.
    labels = tuple(map(str, vocab)) if vocab is not None and _are_names(vocab) else ()
    if len(set(labels)) < 2:
        raise TrainError("The learner does not tell labels apart.")
    labels = tuple(map(_usable, labels))
    learner.model.eval()
    mean, std = _normalisation(learner)
    return Foreign(learner, labels, mean, std, tuple(range(len(labels))))


def _usable(label: str) -> str:
    try:
        return check_label(label)
    except InvalidLabel as exc:
        raise TrainError(
            f"The label {label!r} of the learner cannot be used; rename its folder, and train"
            f" again: {exc}"
        ) from exc


def own_answers(
    foreign: Foreign, photos: PhotoSet, choice: Chosen | None = None
) -> tuple[Floats, int, tuple[str, ...]]:
    """Its answers with its own preparation [N, L], the side in pixels of its input, and remarks on
    the device."""
    learner = foreign.learner
    files = [Path(item.name) for item in photos.items]

    def answer(device: torch.device, batch_photos: int) -> tuple[Floats, int]:
        with on_device(learner, device), learner.no_bar(), learner.no_logging():
            loader = learner.dls.test_dl(files, bs=batch_photos, num_workers=0)
            found = learner.get_preds(dl=loader)[0].cpu().numpy()
            return found, int(loader.one_batch()[0].shape[-1])

    try:
        (answers, size_px), remarks = fit_on(choice or Chosen(CPU), 32, answer)
    except TrainError:
        raise
    # The transforms in the file are somebody's own.
    except Exception as exc:
        raise TrainError(
            f"The learner cannot answer the photos ({exc}): it needs what its notebook defined."
        ) from exc
    if answers.shape != (len(photos), len(foreign.labels)) or not np.allclose(
        answers.sum(axis=1), 1, atol=1e-3
    ):
        raise TrainError("The learner gives no probabilities over its labels: it tags photos.")
    return answers[:, list(foreign.columns)], size_px, remarks


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
    )
    return Learner(
        dls,
        Tempered(foreign.model, temperature),
        loss_func=CrossEntropyLossFlat(),
        path=folder,
    )


class ForeignGraph(nn.Module):
    """Two networks on the same pixels: the learner's answers, the default body's features.

    Its temperature is set in the graph (`with_temperature`), once its answers are calibrated.
    """

    def __init__(self, foreign: Foreign, body: Body) -> None:
        super().__init__()
        self.model = foreign.learner.model.eval()
        # Not 1, by which the exporter would divide nothing.
        self.temperature = nn.Buffer(torch.tensor(2.0))
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

    def _answer(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [N, L], and what the head would say of each place alone [N, L, h, w]."""
        parts = list(self.model.children())
        if not (isinstance(self.model, nn.Sequential) and len(parts) == 2):
            logits = self.model(pixels)
            return logits, logits[:, :, None, None].expand(-1, -1, 7, 7) * 0
        features = parts[0](pixels)  # [N, D, h, w], or of a transformer [N, D]
        logits = parts[1](features)
        if features.ndim != 4:
            return logits, logits[:, :, None, None].expand(-1, -1, 7, 7) * 0
        dimensions, height, width = features.shape[1:]
        places = features.permute(0, 2, 3, 1).reshape(-1, dimensions, 1, 1)
        spoken = parts[1](places).reshape(-1, height, width, logits.shape[1])
        return logits, spoken.permute(0, 3, 1, 2)


def with_temperature(graph: bytes, temperature: float) -> bytes:
    """The ONNX graph of a `ForeignGraph` with another temperature."""
    model = onnx.load_from_string(graph)
    (constant,) = (item for item in model.graph.initializer if item.name == "temperature")
    constant.CopyFrom(numpy_helper.from_array(np.array(temperature, np.float32), "temperature"))
    content: bytes = model.SerializeToString()
    return content


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
