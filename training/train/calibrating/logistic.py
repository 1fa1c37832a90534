"""Multinomial logistic regression on top of what is known, for photos that fit into memory."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpstrf
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from training.train.metrics import Floats, Ints

NEVER = -1e3
"""The bias of a label without photos."""
ENOUGH = 3e-6
"""The largest slope at which a fit ends: probabilities are then within 1e-3 of its minimum."""
ROUGHLY = 1e-4
"""The same where one of several fits is chosen by its loss, which is then within 1e-4."""
_LEFT_OUT = 0.01
"""The share of a point's mean squared distance from the centre that fewer dimensions may miss."""
_SPANNING = 2000
"""Points that are looked at to find them."""


def solve(
    points: Floats,
    truth: Ints,
    given: Floats,
    strength: float,
    start: Floats,
    iterations: int,
    enough: float = ENOUGH,
) -> Floats:
    """Weights and biases [L, R + 1] of what is added to `given` [N, L] on points [N, R], sought
    from `start` until no slope is larger than `enough`.

    They minimise the sum of losses + |weight|² / 2C, each label's photos counting the same.
    """
    labels, rows = len(start), np.arange(len(truth))
    present = np.bincount(truth, minlength=labels) > 0
    counts = class_weights(truth, labels)[truth] * labels / present.sum()
    # For two labels one regression decides, of which each label's weights are half: they are
    # shrunk half as much.
    shrink = 1 / (strength / 2 if labels == 2 else strength)

    def objective(place: Floats) -> tuple[float, Floats]:
        model = place.reshape(labels, -1)
        logits = answered(points, model) + given
        logits -= logits.max(axis=1, keepdims=True)
        raised = np.exp(logits)
        total = raised.sum(axis=1, keepdims=True)
        loss = counts @ (np.log(total[:, 0]) - logits[rows, truth])
        raised /= total
        raised[rows, truth] -= 1.0
        raised *= counts[:, None]
        slope = np.empty_like(model)
        slope[:, :-1] = raised.T.astype(np.float32) @ points + shrink * model[:, :-1]
        slope[:, -1] = raised.sum(axis=0)
        loss += shrink * float((model[:, :-1] ** 2).sum()) / 2
        return float(loss) / len(truth), slope.ravel() / len(truth)

    place = start.copy()
    place[:, -1] = np.where(present, place[:, -1], NEVER)
    solved = minimize(
        objective,
        place.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "gtol": enough, "ftol": enough**2},
    )
    model: Floats = solved.x.reshape(labels, -1)
    return model


def fewer_dimensions(points: Floats) -> tuple[Floats, Floats, Floats]:
    """The points around their mean, in coordinates of a space that nearly holds them [N, R]; that
    mean [D], and the way back [R, D].

    Regularised linear models see neither, and a fit takes a fraction of the time; around its mean,
    a fraction of the steps. The space is spanned by those of the points that a Cholesky
    decomposition with pivots takes, the farthest from the others each time (0258).
    """
    centre = points.mean(axis=0)
    points = points - centre
    some = points[:: -(-len(points) // _SPANNING)]
    with threadpool_limits(1):
        products = (some @ some.T).astype(float)
        least = max(_LEFT_OUT * products.trace() / len(some), 1e-9)
        factor, order, rank, _ = dpstrf(products, tol=least, lower=1)
        spanning, among = some[order[:rank] - 1], factor[:rank, :rank]
        # Photos that are all the same span nothing.
        axes = solve_triangular(among, spanning, lower=True) if rank else spanning
        axes = axes.astype(points.dtype)
        return points @ axes.T, centre, axes


def answered(points: Floats, model: Floats) -> Floats:
    """The logits [N, L] that a model [L, R + 1] gives points [N, R]."""
    logits: Floats = points @ model[:, :-1].T.astype(np.float32) + model[:, -1]
    return logits


def class_weights(truth: Ints, labels: int) -> Floats:
    """Weights that make each label count the same, mean 1 over the photos [L]."""
    counts = np.maximum(1, np.bincount(truth, minlength=labels))
    weights: Floats = len(truth) / (labels * counts)
    return weights
