"""What goes after its time, and what never does."""

from __future__ import annotations

import os
import time
from pathlib import Path

from sqlalchemy import func, select

from dataset.backup.aside import name_aside
from dataset.conversation import inbox
from dataset.privacy import consents, retention
from dataset.privacy.retention import Purged, Terms
from dataset.settings import DatasetSettings
from dataset.storage import audit
from dataset.storage.schema import Audit, Claim, Photo, Prediction, Update
from tests.dataset.folds import fold
from tests.dataset.world import World

TERMS = Terms(unreviewed_days=10, predictions_days=20, updates_days=3, audit_days=30)


def _purge(world: World) -> Purged:
    return retention.purge(world.database, world.store, TERMS, now=world.now)


def _count(world: World, table: type[object]) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _age(file: Path) -> None:
    yesterday = time.time() - 2 * 24 * 3600
    os.utime(file, (yesterday, yesterday))


def test_unreviewed_photos_go(world: World) -> None:
    """A photo that nobody reviewed in time goes, file and all; its numbers stay."""
    _, photo = world.kept_answer(verdict="unsure")
    world.tick(days=9)
    early = _purge(world)
    world.tick(days=2)
    late = _purge(world)

    assert (0, 1) == (early.unreviewed_photos, late.unreviewed_photos)
    assert not world.store.has(photo.sha256)
    assert (0, 1) == (_count(world, Photo), _count(world, Prediction))


def test_a_purged_photo_may_come_back(world: World) -> None:
    """Retention blocks nothing: nobody asked to be forgotten."""
    world.keep(world.answer(verdict="unsure"), content="same")
    world.tick(days=11)
    _purge(world)

    assert world.keep(world.answer(verdict="unsure"), content="same").id


def test_the_dataset_stays(world: World) -> None:
    """Examples keep their photos and predictions for as long as they are examples."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    fold(world)
    world.tick(days=1000)
    report = _purge(world)

    assert (0, 0) == (report.unreviewed_photos, report.predictions)
    assert world.store.has(photo.sha256)


def test_an_example_stays_until_the_fold_takes_it_out(world: World) -> None:
    """A photo found unusable later is in the dataset until the next run, and so is its file."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    fold(world)
    world.decide(photo, "reject")
    world.tick(days=1000)
    before = _purge(world)
    fold(world)
    after = _purge(world)

    assert (0, 1) == (before.unreviewed_photos, after.unreviewed_photos)


def test_a_verdict_that_waits_for_its_fold_stays(world: World) -> None:
    """What a reviewer decided is not lost before a retraining takes it."""
    _, decided = world.kept_answer()
    _, unusable = world.kept_answer()
    world.decide(decided, label="grizzly")
    world.decide(unusable, "reject")
    world.tick(days=11)
    _purge(world)

    assert [True, False] == [world.store.has(photo.sha256) for photo in (decided, unusable)]


def test_collected_photos_stay(world: World) -> None:
    """Only people's photos have a term."""
    photo = world.collected("public")
    world.tick(days=1000)
    _purge(world)

    assert world.store.has(photo.sha256)


def test_withdrawn_photos_go_at_once(world: World) -> None:
    """At the next purge, whatever their age."""
    _, photo = world.kept_answer()
    with world.database.session() as session:
        consents.withdraw(session, 1)
    report = _purge(world)

    assert (1, False) == (report.withdrawn_photos, world.store.has(photo.sha256))


def test_old_answers_go_with_their_claims(world: World) -> None:
    """Answers without a kept photo go after their time; the tallies keep the count."""
    from dataset.reviewing.stats import models

    old = world.answer()
    world.claim(old, label="grizzly")
    world.tick(days=21)
    world.answer()
    report = _purge(world)
    with world.database.reading() as session:
        (use,) = models(session)

    assert (1, 1, 0) == (report.predictions, _count(world, Prediction), _count(world, Claim))
    assert (2, 1) == (use.answered.total, use.answered.disputed)


def test_handled_updates_and_old_audit_lines_go(world: World) -> None:
    """Updates that wait stay, however old."""
    with world.database.session() as session:
        inbox.take_in(session.connection(), [{"update_id": 1}, {"update_id": 2}], now=world.now)
        inbox.handled(session.connection(), 1, now=world.now)
        audit.record(session, action="old", now=world.now)
    world.tick(days=31)
    report = _purge(world)

    assert (1, 1) == (report.updates, report.audit)
    assert (1, 0) == (_count(world, Update), _count(world, Audit))


def test_files_that_a_crash_left_behind_go(world: World) -> None:
    """Old files that no row names, and old halves of writes; never a fresh one or a named one."""
    _, named = world.kept_answer()
    stray, fresh = world.store.put(b"stray"), world.store.put(b"fresh")
    half = world.store.path(stray).with_suffix(".part")
    half.write_bytes(b"half")
    for file in (world.store.path(stray), half, world.store.path(named.sha256)):
        _age(file)
    report = _purge(world)

    assert 2 == report.stray_files
    assert [True, True, False] == [
        world.store.has(sha256) for sha256 in (named.sha256, fresh, stray)
    ]


def test_the_report_reads_as_a_line(world: World) -> None:
    """For the log: what and how many."""
    assert "unreviewed_photos=0" in str(_purge(world))


def test_the_terms_come_from_the_settings() -> None:
    """Each term is a setting."""
    settings = DatasetSettings(keep_unreviewed_days=5, keep_audit_days=6)

    assert (5, 6) == (Terms.of(settings).unreviewed_days, Terms.of(settings).audit_days)


def test_what_a_restore_moved_aside_goes_after_a_week(world: World) -> None:
    """It holds what retention removes; until then there is a way back."""
    aside = name_aside(world.store.root, world.now)
    aside.mkdir()
    there = []
    for days in (6, 2):
        world.tick(days=days)
        _purge(world)
        there.append(aside.exists())

    assert [True, False] == there
