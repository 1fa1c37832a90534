"""The counts of health, export and marks, in both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from dataset.export.exporting import counts
from dataset.reviewing import health, marks
from dataset.reviewing.browsing import Order, PhotoFilter, Shelf, find_photos
from dataset.storage.database import Database
from dataset.storage.schema import TELEGRAM, Example, Photo, Split, utc_now


def fill(database: Database, photos: list[tuple[str, Split, str, int, str]]) -> None:
    """Examples: label, split, source, shorter side, group; each a day older than the one before."""
    now = utc_now()
    with database.session() as session:
        for number, (label, split, source, side, group) in enumerate(photos, start=1):
            session.execute(
                insert(Photo).values(
                    id=number,
                    sha256=f"{number:064}",
                    dhash=number,
                    width=2 * side,
                    height=side,
                    size_bytes=1,
                    source=source,
                    kept_at=now - timedelta(days=100 * number),
                    priority=0.0,
                )
            )
            session.execute(
                insert(Example).values(
                    photo_id=number,
                    label=label,
                    first_label=label,
                    split=split,
                    group=group,
                    origin="add",
                )
            )


def test_labels_are_counted_against_everything(database: Database) -> None:
    """The same counts from both databases; what people sent without consent is left out."""
    fill(
        database,
        [
            ("teddy", Split.TRAIN, "zoo", 100, "one"),
            ("teddy", Split.TRAIN, "zoo", 300, "one"),
            ("black", Split.GATE, TELEGRAM, 2000, "two"),
        ],
    )
    with database.reading() as session:
        found = health.measure(session, now=utc_now())
        assert {"teddy": [2, 0, 0], "black": [0, 0, 1]} == found.splits.rows
        assert {"teddy": [1, 1, 0, 0], "black": [0, 0, 0, 1]} == found.sizes.rows
        assert {"teddy": [0, 2], "black": [1, 0]} == found.groups.rows
        assert (2, 1) == (
            found.sources.count("teddy", "zoo"),
            found.sources.count("black", TELEGRAM),
        )
        assert {"teddy": [0, 0, 1, 1, 0], "black": [0, 0, 0, 1, 0]} == found.ages.rows
        assert ({"train": 2, "valid": 0, "test": 0}, 1) == counts(session)


def test_marks_are_kept_and_found(database: Database) -> None:
    """A note replaces the one before; a mark without one leaves it."""
    fill(database, [("teddy", Split.TRAIN, "zoo", 300, str(number)) for number in range(3)])
    with database.session() as session:
        assert [1, 2] == marks.mark(session, [1, 2, 9], 5, note="why?")
        assert [2, 3] == marks.mark(session, [2, 3], 6)
        assert [1] == marks.unmark(session, [1, 9], 6)
    with database.reading() as session:
        found = find_photos(session, Shelf.EXAMPLES, PhotoFilter(marked=True), Order.NEWEST)
        assert [2, 3] == found
