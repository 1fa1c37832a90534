"""Similar photos among many examples: how long a look takes over real HTTP, and what it holds.

    python -m benchmarks.similar --examples 100000

Makes as many examples with features of the size that training caches (10 kB each, so that 100,000
take a gigabyte of disk in the temporary folder), and asks for similar photos and for the order of
the whole dataset by likeness. The processor's time counts server, client and all threads; it tells
what a look costs on a machine that does much else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from benchmarks.growth_add import resident_mb
from dataset.storage.schema import Example, Photo, Split
from models.photo import VIEWS
from review.similar.index import FEATURES
from tests.review.serving import ReviewServer
from training.train.material.features import FeatureCache
from training.train.material.picture_signs import SIGNS

LABELS = ("black", "grizzly", "teddy", "polar", "panda")
DIMENSIONS, CLASSES = 1280, 1000
_PORTION = 1000


def fill(server: ReviewServer, examples: int) -> None:
    """Rows and features; the features of a label lie around its own directions."""
    random = np.random.default_rng(1)
    axes = np.abs(random.standard_normal((len(LABELS), 48, DIMENSIONS)).astype(np.float32))
    other = (np.zeros(CLASSES, np.float16).tobytes(), np.zeros(len(SIGNS), np.float32).tobytes())
    with closing(FeatureCache(server.folder / FEATURES)) as cache:
        for start in range(0, examples, _PORTION):
            numbers = range(start + 1, min(examples, start + _PORTION) + 1)
            names = {number: f"{number * 2654435761 % 2**64:064x}" for number in numbers}
            rows = []
            for number, name in names.items():
                mixed = random.gamma(0.3, size=(VIEWS, 48)) @ axes[number % len(LABELS)]
                rows.append((name, mixed.astype(np.float16).tobytes(), *other))
            cache.write_rows("body", rows)
            with server.database.session() as session:
                session.execute(insert(Photo), [_photo(*one) for one in names.items()])
                session.execute(insert(Example), [_example(number) for number in names])


def _photo(number: int, name: str) -> dict[str, object]:
    return {
        "id": number,
        "sha256": name,
        "dhash": number,
        "width": 640,
        "height": 480,
        "size_bytes": 1,
        "source": "collect",
    }


def _example(number: int) -> dict[str, object]:
    label = LABELS[number % len(LABELS)]
    return {
        "photo_id": number,
        "label": label,
        "first_label": label,
        "split": Split.TRAIN,
        "group": str(number),
        "origin": "collect",
    }


def main() -> int:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--looks", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = ReviewServer(Path(folder), features_file=Path(folder) / FEATURES)
        try:
            fill(server, given.examples)
            print(json.dumps(measure(server, given.examples, given.looks)))
        finally:
            server.stop()
    return 0


def measure(server: ReviewServer, examples: int, looks: int) -> dict[str, object]:
    """Seconds of the first look, which reads all features; milliseconds of those after it."""
    random = np.random.default_rng(2)
    ids = random.integers(1, examples + 1, looks).tolist()
    with server.reviewer() as reviewer:

        def seconds(path: str) -> float:
            began = time.perf_counter()
            reviewer.http.get(path, timeout=600).raise_for_status()
            return time.perf_counter() - began

        before = resident_mb()
        first = seconds(f"/photos/{ids[0]}/similar")
        held = resident_mb() - before
        began = time.process_time()
        panels = [1000 * seconds(f"/photos/{one}/similar") for one in ids]
        cpu_ms = 1000 * (time.process_time() - began) / len(ids)
        sorts = [1000 * seconds(f"/ids?shelf=examples&like={one}") for one in ids[:20]]
        plain = [1000 * seconds("/ids?shelf=examples") for _ in range(5)]
    return {
        "examples": examples,
        "first_s": round(first, 1),
        "held_mb": round(held),
        "similar_ms": _spread(panels),
        "similar_cpu_ms": round(cpu_ms, 1),
        "sorted_ms": _spread(sorts),
        "unsorted_ms": _spread(plain),
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
