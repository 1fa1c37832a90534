"""Whether new labels are mistakes of the model or of the person who gave them.

The judge is a model that saw none of the labels. When a model is wrong, it mostly half believed the
truth: it gave the true label a probability of 0.1 to 0.5. It gives a random or misleading label
next to none. Divide what the model gave a label by what it gives that label on average where it
answers otherwise. For a calibrated model this is exactly the likelihood ratio of an honest
correction to a random one. One ratio says little; all ratios of one person, reviewer or folder
together say much (docs/decisions/0120).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.train.metrics import Bools, Floats, Ints

_WRONG = np.array([0.03, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0])
"""Shares of wrong labels that a source may have: the first is what an honest one has..."""
_BEFORE = np.array([0.8, *[0.2 / 6] * 6])
"""...and how likely each is before anything is seen."""
_CORRECTING = np.array([0.02, 0.1, 0.3, 0.6, 0.9, 1.0])
"""Shares of a source's true labels that correct the model: some see samples, some only dispute."""
_HARDER = 4.0
"""Photos of people are harder than those at hand: so many times the odds that the model gives to
labels beside its answer. Not times the share: where it doubts a lot already, as of labels that are
hard to tell apart, photos can't be that much harder."""
_PRIOR_PHOTOS = 5.0
"""An average over few photos is pulled to the average over all, as if it had so many more."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a source's labels look like together."""

    unreliable: float
    """The probability that a fifth of the source's labels are wrong, or more."""
    wrong: Floats
    """The probability that each label is wrong [N]."""
    contradicts: Bools
    """Where the model answers otherwise [N]."""


def average_beside(probabilities: Floats) -> Floats:
    """What a model gives each label where it answers another, on average [L, L].

    Row: what it answers, column: the label. `probabilities` [N, L] are of photos that it did not
    learn from.
    """
    labels = probabilities.shape[1]
    if len(probabilities) == 0:
        return np.full((labels, labels), 1 / labels)
    answered = probabilities.argmax(axis=1)
    overall = max(1e-6, 1 - float(probabilities.max(axis=1).mean())) / max(1, labels - 1)
    average = np.full((labels, labels), overall)
    for label in range(labels):
        mine = probabilities[answered == label]
        weight = len(mine) + _PRIOR_PHOTOS
        average[label] = (mine.sum(axis=0) + _PRIOR_PHOTOS * overall) / weight
    return average


def judge(probabilities: Floats, given: Ints, beside: Floats) -> Judgement:
    """Judge the labels `given` [N] by one source, by a model that saw none of them.

    `probabilities` [N, L] are that model's, `beside` its `average_beside`. A mixture of true
    labels, of which an unknown share corrects the model, and of wrong ones, of unknown share too;
    both are summed over.
    """
    answered = probabilities.argmax(axis=1)
    agrees = answered == given
    likely = probabilities[np.arange(len(given)), given]
    ratio = likely / _harder(beside)[answered, given]
    wrong = _WRONG[:, None, None]
    true_correction = (1 - wrong) * _CORRECTING[None, :, None] * ratio
    likelihood = np.where(
        agrees, (1 - wrong) * (1 - _CORRECTING[None, :, None]) + 1e-12, wrong + true_correction
    )
    together = np.log(likelihood).sum(axis=2) + np.log(_BEFORE)[:, None]
    after = np.exp(together - together.max())
    after /= after.sum()
    each = np.where(agrees, 0.0, wrong / (wrong + true_correction))
    return Judgement(
        unreliable=float(after[1:].sum()),
        wrong=(after[:, :, None] * each).sum(axis=(0, 1)),
        contradicts=~agrees,
    )


def _harder(beside: Floats) -> Floats:
    """`average_beside` of photos that are harder than those it was taken of."""
    doubt = 1 - beside.diagonal()[:, None]
    return np.asarray(beside * _HARDER / (1 + (_HARDER - 1) * doubt))
