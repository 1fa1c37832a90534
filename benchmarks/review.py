"""How fast the review pages are with a long queue: `python -m benchmarks.review`.

Serves the pages over HTTP with 5,000 generated photos waiting and times what a reviewer's browser
asks for; then, where Chromium is installed, how many photos a minute the keyboard decides. Server
and client share one process, so that the figures are upper bounds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.review.serving import Reviewer, ReviewServer, fill_queue

KEYS = "bgt"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=5000, help="photos in the queue")
    parser.add_argument("--verdicts", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = ReviewServer(Path(folder))
        try:
            fill_queue(server, options.photos)
            with server.reviewer() as reviewer:
                figures = over_http(reviewer, verdicts=options.verdicts)
            figures["keyboard_per_minute"] = by_keyboard(server)
        finally:
            server.stop()
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:32} {'–' if value is None else f'{value:8.1f}'}")
    return 0


def over_http(reviewer: Reviewer, *, verdicts: int) -> dict[str, float | None]:
    """Round trips in milliseconds, median and 95th percentile."""
    ids = reviewer.ids()
    figures: dict[str, float | None] = {"photos": float(len(ids))}

    def note(name: str, times_ms: list[float]) -> None:
        figures[f"{name}_median_ms"] = statistics.median(times_ms)
        figures[f"{name}_p95_ms"] = statistics.quantiles(times_ms, n=20)[-1]

    def decide(*photos: int) -> None:
        reviewer.decide(*photos, kind="none")

    def look() -> None:
        reviewer.post("/looking", hold=ids[-6:], watch=ids[1000:1040])

    note("verdict", [_timed(decide, photo) for photo in ids[:verdicts]])
    note("undo", [_timed(reviewer.post, "/undo") for _ in range(50)])
    note("looking", [_timed(look) for _ in range(50)])
    note("bulk_of_100", [_timed(decide, *ids[at : at + 100]) for at in range(2000, 3000, 100)])
    tiles = f"/tiles?ids={','.join(map(str, ids[1000:1060]))}"
    pages = {"queue_page": "/queue", "ids": "/ids?shelf=queue", "tiles_60": tiles, "front": "/"}
    for name, path in pages.items():
        note(name, [_timed(reviewer.http.get, path) for _ in range(20)])
    thumbnails = [f"/photos/{photo}/thumbnail" for photo in ids[:60]]
    for name in ("thumbnail_first", "thumbnail_again"):
        note(name, [_timed(reviewer.http.get, path) for path in thumbnails])
    return figures


def by_keyboard(server: ReviewServer, *, strokes: int = 120) -> float | None:
    """Photos a minute when each key waits for the server's confirmation; None without Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.goto(server.link())
        page.wait_for_url(f"{server.url}/")
        page.goto(f"{server.url}/queue")
        page.locator(".tile.current").wait_for()
        began = time.perf_counter()
        for stroke in range(strokes):
            with page.expect_response("**/verdicts"):
                page.keyboard.press(KEYS[stroke % 3])
        seconds = time.perf_counter() - began
        browser.close()
    return 60 * strokes / seconds


def _timed(work: Callable[..., object], *arguments: object) -> float:
    began = time.perf_counter()
    work(*arguments)
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
