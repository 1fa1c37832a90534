"""Moving an installation to another database, and changing the photos' key."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dataset import migrate, rekey
from dataset.backup.copying import verify_rows
from dataset.conversation import inbox
from dataset.errors import BackupError
from dataset.photos.store import PhotoStore
from dataset.privacy import forgetting
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import Person
from dataset.storage.sealing import generate_key, read_keys
from tests.dataset.folds import fold
from tests.dataset.world import ADMIN, World, dhash_of


@pytest.fixture
def target(empty_url: str) -> Iterator[Database]:
    """Where to move to: a database without tables."""
    database = Database(empty_url)
    yield database
    database.dispose()


def _live(world: World) -> None:
    """A little of everything, with JSON, times, nulls, negative numbers and a family."""
    with world.database.session() as session:
        inbox.take_in(
            session.connection(), [{"update_id": 1, "text": "ünïcode 🐻"}], now=world.tick()
        )
        audit.record(session, action="look", details={"a": [1, None, 2.5]}, now=world.now)
    for number in range(3):
        answer, photo = world.kept_answer(user_id=number + 1, chat_id=-1001234567890)
        world.claim(answer, label="grizzly", user_id=number + 1)
        world.decide(photo, label="grizzly")
    world.keep(world.answer(), content="a", dhash=dhash_of("bear"))
    world.keep(world.answer(user_id=5), content="b", dhash=dhash_of("bear") ^ 1)
    fold(world)


def test_every_row_arrives(world: World, target: Database) -> None:
    """From and to either database, every value of every row is the same afterwards."""
    _live(world)
    counts = migrate.migrate(world.database, target, quiet=True)
    with world.database.connection() as old, target.connection() as new:
        verified = verify_rows(old, new)

    assert counts == verified
    assert (5, 5, 3, 1) == (
        counts["photos"],
        counts["predictions"],
        counts["examples"],
        counts["updates"],
    )


def test_the_target_goes_on_counting(world: World, target: Database) -> None:
    """New rows get ids after the copied ones, and after those that were forgotten before."""
    _live(world)
    last = world.kept_answer(user_id=77)
    last_answer, last_photo = last[0].id, last[1].id
    with world.database.session() as session:
        forgetting.forget(session, world.store, 77)
    migrate.migrate(world.database, target, quiet=True)
    moved = World(target, world.store)
    moved.now = world.now
    answer, photo = moved.kept_answer(user_id=9)
    moved.claim(answer, label="teddy", user_id=ADMIN, by_admin=True)

    assert answer.id > last_answer
    assert photo.id > last_photo


def test_a_target_with_rows_is_refused(world: World, target: Database) -> None:
    """Nothing is mixed with what is there."""
    target.upgrade()
    with target.session() as session:
        session.add(Person(user_id=1))

    with pytest.raises(BackupError, match="not empty"):
        migrate.migrate(world.database, target, quiet=True)


def test_a_difference_is_found(world: World, target: Database) -> None:
    """One changed value in one row is enough."""
    _live(world)
    migrate.migrate(world.database, target, quiet=True)
    with target.session() as session:
        session.execute(
            text(
                "UPDATE predictions SET probability = 0.1 "
                "WHERE id = (SELECT max(id) FROM predictions)"
            )
        )
    with (
        pytest.raises(BackupError, match="predictions at row id="),
        world.database.connection() as old,
        target.connection() as new,
    ):
        verify_rows(old, new)


def test_the_command_moves_what_the_settings_name(
    empty_file: Path,
    empty_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`--to` is the target; a second run refuses with one sentence."""
    shutil.copy(empty_file, tmp_path / "detector.sqlite3")
    source = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    _live(World(source, PhotoStore(tmp_path / "photos")))
    source.dispose()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    codes = [migrate.main(["--to", empty_url, "--json"]), migrate.main(["--to", empty_url])]
    printed = capsys.readouterr()

    assert [0, 1] == codes
    assert 5 == json.loads(printed.out)["photos"]
    assert "not empty" in printed.err


@pytest.mark.parametrize("given", ["env:NEW_DATABASE", "-"])
def test_the_target_need_not_stand_in_the_process_list(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable or stdin gives it; without it, one sentence says so."""
    url = f"sqlite:///{tmp_path / 'target.sqlite3'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("NEW_DATABASE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert 2 == migrate.main(["--to", given])
    assert "holds no address of a database" in capsys.readouterr().err
    monkeypatch.setenv("NEW_DATABASE", url)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{url}\n"))
    assert 0 == migrate.main(["--to", given])
    assert (tmp_path / "target.sqlite3").exists()


def test_the_key_is_changed_while_photos_are_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """New key first, old one after: afterwards the new one alone opens everything."""
    old, new = generate_key(), generate_key()
    plain = PhotoStore(tmp_path / "photos").put(b"plain")
    sealed = PhotoStore(tmp_path / "photos", key=read_keys(old)[0]).put(b"sealed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PHOTO_KEY", f"{new},{old}")
    codes = [rekey.main(["--json"]), rekey.main(["--json"])]
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    store = PhotoStore(tmp_path / "photos", key=read_keys(new)[0])

    assert [0, 0] == codes
    assert (2, 0) == (first["changed"], first["unchanged"])
    assert (0, 2) == (second["changed"], second["unchanged"])
    assert [b"plain", b"sealed"] == [store.get(plain), store.get(sealed)]


def test_a_photo_that_no_key_opens_is_counted_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest goes on; the code says that something was left."""
    store = PhotoStore(tmp_path / "photos", key=b"k" * 32)
    lost = store.put(b"lost")
    before = store.path(lost).read_bytes()
    PhotoStore(tmp_path / "photos").put(b"plain")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PHOTO_KEY", generate_key())
    code = rekey.main(["--json"])
    report = json.loads(capsys.readouterr().out)

    assert (1, 1, 1) == (code, report["changed"], report["unreadable"])
    assert before == store.path(lost).read_bytes()


def test_a_key_is_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """The printed key is one that the setting takes."""
    assert 0 == rekey.main(["--generate"])
    assert 1 == len(read_keys(capsys.readouterr().out.strip()))
