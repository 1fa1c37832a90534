"""How long the dataset's doors take with many rows: `python -m benchmarks.dataset`.

Fills an empty database (SQLite in a temporary folder, or `--url`) with generated photos,
predictions and claims, then times what the bot, the reviewers and `/stats` ask for.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from dataset.conversation import predictions
from dataset.conversation.claims import claims
from dataset.conversation.claims.claims import ClaimQuota
from dataset.photos import duplicates
from dataset.photos.store import PhotoStore
from dataset.privacy import forgetting
from dataset.reviewing import browsing, cards, queue, stats, verdicts
from dataset.reviewing.browsing import Order, PhotoFilter, Shelf
from dataset.storage.database import Database
from dataset.storage.schema import (
    Claim,
    Consent,
    Person,
    Photo,
    Prediction,
    QueueReason,
    ReviewVerdict,
    Tally,
    Verdict,
    utc_now,
)

_PORTION = 5000
_LABELS = ("black", "grizzly", "teddy")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="an empty database; SQLite in a temporary folder without")
    parser.add_argument("--predictions", type=int, default=20_000)
    parser.add_argument("--claims", type=int, default=5_000)
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--waiting", type=int, default=5_000, help="photos in the queue")
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--repeat", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'detector.sqlite3'}"
        database = Database(url)
        database.upgrade()
        fill(database, options)
        times = measure(database, PhotoStore(Path(folder) / "photos"), options)
        database.dispose()
    if options.json:
        print(json.dumps(times))
    else:
        for name, (median_ms, worst_ms, cpu_ms) in times.items():
            print(
                f"{name:34} {median_ms:8.2f} ms   worst {worst_ms:8.2f} ms   "
                f"own CPU {cpu_ms:8.2f} ms"
            )
    return 0


def fill(database: Database, options: argparse.Namespace) -> None:
    """Rows as the bot would have left them, a person's photos spread over a month."""
    chance = random.Random(1)  # noqa: S311 - the same rows each time, nothing secret
    now = utc_now()
    people = options.people
    step = max(1, options.predictions // max(1, options.claims))

    def photos() -> Iterator[dict[str, Any]]:
        for number in range(1, options.photos + 1):
            waits = number <= options.waiting
            yield {
                "sha256": f"{number:064x}",
                "dhash": chance.getrandbits(64) - 2**63,
                "width": 640,
                "height": 480,
                "size_bytes": 90_000,
                "kept_at": now - timedelta(seconds=number),
                "source": "telegram",
                "consent_id": number % people + 1,
                "priority": 2 + chance.random() if waits else 0.0,
                "queue_reason": QueueReason.UNSURE if waits else None,
                "answer_label": chance.choice(_LABELS),
                "doubt": chance.random(),
                "loss": chance.random() * 5,
            }

    def answers() -> Iterator[dict[str, Any]]:
        for number in range(1, options.predictions + 1):
            label = chance.choice(_LABELS)
            yield {
                "made_at": now - timedelta(days=30 * number / options.predictions),
                "update_id": number,
                "chat_id": number % people + 1,
                "user_id": number % people + 1,
                "photo_message_id": number,
                "answer_message_id": number + 1,
                "file_id": f"file-{number}",
                "model_version": f"model-{number * 5 // options.predictions}",
                "label": label,
                "probability": 0.9,
                "probabilities": dict.fromkeys(_LABELS, 0.05) | {label: 0.9},
                "verdict": Verdict.SURE if number % 10 else Verdict.UNSURE,
                "candidates": [label],
                "outside_score": 0.1,
                "milliseconds": 4.0,
                "sampled": number % 50 == 1,
                "disputed": (number - 1) % step == 0,
                "photo_id": number if number <= options.photos else None,
            }

    def said() -> Iterator[dict[str, Any]]:
        for number in range(options.claims):
            prediction_id = 1 + number * step
            yield {
                "made_at": now - timedelta(minutes=number),
                "prediction_id": prediction_id,
                "user_id": prediction_id % people + 1,
                "by_admin": False,
                "kind": "none",
                "label": None,
                "status": "pending",
            }

    def decided() -> Iterator[dict[str, Any]]:
        """Every second photo that does not wait was reviewed."""
        for photo_id in range(options.waiting + 1, options.photos + 1, 2):
            yield {
                "made_at": now - timedelta(days=2),
                "photo_id": photo_id,
                "reviewer_id": 7,
                "kind": "label",
                "label": chance.choice(_LABELS),
                "via": "web",
            }

    tallies = [
        {
            "day": (now - timedelta(days=day)).date(),
            "model_version": f"model-{day // 7}",
            "verdict": verdict,
            "answered": 1000,
            "disputed": 10,
        }
        for day in range(30)
        for verdict in Verdict
    ]
    everybody = [{"user_id": number, "thanks": True} for number in range(1, people + 1)]
    allowed = [
        {"user_id": number, "notice_version": "1", "granted_at": now}
        for number in range(1, people + 1)
    ]
    for table, rows in (
        (Person, iter(everybody)),
        (Consent, iter(allowed)),
        (Photo, photos()),
        (Prediction, answers()),
        (Claim, said()),
        (ReviewVerdict, decided()),
        (Tally, iter(tallies)),
    ):
        _insert(database, table, rows)
    with database.connection() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _insert(database: Database, table: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    while portion := list(itertools.islice(rows, _PORTION)):
        with database.session() as session:
            session.execute(insert(table), portion)


def measure(
    database: Database, store: PhotoStore, options: argparse.Namespace
) -> dict[str, tuple[float, float, float]]:
    """Of each door, a whole transaction each: median and worst time, and the median CPU time of
    this process (on SQLite all of it), which other work on the machine does not lengthen; ms."""
    chance = random.Random(2)  # noqa: S311 - see above
    update_ids = iter(range(10**9, 2 * 10**9))

    def anyone() -> int:
        return chance.randint(1, options.people)

    def record(connection: Connection) -> None:
        predictions.record_prediction(
            connection,
            predictions.NewPrediction(
                chat_id=1,
                user_id=anyone(),
                photo_message_id=1,
                file_id="f",
                model_version="model-9",
                label="black",
                probability=0.9,
                probabilities={"black": 0.9, "grizzly": 0.05, "teddy": 0.05},
                verdict="sure",
                candidates=["black"],
                outside_score=0.1,
                milliseconds=4.0,
                update_id=next(update_ids),
            ),
        )

    def claim(session: Session) -> None:
        claims.record_claim(
            session,
            claims.NewClaim(
                prediction_id=chance.randint(1, options.predictions),
                user_id=anyone(),
                kind="label",
                label="grizzly",
            ),
            quorum=3,
            quota=ClaimQuota(per_day=10**6),
        )

    def review(session: Session) -> None:
        photo = queue.next_photo(session, 7)
        if photo is not None:
            verdicts.decide(session, photo.id, 7, "label", label="black", via="web")

    def grid(session: Session, order: Order, label: str | None = None) -> None:
        found = browsing.find_photos(session, Shelf.QUEUE, PhotoFilter(label=label), order)
        cards.cards(session, found[:60])

    doors: dict[str, Callable[[Any], object]] = {
        "record a prediction": record,
        "find the answer to a reply": lambda s: predictions.find_predictions(s, anyone(), 77),
        "record a claim": claim,
        "next photo": lambda s: queue.next_photo(s, chance.randint(1, 10**6)),
        "next photo and verdict": review,
        "queue progress": queue.progress,
        "grid of the queue, by teaching": lambda s: grid(s, Order.TEACHES),
        "grid of the queue, by loss": lambda s: grid(s, Order.LOSS),
        "grid of one label, by doubt": lambda s: grid(s, Order.DOUBT, label="teddy"),
        "near duplicates (3 bits)": lambda s: duplicates.near_photos(
            s, chance.getrandbits(64) - 2**63
        ),
        "near duplicates (7 bits)": lambda s: duplicates.near_photos(
            s, chance.getrandbits(64) - 2**63, max_distance=7
        ),
        "statistics of 30 days": stats.collect,
        "forget a person": lambda s: forgetting.forget(s, store, anyone()),
    }
    times: dict[str, tuple[float, float, float]] = {}
    for name, door in doors.items():
        taken: list[float] = []
        worked: list[float] = []
        for _ in range(options.repeat):
            begun, begun_cpu = time.perf_counter(), time.process_time()
            with database.transaction() if door is record else database.session() as opened:
                door(opened)
            taken.append((time.perf_counter() - begun) * 1000)
            worked.append((time.process_time() - begun_cpu) * 1000)
        times[name] = (statistics.median(taken), max(taken), statistics.median(worked))
    return times


if __name__ == "__main__":
    sys.exit(main())
