"""python -m tests.fuzz [--seconds N | --photos N --updates N] [--seed N]: rubbish for what reads.

Damaged photos, spoilt updates, and hypothesis on updates and settings. Exits with 1 when anything
came out that may not; what did it is told, and a photo is kept beside the report.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.fuzz import photos, updates
from tests.fuzz.examples import VARIABLE

_MANY = 10**9
_EXAMPLES_A_SECOND = 4
"""How many examples of the slowest hypothesis test fit into a second."""


def main(argv: list[str] | None = None) -> int:
    """Run the campaigns one after the other; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, help="time for all of it (default: 300)")
    parser.add_argument("--photos", type=int, help="so many damaged photos instead")
    parser.add_argument("--updates", type=int, help="so many spoilt updates instead")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the clock")
    options = parser.parse_args(argv)
    gc.freeze()  # what was imported need not be looked through for every complaint
    logging.getLogger().addHandler(logging.NullHandler())  # what matters is in the findings
    counted = options.photos is not None or options.updates is not None
    seconds = options.seconds or (float(_MANY) if counted else 300.0)
    print(f"seed {options.seed}", flush=True)
    failed = False
    if not counted or options.photos:
        damaged = photos.campaign(
            seed=options.seed, count=options.photos or _MANY, budget_s=seconds / 3
        )
        print(damaged, flush=True)
        failed |= bool(damaged.failure)
        if damaged.culprit:
            culprit = Path(f"culprit-{hashlib.sha256(damaged.culprit).hexdigest()[:12]}.bin")
            culprit.write_bytes(damaged.culprit)
            print(f"the photo is kept in {culprit}")
    if not counted or options.updates:
        spoilt = updates.campaign(
            seed=options.seed, count=options.updates or _MANY, budget_s=seconds / 3
        )
        print(spoilt, flush=True)
        failed |= bool(spoilt.failure)
    if not counted:
        failed |= _hypothesis(seed=options.seed, examples=int(seconds / 3 * _EXAMPLES_A_SECOND))
    return int(failed)


def _hypothesis(*, seed: int, examples: int) -> bool:
    """The tests of this folder that make examples up, with others and more; whether any failed."""
    chosen = "whatever_people_may_send or any_environment or any_env_file"
    command = [sys.executable, "-m", "pytest", "-q", "-k", chosen, f"--hypothesis-seed={seed}"]
    environment = os.environ | {VARIABLE: str(examples)}
    return subprocess.run([*command, "tests/fuzz"], cwd=REPOSITORY, env=environment).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
