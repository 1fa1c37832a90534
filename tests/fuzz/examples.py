"""How many examples hypothesis makes up: a few, always the same, or as many as asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

VARIABLE = "FUZZ_EXAMPLES"
"""So many examples, others in each run; absent in an ordinary test run."""


def examples(*, in_short: int) -> settings:
    """The settings of one test, which makes `in_short` examples in an ordinary test run."""
    asked = os.environ.get(VARIABLE)
    return settings(
        max_examples=int(asked) if asked else in_short,
        derandomize=not asked,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
