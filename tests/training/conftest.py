"""A drawn dataset and a candidate trained from it, made once for all tests of this room."""

from __future__ import annotations

import io
import json
import os
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.bundles.bundle import Bundle
from tests.training.drawn import Studio, studio
from training.train import __main__ as train

TEXTS = """
[noun]
en = "pattern"
[labels.checks]
names = { en = "Chessboard", de = "Schachbrett" }
aliases = ["squares"]
[labels.rings]
[labels.stripes]
"""


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retraining in this process lowers its own priority, and that of all tests after it."""
    monkeypatch.setattr(os, "nice", lambda increment: increment)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A dataset of drawn pictures: for reading only."""
    return studio(tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def own_studio(drawn: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """A copy of the drawn dataset for one test, which the commands find."""
    shutil.copytree(drawn.folder, tmp_path / "studio")
    mine = Studio(tmp_path / "studio")
    for name, value in mine.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return mine


@dataclass(frozen=True)
class Made:
    """A candidate as the command made it, and the metrics it printed."""

    bundle: Bundle
    metrics: dict[str, Any]


@pytest.fixture(scope="session")
def candidate(drawn: Studio, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A candidate of recipe `head` from the drawn dataset: for reading only."""
    out = tmp_path_factory.mktemp("candidate") / "bundle"
    texts = out.parent / "labels.toml"
    texts.write_text(TEXTS, encoding="utf-8")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch, redirect_stdout(printed):
        for name, value in drawn.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LABELS_FILE", str(texts))
        assert train.main(["--recipe", "head", "--out", str(out), "--json"]) == 0
    return Made(Bundle.open(out), json.loads(printed.getvalue()))
