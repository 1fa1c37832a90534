"""python -m benchmarks.growth [--write PNG]: does anything grow with what there is already?

- Answering (classify, record, bind the answer) and the doors of reviewers, with 100 to 100,000
  predictions and photos in the database; each size in a process of its own, for its memory.
- `training.add` on generated pictures: seconds and memory as they come in.
- The head on generated features: seconds for 500 photos and more, until the time is up.

Draws the plots, a dotted line being what grows as the data do, and prints the figures.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection

from benchmarks import dataset as doors
from benchmarks import growth_add
from bot.process.memory import give_back_the_rest
from dataset.conversation import predictions
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from models.bundles.bundle import STARTER, Bundle, drawn_bears
from models.inference.classifier import Classifier

SIZES = (100, 1_000, 10_000, 100_000)
HEAD_SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_SHOWN = (
    "record a prediction",
    "queue progress",
    "next photo",
    "grid of the queue, by teaching",
    "near duplicates (7 bits)",
    "statistics of 30 days",
)
_DIMENSIONS = 1280


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, draw; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--write", metavar="PNG", type=Path, help="draw the plots into this file")
    parser.add_argument("--add", type=int, default=5_000, help="pictures for training.add")
    parser.add_argument("--head-s", type=float, default=120, help="seconds for fitting heads")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one is not None:
        print(json.dumps(of_database(options.one)))
        return 0
    figures: dict[str, Any] = {"database": {}, "add": [], "head": {}}
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.growth", "--one", str(size)]
        line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        figures["database"][size] = json.loads(line.splitlines()[-1])
        _say(f"{size} predictions", figures["database"][size])
    for step in of_add(options.add):
        figures["add"].append(step)
        _say("training.add", step)
    began = time.perf_counter()
    for size in HEAD_SIZES:
        figures["head"][size] = round(of_head(size), 2)
        _say(f"head on {size}", {"cpu_s": figures["head"][size]})
        if time.perf_counter() - began > options.head_s / 3:
            break  # the next size may take twice as long as all before it
    if options.write is not None:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        draw(figures, options.write)
    return 0


def of_database(size: int) -> dict[str, float]:
    """CPU milliseconds of each door and of an answer, and the process's memory, with so many
    predictions and photos stored."""
    options = argparse.Namespace(
        predictions=size,
        photos=size,
        claims=size // 4,
        waiting=size // 4,
        people=max(10, size // 50),
        repeat=30,
    )
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'detector.sqlite3'}")
        database.upgrade()
        doors.fill(database, options)
        give_back_the_rest()  # what generating the rows took is not a bot's
        classifier = Classifier(Bundle.open(STARTER), threads=1)
        photos = list(drawn_bears().values())
        for place in range(5):
            _answer(database, classifier, photos[place % len(photos)], -1 - place)
        began = time.process_time()
        for place in range(50):
            _answer(database, classifier, photos[place % len(photos)], -100 - place)
        found = {"answer": 20 * (time.process_time() - began)}
        found["resident_mb"] = growth_add.resident_mb()
        taken = doors.measure(database, PhotoStore(Path(folder) / "photos"), options)
        found |= {name: taken[name][2] for name in _SHOWN}
        database.dispose()
    return {name: round(value, 2) for name, value in found.items()}


def _answer(database: Database, classifier: Classifier, photo: bytes, update_id: int) -> None:
    seen = classifier.classify(photo)

    def record(connection: Connection) -> int:
        return predictions.record_prediction(
            connection,
            predictions.NewPrediction(
                chat_id=1,
                user_id=1,
                photo_message_id=1,
                file_id="file",
                model_version=seen.model_version,
                label=seen.label,
                probability=seen.probability,
                probabilities=seen.probabilities,
                verdict=seen.verdict,
                candidates=seen.candidates,
                outside_score=seen.outside_score,
                milliseconds=seen.milliseconds,
                update_id=update_id,
            ),
        ).id

    with database.transaction() as connection:
        number = record(connection)
    with database.transaction() as connection:
        predictions.set_answer(connection, number, 2)


def of_add(photos: int) -> list[dict[str, float]]:
    """Seconds of CPU and memory of every thousand pictures added in one run."""
    with tempfile.TemporaryDirectory() as place:
        folder, data = Path(place) / "photos", Path(place) / "data"
        for label in growth_add.LABELS:
            (folder / label).mkdir(parents=True)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(partial(growth_add.draw, folder), range(photos), chunksize=100))
        settings = growth_add.TrainingSettings(data_dir=data, _env_file=None)
        return list(growth_add.add(settings, folder))


def of_head(photos: int) -> float:
    """Seconds of CPU that a head of three labels takes on so many photos' features, as training
    fits it: at once, or from portions where there are many."""
    from training.train.knobs import Knobs
    from training.train.learning.recipes.head import fit_head
    from training.train.learning.recipes.streamed import Shard, fit_streamed
    from training.train.material.folds import folds

    knobs = Knobs()
    chance = np.random.default_rng(photos)
    truth = chance.integers(0, 3, photos)
    centres = chance.normal(0, 0.25, (3, _DIMENSIONS)).astype(np.float32)
    embedding = np.empty((photos, _DIMENSIONS), np.float16)
    for start in range(0, photos, 1000):
        some = centres[truth[start : start + 1000]]
        noise = chance.standard_normal(some.shape, np.float32)
        embedding[start : start + 1000] = np.maximum(some + noise, 0)
    groups = [str(number) for number in range(photos)]
    asked: dict[str, Any] = {
        "labels": 3,
        "search": knobs.head_search,
    }
    began = time.process_time()
    is_large = photos >= knobs.head_large
    count = knobs.head_folds // 2 if is_large else knobs.head_folds
    fold_of = folds(truth, groups, count=count, seed=0)
    if not is_large:
        fit_head(embedding.astype(np.float32), truth, fold_of, **asked)
    else:
        shard = Shard(embedding, truth, fold_of)
        fit_streamed(shard, truth, fold_of, dimensions=_DIMENSIONS, **asked)
    return time.process_time() - began


def draw(figures: dict[str, Any], target: Path) -> None:
    """Four plots, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), layout="constrained")
    (database, answer), (add, head) = axes
    sizes = list(figures["database"])
    rows = list(figures["database"].values())
    for name in _SHOWN:
        database.plot(sizes, [max(row[name], 0.01) for row in rows], marker="o", label=name)
    _linear(database, sizes, 0.02)
    _label(database, "what reviewers and /stats ask for", "predictions and photos", "CPU ms")
    answer.plot(sizes, [row["answer"] for row in rows], marker="o", label="an answer, CPU ms")
    answer.plot(sizes, [row["resident_mb"] for row in rows], marker="s", label="the process, MB")
    _linear(answer, sizes, 1.0)
    _label(answer, "answering", "predictions and photos", "ms, MB")
    counts = [step["photos"] for step in figures["add"]]
    seconds = list(itertools.accumulate(step["cpu_seconds"] for step in figures["add"]))
    memory = [step["resident_mb"] for step in figures["add"]]
    # On logarithmic axes later thousands lie on each other.
    some = [place for place in range(len(counts)) if place < 10 or (place + 1) % 10 == 0]
    add.plot(counts, seconds, marker="o", markevery=some, label="CPU seconds since the start")
    add.plot(counts, memory, marker="s", markevery=some, label="the process, MB")
    _linear(add, counts, seconds[0])
    _label(add, "training.add", "pictures added", "s, MB")
    photos = list(figures["head"])
    head.plot(photos, list(figures["head"].values()), marker="o", label="CPU seconds")
    _linear(head, photos, figures["head"][photos[0]])
    _label(head, "training the head", "photos", "s")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=90)
    target.write_bytes(drawn.getvalue())
    pyplot.close(figure)


def _linear(axes: Any, sizes: Sequence[int], first: float) -> None:
    proportional = [first * size / sizes[0] for size in sizes]
    axes.plot(sizes, proportional, ":", color="grey", label="growing as the data do")


def _label(axes: Any, title: str, across: str, up: str) -> None:
    axes.set(title=title, xlabel=across, ylabel=up, xscale="log", yscale="log")
    axes.grid(alpha=0.3)
    # Room for the legend, the more the more lines there are.
    axes.set_ylim(top=axes.get_ylim()[1] * 1.8 ** len(axes.lines))
    axes.legend(fontsize=8, loc="upper left")


def _say(what: str, figures: dict[str, float]) -> None:
    print(what, json.dumps(figures), flush=True)


if __name__ == "__main__":
    sys.exit(main())
