"""Retrainings in a second each: what takes long and looks at no photo's news is left out.

That is the learner for developers, the proof that it answers as the bundle does, and the report.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.training.drawn import Studio
from training import rounded_body
from training.retrain import __main__ as retrain
from training.train import candidate
from training.train.learning import by_recipe
from training.train.network import bodies


class _NoLearner:
    """Stands for the fastai learner, which nobody asks here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.model = [None, SimpleNamespace(temperature=1.0)]

    def export(self, name: str) -> None:
        (self._folder / name).write_bytes(b"no learner")


@contextmanager
def in_seconds() -> Iterator[None]:
    """Retrainings without torch's part and Matplotlib's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "load_body", lambda *_, **__: SimpleNamespace(stages=()))
        patch.setattr(rounded_body, "is_rounded", lambda _: False)
        patch.setattr(by_recipe, "_learner", lambda *parts: _NoLearner(parts[-1]))
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
