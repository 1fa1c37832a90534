"""ZIPs of photos, and a reviewer who sends them to the pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from review.pages.dataset.adding.child import Taker
from tests.conftest import REPOSITORY, until
from tests.review.serving import Reviewer, ReviewServer
from tests.training.collect.search_server import as_bytes, draw_scene


def adding_server(folder: Path) -> ReviewServer:
    """Pages that can add photos, to a dataset in `folder`."""
    environment = {"DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY)}
    return ReviewServer(
        folder, mount="/review", incoming_folder=folder / "incoming", taker=Taker(environment)
    )


def zipped(photos: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in photos.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def scenes(label: str, count: int, *, first: int = 0, quality: int = 90) -> dict[str, bytes]:
    """Files of a label: pictures that are unlike each other."""
    return {
        f"{label}/{seed}.jpg": as_bytes(draw_scene(seed), quality=quality)
        for seed in range(first, first + count)
    }


class Sender:
    """A reviewer who adds photos."""

    def __init__(self, reviewer: Reviewer) -> None:
        self.reviewer = reviewer

    def begin(self, content: bytes, name: str = "bears.zip") -> httpx.Response:
        return self.reviewer.post(
            "/dataset/add/begin", name=name, size=len(content), key=f"zip {name} {len(content)}"
        )

    def part(self, offset: int, content: bytes) -> httpx.Response:
        return self.reviewer.http.post(
            f"/dataset/add/part?offset={offset}",
            content=content,
            headers={"X-CSRF-Token": self.reviewer.csrf},
        )

    def send(self, content: bytes, name: str = "bears.zip") -> str:
        """Upload a ZIP and let it be looked into; the state that it is in then."""
        self.begin(content, name).raise_for_status()
        self.part(0, content).raise_for_status()
        looked: dict[str, Any] = self.reviewer.post("/dataset/add/look").raise_for_status().json()
        return str(looked["state"])

    def press(self, button: str, **values: object) -> httpx.Response:
        return self.reviewer.http.post(
            f"/dataset/add/{button}", data={"csrf": self.reviewer.csrf, **values}
        )

    def page(self) -> str:
        return self.reviewer.http.get("/dataset/add").raise_for_status().text

    def ended(self) -> str:
        """The page when nothing is being taken in any more."""
        until(lambda: 'data-state="taking"' not in self.page())
        return self.page()

    def figures(self) -> dict[str, int]:
        """What the page says became of the photos."""
        found = re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", self.page())
        return {name: int(count.replace(",", "")) for name, count in found}
