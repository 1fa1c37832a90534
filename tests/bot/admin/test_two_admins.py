"""Two admins who ask for a retraining at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from dataset.examples.examples import NewExample, add_example
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.storage.schema import Retraining
from tests.bot.running import Person, RunningBot
from tests.conftest import draw_photo

CHILD = """#!/bin/sh
# Asked with -c whether it can train, it can; as a child it works until it may end.
[ "$1" = -c ] && exit 0
until [ -e {stop} ]; do sleep 0.1; done
echo "It may end." >&2
exit 1
"""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[RunningBot]:
    """A bot with photos to learn from, two admins, and a training that does nothing."""
    stop, python = tmp_path / "stop", tmp_path / "python"
    python.write_text(CHILD.format(stop=stop))
    python.chmod(0o700)
    with RunningBot(tmp_path, training_python=python, admin_ids="3") as running:
        store = PhotoStore(running.settings.photos_dir)
        with running.database.session() as session:
            for number in range(12):
                photo = keep_photo(
                    session,
                    store,
                    draw_photo(seed=number),
                    NewPhoto(dhash=number << 40, width=640, height=480, source="drawn"),
                )
                label = ("black", "teddy")[number % 2]
                new = NewExample(label=label, origin="add", salt="salt", gate=False)
                add_example(session, photo, new)
        yield running
        stop.touch()


def test_one_of_two_requests_in_the_same_moment_is_followed_by_both(bot: RunningBot) -> None:
    """One begins a retraining; the other hears that one is under way, and how far it is."""
    admins = [bot.admin, Person(bot.http, 3)]
    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(lambda admin: str(admin.ask("/retrain")), admins))
    assert said[0].startswith("A retraining is already running:")
    assert said[1].startswith("Retraining: ")
    with bot.database.reading() as session:
        rows = session.scalars(select(Retraining)).all()
    assert [row.requested_by in (2, 3) for row in rows] == [True]
