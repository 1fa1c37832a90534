"""How many altered copies of a forgotten photo are known, and how many others are taken for one.

    python -m benchmarks.forgotten_copies

On the photos in ../shared/data (decision 0160). Nothing is written.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dataset.photos.duplicates import NEAR_DISTANCE, is_telling
from models.looks import looks
from models.photo import dhash, open_photo

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
COPIED = 150
_ALL = 0xFFFF_FFFF_FFFF_FFFF

Bits = NDArray[np.uint64]


def cut(
    left: float, top: float, right: float, bottom: float
) -> Callable[[Image.Image], Image.Image]:
    """Take these shares off the four edges."""

    def change(image: Image.Image) -> Image.Image:
        width, height = image.size
        box = left * width, top * height, (1 - right) * width, (1 - bottom) * height
        return image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]

    return change


def framed(share: float, colour: str) -> Callable[[Image.Image], Image.Image]:
    """Put a border around."""
    return lambda image: ImageOps.expand(image, round(min(image.size) * share), colour)


def compressed(image: Image.Image) -> Image.Image:
    """Encoded at quality 40."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "quality 40": compressed,
    "cut 1% a side": cut(0.01, 0.01, 0.01, 0.01),
    "cut 3% a side": cut(0.03, 0.03, 0.03, 0.03),
    "cut 5% a side": cut(0.05, 0.05, 0.05, 0.05),
    "cut 8% a side": cut(0.08, 0.08, 0.08, 0.08),
    "cut 8% of the left": cut(0.08, 0, 0, 0),
    "cut 10% of the foot": cut(0, 0, 0, 0.10),
    "mirrored": ImageOps.mirror,
    "mirrored, cut 3%": lambda image: cut(0.03, 0.03, 0.03, 0.03)(ImageOps.mirror(image)),
    "white border of 5%": framed(0.05, "white"),
    "black border of 8%": framed(0.08, "black"),
    "turned by 2 degrees": lambda image: image.rotate(2, Image.Resampling.BICUBIC),
}


def main() -> int:
    """Measure and print; the exit status."""
    if not DATA.is_dir():
        print("There are no development photos in ../shared/data.", file=sys.stderr)
        return 1
    files = sorted(
        path
        for part in ("bears/*/*", "user_photos/*/*", "outside/*/*", "field/*/*", "field_near/*")
        for path in DATA.glob(part)
    )
    images = [open_photo(path.read_bytes()) for path in files]
    own = np.array([dhash(image) & _ALL for image in images], np.uint64)
    usable = np.array([is_telling(int(bits)) for bits in own])
    taken = 0
    for row, image in enumerate(images):
        near = usable & (_nearest(image, own) <= NEAR_DISTANCE)
        near[row] = False
        taken += int(near.sum())
        for other in np.flatnonzero(near):
            print(f"  {files[row].name} would be taken for {files[other].name}")
    print(f"{len(files)} photos: {taken} of {len(files) * (len(files) - 1)} pairs")
    copied = range(0, 379, 379 // COPIED)
    for name, change in COPIES.items():
        bits = [_nearest(change(images[row]), own[row : row + 1])[0] for row in copied]
        share = np.mean([distance <= NEAR_DISTANCE for distance in bits])
        print(f"{name}: {share:.1%} of {len(bits)}")
    return 0


def _nearest(image: Image.Image, hashes: Bits) -> NDArray[np.integer]:
    """For each hash, the bits to the nearest look of the image."""
    mine = np.array([bits & _ALL for bits in looks(image) if is_telling(bits)], np.uint64)
    if not len(mine):
        return np.full(len(hashes), 64)
    apart: NDArray[np.integer] = np.bitwise_count(mine[:, None] ^ hashes[None]).min(0)
    return apart


if __name__ == "__main__":
    sys.exit(main())
