"""The Python that trains: found, and looked at, without importing anything heavy."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from bear_detector.extras import HEAD
from bot.errors import TrainingUnavailable

_LOOK_FOR = (
    "import importlib.util, sys;"
    "sys.exit(sum(1 << place for place, name in enumerate(sys.argv[1:])"
    " if importlib.util.find_spec(name) is None))"
)
"""Ends with a bit for each package that is missing."""


def python_that_trains(configured: Path | None) -> Path:
    """TRAINING_PYTHON if set, else this Python if it can, else the one of `make train-env`.

    It can when it has the extra `head`; with torch and fastai, which `make train-env` brings, it
    fine-tunes as well. Searches the packages without importing them; asking another Python takes
    some hundredths of a second. Raises TrainingUnavailable when no Python is found, or it lacks a
    package.
    """
    if configured is not None:
        if not configured.exists():
            raise TrainingUnavailable(
                f"TRAINING_PYTHON names {configured}, which is not there: correct it.",
                "retrain-python-gone",
                python=str(configured),
            )
        return _able(configured)
    if all(find_spec(name) is not None for name in HEAD):
        return Path(sys.executable)
    beside = Path(".venv-dev/bin/python")
    if beside.exists():
        return _able(beside.absolute())
    raise TrainingUnavailable(
        "What training needs is not installed here: `make .venv/.installed EXTRAS=head` installs "
        "it (200 MB), or TRAINING_PYTHON names a Python that has it.",
        "retrain-no-environment",
    )


def _able(python: Path) -> Path:
    """The Python itself, if it has what training needs. Raises TrainingUnavailable."""
    try:
        asked = subprocess.run(  # noqa: S603 - the operator's own Python, as the child has it
            [python, "-c", _LOOK_FOR, *HEAD], capture_output=True, timeout=15, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        asked = -1
    if not 0 <= asked < 1 << len(HEAD):
        raise TrainingUnavailable(
            f"{python} cannot be run: set TRAINING_PYTHON to a Python that can train.",
            "retrain-python-broken",
            python=str(python),
        )
    missing = ", ".join(name for place, name in enumerate(HEAD) if asked >> place & 1)
    if missing:
        raise TrainingUnavailable(
            f"{python} has no {missing} and cannot train: the extra `head` installs it, or "
            "TRAINING_PYTHON names another Python.",
            "retrain-python-lacks",
            python=str(python),
            missing=missing,
        )
    return python
