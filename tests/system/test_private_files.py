"""What the programs write is for nobody else to read, whatever umask they are started with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.running import Person
from tests.conftest import draw_photo, until
from tests.system.processes import Program, local_api, on_telegram


@pytest.fixture
def _open_umask() -> Iterator[None]:
    """The usual umask, under which others may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_umask")
def test_nothing_that_the_bot_writes_can_be_read_by_others(tmp_path: Path) -> None:
    """Database, its log, a kept photo, the review secret, a backup, and their folders."""
    api, telegram = local_api(tmp_path)
    settings = on_telegram(telegram, tmp_path)
    data, backup = tmp_path / "data", tmp_path / "backups" / "bears.tar"
    person, admin = Person(telegram, 5), Person(telegram, 2)
    with api, telegram:
        api.until_ready()
        with Program("bot", folder=tmp_path, settings=settings) as program:
            program.until_ready()
            shown = person.show(draw_photo(seed=1))
            person.hear_all(at_least=1, starting="I see")
            person.say("/wrong teddy", reply_to=shown["message_id"])
            question = person.hear_all(at_least=1, starting="May I keep the photos")[-1]
            person.press(question, "Keep my photos")
            admin.ask("/review")
            until(lambda: list(data.glob("photos/*/*.jpg")))
            backup.parent.mkdir(mode=0o700)
            with Program(
                "dataset.backup", str(backup), folder=tmp_path, settings=settings
            ) as copying:
                assert 0 == copying.status(), copying.output
            written = set(data.rglob("*"))
            names = {path.name for path in written}
            assert {"detector.sqlite3", "detector.sqlite3-wal", "review.secret", "photos"} <= names
            assert any(path.suffix == ".jpg" for path in written)
            made = (data, backup, *written)
            readable = [str(path) for path in made if path.stat().st_mode & 0o077]
            assert program.end() == 0
    assert [] == readable
