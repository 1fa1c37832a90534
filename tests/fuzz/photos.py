"""Damaged photos through the preparation that the bot and the training share.

The work is done in a child process: a decoder that crashes, hangs or swallows the memory takes
the child along, and the photo that did it is still in the child's folder.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from models.errors import PhotoError
from models.photo import Preparation, dhash, open_photo, prepare, strip
from tests.conftest import REPOSITORY
from tests.fuzz.corpus import drawn, real
from tests.fuzz.damage import damaged
from tests.fuzz.memory import most_resident_mb

MOST_RESIDENT_MB = 400
MOST_S = 20.0
"""Seconds that one photo may take on a busy machine; a hang takes for ever."""

_ADDRESSES_BYTES = 4 * 2**30
_LEARNT_AT_MOST = 400
_LEARNT_BYTES = 2**18
"""What the fuzzer itself holds is resident, too."""
_CHILD = [sys.executable, "-m", "tests.fuzz.photos"]
_AT_WORK = "at-work.bin"
_SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@dataclass
class Findings:
    """What came of a campaign; `failure` is empty when all went well."""

    photos: int = 0
    read: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    resident_mb: int = 0
    slowest_ms: float = 0.0
    seconds: float = 0.0
    failure: str = ""
    culprit: bytes = b""

    def __str__(self) -> str:
        refused = ", ".join(f"{code} {n}" for code, n in sorted(self.refused.items()))
        return (
            f"{self.photos} damaged photos in {self.seconds:.0f} s: {self.read} read, "
            f"{sum(self.refused.values())} refused ({refused}); "
            f"at most {self.resident_mb} MB resident, {self.slowest_ms:.0f} ms for one; "
            + (f"FAILED: {self.failure}" if self.failure else "nothing else came out")
        )


def campaign(*, seed: int, count: int, budget_s: float = 1e9) -> Findings:
    """Damage and read `count` photos, or as many as the budget allows, in a child process."""
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.run(
            [*_CHILD, folder, str(seed), str(count), str(budget_s)],
            capture_output=True,
            text=True,
            errors="replace",
            cwd=REPOSITORY,
        )
        last = child.stdout.strip().splitlines()[-1:] or ["{}"]
        told = json.loads(last[0]) if child.returncode == 0 else {}
        culprit = Path(folder) / _AT_WORK
        found = Findings(**told)
        if child.returncode != 0:
            found.failure = f"the process ended with {child.returncode}: {child.stderr[-2000:]}"
        if found.failure and culprit.exists():
            found.culprit = culprit.read_bytes()
    return found


def attempt(data: bytes) -> str:
    """Put one file through everything that reads photos: "read", or the refusal's code.

    Raises AssertionError when what comes out is not what is promised.
    """
    try:
        pixels = prepare(data, Preparation())
        kept = strip(data)
    except PhotoError as refusal:
        sentence = str(refusal)
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert "\n" not in sentence, sentence
        return refusal.code
    assert (pixels.shape, pixels.dtype) == ((224, 224, 3), np.uint8)
    again = open_photo(kept)
    assert max(again.size) <= 1600
    assert not any(sign in kept for sign in (b"ICC_PROFILE", b"Exif\0"))
    assert -(2**63) <= dhash(again) < 2**63
    return "read"


def work(folder: Path, *, seed: int, count: int, budget_s: float) -> Findings:
    """The campaign itself, in this process."""
    chance = random.Random(seed)  # noqa: S311 - damage is not a secret
    sound = [*drawn().values(), *real(_SHARED_DATA).values()]
    learnt: list[bytes] = []
    known: set[str] = set()
    found = Findings()
    began = time.monotonic()
    while found.photos < count and time.monotonic() - began < budget_s:
        data = damaged(chance, learnt if learnt and chance.random() < 0.3 else sound)
        (folder / _AT_WORK).write_bytes(data)
        faulthandler.dump_traceback_later(MOST_S, exit=True)
        at = time.perf_counter()
        try:
            outcome = attempt(data)
        except BaseException as exc:
            found.failure = f"{type(exc).__name__}: {exc}"
            break
        finally:
            faulthandler.cancel_dump_traceback_later()
        found.slowest_ms = max(found.slowest_ms, 1000 * (time.perf_counter() - at))
        found.photos += 1
        if outcome == "read":
            found.read += 1
        else:
            found.refused[outcome] = found.refused.get(outcome, 0) + 1
        found.resident_mb = most_resident_mb()
        if found.resident_mb > MOST_RESIDENT_MB:
            found.failure = f"{found.resident_mb} MB were resident"
            break
        behaviour = _behaviour(data, outcome)
        if behaviour in known or len(data) > _LEARNT_BYTES:
            continue
        if len(learnt) < _LEARNT_AT_MOST:
            known.add(behaviour)  # what behaves in a new way is worth damaging further
            learnt.append(data)
    found.seconds = time.monotonic() - began
    return found


def _behaviour(data: bytes, outcome: str) -> str:
    """How this file fared: its kind, and for damage what the decoder complained of."""
    if outcome != "broken":
        return f"{data[:4].hex()} {outcome}"
    try:
        open_photo(data)
    except PhotoError as refusal:
        cause = refusal.__cause__
        return f"{data[:4].hex()} {type(cause).__name__} {re.sub(r'[0-9]+', 'n', str(cause))}"
    return f"{data[:4].hex()} only when kept"


def main() -> int:
    """The child's side: prints the findings as one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.photos", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("budget_s", type=float)
    options = parser.parse_args()
    # Not a limit to be reached: what guards the machine should the measured one come too late.
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES_BYTES, _ADDRESSES_BYTES))
    warnings.simplefilter("ignore")  # decoders warn of the damage; the outcome is what counts
    found = work(options.folder, seed=options.seed, count=options.count, budget_s=options.budget_s)
    print(json.dumps({key: value for key, value in asdict(found).items() if key != "culprit"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
