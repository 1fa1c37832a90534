"""A short life of the whole: two weeks, everything that happens in years, at real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.long


def test_two_weeks_are_lived_through(tmp_path: Path) -> None:
    """Thirty people, two reviewers, trouble of every kind: what must always hold does each day."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.months", "--json"),
            *("--days", "14", "--seed", "1", "--write", str(tmp_path)),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    weeks = json.loads(done.stdout)["weeks"]
    ends = [run["status"] for week in weeks for run in week["retrainings"]]
    assert len(ends) >= 4
    assert ends.count("published") >= 2
    assert {"restored", "upgraded", "label added", "disk full", "rolled back", "killed"} <= {
        event for week in weeks for event in week["events"]
    }
    assert (tmp_path / "months.png").stat().st_size
