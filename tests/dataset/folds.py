"""Folding as a retraining does it, in one line."""

from __future__ import annotations

from dataset.examples import retrainings
from dataset.examples.folding import FoldReport, fold_all
from dataset.storage.schema import RetrainingStatus
from tests.dataset.world import World

SALT = "salt"


def fold(world: World, *, per_person: int = 25) -> FoldReport:
    with world.database.session() as session:
        run = retrainings.request(session, trigger="shell", now=world.tick())
    report = fold_all(
        world.database, salt=SALT, per_person=per_person, retraining_id=run.id, now=world.now
    )
    with world.database.session() as session:
        retrainings.finish(
            session, run.id, retrainings.Ending(status=RetrainingStatus.HELD, reason="a test")
        )
    return report
