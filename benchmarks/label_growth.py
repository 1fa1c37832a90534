"""python -m benchmarks.label_growth [--labels L,…] [--photos N]: a training as labels become many.

For each number of labels: a dataset of N drawn pictures, each label with colours of its own, and
one `python -m training.train --recipe head` over it, from the first feature to the report. Prints
an object a line: seconds of CPU, the most memory of the process, and the size of the report.
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
from pathlib import Path

import numpy as np
from PIL import Image

from dataset.examples.examples import NewExample, add_example
from dataset.photos.store import NewPhoto, keep_photo
from models.photo import dhash
from tests.conftest import REPOSITORY
from tests.training.drawn import Studio

_SIDE_PX = 128
_PORTION = 500


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.label_growth", description=__doc__)
    parser.add_argument("--labels", metavar="L,…", default="3,25,100")
    parser.add_argument("--photos", metavar="N", type=int, default=20_000)
    options = parser.parse_args()
    for labels in map(int, options.labels.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(_measured(Studio(Path(folder)), labels, options.photos)), flush=True)
    return 0


def _measured(studio: Studio, labels: int, photos: int) -> dict[str, object]:
    _draw_in(studio, labels, photos)
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


def _draw_in(studio: Studio, labels: int, photos: int) -> None:
    """The same number of each label; every picture is another one."""
    with studio.database() as database:
        for start in range(0, photos, _PORTION):
            with database.session() as session:
                for number in range(start, min(start + _PORTION, photos)):
                    label = number % labels
                    image = _picture(label, number)
                    buffer = io.BytesIO()
                    image.save(buffer, "JPEG", quality=85)
                    about = NewPhoto(
                        dhash=dhash(image), width=_SIDE_PX, height=_SIDE_PX, source="drawn"
                    )
                    photo = keep_photo(session, studio.store, buffer.getvalue(), about)
                    new = NewExample(
                        label=f"label-{label:03}", origin="add", salt="drawn", group=f"{number}"
                    )
                    add_example(session, photo, new, near_distance=0)


def _picture(label: int, number: int) -> Image.Image:
    own = np.random.default_rng([label, 1]).integers(0, 256, (4, 4, 3))
    noise = np.random.default_rng([number, 2]).normal(0, 40, (4, 4, 3))
    coarse = np.clip(own + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(coarse).resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    sys.exit(main())
