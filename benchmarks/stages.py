"""python -m benchmarks.stages [--photos DIR] [--flame DIR]: what each stage of an answer takes.

For photos one at a time and for many at once: the median and the 95th percentile of each passage in
milliseconds, passages a photo, and CPU milliseconds a photo. `record` is a transaction on the
database's thread; there are about three to a photo. `other` is what the process uses beside the
stages: the event loop, PTB's dispatching, the connections. With `--flame`, py-spy draws a flame
graph of each into that folder.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contenders import Contender, Running, running
from benchmarks.speed import read_photos, where

STAGES = ("poll", "download", "decode", "prepare", "infer", "record", "answer")
_PATIENCE_S = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print both tables; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--photos", metavar="DIR", type=Path, help="real photos (default: drawn)")
    parser.add_argument("--single", type=int, default=100, help="photos sent one at a time")
    parser.add_argument("--burst", type=int, default=400, help="photos sent at once")
    parser.add_argument("--flame", metavar="DIR", type=Path, help="draw flame graphs by py-spy")
    options = parser.parse_args(arguments)
    photos = read_photos(options.photos)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stages.json"
        command = [sys.executable, "-m", "benchmarks.staged_bot", str(file), "--no-browser"]
        with running(Contender("this bot", command), photos[0]) as bot:
            bot.one_at_a_time([photos[place % len(photos)] for place in range(len(photos))])
            for name, count in (("one at a time", options.single), ("at once", options.burst)):
                some = [photos[place % len(photos)] for place in range(count)]
                _take(bot, file)
                flame = options.flame and options.flame / f"{name.replace(' ', '-')}.svg"
                with _flame(bot, flame):
                    began, used = time.perf_counter(), bot.cpu_s()
                    if name == "at once":
                        bot.all_at_once(some)
                    else:
                        bot.one_at_a_time(some)
                    taken, used = time.perf_counter() - began, bot.cpu_s() - used
                print(f"{count} photos {name}: {count / taken:.0f} a second\n")
                print(_table(_take(bot, file), count, cpu_ms=1000 * used / count))
    print(where())
    return 0


def _table(passages: dict[str, list[list[float]]], photos: int, *, cpu_ms: float) -> str:
    lines = ["| stage | median ms | 95% ms | a photo | CPU ms a photo |", "|---|---|---|---|---|"]
    left = cpu_ms
    for stage in STAGES:
        taken = [1000 * wall for wall, _ in passages[stage]]
        used = 1000 * sum(cpu for _, cpu in passages[stage]) / photos
        left -= used
        high = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        lines.append(
            f"| {stage} | {statistics.median(taken):.1f} | {high:.1f} |"
            f" {len(taken) / photos:.1f} | {used:.1f} |"
        )
    lines.append(f"| other | | | | {left:.1f} |")
    lines.append(f"| the whole process | | | | {cpu_ms:.1f} |")
    return "\n".join(lines) + "\n"


def _take(bot: Running, file: Path) -> dict[str, list[list[float]]]:
    """What the bot has measured since the last time."""
    file.unlink(missing_ok=True)
    bot.process.send_signal(signal.SIGUSR1)
    deadline = time.monotonic() + _PATIENCE_S
    while not file.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the bot wrote no measurements")
        time.sleep(0.05)
    passages: dict[str, list[list[float]]] = json.loads(file.read_text(encoding="utf-8"))
    return passages


@contextlib.contextmanager
def _flame(bot: Running, target: Path | None) -> Iterator[None]:
    """Sample the bot meanwhile, if there is a target."""
    if target is None:
        yield
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    spy = Path(sys.executable).with_name("py-spy")
    options = ["--rate", "100", "--duration", "600", "--nonblocking", "--output", str(target)]
    sampling = subprocess.Popen(
        # The graph is titled by the command: its name alone, not where it is installed.
        ["py-spy", "record", "--pid", str(bot.process.pid), *options],  # noqa: S607 - executable says where
        executable=spy,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.0)  # until it is attached
    try:
        yield
    finally:
        sampling.send_signal(signal.SIGINT)
        sampling.wait(60)


if __name__ == "__main__":
    sys.exit(main())
