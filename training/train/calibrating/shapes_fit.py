"""Fits how photos of each label scatter beside photos of all labels (see `models`' `Shapes`)."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

from models.inference.shapes import Floats as Singles
from models.inference.shapes import Shapes
from training.train.metrics import Floats, Ints

_LEAST_SHARE = 1e-6
"""Of the largest variance: directions with less of it hold nothing but rounding."""


def fit_shapes(points: Singles, truth: Ints, *, most: int) -> Shapes:
    """The shapes of points [N, D] with label indices [N], along at most so many directions."""
    labels, of_label = np.unique(truth, return_inverse=True)
    middle = points.mean(axis=0)
    axes = _directions(points - middle, most)
    places = (points - middle) @ axes.T
    means = np.stack([places[of_label == label].mean(axis=0) for label in range(len(labels))])
    within = np.linalg.inv(_shrunk(places - means[of_label]))
    overall = np.linalg.inv(_shrunk(places))
    curvature, turn = np.linalg.eigh(within - overall)
    # As they are stored, so that what is measured is what is served.
    axes = (turn.T @ axes).astype(np.float16).astype(np.float32)
    toward = means @ within
    parts = (axes, axes @ middle, curvature, -2 * toward @ turn, (toward * means).sum(axis=1))
    return Shapes(*(part.astype(np.float32) for part in parts))


def _directions(points: Singles, most: int) -> Floats:
    """The directions [K, D] along which points [N, D] around their mean vary most."""
    few = len(points) < points.shape[1]
    products = (points @ points.T if few else points.T @ points).astype(np.float64)
    size = len(products)
    values, found = eigh(products, subset_by_index=(max(0, size - most), size - 1))
    kept = values > _LEAST_SHARE * values[-1]
    values, found = values[kept], found[:, kept]
    axes: Floats = (found.T @ points) / np.sqrt(values)[:, None] if few else found.T
    return axes


def _shrunk(points: Floats) -> Floats:
    """The covariance [K, K] of points [N, K] around nothing, drawn towards a ball as far as their
    number asks (Ledoit & Wolf 2004)."""
    count, size = points.shape
    sample = points.T @ points / count
    ball = np.trace(sample) / size * np.eye(size)
    apart = ((sample - ball) ** 2).sum()
    doubt = ((points**2).sum(axis=1) ** 2).sum() / count**2 - (sample**2).sum() / count
    share = min(1.0, max(0.0, doubt / apart)) if apart else 1.0
    found: Floats = share * ball + (1 - share) * sample
    return found
