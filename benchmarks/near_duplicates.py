"""python -m benchmarks.near_duplicates [--every N]: what each rule for "the same picture" finds.

All pairs of the development photos beside the repository, and altered copies of the bears, by ours
(0030), by a perceptual hash at the threshold of imagededup, and by features alone, as fastdup
compares pictures. With `--every N` of each N photos one.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier
from models.photo import dhash, open_photo, to_square
from training.add.similar import (
    CLOSE_BITS,
    CLOSE_COSINE,
    FAR_BITS,
    FAR_COSINE,
    HASH_ALONE_BITS,
    mirrored,
)

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
BATCH = 32
THEIR_BITS = 10
"""What imagededup takes, unless told otherwise."""
SHOWN = 20

Bits = NDArray[np.uint64]  # [N]
Floats = NDArray[np.float32]
Grid = NDArray[np.bool_]


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """The image after a JPEG of this quality."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return open_photo(buffer.getvalue())


def cropped(image: Image.Image, share: float) -> Image.Image:
    """Without this share of every side."""
    across, down = round(image.width * share), round(image.height * share)
    return image.crop((across, down, image.width - across, image.height - down))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "resized": lambda image: jpeg(image.resize((image.width // 2, image.height // 2)), 60),
    "160 px": lambda image: jpeg(ImageOps.contain(image, (160, 160)), 50),
    "cropped 5%": lambda image: cropped(image, 0.05),
    "cropped 10%": lambda image: cropped(image, 0.10),
    "one side 15%": lambda image: image.crop((0, 0, round(image.width * 0.85), image.height)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "mirrored": ImageOps.mirror,
    "framed": lambda image: ImageOps.expand(image, max(4, min(image.size) // 20), "white"),
}


@dataclass(frozen=True)
class Looks:
    """What is compared of photos: our hashes, perceptual ones [N], and unit features [N, D]."""

    hashes: Bits
    theirs: Bits
    features: Floats

    def where(self, rows: NDArray[np.bool_]) -> Looks:
        """Of some of them."""
        return Looks(self.hashes[rows], self.theirs[rows], self.features[rows])


@dataclass(frozen=True)
class Pairs:
    """Bits apart, mirrored or not, by the perceptual hash, and cosines, [N, M] each."""

    bits: NDArray[np.integer]
    theirs: NDArray[np.integer]
    cosine: Floats


RULES: dict[str, Callable[[Pairs], Grid]] = {
    "hash alone": lambda pairs: pairs.bits <= HASH_ALONE_BITS,
    "perceptual hash": lambda pairs: pairs.theirs <= THEIR_BITS,
    "cosine 0.90": lambda pairs: pairs.cosine >= FAR_COSINE,
    "cosine 0.85": lambda pairs: pairs.cosine >= CLOSE_COSINE,
    "combined": lambda pairs: (
        (pairs.bits <= HASH_ALONE_BITS)
        | ((pairs.bits <= CLOSE_BITS) & (pairs.cosine >= CLOSE_COSINE))
        | ((pairs.bits <= FAR_BITS) & (pairs.cosine >= FAR_COSINE))
    ),
}


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.near_duplicates")
    parser.add_argument("--every", type=int, default=1)
    every = parser.parse_args().every
    if not DATA.is_dir():
        print("There are no development photos in ../shared/data.", file=sys.stderr)
        return 1
    classifier = Classifier(Bundle.open(STARTER))
    files = sorted(
        path for part in ("bears", "user_photos", "outside") for path in DATA.glob(f"{part}/*/*")
    )[::every]
    bears = np.array(["bears" in path.parts for path in files])
    looks = measured(classifier, files, lambda image: image)
    pairs = compare(looks, looks)
    different = np.triu(np.ones_like(pairs.bits, dtype=bool), 1)
    for name, rule in RULES.items():
        found = rule(pairs) & different
        inside = found[np.ix_(bears, bears)].sum()
        print(f"{name}: {found.sum()} of {different.sum()} pairs, {inside} within bears")
        for first, second in np.argwhere(found)[:SHOWN]:
            names = [
                f"{files[row].parent.parent.name}/{files[row].name}" for row in (first, second)
            ]
            print(f"  {pairs.cosine[first, second]:.3f} {pairs.bits[first, second]:2}", *names)
    own_files = [path for path in files if "bears" in path.parts]
    for copy, change in COPIES.items():
        apart = compare(looks.where(bears), measured(classifier, own_files, change))
        shares = {name: float(rule(apart).diagonal().mean()) for name, rule in RULES.items()}
        print(f"{copy}: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    return 0


def measured(
    classifier: Classifier, files: list[Path], change: Callable[[Image.Image], Image.Image]
) -> Looks:
    """What is compared of the changed photos."""
    preparation = classifier.manifest.preparation
    hashes: list[int] = []
    theirs: list[int] = []
    parts: list[Floats] = []
    for start in range(0, len(files), BATCH):
        images = [change(open_photo(path.read_bytes())) for path in files[start : start + BATCH]]
        hashes += [dhash(image) & 0xFFFF_FFFF_FFFF_FFFF for image in images]
        theirs += [int(str(imagehash.phash(each)), 16) for each in images]
        parts.append(classifier.embed(np.stack([to_square(each, preparation) for each in images])))
    features = np.concatenate(parts)
    return Looks(
        np.array(hashes, np.uint64),
        np.array(theirs, np.uint64),
        features / np.linalg.norm(features, axis=1, keepdims=True),
    )


def compare(some: Looks, others: Looks) -> Pairs:
    """How far apart all of them are."""
    turned = np.array([mirrored(int(each)) for each in others.hashes], np.uint64)
    bits = np.minimum(
        np.bitwise_count(some.hashes[:, None] ^ others.hashes[None]),
        np.bitwise_count(some.hashes[:, None] ^ turned[None]),
    )
    theirs = np.bitwise_count(some.theirs[:, None] ^ others.theirs[None])
    return Pairs(bits, theirs, some.features @ others.features.T)


if __name__ == "__main__":
    sys.exit(main())
