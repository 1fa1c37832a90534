"""Retrainings in a second each: what takes long and looks at no photo's news is left out.

That is the proof that what was learned answers as the bundle does, and the report.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import pytest

from tests.training.drawn import Studio
from training.retrain import __main__ as retrain
from training.train import candidate


@contextmanager
def in_seconds() -> Iterator[None]:
    """Retrainings without Matplotlib's part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidate, "_prove", lambda *_: 0.0)
        patch.setattr(candidate, "report_files", lambda *_: {"report/report.html": b"none"})
        yield


def run(place: Studio, *arguments: str) -> dict[str, Any]:
    """One retraining; its row."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        for name, value in place.environment.items():
            patch.setenv(name, value)
        patch.chdir(place.folder)
        retrain.main([*arguments, "--json"])
    row: dict[str, Any] = json.loads(printed.getvalue())
    return row
