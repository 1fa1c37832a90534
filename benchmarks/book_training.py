"""python -m benchmarks.book_training PHOTOS OTHERS: learning as the book does, and as we do.

PHOTOS/<label>/* are learned from, OTHERS/<label>/* measured on. The book: `vision_learner` with
RandomResizedCrop, aug_transforms and `fine_tune(4)`, on the very body that the starter has. Ours:
`python -m training.train --recipe head` on the same photos, taken in before, with no features kept:
from the command to the proven bundle. Seconds on the clock and of CPU, and what is right.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastai.vision.all import (
    CategoryBlock,
    DataBlock,
    ImageBlock,
    Normalize,
    RandomResizedCrop,
    RandomSplitter,
    accuracy,
    aug_transforms,
    get_image_files,
    imagenet_stats,
    parent_label,
    vision_learner,
)
from torch import nn

from training.train.network.packaged import pretrained


def main() -> int:
    """Measure both; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.book_training", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("others", metavar="OTHERS", type=Path)
    options = parser.parse_args()
    photos, others = options.photos, options.others
    print("| | s | CPU s | right on others |")
    print("|---|---|---|---|")
    for name, learn in (("ours, the head", ours), ("the book's", book)):
        seconds, cpu_s, right = learn(photos, others)
        print(f"| {name} | {seconds:.0f} | {cpu_s:.0f} | {right:.1%} |", flush=True)
    return 0


def ours(photos: Path, others: Path) -> tuple[float, float, float]:
    """Seconds and CPU seconds of the command, and the share of others that its bundle gets."""
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "data", Path(folder) / "candidate"
        environment = os.environ | {"DATA_DIR": str(data), "MODELS_DIR": f"{folder}/models"}

        def run(*arguments: str) -> str:
            command = [sys.executable, "-m", *arguments]
            return subprocess.run(
                command, check=True, capture_output=True, text=True, env=environment
            ).stdout

        run("training.add", str(photos))
        began, used = time.perf_counter(), _cpu_s()
        run("training.train", "--recipe", "head", "--out", str(out))
        taken, cpu = time.perf_counter() - began, _cpu_s() - used
        measured = json.loads(run("training.evaluate", str(out), str(others), "--json"))
    return taken, cpu, float(measured["accuracy"])


def book(photos: Path, others: Path) -> tuple[float, float, float]:
    """Seconds and CPU seconds of fine-tuning, and the share of others that the learner gets."""
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=get_image_files,
        splitter=RandomSplitter(valid_pct=0.2, seed=42),
        get_y=parent_label,
        item_tfms=RandomResizedCrop(224, min_scale=0.5),
        batch_tfms=[*aug_transforms(), Normalize.from_stats(*imagenet_stats)],
    )
    dls = block.dataloaders(photos, num_workers=0)
    learn = vision_learner(
        dls, _arch, cut=_body, metrics=accuracy, normalize=False, pretrained=True
    )
    began, used = time.perf_counter(), _cpu_s()
    with learn.no_bar(), learn.no_logging():
        learn.fine_tune(4)
        taken, cpu = time.perf_counter() - began, _cpu_s() - used
        files = get_image_files(others)
        loader = learn.dls.test_dl(files, num_workers=0)
        answers, _ = learn.get_preds(dl=loader)
    vocab = list(learn.dls.vocab)
    found = [vocab[int(row.argmax())] for row in answers]
    right = [label == file.parent.name for label, file in zip(found, files, strict=True)]
    return taken, cpu, sum(right) / len(right)


def _arch(**_: Any) -> nn.Module:
    return pretrained()


def _body(network: Any) -> nn.Module:
    parts = [network.conv_stem, network.bn1, *network.blocks, network.conv_head, network.bn2]
    return nn.Sequential(*parts)


def _cpu_s() -> float:
    """Seconds of CPU of this process and of the programs it has run."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


if __name__ == "__main__":
    sys.exit(main())
