"""Drift: do recent photos look like those of the model's first days?

Two numbers of every answer are compared with a reference. The outside score, a distance between the
photo's features and what the model knows, shows drift of inputs; the probability of the answer
shows drift of outputs. The measure is the population stability index over tenths of the
reference: Σ (now - then) · ln(now / then). By the usual reading above 0.25 is a shift that asks for
action. With 10 bins and N photos against M it is about 9 · (1/N + 1/M) by chance alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.storage.schema import Prediction

THRESHOLD = 0.25
LEAST = 200
"""With fewer answers chance alone reaches a quarter of the threshold."""
_WINDOW = 500
_BINS = 10
_LEAST_SHARE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How far recent answers lie from the reference; None where there are too few answers."""

    inputs: float | None
    outputs: float | None
    recent: int

    @property
    def alarming(self) -> bool:
        """Whether either of them passes the threshold."""
        return any(value is not None and value > THRESHOLD for value in (self.inputs, self.outputs))


def measure(session: Session, model_version: str) -> Drift:
    """Drift of the last answers of a model against the first ones it gave.

    The reference is its first 500 answers after the publish. Reads at
    most a thousand rows by index.
    """
    query = select(Prediction.outside_score, Prediction.probability).where(
        Prediction.model_version == model_version
    )
    first = session.execute(query.order_by(Prediction.made_at).limit(_WINDOW)).all()
    last = session.execute(query.order_by(Prediction.made_at.desc()).limit(_WINDOW)).all()
    if len(first) < _WINDOW or len(last) < LEAST:
        return Drift(inputs=None, outputs=None, recent=len(last))
    return Drift(
        inputs=stability_index([row[0] for row in first], [row[0] for row in last]),
        outputs=stability_index([row[1] for row in first], [row[1] for row in last]),
        recent=len(last),
    )


def stability_index(then: Sequence[float], now: Sequence[float]) -> float:
    """The population stability index of two samples, 0 (alike) upwards; bins are tenths of `then`.

    Ties make fewer bins: a constant reference has one, and an index of 0.
    """
    inner = np.unique(np.quantile(then, np.linspace(0, 1, _BINS + 1)[1:-1]))
    shares = [
        np.clip(
            np.bincount(np.searchsorted(inner, values), minlength=len(inner) + 1) / len(values),
            _LEAST_SHARE,
            None,
        )
        for values in (then, now)
    ]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
