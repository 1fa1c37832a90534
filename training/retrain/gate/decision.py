"""The gate: whether a candidate may replace the champion, and why, in words.

Every comparison is paired, on photos that neither side learned from. Both models answer the gate's
photos. All others are judged out of fold, with what is new and without it. A candidate is published
when it answers what is new better and is likely no worse otherwise. The more it wins, the more
doubt is allowed (docs/decisions/0120). `Decision.blind_spot` names what these photos cannot show.
Labels that contradict everything else were set aside before (`training.retrain.sifting`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.retrain.gate.blind_spot import blind_spot, unseen
from training.retrain.gate.checks import Check, checks_of
from training.retrain.gate.evidence import Evidence, Margins


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`publish` or hold; `reason` is for the admin, `checks` for readers of every figure."""

    publish: bool
    reason: str
    blind_spot: str
    checks: tuple[Check, ...]
    unseen: dict[str, Any] = field(default_factory=dict)
    """The figures of the blind spot (`blind_spot.unseen`)."""


def decide(evidence: Evidence, *, margins: Margins | None = None, seed: int = 0) -> Decision:
    """Weighs a candidate against the champion.

    Args:
        evidence: answers of both models on the same photos, and what is new.
        margins: how much worse still counts as not worse.
        seed: of the bootstrap; the same evidence and seed give the same decision.
    """
    margins = margins or Margins()
    if len(evidence.truth) == 0:
        return Decision(
            publish=False,
            reason="Held: there is no photo in the test set (the gate split), so nothing can be "
            "compared. Add photos with `bear-detector add`, or put reviewed ones into the "
            "gate.",
            blind_spot="Everything: the test set has no photos.",
            checks=(),
        )
    random = np.random.default_rng(seed)
    checks = checks_of(evidence, margins, random)
    failed = [check for check in checks if not check.passed]
    if failed:
        reason = "Held: " + " ".join(check.sentence for check in failed)
    else:
        reason = f"Published: better on what is new, and no worse otherwise. {checks[-1].sentence}"
    return Decision(
        publish=not failed,
        reason=reason,
        blind_spot=blind_spot(evidence),
        checks=tuple(checks),
        unseen=unseen(evidence),
    )
