"""python -m benchmarks.months.hasty: `python -m bot` as it is, that looks at the clock more often.

Whoever plays a year in half an hour cannot wait a minute after each night.
"""

from __future__ import annotations

import sys

from bot.__main__ import main
from bot.process.timing import Timing

TIMING = Timing(watch_every_s=0.2, keep_again_s=0.5, first_pause_s=0.2, menus_after_s=0.0)

if __name__ == "__main__":
    sys.exit(main(timing=TIMING))
