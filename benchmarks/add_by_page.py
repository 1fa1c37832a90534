"""`python -m benchmarks.add_by_page [PHOTOS]`: a ZIP through the page, stopped and gone on with.

Draws as many photos (10,000), sends them to `python -m review` over HTTP in parts, kills the pages
in the middle of the upload, stops the taking in halfway, and goes on each time. Prints one object:
megabytes at the peak of the pages and of the process that takes in, seconds, and what became of the
photos: `added` must be all of them, and `duplicate` none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from benchmarks.growth_add import LABELS, draw

PART_BYTES = 2 * 1024 * 1024


def main() -> int:
    """Draw, send, take in, print; the exit status."""
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        file = _zip_of(home / "drawn", photos)
        print(json.dumps(_through_the_page(home, file, photos)))
    return 0


def _zip_of(folder: Path, photos: int) -> Path:
    for label in LABELS:
        (folder / label).mkdir(parents=True)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(partial(draw, folder), range(photos), chunksize=100))
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*.jpg")):
            archive.write(path, path.relative_to(folder))
            path.unlink()
    return file


def _through_the_page(home: Path, file: Path, photos: int) -> dict[str, Any]:
    size = file.stat().st_size
    peaks = {"pages": 0.0, "taking": 0.0}
    begun = time.perf_counter()
    with _pages(home) as (http, csrf, process):
        _send(http, csrf, file, until=size // 2)
        peaks["pages"] = _peak_mb(process.pid)
    with _pages(home) as (http, csrf, process):
        received = _send(http, csrf, file, until=size)
        sent_s = time.perf_counter() - begun
        headers = {"X-CSRF-Token": csrf}
        http.post("/dataset/add/look", headers=headers, json={}).raise_for_status()
        looked_s = time.perf_counter() - begun - sent_s
        stops, begun = 0, time.perf_counter()
        http.post("/dataset/add/take", data={"csrf": csrf, "new": list(LABELS)})
        while 'data-state="done"' not in (page := http.get("/dataset/add").text):
            upload = json.loads((home / "incoming" / "upload.json").read_text())
            peaks["pages"] = max(peaks["pages"], _peak_mb(process.pid))
            if upload["process"]:
                peaks["taking"] = max(peaks["taking"], _peak_mb(upload["process"]))
            if upload["state"] == "taking" and not stops and _done(home) >= photos // 2:
                stops += 1
                http.post("/dataset/add/stop", data={"csrf": csrf})
            if upload["state"] == "stopped":
                http.post("/dataset/add/take", data={"csrf": csrf})
            if upload["state"] == "failed":
                raise SystemExit(upload["sentence"])
            time.sleep(1)
        figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
    return {
        "photos": photos,
        "megabytes": round(size / 1e6, 1),
        "received": received,
        "sent_s": round(sent_s, 1),
        "looked_s": round(looked_s, 1),
        "taken_s": round(time.perf_counter() - begun, 1),
        "stops": stops,
        "peak_mb": {name: round(one, 1) for name, one in peaks.items()},
        "figures": figures,
    }


@contextmanager
def _pages(home: Path) -> Iterator[tuple[httpx.Client, str, subprocess.Popen[str]]]:
    """The program `python -m review`, and somebody signed in to it; killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "review", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATA_DIR": str(home)},
    )
    assert process.stdout is not None
    link = ""
    for line in process.stdout:
        link = line.strip() if line.startswith("http") else link
        if line == "Ready\n":
            break
    with httpx.Client(base_url=link.partition("/enter")[0], timeout=600) as http:
        http.post("/enter", data={"key": link.partition("?key=")[2]})
        found = re.search(r'name="csrf" value="(\w+)"', http.get("/").text)
        assert found is not None
        try:
            yield http, found[1], process
        finally:
            process.kill()
            process.wait()


def _send(http: httpx.Client, csrf: str, file: Path, *, until: int) -> int:
    """Send the file's bytes, from where the last upload ended to there; how many are there."""
    headers = {"X-CSRF-Token": csrf}
    about = {"name": file.name, "size": file.stat().st_size, "key": "drawn"}
    received: int = http.post("/dataset/add/begin", json=about, headers=headers).json()["received"]
    with file.open("rb") as opened:
        while received < until:
            opened.seek(received)
            part = opened.read(min(PART_BYTES, until - received))
            answer = http.post(
                f"/dataset/add/part?offset={received}", content=part, headers=headers
            )
            received = answer.raise_for_status().json()["received"]
    return received


def _done(home: Path) -> int:
    try:
        return int(json.loads((home / "incoming" / "progress.json").read_text())["done"])
    except FileNotFoundError:
        return 0


def _peak_mb(process_id: int) -> float:
    """The most memory that a process of this machine has held so far."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
