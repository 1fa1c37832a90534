"""python -m benchmarks.speed [--photos DIR] [--rounds N] [--write FILE]: this bot and the book's.

Both run on the same local Bot API, on the same photos, in alternation, each in the environment that
it needs: this bot in the light one that `make run` makes, the book's in the full one. Each round
starts the bot anew, waits for its first answer, sends each photo once so that the Bot API has its
sizes, then photos one at a time, then many at once. The table shows medians over the rounds and the
ratio between the two.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.contenders import Contender, Running, running
from models.bundles.bundle import drawn_bears

LIGHT = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "python"

ROWS = {
    "first_answer_s": ("start to first answer, s", False),
    "median_ms": ("photo to answer, one at a time, median ms", False),
    "p95_ms": ("photo to answer, one at a time, 95% ms", False),
    "cpu_ms": ("the bot's own CPU a photo, ms", False),
    "per_second": ("photos a second, many at once", True),
    "resident_mb": ("resident memory after it, MB", False),
}
"""What is measured, and whether more is better."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--photos", metavar="DIR", type=Path, help="real photos (default: drawn)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--single", type=int, default=60, help="photos sent one at a time")
    parser.add_argument("--burst", type=int, default=300, help="photos sent at once")
    parser.add_argument(
        "--python",
        metavar="FILE",
        type=Path,
        default=LIGHT if LIGHT.exists() else Path(sys.executable),
        help="what runs this bot (default: the environment of `make run`, where it is)",
    )
    parser.add_argument("--write", metavar="FILE", type=Path, help="also write the table here")
    parser.add_argument("--json", action="store_true", help="print the figures as one object")
    options = parser.parse_args(arguments)
    photos = read_photos(options.photos)
    figures: dict[str, list[dict[str, float]]] = {"this bot": [], "the book's bot": []}
    with tempfile.TemporaryDirectory() as folder:
        learner = Path(folder) / "export.pkl"
        # By itself: what fastai loads would make the client's own time longer, for both.
        make = [sys.executable, "-m", "benchmarks.book_bot", "--make-learner", str(learner)]
        subprocess.run(make, check=True)
        contenders = [
            Contender("this bot", [str(options.python), "-m", "bot", "--no-browser"]),
            Contender(
                "the book's bot",
                [sys.executable, "-m", "benchmarks.book_bot", str(learner), "{api_url}", "{token}"],
            ),
        ]
        for number in range(options.rounds):
            for contender in contenders:
                print(f"round {number + 1}, {contender.name} …", file=sys.stderr, flush=True)
                with running(contender, photos[0]) as bot:
                    figures[contender.name].append(_measure(bot, photos, options))
    middle = {
        name: {key: statistics.median(round_[key] for round_ in rounds) for key in ROWS}
        for name, rounds in figures.items()
    }
    text = _table(middle, options)
    print(json.dumps(middle) if options.json else text)
    if options.write is not None:
        options.write.write_text(text, encoding="utf-8")
    return 0


def _measure(
    bot: Running, photos: Sequence[bytes], options: argparse.Namespace
) -> dict[str, float]:
    # Telegram has a photo's sizes before the bot hears of it; the local Bot API makes each when it
    # is first fetched, which takes as long as answering does.
    bot.one_at_a_time(photos)
    cpu_before = bot.cpu_s()
    times = bot.one_at_a_time([photos[place % len(photos)] for place in range(options.single)])
    cpu_ms = 1000 * (bot.cpu_s() - cpu_before) / options.single
    burst = [photos[place % len(photos)] for place in range(options.burst)]
    per_second = bot.all_at_once(burst)
    return {
        "first_answer_s": bot.first_answer_s,
        "median_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
        "cpu_ms": cpu_ms,
        "per_second": per_second,
        "resident_mb": bot.resident_mb(),
    }


def read_photos(folder: Path | None) -> list[bytes]:
    """The first hundred photos of a folder, or drawn ones."""
    if folder is None:
        return list(drawn_bears().values())
    return [path.read_bytes() for path in sorted(folder.rglob("*.jpg"))[:100]]


def _table(middle: dict[str, dict[str, float]], options: argparse.Namespace) -> str:
    ours, theirs = middle["this bot"], middle["the book's bot"]
    lines = ["| | this bot | the book's bot | ratio |", "|---|---|---|---|"]
    for key, (name, more_is_better) in ROWS.items():
        ratio = ours[key] / theirs[key] if more_is_better else theirs[key] / ours[key]
        lines.append(f"| {name} | {ours[key]:.1f} | {theirs[key]:.1f} | {ratio:.1f}× |")
    lines += [
        "",
        f"Medians of {options.rounds} rounds in alternation, {options.single} photos one at a time "
        f"and {options.burst} at once each. {where()}",
    ]
    return "\n".join(lines) + "\n"


def where() -> str:
    """Date, machine and versions, as one sentence."""
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("python-telegram-bot", "onnxruntime", "torch", "fastai", "pillow")
    )
    machine = f"{os.cpu_count()} cores of {_processor()}, Python {platform.python_version()}"
    return f"{date.today():%Y-%m-%d}; {machine}; {packages}."


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main())
