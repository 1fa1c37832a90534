"""The outside check of a dataset's photos, and what it says of each without having seen it."""

from __future__ import annotations

import numpy as np

from models.bundles.bundle import STARTER, Bundle
from training.train.calibrating.outside_fit import OutsideFit, fit
from training.train.knobs import Knobs
from training.train.material.features import Chosen, Features
from training.train.material.photoset import PhotoSet
from training.train.metrics import Bools, Ints


def check_of(everything: PhotoSet, features: Features, chosen: Bools, knobs: Knobs) -> OutsideFit:
    """The check of the photos `chosen` [N], outsiders among them."""
    photos, rows = everything.where(chosen), np.flatnonzero(chosen)
    return fit(
        Chosen(features.views, rows),
        Chosen(features.imagenet, rows),
        photos.truth,
        imagenet_names(),
        groups=[item.group for item in photos.items],
        confirmed=_confirmed(photos),
        knobs=knobs.outside,
        seed=knobs.seed,
    )


def unseen_refusals(photos: PhotoSet, check: OutsideFit) -> dict[int, bool]:
    """Whether a check that has not seen the photo refuses it, by photo id."""
    scored = zip(photos.items, check.scores, ~check.accepted, strict=True)
    return {
        item.photo_id: bool(refused)
        for item, score, refused in scored
        if item.photo_id is not None and not np.isnan(score)
    }


def imagenet_names() -> list[str]:
    """ImageNet's thousand classes in English, as the starter names them."""
    return [str(name) for name in Bundle.open(STARTER, verify=False).reference()["imagenet_names"]]


def _confirmed(photos: PhotoSet) -> Ints:
    """Rows of the photos of people that reviewers gave a label, oldest first."""
    rows = [
        (item.photo_id or 0, row)
        for row, item in enumerate(photos.items)
        if item.of_person and photos.truth[row] >= 0
    ]
    return np.array([row for _, row in sorted(rows)], dtype=np.int64)
