"""Backup and restore: a whole copy while the bot runs, put back only where nothing is lost."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dataset import restore
from dataset.backup import __main__ as backup
from dataset.backup.__main__ import back_up
from dataset.backup.copying import verify_rows
from dataset.errors import BackupError
from dataset.photos.store import PhotoStore
from dataset.privacy import forgetting
from dataset.restore import Places
from dataset.storage.database import Database
from dataset.storage.schema import Person, Photo, ReviewVerdict
from tests.dataset.world import World, go_back


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """A registry with one published bundle, and one that is being copied in."""
    folder = tmp_path / "published"
    (folder / "v1").mkdir(parents=True)
    (folder / "CURRENT").write_text("v1\n")
    (folder / "v1" / "model.onnx").write_bytes(b"weights" * 1000)
    (folder / ".copying-v2").mkdir()
    (folder / ".copying-v2" / "model.onnx").write_bytes(b"half")
    return folder


@pytest.fixture
def saved(world: World, models_dir: Path, tmp_path: Path) -> Path:
    """A backup of some answers, claims and photos."""
    for number in range(3):
        answer, photo = world.kept_answer(user_id=number + 1)
        world.claim(answer, label="grizzly", user_id=number + 1)
        world.decide(photo, label="grizzly")
    file = tmp_path / "saved.tar"
    back_up(world.database, world.store, models_dir, file)
    return file


def _places(folder: Path) -> Places:
    return Places(
        database_url=f"sqlite:///{folder / 'data' / 'detector.sqlite3'}",
        photos_dir=folder / "data" / "photos",
        models_dir=folder / "models",
    )


def _everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_was_backed_up_comes_back(world: World, saved: Path, tmp_path: Path) -> None:
    """Every row, photo and model file is there again, on either database."""
    places = _places(tmp_path / "new")
    report = restore.restore(saved, places)
    restored = Database(places.database_url)
    with world.database.connection() as old, restored.connection() as new:
        counts = verify_rows(old, new)
    restored.dispose()
    store = PhotoStore(places.photos_dir)

    assert (3, 2, []) == (report.photos, report.model_files, report.moved_aside)
    assert (3, 3, 3) == (counts["photos"], counts["claims"], counts["verdicts"])
    assert {store.get(name) for name in store.hashes()} == {
        world.store.get(name) for name in world.store.hashes()
    }
    assert "v1\n" == (places.models_dir / "CURRENT").read_text()
    assert {"CURRENT", "v1", "v1/model.onnx"} == _everything(places.models_dir)


def test_a_backup_goes_back_into_either_database(
    saved: Path, empty_url: str, tmp_path: Path
) -> None:
    """DATABASE_URL says where to, whatever the rows came from."""
    target = tmp_path / "new"
    restore.restore(
        saved, Places(database_url=empty_url, photos_dir=target / "p", models_dir=target / "m")
    )
    database = Database(empty_url)
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Photo))
    with database.session() as session:
        session.add(Person(user_id=77))
    database.dispose()

    assert 3 == count


def test_ids_given_since_a_backup_are_not_given_again(
    world: World, saved: Path, tmp_path: Path
) -> None:
    """A button that was sent after it means nothing in what came back, and nothing later."""
    since = [world.kept_answer(user_id=user_id)[1].id for user_id in (91, 92, 93)]
    places = _places(tmp_path / "new")
    database = Database(places.database_url)
    restore.restore(saved, places)
    _, photo = World(database, PhotoStore(places.photos_dir)).kept_answer(user_id=94)
    database.dispose()

    assert photo.id > max(since)


def test_a_backup_is_private(saved: Path) -> None:
    """Nobody but its owner may read people's messages and photos."""
    assert 0o600 == stat.S_IMODE(saved.stat().st_mode)


def test_encrypted_photos_stay_encrypted(world: World, tmp_path: Path) -> None:
    """The backup alone reveals no photo."""
    store = PhotoStore(tmp_path / "sealed", key=b"k" * 32)
    world.store = store
    world.keep(world.answer(), content="recognisable content")
    file = tmp_path / "saved.tar"
    back_up(world.database, store, tmp_path / "none", file)

    assert b"recognisable content" not in file.read_bytes()


def test_a_backup_while_somebody_writes_is_consistent(world: World, tmp_path: Path) -> None:
    """Each photo that the copied database names is in the copy, however many come meanwhile."""
    for _ in range(20):
        world.kept_answer()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            world.kept_answer(verdict="unsure")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        contents = back_up(world.database, world.store, tmp_path / "none", tmp_path / "b.tar")
    finally:
        stop.set()
        writer.join()
    places = _places(tmp_path / "new")
    restore.restore(tmp_path / "b.tar", places)
    restored = Database(places.database_url)
    with restored.reading() as session:
        named = set(session.scalars(select(Photo.sha256)))
    restored.dispose()

    assert 0 == contents.missing_photos
    assert len(named) >= 20
    assert named == set(PhotoStore(places.photos_dir).hashes())


def test_a_photo_without_its_file_is_counted(world: World, tmp_path: Path) -> None:
    """A lost file does not prevent the backup."""
    _, photo = world.kept_answer()
    world.store.delete(photo.sha256)
    contents = back_up(world.database, world.store, tmp_path / "none", tmp_path / "b.tar")

    assert (0, 1) == (contents.photos, contents.missing_photos)


def test_restoring_refuses_where_something_is(saved: Path, tmp_path: Path) -> None:
    """Without --force nothing that is there is touched."""
    places = _places(tmp_path / "new")
    places.photos_dir.mkdir(parents=True)
    (places.photos_dir / "precious").write_text("x")
    before = _everything(tmp_path / "new")

    with pytest.raises(BackupError, match="--force"):
        restore.restore(saved, places)
    assert before == _everything(tmp_path / "new")


def test_force_moves_aside_and_deletes_nothing(saved: Path, tmp_path: Path) -> None:
    """What was there is found under another name."""
    places = _places(tmp_path / "new")
    restore.restore(saved, places)
    (places.photos_dir / "precious").write_text("x")
    report = restore.restore(saved, places, force=True)

    assert not (places.photos_dir / "precious").exists()
    assert 3 == len(report.moved_aside)
    assert any((path / "precious").is_file() for path in report.moved_aside)


def test_a_database_moved_aside_still_has_its_last_rows(saved: Path, tmp_path: Path) -> None:
    """Rows that are only in the write-ahead log go along with their database."""
    places = _places(tmp_path / "new")
    restore.restore(saved, places)
    running = Database(places.database_url)
    with running.session() as session:
        session.add(Person(user_id=4711))
    report = restore.restore(saved, places, force=True)
    running.dispose()
    file = next(path for path in report.moved_aside if path.name.startswith("detector.sqlite3."))
    aside = Database(f"sqlite:///{file}")
    with aside.reading() as session:
        found = session.get(Person, 4711)
    aside.dispose()

    assert found is not None


def _damaged(saved: Path, kind: str) -> None:
    content = bytearray(saved.read_bytes())
    if kind == "cut short":
        saved.write_bytes(content[: len(content) // 2])
    elif kind == "a bit flipped":
        at = content.index(b"weights")
        content[at] ^= 1
        saved.write_bytes(content)
    else:
        saved.write_bytes(b"no tar file" * 500)


@pytest.mark.parametrize("kind", ["cut short", "a bit flipped", "something else"])
def test_a_damaged_backup_is_refused(saved: Path, tmp_path: Path, kind: str) -> None:
    """Found out before anything is put anywhere."""
    _damaged(saved, kind)
    places = _places(tmp_path / "new")

    with pytest.raises(BackupError):
        restore.restore(saved, places)
    assert not places.models_dir.exists()
    assert not places.photos_dir.exists()


def test_a_missing_backup_says_so(tmp_path: Path) -> None:
    """A wrong file name is named."""
    with pytest.raises(BackupError, match=r"nowhere\.tar"):
        restore.restore(tmp_path / "nowhere.tar", _places(tmp_path / "new"))


def test_nothing_to_back_up_says_so(tmp_path: Path) -> None:
    """A backup of a database that is not there must not look like one."""
    database = Database(f"sqlite:///{tmp_path / 'nothing.sqlite3'}")

    with pytest.raises(BackupError, match="does not exist"):
        back_up(database, PhotoStore(tmp_path / "p"), tmp_path / "m", tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()
    assert not (tmp_path / "nothing.sqlite3").exists()


def test_what_was_forgotten_is_in_no_later_backup(world: World, tmp_path: Path) -> None:
    """A backup after /forget holds neither the photo nor the person's number."""
    world.kept_answer(user_id=987_654)
    with world.database.session() as session:
        forgetting.forget(session, world.store, 987_654)
    file = tmp_path / "b.tar"
    contents = back_up(world.database, world.store, tmp_path / "none", file)

    assert 0 == contents.photos


def test_a_backup_without_room_is_one_sentence(tmp_path: Path) -> None:
    """Where the copy of the database does not fit, the command says so and leaves nothing."""
    url = f"sqlite:///{tmp_path / 'detector.sqlite3'}"
    database = Database(url)
    database.upgrade()
    database.dispose()
    program = (
        "import resource, signal, sys; from dataset.backup import __main__ as backup\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "sys.exit(backup.main([sys.argv[1]]))"
    )
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(tmp_path / "data"),
        "MODELS_DIR": str(tmp_path / "models"),
    }
    target = tmp_path / "copies" / "full.tar"
    target.parent.mkdir()
    result = subprocess.run(
        [sys.executable, "-c", program, str(target)],
        capture_output=True,
        text=True,
        env=os.environ | settings,
        check=False,
    )

    assert 1 == result.returncode
    assert "as much room again" in result.stderr
    assert 1 == len(result.stderr.strip().splitlines())
    assert [] == list(target.parent.iterdir())


def test_the_commands_speak_in_sentences(
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Restore, restore again, back up: counts on success, one sentence and a code otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    codes = [restore.main([str(saved), "--json"]), restore.main([str(saved)])]
    printed = capsys.readouterr()
    codes.append(backup.main([str(tmp_path / "again.tar"), "--json"]))
    again = json.loads(capsys.readouterr().out)

    assert [0, 1, 0] == codes
    assert 3 == json.loads(printed.out)["photos"] == again["photos"]
    assert 1 == len(printed.err.strip().splitlines())


def test_an_older_installation_can_be_copied(
    world: World, models_dir: Path, tmp_path: Path
) -> None:
    """Its tables may lack what came since; the copy is restored with all of them."""
    _, photo = world.kept_answer(user_id=1)
    world.decide(photo, label="grizzly")
    go_back(world.database, "0004")
    back_up(world.database, world.store, models_dir, tmp_path / "old.tar")

    restored = restore.restore(tmp_path / "old.tar", _places(tmp_path / "there"))
    assert 1 == restored.photos
    copy = Database(_places(tmp_path / "there").database_url)
    with copy.reading() as session:
        assert 1 == session.scalar(select(func.count(ReviewVerdict.id)))
    copy.dispose()
