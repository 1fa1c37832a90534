"""One run after the other on one dataset: the command itself, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from tests.training.drawn import Studio, studio
from tests.training.retrain.quickly import in_seconds, run

pytestmark = pytest.mark.long


def retrain(place: Studio, *arguments: str) -> dict[str, Any]:
    """The row of one run in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "training.retrain", *arguments, "--json"],
        cwd=place.folder,
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    row: dict[str, Any] = json.loads(ended.stdout)
    return row


def test_the_next_retrainings_end_like_the_first(tmp_path: Path) -> None:
    """The whole command, with photos that were added since the champion; and with nothing new."""
    place = studio(tmp_path, each=9, outside=4)
    with in_seconds():
        assert run(place, "--force")["status"] == "published"
    place.draw_in({"rings": 12})
    second = retrain(place)
    assert second["status"] in ("published", "held")
    registry = registry_of(place.settings)
    Classifier(registry.open()).check_golden()
    assert registry.current_version() in (second["champion"], second["candidate"])
    with in_seconds():
        assert run(place)["status"] in ("published", "held")
