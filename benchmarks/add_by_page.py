"""`python -m benchmarks.add_by_page [PHOTOS] [--bot] [--phone]`: a ZIP by the page, with stops.

Draws as many photos (10,000), sends them to the pages over HTTP in parts, kills the pages in the
middle of the upload, stops the taking in halfway, and goes on each time. The pages are `python -m
review`, with `--bot` those of `python -m bot --local`. With `--phone` each photo has 12 megapixels.

Prints one object: seconds, what became of the photos (`added` must be all of them, `duplicate`
none), and megabytes: the peak of each process, and the peaks of the sums over all processes at one
moment. `proportional` counts what processes share once, as a machine's memory does; `resident`
counts it for each of them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks.growth_add import LABELS, draw

PART_BYTES = 2 * 1024 * 1024


PHONE = (4032, 3024)
_EVERY_S = 0.2
_ADMIN = 2


def main() -> int:
    """Draw, send, take in, print; the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.add_by_page")
    parser.add_argument("photos", nargs="?", type=int, default=10_000)
    parser.add_argument("--bot", action="store_true", help="the pages of a running bot")
    parser.add_argument("--phone", action="store_true", help="photos of 12 megapixels")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        file = _zip_of(home / "drawn", given.photos, size=PHONE if given.phone else (320, 240))
        open_pages = _bot if given.bot else _pages
        print(json.dumps(_through_the_page(home, file, given.photos, open_pages)))
    return 0


def _zip_of(folder: Path, photos: int, *, size: tuple[int, int]) -> Path:
    for label in LABELS:
        (folder / label).mkdir(parents=True)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(partial(draw, folder, size=size), range(photos), chunksize=100))
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*.jpg")):
            archive.write(path, path.relative_to(folder))
            path.unlink()
    return file


class _Peaks(threading.Thread):
    """Watches a process and those that it started; megabytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.root = 0
        self.ended = threading.Event()
        self.each: dict[str, float] = {}
        """By what the process does: the most that one of them held."""
        self.sums = {"proportional": 0.0, "resident": 0.0}

    def run(self) -> None:
        while not self.ended.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        sums = dict.fromkeys(self.sums, 0.0)
        for process in _tree(self.root) if self.root else []:
            status, shares = _read(process, "status"), _read(process, "smaps_rollup")
            name = "taking" if "training.add" in _read(process, "cmdline") else "others"
            name = "pages" if process == self.root else name
            self.each[name] = max(self.each.get(name, 0.0), _mb("VmHWM", status))
            sums["resident"] += _mb("VmRSS", status)
            sums["proportional"] += _mb("Pss", shares)
        self.sums = {name: max(most, sums[name]) for name, most in self.sums.items()}


def _tree(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*"):
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _read(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8")
    except OSError:
        return ""


def _mb(name: str, text: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


_Opened = tuple[httpx.Client, str, subprocess.Popen[str]]


def _through_the_page(
    home: Path,
    file: Path,
    photos: int,
    open_pages: Callable[[Path], AbstractContextManager[_Opened]],
) -> dict[str, Any]:
    size = file.stat().st_size
    peaks = _Peaks()
    peaks.start()
    begun = time.perf_counter()
    with open_pages(home) as (http, csrf, process):
        peaks.root = process.pid
        _send(http, csrf, file, until=size // 2)
    with open_pages(home) as (http, csrf, process):
        peaks.root = process.pid
        received = _send(http, csrf, file, until=size)
        sent_s = time.perf_counter() - begun
        headers = {"X-CSRF-Token": csrf}
        http.post("dataset/add/look", headers=headers, json={}).raise_for_status()
        looked_s = time.perf_counter() - begun - sent_s
        stops, begun = 0, time.perf_counter()
        http.post("dataset/add/take", data={"csrf": csrf, "new": list(LABELS)})
        while 'data-state="done"' not in (page := http.get("dataset/add").text):
            upload = json.loads((home / "incoming" / "upload.json").read_text())
            if upload["state"] == "taking" and not stops and _done(home) >= photos // 2:
                stops += 1
                http.post("dataset/add/stop", data={"csrf": csrf})
            if upload["state"] == "stopped":
                http.post("dataset/add/take", data={"csrf": csrf})
            if upload["state"] == "failed":
                raise SystemExit(upload["sentence"])
            time.sleep(1)
        figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
        peaks.ended.set()
        peaks.join()
    return {
        "photos": photos,
        "megabytes": round(size / 1e6, 1),
        "received": received,
        "sent_s": round(sent_s, 1),
        "looked_s": round(looked_s, 1),
        "taken_s": round(time.perf_counter() - begun, 1),
        "stops": stops,
        "peak_mb": {name: round(one, 1) for name, one in peaks.each.items()},
        "peak_of_sum_mb": {name: round(one, 1) for name, one in peaks.sums.items()},
        "figures": figures,
    }


@contextmanager
def _pages(home: Path) -> Iterator[_Opened]:
    """The program `python -m review`, and somebody signed in to it; killed in the end."""
    with _started(home, "review", "--port", "0") as (process, said):
        link = next(line for line in said if line.startswith("http"))
        with _entered(link) as (http, csrf):
            yield http, csrf, process


@contextmanager
def _bot(home: Path) -> Iterator[_Opened]:
    """A bot in its local chat, and its admin on the review pages; killed in the end."""
    with _started(home, "bot", "--local", "--port", "0", "--no-browser") as (process, said):
        address = next(word for line in said for word in line.split() if "http://" in word)
        with httpx.Client(base_url=address, timeout=600) as chat:
            form = {"user": str(_ADMIN), "text": "/review"}
            sent = chat.post("/local/send", data=form).raise_for_status().json()
            asked = {"chat": _ADMIN, "after": sent["message_id"], "wait": 60}
            heard = chat.get("/local/messages", params=asked).raise_for_status().text
        found = re.search(r"http://[^\s\"<]+/enter\?key=[^\s\"<\\]+", heard)
        assert found is not None, heard[:500]
        with _entered(found[0]) as (http, csrf):
            yield http, csrf, process


@contextmanager
def _started(home: Path, *module: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A program that says `Ready`, and what it said before; killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "DATA_DIR": str(home), "MODELS_DIR": str(home / "models")},
    )
    assert process.stdout is not None
    try:
        yield process, [line.strip() for line in iter(process.stdout.readline, "Ready\n")]
    finally:
        process.kill()
        process.wait()


@contextmanager
def _entered(link: str) -> Iterator[tuple[httpx.Client, str]]:
    """Somebody signed in by a link, and the token of their forms."""
    base, _, key = link.partition("/enter?key=")
    with httpx.Client(base_url=f"{base}/", timeout=600) as http:
        http.post("enter", data={"key": key})
        found = re.search(r'name="csrf" value="(\w+)"', http.get("").text)
        assert found is not None
        yield http, found[1]


def _send(http: httpx.Client, csrf: str, file: Path, *, until: int) -> int:
    """Send the file's bytes, from where the last upload ended to there; how many are there."""
    headers = {"X-CSRF-Token": csrf}
    about = {"name": file.name, "size": file.stat().st_size, "key": "drawn"}
    received: int = http.post("dataset/add/begin", json=about, headers=headers).json()["received"]
    with file.open("rb") as opened:
        while received < until:
            opened.seek(received)
            part = opened.read(min(PART_BYTES, until - received))
            answer = http.post(f"dataset/add/part?offset={received}", content=part, headers=headers)
            received = answer.raise_for_status().json()["received"]
    return received


def _done(home: Path) -> int:
    try:
        return int(json.loads((home / "incoming" / "progress.json").read_text())["done"])
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
