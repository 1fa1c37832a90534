"""The settings tried for a linear head, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Search:
    """The settings tried for a head, and the solver's limit."""

    strengths: Sequence[float] = (0.1, 0.3, 1.0, 3.0)
    """Values of C (inverse regularisation), ascending. Smaller ones are chosen where a temperature
    makes up for them, and are worse on photos from elsewhere."""
    offsets: Sequence[float] = (0.0, 0.5, 1.0)
    """Weights of what the pretrained classifier says; 0 is to begin from nothing."""
    iterations: int = 1000

    @property
    def is_settled(self) -> bool:
        """Whether it leaves no choice."""
        return len(self.strengths) == len(self.offsets) == 1

    def settled(self, judge: Callable[[float, float], float], *, knows: bool) -> Search:
        """The one pair of strength and offset for which `judge(strength, offset)` is least.

        First the offset at a middling strength, then the strength: six fits instead of twelve.
        Where nothing is known, every offset comes to the same.
        """
        middle = self.strengths[(len(self.strengths) - 1) // 2]
        offsets = self.offsets if knows else (0.0,)
        if len(self.strengths) == len(offsets) == 1:
            return replace(self, offsets=offsets)
        tried = {(middle, offset): judge(middle, offset) for offset in offsets}
        _, offset = min(tried, key=tried.__getitem__)
        for strength in self.strengths:
            if strength != middle:
                tried[strength, offset] = judge(strength, offset)
        strength = min(self.strengths, key=lambda strength: tried[strength, offset])
        return replace(self, strengths=(strength,), offsets=(offset,))
