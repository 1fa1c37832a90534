"""The review pages over real HTTP on loopback, with thousands of photos in a moment."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import uvicorn
from sqlalchemy import insert, select
from starlette.applications import Starlette
from starlette.routing import Mount

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import (
    TELEGRAM,
    Audit,
    Consent,
    Example,
    Photo,
    Prediction,
    QueueReason,
    ReviewVerdict,
    Split,
    Suspicion,
    Verdict,
)
from review.access.links import make_link
from review.app import create_app
from tests.conftest import PATIENCE_S, draw_photo

SECRET = b"s" * 32
TOKEN = "4711:a-made-up-token"
REVIEWER, COLLEAGUE = 2, 3
LABELS = ("black", "grizzly", "teddy")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)


HEAT_MAP = draw_photo(size=(64, 64), seed=99)
"""A picture unlike every photo."""


async def explain(photo: bytes) -> bytes:
    """Stands for a classifier that says why."""
    assert photo.startswith(b"\xff\xd8")
    return HEAT_MAP


class ReviewServer:
    """The pages of one database, under `mount`, with a clock that the test moves."""

    def __init__(
        self, folder: Path, *, mount: str = "", labels: Sequence[str] = LABELS, **options: object
    ) -> None:
        self.now = NOON
        self.folder = folder
        self.reviewers = {REVIEWER, COLLEAGUE}
        self.database = Database(f"sqlite:///{folder / 'detector.sqlite3'}")
        self.database.upgrade()
        self.store = PhotoStore(folder / "photos")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = self.origin + mount
        app = create_app(
            database=self.database,
            photo_store=self.store,
            labels=labels,
            secret=SECRET,
            base_url=self.url,
            is_reviewer=lambda reviewer_id: reviewer_id in self.reviewers,
            bundle_folders=(folder / "models",),
            candidates_folder=folder / "candidates",
            now=self._tick,
            **options,  # type: ignore[arg-type]
        )
        if mount:
            app = Starlette(routes=[Mount(mount, app)])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        # The listener takes connections from the start: early ones wait in its backlog.
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self._thread.start()

    def _tick(self) -> datetime:
        """The present, a microsecond after the last time somebody asked."""
        self.now += timedelta(microseconds=1)
        return self.now

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.database.dispose()

    def link(self, reviewer_id: int = REVIEWER, *, lifetime_s: int = 900) -> str:
        return make_link(
            secret=SECRET,
            base_url=self.url,
            reviewer_id=reviewer_id,
            lifetime_s=lifetime_s,
            now=self.now,
        )

    def visitor(self) -> httpx.Client:
        """Somebody without a session."""
        # Loopback speaks plain HTTP; loading certificates would cost more than the test.
        return httpx.Client(base_url=self.url, timeout=PATIENCE_S, trust_env=False, verify=False)  # noqa: S501

    @contextmanager
    def reviewer(self, reviewer_id: int = REVIEWER) -> Iterator[Reviewer]:
        """Somebody who came in by a link."""
        with self.visitor() as http:
            key = self.link(reviewer_id).partition("?key=")[2]
            entered = http.post("/enter", data={"key": key})
            assert entered.status_code == 303, entered.text
            yield Reviewer(http)

    def audit(self, action: str | None = None) -> list[Audit]:
        """The audit trail, oldest first."""
        query = select(Audit).order_by(Audit.id)
        with self.database.reading() as session:
            rows = list(session.scalars(query))
        return [row for row in rows if action in (None, row.action)]

    def verdicts(self) -> list[ReviewVerdict]:
        """Every verdict, oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(select(ReviewVerdict).order_by(ReviewVerdict.id)))


class Reviewer:
    """A signed-in reviewer's requests."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        found = re.search(r'name="csrf" value="(\w+)"', http.get("/").text)
        assert found is not None
        self.csrf = found[1]

    def post(self, path: str, **values: object) -> httpx.Response:
        return self.http.post(path, json=values, headers={"X-CSRF-Token": self.csrf})

    def decide(self, *photos: int, kind: str = "label", label: str | None = None) -> list[str]:
        """The outcomes of one stroke."""
        verdicts = [{"photo": photo, "kind": kind, "label": label} for photo in photos]
        answer = self.post("/verdicts", verdicts=verdicts, shelf="queue").raise_for_status()
        return [result["outcome"] for result in answer.json()["results"]]

    def ids(self, query: str = "shelf=queue") -> list[int]:
        found: list[int] = self.http.get(f"/ids?{query}").raise_for_status().json()["ids"]
        return found


def fill_queue(server: ReviewServer, count: int, *, first: int = 1) -> None:
    """Let `count` photos wait, their ids from `first`, that to teach most; four pictures in all.

    Rows and files are written at once rather than one by one through the doors: the point is how
    the pages bear thousands of them.
    """
    pictures = [draw_photo(size=(120, 90), seed=seed) for seed in range(4)]
    photos, predictions = [], []
    for number in range(first, first + count):
        # Bytes after a JPEG's end change its name in the store and nothing that one sees.
        sha256 = keep_file(server.store, pictures[number % 4] + number.to_bytes(4, "big"))
        label = LABELS[number % 3]
        sure = number % 2 == 0
        kept_at = server.now - timedelta(minutes=number)
        verdict = Verdict.SURE if sure else Verdict.UNSURE
        photos.append(
            {
                "id": number,
                "sha256": sha256,
                "dhash": number << 32,
                "width": 120,
                "height": 90,
                "size_bytes": 1,
                "kept_at": kept_at,
                "source": TELEGRAM,
                "consent_id": 1,
                "queue_reason": QueueReason.SAMPLE if sure else QueueReason.UNSURE,
                "priority": float(first + count - number),
                "answer_label": label,
                "answer_verdict": verdict,
                "answer_model": "starter",
                "doubt": (number % 10) / 10,
                "loss": (number * 7 % 11) / 11,
            }
        )
        predictions.append(
            {
                "made_at": kept_at,
                "chat_id": number,
                "user_id": 1000 + number,
                "photo_message_id": number,
                "file_id": "file",
                "model_version": "starter",
                "label": label,
                "probability": 0.9 if sure else 0.5,
                "probabilities": {label: 0.9 if sure else 0.5},
                "verdict": verdict,
                "candidates": [label, "teddy"],
                "outside_score": 0.1,
                "milliseconds": 4.0,
                "photo_id": number,
                "sampled": sure,
            }
        )
    with server.database.session() as session:
        session.add(Consent(id=1, user_id=1000, notice_version="1"))
        session.flush()
        session.execute(insert(Photo), photos)
        session.execute(insert(Prediction), predictions)


def add_examples(
    server: ReviewServer,
    labels: Sequence[str],
    *,
    suspect: bool = False,
    kind: str = "label",
    first: int = 0,
) -> list[int]:
    """Collected photos in the dataset, one for each label named; their photo ids.

    With `suspect` each is suspected to be a grizzly, for a reason of this `kind`. `first` makes
    other pictures than a call before.
    """
    ids = []
    with server.database.session() as session:
        for number, label in enumerate(labels, first):
            data = draw_photo(size=(90, 120), seed=50 + number) + b"example"
            photo = Photo(
                sha256=keep_file(server.store, data),
                dhash=-(number + 1),
                width=90,
                height=120,
                size_bytes=len(data),
                source="collect",
                licence="cc-by",
                creator="A & <B>",
                page_url="javascript:alert(1)",
            )
            session.add(photo)
            session.flush()
            session.add(
                Example(
                    photo_id=photo.id,
                    label=label,
                    first_label=label,
                    split=Split.TRAIN if number % 2 == 0 else Split.GATE,
                    group=f"group-{number}",
                    origin="collect",
                )
            )
            if suspect:
                session.add(
                    Suspicion(
                        photo_id=photo.id,
                        kind=kind,
                        suggested="grizzly",
                        score=0.9 - number / 100,
                        found_at=server.now,
                    )
                )
            ids.append(photo.id)
    server.now += timedelta(seconds=1)
    return ids


def keep_file(store: PhotoStore, data: bytes) -> str:
    """Put a file where the store looks for it; its name there."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = store.path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return sha256
