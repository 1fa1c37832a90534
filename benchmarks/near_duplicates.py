"""python -m benchmarks.near_duplicates: what each rule for "the same picture" finds (0030).

All pairs of the development photos beside the repository, and altered copies of the bears.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

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

RULES: dict[str, Callable[[NDArray[np.integer], Floats], Grid]] = {
    "hash alone": lambda bits, cosine: bits <= HASH_ALONE_BITS,
    "cosine 0.90": lambda bits, cosine: cosine >= FAR_COSINE,
    "cosine 0.85": lambda bits, cosine: cosine >= CLOSE_COSINE,
    "combined": lambda bits, cosine: (
        (bits <= HASH_ALONE_BITS)
        | ((bits <= CLOSE_BITS) & (cosine >= CLOSE_COSINE))
        | ((bits <= FAR_BITS) & (cosine >= FAR_COSINE))
    ),
}


def main() -> int:
    """Measure and print; the exit status."""
    if not DATA.is_dir():
        print("There are no development photos in ../shared/data.", file=sys.stderr)
        return 1
    classifier = Classifier(Bundle.open(STARTER))
    files = sorted(
        path for part in ("bears", "user_photos", "outside") for path in DATA.glob(f"{part}/*/*")
    )
    bears = np.array(["bears" in path.parts for path in files])
    hashes, features = measured(classifier, files, lambda image: image)
    bits, cosine = compare(hashes, features, hashes, features)
    pairs = np.triu(np.ones_like(bits, dtype=bool), 1)
    for name, rule in RULES.items():
        found = rule(bits, cosine) & pairs
        inside = found[np.ix_(bears, bears)].sum()
        print(f"{name}: {found.sum()} of {pairs.sum()} pairs, {inside} within bears")
    for first, second in np.argwhere(RULES["combined"](bits, cosine) & pairs):
        names = [f"{files[row].parent.parent.name}/{files[row].name}" for row in (first, second)]
        print(f"  {cosine[first, second]:.3f} {bits[first, second]:2} {' '.join(names)}")
    own_hashes, own_features = hashes[bears], features[bears]
    own_files = [path for path in files if "bears" in path.parts]
    for copy, change in COPIES.items():
        other_hashes, other_features = measured(classifier, own_files, change)
        bits, cosine = compare(own_hashes, own_features, other_hashes, other_features)
        shares = {
            name: float(rule(bits.diagonal(), cosine.diagonal()).mean())
            for name, rule in RULES.items()
        }
        print(f"{copy}: " + ", ".join(f"{name} {share:.1%}" for name, share in shares.items()))
    return 0


def measured(
    classifier: Classifier, files: list[Path], change: Callable[[Image.Image], Image.Image]
) -> tuple[Bits, Floats]:
    """Hashes [N] and unit features [N, D] of the changed photos."""
    preparation = classifier.manifest.preparation
    hashes: list[int] = []
    parts: list[Floats] = []
    for start in range(0, len(files), BATCH):
        images = [change(open_photo(path.read_bytes())) for path in files[start : start + BATCH]]
        hashes += [dhash(image) & 0xFFFF_FFFF_FFFF_FFFF for image in images]
        parts.append(classifier.embed(np.stack([to_square(each, preparation) for each in images])))
    features = np.concatenate(parts)
    return np.array(hashes, np.uint64), features / np.linalg.norm(features, axis=1, keepdims=True)


def compare(
    hashes: Bits, features: Floats, other_hashes: Bits, other_features: Floats
) -> tuple[NDArray[np.integer], Floats]:
    """Bits apart (mirrored or not) and cosines, [N, M] each."""
    turned = np.array([mirrored(int(each)) for each in other_hashes], np.uint64)
    bits = np.minimum(
        np.bitwise_count(hashes[:, None] ^ other_hashes[None]),
        np.bitwise_count(hashes[:, None] ^ turned[None]),
    )
    return bits, features @ other_features.T


if __name__ == "__main__":
    sys.exit(main())
