"""Taking a folder into the dataset."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from dataset.errors import PhotoStoreError
from dataset.photos.removal import remove_photos
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import utc_now
from models.photo import open_photo
from tests.training.adding import World
from tests.training.collect.search_server import as_bytes, draw_scene
from training.add import __main__ as command
from training.errors import AddError, FolderChanged


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_photos_become_examples_of_their_folders(world: World) -> None:
    """Each file becomes an example whose label is its folder's name."""
    world.fill("grizzly black teddy", photos=2)
    assert (6, 0, 0, 0) == world.counts(source="album")
    assert ["black"] * 2 + ["grizzly"] * 2 + ["teddy"] * 2 == [
        label for label, _ in world.examples()
    ]
    assert {("album", "add")} == {(photo.source, row.origin) for row, photo in world.rows()}


def test_a_fine_jpeg_is_stored_byte_for_byte(world: World) -> None:
    """Nothing that is fine is encoded again."""
    world.fill(photos=1)
    world.add()
    expected = {
        hashlib.sha256(path.read_bytes()).hexdigest() for path in world.folder.glob("*/*.jpg")
    }
    assert expected == set(world.store.hashes())


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_other_formats_become_jpeg(world: World, file_format: str) -> None:
    """A photo in another format, whatever its name, is stored as an upright JPEG."""
    world.fill("black", photos=1)
    world.put("grizzly/a.jpg", as_bytes(draw_scene(5, size=(320, 200)), file_format))
    assert (2, 0, 0, 0) == world.counts()
    name = next(sha256 for label, sha256 in world.examples() if label == "grizzly")
    data = world.store.get(name)
    assert (b"\xff\xd8\xff", (320, 200)) == (data[:3], open_photo(data).size)


def test_size_is_that_of_the_upright_photo(world: World) -> None:
    """A photo that its EXIF turns is recorded as high as it stands, also where it is so large that
    hash and features see it smaller."""
    world.fill("black", photos=1)
    exif = Image.Exif()
    exif[0x0112] = 6
    world.put("grizzly/a.jpg", as_bytes(draw_scene(5, size=(320, 200)), exif=exif))
    world.put("grizzly/b.jpg", as_bytes(draw_scene(6, size=(1601, 1203)), exif=exif))
    world.add()
    assert {(320, 240), (200, 320), (1203, 1601)} == {
        (photo.width, photo.height) for _, photo in world.rows()
    }


def test_adding_again_adds_nothing(world: World) -> None:
    """The same folder a second time is all duplicates, other formats included."""
    world.fill()
    world.put("grizzly/p.png", as_bytes(draw_scene(77), "PNG"))
    assert (7, 0, 0, 0) == world.counts()
    before = world.state()
    assert (0, 7, 0, 0) == world.counts()
    assert before == world.state()


def test_real_bears_twice_add_nothing(world: World, shared_data: Path) -> None:
    """Of the real photos all but two near duplicates and one contradiction are added, once."""
    world.folder = shared_data / "bears"
    assert (376, 2, 0, 1) == world.counts()
    assert (0, 378, 0, 1) == world.counts()


COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "smaller": lambda image: as_bytes(image.resize((image.width // 2, image.height // 2))),
    "worse": lambda image: as_bytes(image, quality=40),
    "as png": lambda image: as_bytes(image, "PNG"),
    "cropped": lambda image: as_bytes(ImageOps.crop(image, min(image.size) // 25)),
    "mirrored": lambda image: as_bytes(ImageOps.mirror(image)),
    "framed": lambda image: as_bytes(ImageOps.expand(image, min(image.size) // 30, "white")),
}


@pytest.mark.parametrize("copy", COPIES)
def test_near_duplicates_are_left_out(world: World, shared_data: Path, copy: str) -> None:
    """A copy that was resized, recompressed, cropped, mirrored or framed is not added again."""
    paths = sorted((shared_data / "bears" / "black").iterdir())[20:26]
    world.fill("grizzly", photos=1)
    for path in paths:
        world.put(f"black/{path.name}", path.read_bytes())
    world.add()
    shutil.rmtree(world.folder)
    world.put("grizzly/0.jpg", draw_scene(0))
    for path in paths:
        world.put(f"black/{path.name}", COPIES[copy](open_photo(path.read_bytes())))
    assert (0, 7, 0, 0) == world.counts()


def test_a_near_duplicate_with_another_label_is_a_conflict(world: World) -> None:
    """The same picture under two labels: the second is reported and not added."""
    world.put("black/a.jpg", draw_scene(1))
    world.put("grizzly/b.jpg", draw_scene(2))
    world.put("grizzly/c.jpg", as_bytes(draw_scene(1), quality=50))
    world.put("teddy/d.jpg", world.folder.joinpath("black/a.jpg").read_bytes())
    report = world.add()
    assert (2, 2) == (report.counts()["added"], report.counts()["conflict"])
    assert {"grizzly/c.jpg": "black", "teddy/d.jpg": "black"} == {
        each["file"]: each["other_label"] for each in report.as_json()["conflicts"]
    }


def test_pictures_without_structure_are_told_apart_by_colour_at_most(world: World) -> None:
    """A blank picture is a duplicate of the same blank, and of no photo."""
    world.fill(photos=2)
    world.put("black/blank.png", as_bytes(Image.new("RGB", (300, 300), "red"), "PNG"))
    world.put("black/again.png", as_bytes(Image.new("RGB", (320, 320), "red"), "PNG"))
    assert (5, 1, 0, 0) == world.counts()


def test_noise_is_not_taken_for_one_picture(world: World) -> None:
    """Pictures that features confuse and hashes tell apart are all added."""
    chance = np.random.default_rng(3)
    for number in range(120):
        noise = chance.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        world.put(f"{'black' if number % 2 else 'grizzly'}/{number}.jpg", Image.fromarray(noise))
    assert (120, 0, 0, 0) == world.counts()


def test_unreadable_files_are_counted_and_named(world: World) -> None:
    """A text, a half JPEG, an empty file and a huge one are not photos; the rest is added."""
    world.fill()
    world.put("black/a.jpg", b"no photo")
    world.put("black/b.jpg", as_bytes(draw_scene(9))[:3000])
    world.put("black/c.jpg", b"")
    world.put("black/d.jpg", b"\xff\xd8\xff" + bytes(21 * 1024 * 1024))
    report = world.add()
    assert (6, 4) == (report.counts()["added"], report.counts()["unreadable"])
    assert {"black/a.jpg", "black/b.jpg", "black/c.jpg", "black/d.jpg"} == {
        each["file"] for each in report.as_json()["unreadable_files"]
    }


def test_what_file_managers_leave_is_no_photo(world: World) -> None:
    """Hidden files and folders, what systems put there, and what a notebook has beside photos."""
    world.fill()
    for name in ("black/.DS_Store", "black/thumbs.db", ".git/config", "__MACOSX/black/._1.jpg"):
        world.put(name, b"x")
    for name in ("models/export.pkl", "black/README.txt", "System Volume Information/1"):
        world.put(name, b"x")
    world.put("readme.txt", b"loose")
    (world.folder / "black" / "deeper").mkdir()
    assert (6, 0, 0, 0) == world.counts()


def test_outside_holds_hard_negatives(world: World) -> None:
    """The folder `outside` needs no introduction and is not a label among the others."""
    world.fill("grizzly black outside", photos=1)
    assert (3, 0, 0, 0) == world.counts()
    assert "outside" in {label for label, _ in world.examples()}


def test_any_labels_begin_a_dataset(world: World) -> None:
    """In an empty dataset labels that nobody knows are the dataset's labels."""
    world.fill("Pfifferling champignon", photos=1)
    assert (2, 0, 0, 0) == world.counts()


def test_a_new_label_can_be_allowed(world: World) -> None:
    """A label that the dataset does not have enters when it is meant to."""
    world.fill("grizzly black", photos=1)
    world.add()
    world.fill("grizzly black polar", photos=1)
    assert (1, 2, 0, 0) == world.counts(new_labels=["polar"])


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("grizzly grizly", "'grizly' is not a known label"),
        ("grizzly owl wren", "pass --new-label 'owl' --new-label 'wren' if they"),
        ("grizzly black ..x", "cannot be a label"),
        ("grizzly", "only the label 'grizzly'"),
        ("outside", "no label but the reserved"),
        ("", "does not exist"),
    ],
)
def test_wrong_folders_change_nothing(world: World, labels: str, sentence: str) -> None:
    """Labels that look like mistakes end the command before anything is written."""
    world.fill(labels.replace("..x", "a.x"), photos=1)
    with pytest.raises(AddError, match=sentence):
        world.add()
    assert ([], set()) == world.state()


def test_an_empty_folder_changes_nothing(world: World) -> None:
    """A label without photos is named, and nothing is added."""
    world.fill()
    (world.folder / "teddy").mkdir()
    with pytest.raises(AddError, match="teddy is empty"):
        world.add()
    assert ([], set()) == world.state()


def test_a_folder_too_high_is_told(world: World) -> None:
    """For train/grizzly/* the sentence says which folder is meant; it is not called empty."""
    world.put("train/grizzly/1.jpg", draw_scene(1))
    with pytest.raises(AddError, match=r"holds folders \(grizzly, …\) and no photos"):
        world.add()


def test_loose_photos_are_told_where_to_go(world: World) -> None:
    """For a folder of photos without label folders, the error says what to do."""
    world.put("a.jpg", draw_scene(1))
    with pytest.raises(AddError, match=r"one folder a label"):
        world.add()


def test_one_label_may_be_added_to_others(world: World) -> None:
    """A folder with one label is fine once the dataset has another."""
    world.fill("grizzly black", photos=1)
    world.add()
    shutil.rmtree(world.folder)
    world.put("black/new.jpg", draw_scene(50))
    assert (1, 0, 0, 0) == world.counts()


class FullDisk(PhotoStore):
    """A store on a disk that is full after some photos."""

    def __init__(self, root: Path, *, photos: int) -> None:
        super().__init__(root)
        self.left = photos

    def put(self, data: bytes) -> str:
        if self.left == 0:
            raise PhotoStoreError("A photo cannot be kept: No space left on device; free some.")
        self.left -= 1
        return super().put(data)


@pytest.mark.parametrize("photos", [5, 40])
def test_a_full_disk_leaves_the_dataset_as_it_was(world: World, photos: int) -> None:
    """When the disk is full, whatever had been added is taken out again, earlier photos stay."""
    world.fill(photos=1)
    world.add()
    before = world.state()
    world.fill(photos=30)
    with pytest.raises(AddError, match=r"No space left.* Nothing was added"):
        world.add(store=FullDisk(world.settings.photos_dir, photos=photos))
    assert before == world.state()
    assert (58, 2, 0, 0) == world.counts()


class Meddled(PhotoStore):
    """A store during whose first write somebody changes the folder."""

    def __init__(self, root: Path, change: Callable[[], object]) -> None:
        super().__init__(root)
        self._change: Callable[[], object] | None = change

    def put(self, data: bytes) -> str:
        if self._change is not None:
            self._change()
            self._change = None
        return super().put(data)


@pytest.mark.parametrize("what", ["more", "fewer", "gone"])
def test_a_folder_that_changes_leaves_the_dataset_as_it_was(world: World, what: str) -> None:
    """Files that come or go while the folder is read end the command, and nothing is added."""
    world.fill(photos=80)
    label = world.folder / "grizzly"
    changes: dict[str, Callable[[], object]] = {
        "more": lambda: (label / "new.jpg").write_bytes(b"x"),
        "fewer": lambda: [path.unlink() for path in list(label.iterdir())[:2]],
        "gone": lambda: shutil.rmtree(label),
    }
    with pytest.raises(FolderChanged, match="changed while it was read"):
        world.add(store=Meddled(world.settings.photos_dir, changes[what]))
    assert ([], set()) == world.state()


def test_ctrl_c_keeps_whole_photos_only(world: World) -> None:
    """Interrupted, every stored file has its example, and a second run adds the rest."""
    world.fill("morel bolete", photos=40)
    with pytest.raises(KeyboardInterrupt):
        world.add(store=_PressAt(world.settings.photos_dir, 50))
    examples, files = world.state()
    assert {sha256 for _, sha256 in examples} == files
    assert 80 == world.counts()[0] + len(examples)


class _PressAt(PhotoStore):
    """A store whose user presses Ctrl-C at some photo."""

    def __init__(self, root: Path, photos: int) -> None:
        super().__init__(root)
        self.left = photos

    def put(self, data: bytes) -> str:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().put(data)


def test_photos_that_came_another_way_are_resembled_too(world: World) -> None:
    """Near duplicates are found though the file of features is gone."""
    world.fill(photos=2)
    world.add()
    (world.settings.data_dir / "similar.sqlite3").unlink()
    shutil.rmtree(world.folder)
    world.put("grizzly/a.jpg", as_bytes(draw_scene(0), quality=40))
    world.put("black/b.jpg", as_bytes(draw_scene(1000), quality=40))
    assert (0, 2, 0, 0) == world.counts()


def test_features_of_removed_photos_go(world: World) -> None:
    """What was removed from the dataset leaves no features behind at the next command."""
    world.fill(photos=2)
    world.add()
    database = Database(world.settings.resolved_database_url)
    with database.session() as session:
        ids = [photo.id for _, photo in world.rows()]
        remove_photos(session, world.store, ids[:1], block_return=False, now=utc_now())
    database.dispose()
    left = {sha256 for _, sha256 in world.examples()}
    shutil.rmtree(world.folder)
    world.fill(photos=1)
    world.put("grizzly/0.jpg", draw_scene(4000))
    world.put("black/0.jpg", draw_scene(4001))
    world.add()
    with sqlite3.connect(world.settings.data_dir / "similar.sqlite3") as features:
        names = {name for (name,) in features.execute("SELECT sha256 FROM photos")}
    features.close()
    assert (left, 5) == (left & names, len(names))


def test_splits_stay_as_they_were(world: World) -> None:
    """Photos that are there keep their split when more are added."""
    world.fill(photos=4)
    world.add()
    before = {photo.sha256: example.split for example, photo in world.rows()}
    world.fill(photos=9)
    world.add()
    after = {photo.sha256: example.split for example, photo in world.rows()}
    assert before == {sha256: after[sha256] for sha256 in before}


@pytest.fixture
def machine(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world as the settings of the command."""
    monkeypatch.chdir(world.folder.parent)
    monkeypatch.setenv("DATA_DIR", str(world.settings.data_dir))
    return world


def test_the_command_prints_one_object(machine: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the command prints added, duplicate and unreadable, in all and per label."""
    machine.fill(photos=1)
    assert 0 == command.main(["photos", "--source", "album", "--json"])
    counts = json.loads(capsys.readouterr().out)
    assert (2, 0, 0) == (counts["added"], counts["duplicate"], counts["unreadable"])
    assert 1 == counts["labels"]["black"]["added"]


def test_the_command_says_what_is_wrong(machine: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake is one sentence on stderr and a failure."""
    assert 1 == command.main(["nowhere"])
    captured = capsys.readouterr()
    assert ("", "The folder nowhere does not exist.\n") == (captured.out, captured.err)


def test_a_reserved_source_is_refused(world: World) -> None:
    """`telegram` is the source of people's photos and no name for a folder's."""
    world.fill(photos=1)
    with pytest.raises(AddError, match="cannot be the source's name"):
        world.add(source="telegram")
