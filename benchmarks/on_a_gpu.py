"""python -m benchmarks.on_a_gpu PHOTOS [--many 10000]: what fine-tuning costs on this card.

Runs the tests that need a card, then `training.train --recipe book` on PHOTOS/<label>/* by
DEVICE=cuda and DEVICE=cpu, and on so many cuttings of them. Prints one object to record in
docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(description="Measure fine-tuning on a card.")
    parser.add_argument("photos", type=Path, help="folder with a folder for each label")
    parser.add_argument("--many", type=int, default=10_000, help="photos of the large run; 0: none")
    options = parser.parse_args()
    import torch

    found: dict[str, Any] = {"card": torch.cuda.get_device_name(), "torch": torch.__version__}
    tests = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests/training"]
    found["tests"] = subprocess.run(tests, cwd=REPOSITORY, check=False).returncode
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for device in ("cuda", "cpu"):
            found[device] = _train(options.photos, folder / device, device)
        if options.many:
            _copies(options.photos, folder / "many", options.many)
            found[f"cuda, {options.many}"] = _train(folder / "many", folder / "large", "cuda")
    print(json.dumps(found, indent=1))
    return 0


def _train(photos: Path, folder: Path, device: str) -> dict[str, Any]:
    """Seconds in all and by stage, and what was measured."""
    places = {"DATA_DIR": str(folder / "data"), "MODELS_DIR": str(folder / "models")}
    environment = os.environ | places | {"DEVICE": device, "PYTHONPATH": str(REPOSITORY)}
    folder.mkdir()

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    run("training.add", str(photos.resolve()))
    began = time.perf_counter()
    metrics = json.loads(run("training.train", "--recipe", "book", "--out", "bundle", "--json"))
    kept = ("seconds", "accuracy", "largest_difference", "notes")
    return {"all": time.perf_counter() - began} | {name: metrics[name] for name in kept}


def _copies(photos: Path, folder: Path, count: int) -> None:
    """Photos cut a little otherwise each, so that none is taken for a copy of another."""
    files = sorted(path for path in photos.glob("*/*") if path.is_file())
    for number in range(count):
        file, turn = files[number % len(files)], number // len(files)
        (folder / file.parent.name).mkdir(parents=True, exist_ok=True)
        with Image.open(file) as image:
            upright = image.convert("RGB")
        width, height = upright.size
        left, top = (turn % 6) * width // 24, (turn // 6 % 6) * height // 24
        cut = upright.crop((left, top, left + 3 * width // 4, top + 3 * height // 4))
        cut.rotate(90 * (turn // 36 % 4), expand=True).save(
            folder / file.parent.name / f"{number}.jpg", quality=88
        )


if __name__ == "__main__":
    sys.exit(main())
