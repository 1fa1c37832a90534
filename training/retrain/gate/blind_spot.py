"""What the photos of a comparison could not have shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.retrain.gate.checks import photos_of
from training.retrain.gate.evidence import Evidence

_FEW = 10


def blind_spot(evidence: Evidence) -> str:
    """What these photos could not have shown, in words.

    A one-sided exact McNemar test at 5% needs 5 discordant photos against none, so a difference
    of fewer than 5 photos is invisible.
    """
    photos = len(evidence.truth)
    points = min(100.0, 100 * 5 / photos)
    text = (
        f"{photos_of(photos)} in the test set: differences under "
        f"{photos_of(round(points), 'point')} are invisible."
    )
    figures = unseen(evidence)
    if figures["thin"]:
        text += f" Fewer than {_FEW} of them show {', '.join(figures['thin'])}."
    if not figures["outsiders"]:
        text += " No photos of other things in the test set, so refusals were not compared."
    return text


def unseen(evidence: Evidence) -> dict[str, Any]:
    """The same as figures: `thin`, labels with few photos; `outsiders`, whether there were any."""
    counts = np.bincount(evidence.truth, minlength=len(evidence.labels))
    labels = zip(evidence.labels, counts, strict=True)
    return {
        "thin": [label for label, count in labels if count < _FEW],
        "outsiders": len(evidence.outsiders_candidate) > 0,
    }
