"""What is left after forgetting: the audit trail, the caches of training, the database's log."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from dataset.backup.aside import name_aside
from dataset.conversation.claims import claims
from dataset.privacy import erasing, forgetting
from dataset.privacy.exporting import export
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import Audit, Retraining, RetrainingStatus
from tests.dataset.world import ADMIN, World
from training.add.opening import SIMILAR
from training.train.material.features import CACHE


def forget(world: World, user_id: int) -> None:
    """Forget a person, all the way."""
    with world.database.session() as session:
        forgetting.forget(session, world.store, user_id, now=world.tick())
    erasing.erase(world.database, world.store, world.store.root.parent, now=world.now)


def test_what_somebody_tried_goes_and_what_an_admin_did_stays_without_a_name(world: World) -> None:
    """A typing error is the person's; a rollback and a ban are everybody's to look up."""
    with world.database.session() as session:
        audit.record(session, actor_id=4711, action="unknown_label", details={"text": "my cat"})
        audit.record(session, actor_id=4711, action="rollback", subject="model:starter")
        claims.ban_claims(session, 4711, banned_by=ADMIN, quorum=3)
        before = audit.of_person(session, 4711)
    with world.database.reading() as session:
        sink = io.BytesIO()
        export(session, world.store, 4711, sink)
    with zipfile.ZipFile(sink) as archive:
        told = json.loads(archive.read("data.json"))["trail"]
    forget(world, 4711)

    with world.database.reading() as session:
        left = {row.action: (row.actor_id, row.subject) for row in session.scalars(select(Audit))}
    assert ["unknown_label", "rollback", "ban_claims"] == [row.action for row in before]
    assert "my cat" == told[0]["details"]["text"]
    assert {"rollback": (0, "model:starter"), "ban_claims": (ADMIN, "person:0")} == left


def test_what_a_retraining_set_aside_no_longer_says_whose_it_was(world: World) -> None:
    """Neither as the photos' person nor as a reviewer; others stay named."""
    aside = [
        {"kind": "person", "name": "4711", "reviewers": [4711, ADMIN], "photos": [1]},
        {"kind": "reviewer", "name": str(ADMIN), "reviewers": [], "photos": [2]},
    ]
    with world.database.session() as session:
        row = Retraining(trigger="command", status=RetrainingStatus.HELD, requested_by=4711)
        row.metrics = {"seconds": {}, "set_aside": aside}
        session.add(row)
    forget(world, 4711)

    with world.database.reading() as session:
        (row,) = session.scalars(select(Retraining))
        metrics = row.metrics or {}
        assert row.requested_by is None
    named = [(one["kind"], one["name"], one["reviewers"]) for one in metrics["set_aside"]]
    assert [("person", "0", [0, ADMIN]), ("reviewer", str(ADMIN), [])] == named


def test_every_cache_of_training_is_known(tmp_path: Path) -> None:
    """A further one would keep features of what was forgotten."""
    assert set(erasing.CACHES) == {CACHE, SIMILAR}


@pytest.mark.parametrize("name", erasing.CACHES)
def test_features_of_a_forgotten_photo_leave_the_caches(world: World, name: str) -> None:
    """At once, while others' stay, and nothing of them stays in the file."""
    _, photo = world.kept_answer(user_id=9)
    file = world.store.root.parent / name
    with closing(sqlite3.connect(file, isolation_level=None)) as cache:
        cache.execute("PRAGMA journal_mode=WAL")
        cache.execute("CREATE TABLE photos (id INTEGER PRIMARY KEY, sha256 TEXT, numbers BLOB)")
        rows = [(photo.sha256, b"numbers of theirs"), ("another", b"numbers of others")]
        cache.executemany("INSERT INTO photos (sha256, numbers) VALUES (?, ?)", rows)
        forget(world, 9)
        left = cache.execute("SELECT sha256 FROM photos").fetchall()
    held = b"".join(path.read_bytes() for path in file.parent.glob(f"{name}*"))

    assert [("another",)] == left
    assert (False, True) == (b"numbers of theirs" in held, b"numbers of others" in held)


def test_the_database_is_written_again_only_for_somebody(world: World) -> None:
    """A start on which nobody was forgotten keeps nobody from writing; empty pages stay."""

    def empty_pages() -> int:
        with world.database.connection() as connection:
            return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())

    with world.database.session() as session:
        for _ in range(500):
            audit.record(session, actor_id=1, action="look", details={"text": "a" * 900})
    with world.database.session() as session:
        session.execute(delete(Audit))
    if not world.database.is_sqlite:
        pytest.skip("PostgreSQL keeps its files itself")
    before = empty_pages()
    erasing.erase(world.database, world.store, world.store.root.parent, False, now=world.now)
    after_start = empty_pages()
    erasing.erase(world.database, world.store, world.store.root.parent, True, now=world.now)

    assert before == after_start > 0 == empty_pages()


def test_no_unused_space_of_the_database_names_somebody_forgotten(tmp_path: Path) -> None:
    """`secure_delete` overwrites deleted rows, but not what balancing pages left of them."""
    database = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    database.upgrade()
    chance = random.Random(1)  # noqa: S311 - no secret
    held = []
    for forgotten in range(7310400000, 7310400040):
        with database.session() as session:
            for _ in range(25):
                person = 7310400000 + chance.randrange(40)
                audit.record(session, actor_id=person, action="look", details={"text": "a" * 99})
            session.execute(delete(Audit).where(Audit.actor_id == forgotten))
        database.rewrite()
        if any(forgotten.to_bytes(6, "big") in file.read_bytes() for file in tmp_path.iterdir()):
            held.append(forgotten)
    database.dispose()

    assert held == []


def test_what_a_restore_moved_aside_goes_with_the_first_who_is_forgotten(
    world: World, tmp_path: Path
) -> None:
    """It is a whole copy, with the person in it: rows, photos, and the database's log."""
    world.kept_answer(user_id=9)
    copies = [name_aside(world.store.root, world.now)]
    if world.database.file is not None:
        copies += [name_aside(world.database.file, world.now, end) for end in ("", "-wal")]
    copies[0].mkdir()
    for copy in (copies[0] / "theirs.jpg", *copies[1:]):
        copy.write_bytes(b"theirs")
    mine = world.store.root.with_name(f"{world.store.root.name}.before-the-flood")
    mine.mkdir()
    erasing.erase(world.database, world.store, world.store.root.parent, False, now=world.now)
    assert all(copy.exists() for copy in copies)
    forget(world, 9)

    assert not any(copy.exists() for copy in copies)
    assert mine.is_dir()
