"""python -m benchmarks.growth_add [PHOTOS]: does `training.add` grow with what it is given?

Generates PHOTOS pictures (10,000), adds them in one run, and prints for every thousand how long it
took and how much memory the process held: both must stay as they are.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from training.add.folder import read_folder
from training.add.material import offers_of
from training.add.offers import Fate
from training.add.opening import open_database, open_intake
from training.settings.environment import TrainingSettings

STEP = 1000
LABELS = ("one", "two", "three")


def main() -> int:
    """Generate, add, print; the exit status."""
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as place:
        folder, data = Path(place) / "photos", Path(place) / "data"
        for label in LABELS:
            (folder / label).mkdir(parents=True)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(partial(draw, folder), range(photos), chunksize=100))
        settings = TrainingSettings(data_dir=data, _env_file=None)
        for step in add(settings, folder):
            print(json.dumps(step), flush=True)
    return 0


def add(settings: TrainingSettings, folder: Path) -> Iterator[dict[str, float]]:
    """Seconds and megabytes of every thousand photos."""
    with (
        open_database(settings) as database,
        open_intake(settings, database, source="growth", origin="add") as intake,
    ):
        started, busy, added = time.perf_counter(), time.process_time(), 0
        for number, result in enumerate(intake.take(offers_of(folder, read_folder(folder))), 1):
            added += result.fate is Fate.ADDED
            if number % STEP == 0:
                now, busy_now = time.perf_counter(), time.process_time()
                yield {
                    "photos": number,
                    "added": added,
                    "seconds": round(now - started, 1),
                    "cpu_seconds": round(busy_now - busy, 1),
                    "resident_mb": round(resident_mb(), 1),
                }
                started, busy = now, busy_now


def draw(folder: Path, number: int, *, size: tuple[int, int] = (320, 240)) -> None:
    """Write a picture like no other: coloured noise of several grains."""
    chance = np.random.default_rng(number)
    total = np.zeros((240, 320, 3), np.float32)
    for grain in (4, 9, 24):
        coarse = chance.integers(0, 256, (grain, grain + grain // 3, 3), dtype=np.uint8)
        fine = Image.fromarray(coarse).resize((320, 240), Image.Resampling.BICUBIC)
        total += np.asarray(fine, np.float32)
    buffer = io.BytesIO()
    image = Image.fromarray((total / 3).astype(np.uint8)).resize(size)
    image.save(buffer, "JPEG", quality=85)
    label = LABELS[number % len(LABELS)]
    (folder / label / f"{number:06}.jpg").write_bytes(buffer.getvalue())


def resident_mb() -> float:
    """Memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    sys.exit(main())
