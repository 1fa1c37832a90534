"""The settings tried for a linear head, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

State = TypeVar("State")


@dataclass(frozen=True, kw_only=True)
class Search:
    """The settings tried for a head, and the solver's limit."""

    strengths: Sequence[float] = (0.1, 0.3, 1.0, 3.0)
    """Values of C (inverse regularisation), ascending. Smaller ones are chosen where a temperature
    makes up for them, and are worse on photos from elsewhere."""
    offsets: Sequence[float] = (0.0, 0.5, 1.0)
    """Weights of what the pretrained classifier says; 0 is to begin from nothing."""
    iterations: int = 1000

    def best(
        self, judge: Callable[[float, float], tuple[State, float]], *, knows: bool
    ) -> tuple[float, float, State]:
        """Strength, offset and what `judge(strength, offset)` gave beside the least log loss.

        First the offset at a middling strength, then the strength: six fits instead of twelve.
        """
        middle = self.strengths[(len(self.strengths) - 1) // 2]
        offsets = self.offsets if knows else (0.0,)
        tried = {(middle, offset): judge(middle, offset) for offset in offsets}
        _, offset = min(tried, key=lambda key: tried[key][1])
        for strength in self.strengths:
            if strength != middle:
                tried[strength, offset] = judge(strength, offset)
        best = min(((strength, offset) for strength in self.strengths), key=lambda k: tried[k][1])
        return (*best, tried[best][0])
