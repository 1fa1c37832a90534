"""`python -m bot doctor` on what lies on the disk: database, folders, photos, model."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.doctor.examination import Grade
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.sealing import generate_key
from models.bundles.bundle import STARTER
from models.registry.local import CURRENT
from tests.bot.doctor.machine import Machine
from tests.conftest import draw_photo, free_port
from tests.object_store import CREDENTIALS, running_store


def database_of(machine: Machine) -> Path:
    """The machine's database, made."""
    database = Database(machine.settings().resolved_database_url)
    database.upgrade()
    database.dispose()
    assert database.file is not None
    database.file.chmod(0o600)
    return database.file


def test_a_good_database_is_left_as_it_is(machine: Machine) -> None:
    """Tried and read, and nothing stays behind."""
    file = database_of(machine)
    assert Grade.OK == machine.worst("database").grade
    with sqlite3.connect(file) as connection:
        probes = connection.execute("SELECT 1 FROM sqlite_master WHERE name LIKE '%probe%'")
        assert [] == probes.fetchall()
    connection.close()


def test_a_damaged_database(machine: Machine) -> None:
    """Half of it overwritten; what to do is to go back to the backup."""
    file = database_of(machine)
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2 :] = os.urandom(len(raw) - len(raw) // 2)
    file.write_bytes(raw)
    worst = machine.worst("database")
    assert Grade.FAIL == worst.grade
    assert "bear-detector restore" in worst.advice


def test_a_database_of_a_newer_program(machine: Machine) -> None:
    """Its tables are not ours to understand."""
    with sqlite3.connect(database_of(machine)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    worst = machine.worst("database")
    assert (Grade.FAIL, True) == (worst.grade, "newer version" in worst.what)


def test_a_database_server_that_is_not_there(machine: Machine) -> None:
    """Its password stays hidden."""
    url = f"postgresql://bears:hunter2@127.0.0.1:{free_port()}/bears"
    worst = machine.worst("database", database_url=url)
    assert Grade.FAIL == worst.grade
    assert "hunter2" not in worst.what + worst.advice


def test_a_database_that_others_may_read(machine: Machine) -> None:
    """It holds what people said."""
    database_of(machine).chmod(0o644)
    assert "chmod 600" in machine.worst("database").advice


def test_a_folder_that_cannot_be(machine: Machine, tmp_path: Path) -> None:
    """Below a file, where nothing takes files, and where others look in."""
    (tmp_path / "file").touch()
    assert Grade.FAIL == machine.worst("folders", data_dir=tmp_path / "file" / "data").grade
    assert Grade.FAIL == machine.worst("folders", data_dir=Path("/proc")).grade
    (tmp_path / "data").chmod(0o755)
    assert "chmod 700" in machine.worst("folders").advice
    (tmp_path / "data").chmod(0o700)
    (tmp_path / "published").chmod(0o777)
    assert "chmod go-w" in machine.worst("folders").advice


def test_a_disk_without_room(machine: Machine) -> None:
    """Less than the reserve is left."""
    found = machine.found("folders", disk_reserve_mb=1_000_000)
    assert [Grade.FAIL, Grade.FAIL] == [finding.grade for finding in found]
    assert "make room" in found[0].advice


def test_photos_whose_key_is_lost(machine: Machine) -> None:
    """One that no key opens, and one that a new key has not encrypted yet."""
    old, new = generate_key(), generate_key()
    settings = machine.settings(photo_key=old)
    store = PhotoStore.with_keys(settings.photos_dir, settings.photo_keys)
    store.put(draw_photo(seed=1))
    assert "PHOTO_KEY opens them" in machine.worst("photos", photo_key=f"{new},{old}").what
    worst = machine.worst("photos", photo_key=new)
    assert (Grade.FAIL, True) == (worst.grade, "PHOTO_KEY" in worst.advice)
    PhotoStore.with_keys(settings.photos_dir, ()).put(draw_photo(seed=2))
    assert "bear-detector rekey" in machine.worst("photos", photo_key=old).advice


def test_an_object_store_that_does_not_answer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the two is named, and what reads from it blames it rather than the key."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with running_store() as store:
        there = {
            "photos_url": store.empty(),
            "models_url": store.empty(),
            "s3_endpoint_url": store.endpoint_url,
        }
        answering = [finding.grade for finding in machine.found("object stores", **there)]
        store.down()
        found = machine.found("object stores", **there)
        photos = machine.worst("photos", **there)
    assert [Grade.OK, Grade.OK] == answering
    assert [Grade.FAIL, Grade.FAIL] == [finding.grade for finding in found]
    assert ["PHOTOS_URL", "MODELS_URL"] == [finding.what.split(":")[0] for finding in found]
    assert "does not answer" in photos.what


def test_a_model_with_an_altered_byte(machine: Machine) -> None:
    """Its hashes tell, before it is run."""
    models_dir = machine.settings().models_dir
    shutil.copytree(STARTER, models_dir / "mine")
    (models_dir / CURRENT).write_text("mine\n")
    graph = models_dir / "mine" / "model.onnx"
    raw = bytearray(graph.read_bytes())
    raw[-100] ^= 1
    graph.write_bytes(raw)
    worst = machine.worst("model")
    assert (Grade.FAIL, True) == (worst.grade, "models rollback" in worst.advice)
