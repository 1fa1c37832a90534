"""The clocks of `make bench` are on functions by their names: where one moves, this fails."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.stages import STAGES
from tests.conftest import REPOSITORY


def test_every_stage_of_an_answer_is_measured() -> None:
    """With a few drawn photos, one at a time and at once."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.stages", "--single", "2", "--burst", "3"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for stage in (*STAGES, "the whole process"):
        assert 2 == ended.stdout.count(f"\n| {stage} |"), ended.stdout
