"""A tar that somebody made: put back only if it is a backup, else one sentence and nothing done."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dataset import restore
from dataset.backup.__main__ import back_up
from dataset.errors import DatasetError
from dataset.photos.store import PhotoStore
from dataset.restore import Places
from dataset.storage.database import Database

DATABASE = "detector.sqlite3"


class Tar:
    """A backup in the making: its list of contents is right, unless it is given another one."""

    def __init__(self, file: Path, database: bytes) -> None:
        self.file = file
        self._tar = tarfile.open(file, "w", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - see `end`
        self._hashes: dict[str, str] = {}
        if database:
            self.add(DATABASE, database)

    def add(self, name: str, content: bytes = b"", **about: object) -> Tar:
        """One more entry."""
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        for field, value in about.items():
            setattr(entry, field, value)
        self._tar.addfile(entry, io.BytesIO(content))
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        return self

    def end(self, listed: bytes | None = None) -> None:
        """Write the list of contents, or what is there instead."""
        listed = (
            listed
            or json.dumps(
                {"format": 1, "photos": 0, "model_files": 0, "sha256": self._hashes}
            ).encode()
        )
        self.add("contents.json", listed)
        self._tar.close()


FORGED: dict[str, Callable[[Tar], object]] = {
    "an entry above": lambda tar: tar.add("../evil").end(),
    "an entry elsewhere": lambda tar: tar.add("/etc/evil").end(),
    "an entry that leads out": lambda tar: tar.add("photos/../../evil").end(),
    "an entry in another folder": lambda tar: tar.add("elsewhere/evil").end(),
    "an entry that is the folder": lambda tar: tar.add(".").end(),
    "an entry without a name": lambda tar: tar.add("").end(),
    "photos that are a file": lambda tar: tar.add("photos", b"evil").end(),
    "a file that is a folder, too": lambda tar: tar.add("models/a").add("models/a/b").end(),
    "a name that is too long": lambda tar: tar.add("photos/" + "x" * 5000).end(),
    "a name with a zero": lambda tar: tar.add("photos/a\0b/evil").end(),
    "a link to itself": lambda tar: tar.add(
        "models/a", type=tarfile.LNKTYPE, linkname="models/a"
    ).end(),
    "a link to nothing": lambda tar: tar.add(
        "models/a", type=tarfile.LNKTYPE, linkname="nothing"
    ).end(),
    "a symbolic link": lambda tar: tar.add(
        "models/a", type=tarfile.SYMTYPE, linkname="/etc/passwd"
    ).end(),
    "a device": lambda tar: tar.add("models/a", type=tarfile.CHRTYPE).end(),
    "a list that is a list": lambda tar: tar.end(b"[]"),
    "a list that is too deep": lambda tar: tar.end(b"[" * 100_000),
    "a list with other types": lambda tar: tar.end(b'{"format": 1, "sha256": [1]}'),
    "no list at all": lambda tar: tar.end(b"evil"),
    "a list of other contents": lambda tar: tar.end(b'{"format": 1, "sha256": {}}'),
}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(
        database_url=f"sqlite:///{tmp_path / 'new' / DATABASE}",
        photos_dir=tmp_path / "new" / "photos",
        models_dir=tmp_path / "new" / "models",
    )


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A true one, of an empty database."""
    database = Database(f"sqlite:///{tmp_path / DATABASE}")
    database.upgrade()
    file = tmp_path / "true.tar"
    back_up(database, PhotoStore(tmp_path / "none"), tmp_path / "none", file)
    database.dispose()
    return file


def database_of(backup: Path) -> bytes:
    with tarfile.open(backup) as tar:
        content = tar.extractfile(DATABASE)
        assert content is not None
        return content.read()


def refuse(file: Path, places: Places) -> str:
    """The one sentence with which it is refused, and nothing of it lies anywhere."""
    with pytest.raises(DatasetError) as caught:
        restore.restore(file, places)
    assert [] == list(places.photos_dir.parent.iterdir())
    assert [] == list(file.parent.rglob("*evil*"))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_backup_is_refused(how: str, backup: Path, places: Places, tmp_path: Path) -> None:
    """By a sentence, before anything is put in its place."""
    tar = Tar(tmp_path / "forged.tar", database_of(backup))
    FORGED[how](tar)
    refuse(tar.file, places)


@pytest.mark.parametrize(
    "database", [b"", b"no database" * 100, b"SQLite format 3\0" + bytes(4080)]
)
def test_a_backup_without_a_database_is_refused(
    database: bytes, places: Places, tmp_path: Path
) -> None:
    """It would be "Restored", and leave a bot without its memory."""
    tar = Tar(tmp_path / "forged.tar", database)
    tar.end()
    refuse(tar.file, places)


def test_a_sparse_entry_fills_no_disk(backup: Path, places: Places, tmp_path: Path) -> None:
    """A few hundred bytes that declare 16 GB: in GNU's old way, and in a header of POSIX's."""
    posix = {"major": "1", "minor": "0", "realsize": str(16 << 30)}
    file = tmp_path / "forged.tar"
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo("models/v1/model.onnx")
        entry.pax_headers = {f"GNU.sparse.{name}": value for name, value in posix.items()}
        entry.size = 512
        tar.addfile(entry, io.BytesIO(b"1\n17179869184\n0\n".ljust(512, b"\0")))
    assert "does not belong there" in refuse(file, places)
    head = bytearray(tarfile.TarInfo("models/v1/model.onnx").tobuf(tarfile.GNU_FORMAT))
    head[156:157] = tarfile.GNUTYPE_SPARSE
    head[483:495] = tarfile.itn(16 << 30, 12, tarfile.GNU_FORMAT)
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    file.write_bytes(bytes(head) + bytes(1024))
    assert "does not belong there" in refuse(file, places)


def test_a_damaged_head_is_refused_or_does_no_harm(backup: Path, places: Places) -> None:
    """Other bytes in an entry's head, its checksum mended: a sentence, if not a restored backup."""
    sound = backup.read_bytes()
    chance = random.Random(18)  # noqa: S311 - the same forgeries each time
    refused = 0
    for _ in range(60):
        forged = bytearray(sound)
        for _ in range(chance.randint(1, 3)):
            forged[chance.choice((0, 124, 156, 157, 257, 345)) + chance.randint(0, 11)] = (
                chance.randint(0, 255)
            )
        forged[148:156] = b"        "
        forged[148:156] = b"%06o\0 " % sum(forged[:512])
        backup.write_bytes(forged)
        try:
            restore.restore(backup, places, force=True)
        except DatasetError:
            refused += 1
    assert 0 < refused < 60
