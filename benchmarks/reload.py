"""python -m benchmarks.reload PHOTOS [--swaps N]: how long a photo waits while the model changes.

One photo after another is sent all the time. After some of them another published bundle is made
the current one; the bot proves it, warms it up and swaps it in meanwhile. The delay of a photo is
its answer's time beyond the median without any change; 100 ms are what it may be.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.contenders import Contender, Running, running
from benchmarks.speed import LIGHT, read_photos, where
from models.bundles.bundle import STARTER, Bundle, write_bundle
from models.registry.local import Registry

MOST_DELAY_MS = 100.0
_PATIENCE_S = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status: 1 when a photo was delayed for too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reload", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("--swaps", metavar="N", type=int, default=20)
    options = parser.parse_args(arguments)
    photos = read_photos(options.photos)
    with tempfile.TemporaryDirectory() as name:
        models = Path(name) / "models"
        registry = Registry(models)
        versions = [publish(registry, Path(name), f"reload-{number}") for number in (1, 2)]
        python = LIGHT if LIGHT.exists() else Path(sys.executable)
        contender = Contender(
            "this bot",
            [str(python), "-m", "bot", "--no-browser"],
            {"MODELS_DIR": str(models), "RELOAD_EVERY_S": "0.2", "RETRAIN_CRON": "off"},
        )
        with running(contender, photos[0]) as bot:
            bot.one_at_a_time(photos)
            idle = bot.one_at_a_time(photos)
            times = []
            for number in range(options.swaps):
                times += _swap(bot, registry, versions[number % 2], photos)
    middle = statistics.median(idle)
    late = [taken - middle for taken in times if taken - middle > MOST_DELAY_MS]
    print(
        f"without a change: median {middle:.1f} ms, {max(idle):.0f} ms at most ({len(idle)} photos)"
    )
    print(
        f"during {options.swaps} changes: median {statistics.median(times):.1f} ms, "
        f"{max(times):.0f} ms at most ({len(times)} photos): delayed by {max(times) - middle:.0f} "
        f"ms at most, {len(late)} by more than {MOST_DELAY_MS:.0f} ms"
    )
    print(where())
    return 1 if late else 0


def publish(registry: Registry, folder: Path, version: str) -> str:
    """Publish a copy of the starter under another version."""
    starter = Bundle.open(STARTER)
    files = {name: starter.path / name for name in starter.manifest.files}
    manifest = replace(starter.manifest, version=version)
    return registry.publish(write_bundle(folder / version, manifest, files).path)


def _swap(bot: Running, registry: Registry, version: str, photos: Sequence[bytes]) -> list[float]:
    """Make a version current; milliseconds of each photo until it answers and ten more."""
    registry.rollback(version)
    times: list[float] = []
    deadline = time.monotonic() + _PATIENCE_S
    while bot.answering() != version:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{version} never answered")
        times += bot.one_at_a_time(photos[len(times) % len(photos) :][:3])
    return times + bot.one_at_a_time(photos[:10])


if __name__ == "__main__":
    sys.exit(main())
