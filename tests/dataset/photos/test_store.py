"""The photo store and keeping photos in it: whole or not at all, encrypted with a key."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from dataset.errors import PhotoMissing, PhotoStoreError, PhotoUnreadable
from dataset.photos.store import PhotoStore
from dataset.storage import sealing
from tests.dataset.world import World

KEY, OTHER = b"k" * 32, b"o" * 32
DATA = b"\xff\xd8 a photo \xff\xd9" * 100


def test_a_photo_lies_under_its_hash(store: PhotoStore) -> None:
    """The file's name is the SHA-256 of its bytes, in a folder of its first two letters."""
    sha256 = store.put(DATA)

    assert hashlib.sha256(DATA).hexdigest() == sha256
    assert (store.root / sha256[:2] / f"{sha256}.jpg").read_bytes() == DATA
    assert store.get(sha256) == DATA


def test_putting_twice_keeps_one_file(store: PhotoStore) -> None:
    """The same bytes are stored once."""
    store.put(DATA)
    store.put(DATA)

    assert 1 == len(list(store.hashes()))


@pytest.mark.parametrize("half", [b"", DATA[:700], b"\0" * len(DATA)])
def test_a_half_written_file_is_replaced_when_the_photo_comes_again(
    store: PhotoStore, half: bytes
) -> None:
    """A crash of the machine may leave a name whose content never reached the disk."""
    sha256 = store.put(DATA)
    store.path(sha256).write_bytes(half)
    with pytest.raises(PhotoUnreadable, match="restore it from a backup"):
        store.get(sha256)

    assert sha256 == store.put(DATA)
    assert DATA == store.get(sha256)


def test_a_deleted_photo_is_gone(store: PhotoStore) -> None:
    """Deleting says whether there was anything."""
    sha256 = store.put(DATA)

    assert [True, False] == [store.delete(sha256), store.delete(sha256)]
    with pytest.raises(PhotoMissing):
        store.get(sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "/" * 64, "a" * 63])
def test_only_hashes_are_names(store: PhotoStore, name: str) -> None:
    """Nothing that could lead out of the folder is looked up."""
    with pytest.raises(PhotoMissing):
        store.get(name)


def test_a_damaged_file_is_not_returned(store: PhotoStore) -> None:
    """Half a photo is found out when it is read."""
    sha256 = store.put(DATA)
    store.path(sha256).write_bytes(DATA[:50])

    with pytest.raises(PhotoUnreadable, match="backup"):
        store.get(sha256)


def test_an_encrypted_file_shows_nothing(tmp_path: Path) -> None:
    """With a key the file holds no byte sequence of the photo, and reads back the same."""
    store = PhotoStore(tmp_path, key=KEY)
    sha256 = store.put(DATA)
    stored = store.path(sha256).read_bytes()

    assert b"a photo" not in stored
    assert store.get(sha256) == DATA


def test_the_same_photo_encrypts_differently_each_time(tmp_path: Path) -> None:
    """A fresh nonce for each file."""
    files = []
    for name in ("one", "two"):
        store = PhotoStore(tmp_path / name, key=KEY)
        files.append(store.path(store.put(DATA)).read_bytes())

    assert files[0] != files[1]


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    """Without the right key, and without any, there is a sentence that says which."""
    sha256 = PhotoStore(tmp_path, key=KEY).put(DATA)

    with pytest.raises(PhotoUnreadable, match="lacks its key"):
        PhotoStore(tmp_path, key=OTHER).get(sha256)
    with pytest.raises(PhotoUnreadable, match="PHOTO_KEY is not set"):
        PhotoStore(tmp_path).get(sha256)


def test_a_sealed_file_under_another_name_does_not_open(tmp_path: Path) -> None:
    """Nobody with access to the folder can pass one photo off as another."""
    store = PhotoStore(tmp_path, key=KEY)
    one, two = store.put(DATA), store.put(b"another")
    store.path(two).write_bytes(store.path(one).read_bytes())

    with pytest.raises(PhotoUnreadable):
        store.get(two)


def test_plain_photos_stay_readable_with_a_key(tmp_path: Path) -> None:
    """Setting PHOTO_KEY later does not lock out what was kept before."""
    sha256 = PhotoStore(tmp_path).put(DATA)

    assert PhotoStore(tmp_path, key=KEY).get(sha256) == DATA


def test_old_keys_open_until_resealed(tmp_path: Path) -> None:
    """After rotation, a file resealed opens with the new key alone; once is enough."""
    sha256 = PhotoStore(tmp_path, key=OTHER).put(DATA)
    rotated = PhotoStore(tmp_path, key=KEY, old_keys=[OTHER])

    assert rotated.get(sha256) == DATA
    assert [True, False] == [rotated.reseal(sha256), rotated.reseal(sha256)]
    assert PhotoStore(tmp_path, key=KEY).get(sha256) == DATA


def test_resealing_without_a_key_decrypts(tmp_path: Path) -> None:
    """Giving encryption up works the same way."""
    sha256 = PhotoStore(tmp_path, key=KEY).put(DATA)
    PhotoStore(tmp_path, old_keys=[KEY]).reseal(sha256)

    assert PhotoStore(tmp_path).get(sha256) == DATA


def test_a_photo_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    """Out of space, neither half a file nor a temporary one stays; the error says what to do."""
    program = (
        "import os, resource, signal; from pathlib import Path\n"
        "from dataset.errors import PhotoStoreError; from dataset.photos.store import PhotoStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try:\n"
        f"    PhotoStore(Path({str(tmp_path)!r})).put(os.urandom(200_000))\n"
        "except PhotoStoreError as exc:\n"
        "    print(exc)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "free some space" in result.stdout
    assert [] == [file for file in tmp_path.rglob("*") if file.is_file()]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file where the folder should be ends in one sentence."""
    (tmp_path / "photos").write_text("a file")

    with pytest.raises(PhotoStoreError, match="permissions"):
        PhotoStore(tmp_path / "photos").put(DATA)


def test_keys_never_show(tmp_path: Path) -> None:
    """Neither repr nor an error message holds a key."""
    store = PhotoStore(tmp_path, key=KEY)

    assert "kkkk" not in repr(store)
    with pytest.raises(ValueError, match="32 bytes") as caught:
        sealing.read_keys("c2VjcmV0")
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(KEY).decode().rstrip("="),
        KEY.hex(),
    ],
)
def test_keys_are_read_as_base64_or_hex(text: str) -> None:
    """Either alphabet, with or without padding; several after commas."""
    assert (KEY,) == sealing.read_keys(text)
    assert (KEY, KEY) == sealing.read_keys(f"{text}, {text}")


def test_a_generated_key_is_usable() -> None:
    """What the command prints is what the setting takes."""
    assert 32 == len(sealing.read_keys(sealing.generate_key())[0])


def test_cryptography_is_loaded_only_with_a_key(tmp_path: Path) -> None:
    """Plain photos need nothing of it."""
    program = (
        "import sys; from pathlib import Path; from dataset.photos.store import PhotoStore; "
        f"PhotoStore(Path({str(tmp_path)!r})).put(b'x'); print('cryptography' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "False"


def test_a_photo_kept_twice_is_one_row(world: World) -> None:
    """Keeping again gives the row that is there."""
    assert world.collected("same").id == world.collected("same").id


def test_a_lost_file_is_put_back(world: World) -> None:
    """Keeping a photo again whose file was lost writes the file anew."""
    photo = world.collected("same")
    world.store.delete(photo.sha256)
    world.collected("same")

    assert world.store.has(photo.sha256)
