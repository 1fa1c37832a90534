"""A probability in per cent, as the chat, the pages and the commands all write it."""

from __future__ import annotations


def percent_number(probability: float) -> str:
    """ "97", "<1" or "99": a whole number that claims neither certainty nor impossibility."""
    if probability < 0.005:
        return "<1"
    return str(min(99, round(100 * probability)))
