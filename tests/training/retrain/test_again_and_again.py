"""The real command, one run after the other on one dataset."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from tests.training.drawn import Studio, studio


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


def test_a_second_and_a_third_retraining_end_like_the_first(tmp_path: Path) -> None:
    """With nothing new since the champion, and with photos that were added since."""
    place = studio(tmp_path, each=9, outside=4)
    assert retrain(place, "--force")["status"] == "published"
    assert retrain(place)["status"] in ("published", "held")
    place.draw_in({"rings": 12})
    third = retrain(place)
    assert third["status"] in ("published", "held")
    registry = registry_of(place.settings)
    Classifier(registry.open()).check_golden()
    assert registry.current_version() in (third["champion"], third["candidate"])
