"""python -m benchmarks.months [--days N] [--seed N] [PHOTOS…]: a life on fast forward.

The real programs (bot, Bot API, retrainings, review pages), thirty people, two reviewers and an
operator, by a clock that jumps from day to day. PHOTOS are folders as PHOTOS/<label>/*: the first
to begin with, the others for people to send; without any, patterns are drawn. Ends with a table by
weeks; with status 1, and a sentence each on stderr, when something did not hold that always must.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.months import photos, report
from benchmarks.months.life import Life


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, print; the exit status."""
    options = _parser().parse_args(arguments)
    # Ending this also ends its children.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chance = random.Random(options.seed)  # noqa: S311 - a choice of photos is not a secret
    try:
        supply = (
            photos.real(options.photos, chance, late=options.late, outside=options.outside)
            if options.photos
            else photos.drawn(chance)
        )
    except (OSError, ValueError) as exc:
        print(exc, file=sys.stderr)
        return 2
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        life = Life(folder, supply, days=options.days, seed=options.seed, tell=_tell)
        broken = life.run(minutes=options.minutes)
    _print(options, life, broken, time.monotonic() - began_s)
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.months", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path, nargs="*")
    parser.add_argument("--days", metavar="N", type=int, default=28)
    parser.add_argument("--minutes", metavar="M", type=float, help="end after so long, early")
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    parser.add_argument(
        "--outside",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="photos, at any depth, that show none of the labels",
    )
    parser.add_argument(
        "--late",
        metavar="DIR",
        type=Path,
        help="photos of a label of the folder's name, which is added after a month",
    )
    parser.add_argument(
        "--write", metavar="DIR", type=Path, help=f"put the table and {report.PLOT} there"
    )
    parser.add_argument(
        "--keep", metavar="DIR", type=Path, help="leave database, photos and models in a new folder"
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser


def _print(options: argparse.Namespace, life: Life, broken: Sequence[str], seconds: float) -> None:
    table = report.as_table(life.weeks)
    summary = (
        f"{life.lived} of {options.days} days, seed {options.seed}, "
        f"in {seconds:.0f} s ({_cpu_s():.0f} s of CPU): "
        f"{sum(week.photos for week in life.weeks)} photos, "
        f"{sum(len(week.retrainings) for week in life.weeks)} retrainings, "
        f"{len(broken)} times something did not hold"
    )
    if options.write is not None:
        options.write.mkdir(parents=True, exist_ok=True)
        text = f"{summary}\n\n{table}\n\n{report.reasons(life.weeks)}\n"
        (options.write / "months.md").write_text(text, encoding="utf-8")
        report.draw(life.weeks, options.write / report.PLOT, title=summary)
    if options.json:
        weeks = report.as_object(life.weeks)
        print(
            json.dumps(
                {
                    "days": options.days,
                    "seed": options.seed,
                    "seconds": round(seconds, 1),
                    "broken": list(broken),
                    "weeks": weeks,
                }
            )
        )
    else:
        print(f"{table}\n\n{report.reasons(life.weeks)}\n\n{summary}")
    for sentence in broken:
        print(sentence, file=sys.stderr)


def _cpu_s() -> float:
    """Seconds of processor time that this, and what it started and waited for, took."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
