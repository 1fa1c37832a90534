"""python -m benchmarks.label_growth [--labels L,…] [--photos N]: a training as labels become many.

For each number of labels: a dataset of N pictures, each label with colours of its own, and one
`python -m training.train --recipe head` over it, from reading the dataset to the report. One in ten
is drawn, and its features are computed. The others are such a picture once more; their
features are mixed from those of two pictures of the label, and noise. So the training finds all
features (21 ms of CPU a photo). Prints an object a line: seconds of CPU, the most memory of
the process, and the size of the report.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import insert

from dataset.examples.examples import decide_split
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from tests.conftest import REPOSITORY
from tests.training.drawn import Studio
from training.train.knobs import Knobs
from training.train.material.features import Features, compute_missing
from training.train.material.photoset import from_dataset
from training.train.material.shared_features import open_features
from training.train.network.bodies import body_graph

_SIDE_PX = 128
_PORTION = 500
_COPIES = 10
_NOISE = 0.1
"""Of a feature's own spread."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_growth", description=__doc__)
    parser.add_argument("--labels", metavar="L,…", default="3,25,100")
    parser.add_argument("--photos", metavar="N", type=int, default=20_000)
    options = parser.parse_args()
    for labels in map(int, options.labels.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            studio = Studio(Path(folder))
            draw_in(studio, labels, options.photos)
            print(json.dumps(_measured(studio, labels, options.photos)), flush=True)
    return 0


def _measured(studio: Studio, labels: int, photos: int) -> dict[str, object]:
    out = studio.folder / "candidate"
    began_s = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "training.train", "--recipe", "head", "--out", str(out), "--json"],
        cwd=studio.folder,
        env={**os.environ, **studio.environment, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    report = [path.stat().st_size for path in (out / "report").glob("*")]
    return {
        "labels": labels,
        "photos": photos,
        "status": child.returncode,
        "cpu_s": round(used.ru_utime + used.ru_stime),
        "wall_s": round(time.monotonic() - began_s),
        "memory_mb": used.ru_maxrss // 1024,
        "report_mb": round(sum(report) / 2**20, 1),
    }


def draw_in(studio: Studio, labels: int, photos: int) -> None:
    """The same number of pictures of each label, with their features."""
    drawn = photos // _COPIES
    numbers = range(drawn)
    pictures = [_picture(number % labels, number) for number in numbers]
    settings, knobs = studio.settings, Knobs()
    body = body_graph(
        knobs.arch, folder=settings.data_dir / "bodies", preparation=knobs.preparation
    )
    with studio.database() as database, closing(open_features(settings)) as cache:
        names = _keep(studio, database, labels, numbers, pictures)
        found = from_dataset(database, studio.store)
        compute_missing(found, body, cache, progress=lambda _: None, threads=2)
        known = cache.read(body.key, names)
        for start in range(drawn, photos, _PORTION):
            rows = np.arange(start, min(start + _PORTION, photos))
            files = [pictures[row % drawn] + row.tobytes() for row in rows]
            names = _keep(studio, database, labels, rows.tolist(), files)
            cache.write(body.key, names, _mixed(known, labels, rows))


def _keep(
    studio: Studio, database: Database, labels: int, numbers: Sequence[int], files: Sequence[bytes]
) -> list[str]:
    """Make these files examples, many at a time; their hashes."""
    names = [studio.store.put(data) for data in files]
    with database.session() as session:
        ids = session.scalars(
            insert(Photo).returning(Photo.id, sort_by_parameter_order=True),
            [
                {
                    "sha256": name,
                    "dhash": number,
                    "width": _SIDE_PX,
                    "height": _SIDE_PX,
                    "size_bytes": len(data),
                    "source": "drawn",
                }
                for name, number, data in zip(names, numbers, files, strict=True)
            ],
        )
        rows = [
            {
                "photo_id": photo_id,
                "label": f"label-{number % labels:03}",
                "first_label": f"label-{number % labels:03}",
                "split": decide_split(f"{number}", salt="drawn"),
                "group": f"{number}",
                "origin": "add",
            }
            for photo_id, number in zip(ids, numbers, strict=True)
        ]
        session.execute(insert(Example), rows)
    return names


def _mixed(known: Features, labels: int, rows: NDArray[np.integer]) -> Features:
    """Features between those of these photos and of another of the same label each, with noise."""
    chance = np.random.default_rng(int(rows[0]))
    first = rows % len(known.signs)
    second = (first + labels * chance.integers(1, 1000, len(rows))) % len(known.signs)
    share = chance.uniform(0.5, 1, len(rows))

    def mix(values: NDArray[Any]) -> NDArray[Any]:
        of_first = share.reshape(-1, *(1 for _ in values.shape[1:]))
        both = values[first] * of_first + values[second] * (1 - of_first)
        noise = chance.normal(0, _NOISE, both.shape) * values.std(axis=0, dtype=float)
        return (both + noise).astype(values.dtype)

    return Features(mix(known.views), mix(known.imagenet), known.signs[first])


def _picture(label: int, number: int) -> bytes:
    own = np.random.default_rng([label, 1]).integers(0, 256, (4, 4, 3))
    noise = np.random.default_rng([number, 2]).normal(0, 40, (4, 4, 3))
    coarse = np.clip(own + noise, 0, 255).astype(np.uint8)
    image = Image.fromarray(coarse).resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
