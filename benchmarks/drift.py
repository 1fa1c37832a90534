"""python -m benchmarks.drift PHOTOS: what sets off the alarm for drift, and by which number.

Compares the photos of PHOTOS (a folder, searched through) with changed copies of themselves, by the
population stability index of what an answer records (the outside score and the probability) and of
eight random projections of the raw features (Rabanser, Günnemann and Lipton 2019), of which the
largest is shown.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from dataset.reviewing.drift import THRESHOLD, stability_index
from models.inference.classifier import Classifier
from models.photo import open_photo, prepare
from models.registry.local import Registry
from models.settings import ModelsSettings

PROJECTIONS = 8
CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "none (half of them)": lambda photo: photo,
    "dark": lambda photo: ImageEnhance.Brightness(photo).enhance(0.35),
    "blurred": lambda photo: photo.filter(ImageFilter.GaussianBlur(3)),
    "grey": lambda photo: photo.convert("L").convert("RGB"),
    "tiny": lambda photo: photo.resize((96, 96)).resize(photo.size),
}

Numbers = NDArray[np.float32]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    options = parser.parse_args(arguments)
    classifier = Classifier(Registry(ModelsSettings().models_dir).open())
    photos = [
        open_photo(path.read_bytes(), short_side_px=256)
        for path in sorted(options.photos.rglob("*.jpg"))
    ]
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(_width(classifier), PROJECTIONS))
    then = _numbers(classifier, photos, signs)
    print(f"{len(photos)} photos, {classifier.version}; an alarm from {THRESHOLD}")
    print(f"{'change':22}{'outside score':>15}{'probability':>13}{'projections':>13}")
    for name, change in CHANGES.items():
        now = _numbers(classifier, [change(photo) for photo in photos[::2]], signs)
        indices = [
            stability_index(list(before), list(after))
            for before, after in zip(then, now, strict=True)
        ]
        print(f"{name:22}{indices[0]:15.2f}{indices[1]:13.2f}{max(indices[2:]):13.2f}")
    return 0


def _width(classifier: Classifier) -> int:
    side = classifier.manifest.preparation.crop_px
    return int(classifier.embed(np.zeros((1, side, side, 3), np.uint8)).shape[1])


def _numbers(
    classifier: Classifier, photos: Sequence[Image.Image], signs: NDArray[np.float64]
) -> list[Numbers]:
    """What each photo gave, number by number: outside score, probability, the projections."""
    rows = []
    for photo in photos:
        encoded = io.BytesIO()
        photo.save(encoded, "JPEG", quality=92)
        answer = classifier.classify(encoded.getvalue())
        prepared = prepare(encoded.getvalue(), classifier.manifest.preparation)[np.newaxis]
        projected = classifier.embed(prepared)[0] @ signs
        rows.append([answer.outside_score, answer.probability, *projected])
    return list(np.array(rows, np.float32).T)


if __name__ == "__main__":
    raise SystemExit(main())
