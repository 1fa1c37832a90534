"""`learner.pkl` of a head on a body in 8-bit integers: written without torch, made when opened.

All of such a learner follows from the bundle's graph: the body, the linear head, the temperature.
So the file holds the graph and names the function that makes a fastai `Learner` of it, which
`load_learner` calls. Torch and fastai are needed where somebody opens it, and not in a training
(docs/decisions/0257). There it proves itself, by what the bundle answered to drawn pictures.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from models.bundles.bundle import drawn_bears
from models.inference.classifier import GOLDEN_TOLERANCE
from models.photo import Preparation
from training.errors import ParityError
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints
from training.train.network.body import DEFAULT_ARCH, IMAGENET_MEAN, IMAGENET_STD, Trunk
from training.train.network.new_head import head_in

_AS_TORCH_SAVES = {"version": b"3\n", "byteorder": b"little"}
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class _Kept:
    """Pickles as a call of `opened`."""

    parts: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return opened, self.parts


def learner_file(
    graph: bytes,
    labels: Sequence[str],
    preparation: Preparation,
    class_weights: Floats,
    classify: Callable[[bytes], Mapping[str, float]],
) -> bytes:
    """The content of `learner.pkl`, for `torch.load`.

    `graph` is a bundle's, of a body in 8-bit integers. `classify` gives the bundle's probabilities
    by label for a photo's first view.
    """
    answers = [(data, classify(data)) for data in drawn_bears().values()]
    proof = [(data, [float(found[label]) for label in labels]) for data, found in answers]
    parts = graph, list(labels), preparation, class_weights.tolist(), proof
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        content = {"data.pkl": pickle.dumps(_Kept(parts), protocol=4), **_AS_TORCH_SAVES}
        for name, data in content.items():
            file.writestr(zipfile.ZipInfo(f"learner/{name}", _DATE), data)
    return buffer.getvalue()


def opened(
    graph: bytes,
    labels: list[str],
    preparation: Preparation,
    class_weights: list[float],
    proof: list[tuple[bytes, list[float]]],
) -> Any:
    """The fastai learner of a bundle's graph. Name and arguments stay: files refer to them.

    `proof` are pictures and the bundle's probabilities for them. Raises ParityError where the
    learner answers otherwise.
    """
    from training.rounded_body import RoundedBody
    from training.train.learning.recipes.learners import dataloaders, make_learner, probabilities

    head = head_in(graph)
    stage = RoundedBody(graph, mean=IMAGENET_MEAN, std=IMAGENET_STD)
    body = Trunk(DEFAULT_ARCH, (stage,), IMAGENET_MEAN, IMAGENET_STD)
    photos, valid = _stand_ins(labels)
    dls = dataloaders(
        photos, valid, preparation=preparation, mean=body.mean, std=body.std, batch_photos=1
    )
    learner = make_learner(dls, body, cut=1, head=head, class_weights=np.array(class_weights))
    learner.model[1].temperature = head.temperature
    learner.dls = dls.new_empty()  # as `Learner.export` leaves it
    pictures, expected = zip(*proof, strict=True)
    apart = float(np.abs(probabilities(learner, pictures) - np.array(expected)).max())
    if not apart <= GOLDEN_TOLERANCE:
        raise ParityError(
            f"The learner answers {apart:.3f} apart from the bundle it came with: open it with the"
            " versions that its bundle.json names."
        )
    return learner


def _stand_ins(labels: Sequence[str]) -> tuple[PhotoSet, Ints]:
    """Two pictures of nothing, for transforms that want to see some; the row to choose with."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    item = Item(label=labels[0], name="none", read=partial(bytes, buffer.getvalue()))
    return PhotoSet((item, item), tuple(labels)), np.array([1])
