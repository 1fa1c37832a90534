"""A training's progress, and the time of each stage."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm

Progress = Callable[[str, float], object]
"""Called with the stage and how much of it is done, 0 to 1."""


class Clock:
    """Tells each stage as it begins and goes on, and keeps its seconds."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress or (lambda _stage, _done: None)
        self._stage: str | None = None
        self._began = 0.0
        self._seconds: dict[str, float] = {}

    def begin(self, stage: str) -> None:
        """The stage before is over, this one begins."""
        self.end()
        self._stage, self._began = stage, time.perf_counter()
        self._progress(stage, 0.0)

    def tell(self, done: float) -> None:
        """So much of the stage is done, 0 to 1."""
        if self._stage is not None:
            self._progress(self._stage, min(1.0, done))

    def counting(self, total: int) -> Callable[[int], None]:
        """A function to call with numbers of photos as they are done."""
        done = 0

        def count(photos: int) -> None:
            nonlocal done
            done += photos
            self.tell(done / max(1, total))

        return count

    def end(self) -> None:
        """The last stage is over."""
        if self._stage is not None:
            self._seconds[self._stage] = time.perf_counter() - self._began
            self._progress(self._stage, 1.0)
            self._stage = None

    def so_far(self) -> dict[str, float]:
        """The seconds that each finished stage took."""
        return {stage: round(seconds, 2) for stage, seconds in self._seconds.items()}


def hush() -> None:
    """Hide the warnings of fastai's own imports, about which the reader can do nothing."""
    for message in (".torch.jit.script. is deprecated", "The 'mode.chained_assignment' option"):
        warnings.filterwarnings("ignore", message)


def _in_notebook() -> bool:
    # Not "ipykernel": who runs a notebook may import it as well.
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and "IPKernelApp" in shell.config


@contextmanager
def bars() -> Iterator[Progress]:
    """A progress bar for each stage on a terminal and in a notebook, nothing elsewhere."""
    hidden = False if _in_notebook() else None
    bar: tqdm[object] | None = None
    stage_shown = ""

    def show(stage: str, done: float) -> None:
        nonlocal bar, stage_shown
        if stage != stage_shown:
            if bar is not None:
                bar.close()
            layout = "{desc:28} {percentage:3.0f}%|{bar:30}| {elapsed}"
            bar = tqdm(total=1.0, desc=stage, bar_format=layout, disable=hidden)
            stage_shown = stage
        if bar is not None:
            bar.update(max(0.0, done - bar.n))

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
