"""`python -m training.train` at work: the settings, the training, and what is printed."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from typing import TYPE_CHECKING

from objects.loading import load_settings
from training.add.opening import open_database
from training.settings.environment import TrainingSettings
from training.train.knobs import Knobs
from training.train.network.body import DEFAULT_ARCH
from training.train.progress import bars, hush

if TYPE_CHECKING:
    from training.train.candidate import Trained


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit status."""
    hush()
    with contextlib.suppress(ValueError):  # outside the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings(TrainingSettings)
    knobs = Knobs(
        recipe=options.recipe,
        arch=options.arch or settings.body or DEFAULT_ARCH,
        weights=options.weights,
        resize=options.resize,
        lr_find=options.lr_find,
        seed=options.seed,
        device=settings.device,
    )
    with bars() as progress:
        progress("loading the libraries", 0.0)
        # Here, so that a word is said before: they take seconds.
        from training.train.candidate import train
        from training.train.learning.cluster.machines import machines_of

        with (
            open_database(settings) as database,
            machines_of(settings, on=options.on) as machines,
        ):
            trained = train(
                settings,
                knobs,
                database,
                out=options.out,
                progress=progress,
                machines=machines,
            )
    for note in trained.metrics["notes"]:
        print(note, file=sys.stderr)
    for name, reason in trained.left_out.items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    where = {"bundle": str(trained.bundle.path), "version": trained.bundle.manifest.version}
    if options.json:
        print(json.dumps(trained.metrics | where, ensure_ascii=False))
    else:
        print(_summary(trained))
    return 0


def _summary(trained: Trained) -> str:
    from training.train.judging.answers import in_words

    manifest = trained.bundle.manifest
    seconds = sum(trained.seconds.values())
    photos = trained.metrics["n"]
    measured = (
        f"On the gate split:\n{in_words(trained.metrics)}"
        if photos
        else "The gate split has no photo yet, so nothing is measured on unseen ones."
    )
    return (
        f"{measured}\n\n{manifest.recipe} on {manifest.arch}, {seconds:.0f} s: "
        f"{trained.bundle.path}\nLook at {trained.bundle.path / 'report' / 'report.html'}, then "
        f"publish it: bear-detector models publish {trained.bundle.path}"
    )
