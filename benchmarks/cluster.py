"""python -m benchmarks.cluster [--photos N] [--workers 1,2]: features and head on Ray, by workers.

Generates N photos of 1280×960 (100 pictures, each file with a comment of its own), and for each
number of workers starts Ray on this machine with so many cores, computes the features of all photos
into an empty cache and fits the head. Ray's start is told apart: it is the same for any N.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
from PIL import Image

from dataset.photos.store import PhotoStore
from training.train.knobs import Knobs
from training.train.learning.cluster.features import compute_on_ray
from training.train.learning.cluster.head import shards_on_ray
from training.train.learning.cluster.session import connected
from training.train.learning.recipes.streamed import fit_streamed
from training.train.material.features import BodyGraph, FeatureCache, of_readable
from training.train.material.folds import folds
from training.train.material.photoset import Item, PhotoSet
from training.train.network.bodies import body_graph

_PICTURES = 100
_LABELS = ("cold", "green", "warm")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--photos", metavar="N", type=int, default=6000)
    parser.add_argument("--workers", metavar="N,…", default="1,2")
    options = parser.parse_args(arguments)
    knobs = Knobs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        body = body_graph(knobs.arch, folder=folder, preparation=knobs.preparation)
        photos = _generate(PhotoStore(folder / "photos"), options.photos)
        first: float | None = None
        for workers in map(int, options.workers.split(",")):
            began = time.perf_counter()
            with connected("", cores=workers) as ray:
                started_s = time.perf_counter() - began
                features_s, head_s = _train(ray, photos, body, folder, workers, knobs)
            total_s = features_s + head_s
            first = first or total_s
            print(
                f"{workers} workers: features {features_s:.1f} s"
                f" ({len(photos) / features_s:.0f} photos/s), head {head_s:.1f} s, together"
                f" {total_s:.1f} s, {first / total_s:.2f} times the first"
                f" (Ray's start: {started_s:.1f} s)",
                flush=True,
            )
    return 0


def _train(
    ray: ModuleType, photos: PhotoSet, body: BodyGraph, folder: Path, workers: int, knobs: Knobs
) -> tuple[float, float]:
    """Seconds for the features of all photos, and for the head."""
    cache = FeatureCache(folder / f"features-{workers}.sqlite3")
    began = time.perf_counter()
    unreadable = compute_on_ray(
        ray,
        photos,
        body,
        cache,
        partial(PhotoStore, folder / "photos"),
        progress=lambda _: None,
    )
    features_s = time.perf_counter() - began
    began = time.perf_counter()
    _, features, _ = of_readable(photos, body, cache, unreadable)
    cache.close()
    groups = [item.group for item in photos.items]
    fold_of = folds(photos.truth, groups, count=knobs.head_folds // 2, seed=knobs.seed)
    with shards_on_ray(ray, features.embedding, photos.truth, fold_of) as shards:
        fit_streamed(
            shards,
            photos.truth,
            fold_of,
            labels=len(photos.labels),
            dimensions=features.embedding.shape[1],
            search=knobs.head_search,
        )
    return features_s, time.perf_counter() - began


def _generate(store: PhotoStore, count: int) -> PhotoSet:
    """Photos of one tint for each label, one in ten of another, that no two are the same."""
    random = np.random.default_rng(0)
    items = []
    pictures = []
    for number in range(_PICTURES):
        tint = number % 3 if number % 10 else (number + 1) % 3
        coarse = random.integers(0, 180, (12, 16, 3), dtype=np.uint8)
        coarse[:, :, 2 - tint] += 75
        buffer = io.BytesIO()
        Image.fromarray(coarse).resize((1280, 960), Image.Resampling.BICUBIC).save(buffer, "JPEG")
        pictures.append(buffer.getvalue())
    for number in range(count):
        picture = number % _PICTURES
        comment = f"photo {number}".encode()
        marked = b"\xff\xd8\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        data = marked + pictures[picture][2:]
        sha256 = hashlib.sha256(data).hexdigest()
        # Not by `put`, which waits for the disk at each photo.
        store.path(sha256).parent.mkdir(parents=True, exist_ok=True)
        store.path(sha256).write_bytes(data)
        items.append(
            Item(
                label=_LABELS[picture % 3],
                name=sha256[:12],
                read=partial(store.get, sha256),
                sha256=sha256,
                group=str(picture),
            )
        )
    return PhotoSet(tuple(items), _LABELS)


if __name__ == "__main__":
    raise SystemExit(main())
