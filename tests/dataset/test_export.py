"""The dataset taken out: what other programs read is what is in it, whole, and only what may go."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from dataset.errors import ExportError
from dataset.examples.examples import NewExample, add_example
from dataset.export.__main__ import main
from dataset.export.exporting import Exported, export
from dataset.export.names import FORMATS
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.privacy import consents
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from tests.conftest import draw_photo
from tests.dataset.world import World, dhash_of, go_back

LABELS = ("grizzly", "black", "teddy")


@pytest.fixture
def database(tmp_path: Path, empty_file: Path) -> Iterator[Database]:
    """SQLite: nothing here depends on which database it is."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "detector.sqlite3"
    file.write_bytes(empty_file.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "data" / "photos", key=b"k" * 32)


@pytest.fixture
def filled(world: World) -> World:
    """Two dozen collected photos of three labels, encrypted, in all three splits."""
    for number in range(24):
        add(world, number, label=LABELS[number % 3])
    return world


def add(
    world: World,
    number: int,
    *,
    label: str,
    notice: str | None = None,
    creator: str = "Ada",
) -> str:
    """One photo as an example, of a person under this notice or else collected; its hash."""
    content = draw_photo(size=(48, 36), seed=number)
    with world.database.session() as session:
        user_id = None if notice is None else 1000 + number
        consent = None if notice is None else consents.grant(session, 1000 + number, notice)
        photo = keep_photo(
            session,
            world.store,
            content,
            NewPhoto(
                dhash=dhash_of(f"photo {number}"),
                width=48,
                height=36,
                source="collect" if notice is None else "telegram",
                consent_id=consent.id if consent else None,
                creator=creator,
                licence="cc-by",
                licence_version="4.0",
                licence_url="https://creativecommons.org/licenses/by/4.0/",
                page_url=f"https://photos.invalid/{number}",
            ),
        )
        new = NewExample(label=label, origin="collect", salt="s", user_id=user_id)
        add_example(session, photo, new)
        return photo.sha256


def take_out(world: World, out: Path, kind: str = "imagefolder") -> Exported:
    return export(world.database, world.store, out, kind)


def table(out: Path) -> list[dict[str, str]]:
    with (out / "photos.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_photo_is_there_with_what_is_known_of_it(
    filled: World, tmp_path: Path, kind: str
) -> None:
    """Each format holds every photo, decrypted, and a table of labels, splits and licences."""
    done = take_out(filled, tmp_path / "out", kind)
    rows = table(tmp_path / "out")

    assert (24, 24, 0, 0) == (done.photos, len(rows), done.without_consent, done.unreadable)
    assert {"grizzly": 8, "black": 8, "teddy": 8} == done.labels
    assert {"train", "valid", "test"} == set(done.splits)
    for row in rows:
        content = (tmp_path / "out" / row["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert ("cc-by", "4.0", "Ada") == (row["licence"], row["licence_version"], row["creator"])
    assert [] == list(tmp_path.glob(".*"))


def test_folders_are_splits_and_labels(filled: World, tmp_path: Path) -> None:
    """torchvision's ImageFolder, fastai and Keras read labels from folders' names."""
    take_out(filled, tmp_path / "out")
    folders = {path.parent.relative_to(tmp_path / "out") for path in tmp_path.glob("out/*/*/*")}

    assert {Path(split, label) for split in ("train", "valid", "test") for label in LABELS} >= (
        folders
    )
    assert set(LABELS) == {folder.name for folder in folders}


def test_torchvision_and_fastai_read_it(filled: World, tmp_path: Path) -> None:
    """ImageFolder finds labels and photos, ImageDataLoaders both splits."""
    folder = pytest.importorskip("torchvision.datasets").ImageFolder
    vision = pytest.importorskip("fastai.vision.all")
    done = take_out(filled, tmp_path / "out")

    photos = folder(tmp_path / "out" / "train")
    loaders = vision.ImageDataLoaders.from_folder(
        tmp_path / "out", train="train", valid="valid", bs=4, item_tfms=vision.Resize(32)
    )
    assert (sorted(LABELS), done.splits["train"]) == (photos.classes, len(photos))
    assert sorted(LABELS) == list(loaders.vocab)
    assert done.splits["valid"] == len(loaders.valid_ds)
    assert (48, 36) == photos[0][0].size


LOAD = """
import json, sys
from datasets import load_dataset
found = load_dataset(**json.loads(sys.argv[1]))
train = found["train"]
first = train[0]
print(json.dumps({
    "splits": {name: len(rows) for name, rows in found.items()},
    "size": first.pop("image").size,
    "names": getattr(train.features["label"], "names", None),
    "first": first,
}))
"""


def test_a_dataset_card_names_labels_and_splits(filled: World, tmp_path: Path) -> None:
    """It is written last, and stays."""
    done = take_out(filled, tmp_path / "out", "huggingface")
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")

    assert set(done.splits) == {split for split in done.splits if f"path: data/{split}/" in card}
    assert all(label in card for label in done.labels)


@pytest.mark.parametrize("kind", ["imagefolder", "huggingface"])
def test_hugging_face_reads_it(filled: World, tmp_path: Path, kind: str) -> None:
    """`load_dataset` finds splits, photos and labels, in one format with the licences beside."""
    if find_spec("datasets") is None:
        pytest.skip("the package datasets is not installed")
    done = take_out(filled, tmp_path / "out", kind)
    out = str(tmp_path / "out")
    where = {"path": "imagefolder", "data_dir": out} if kind == "imagefolder" else {"path": out}
    # In a process of its own: that library leaves its files to the garbage collector.
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, json.dumps({**where, "cache_dir": str(tmp_path / "cache")})],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(loaded.stdout)

    assert {
        "train": done.splits["train"],
        "validation": done.splits["valid"],
        "test": done.splits["test"],
    } == found["splits"]
    assert [48, 36] == found["size"]
    if kind == "imagefolder":
        assert sorted(LABELS) == found["names"]
    else:
        assert found["first"]["label"] in LABELS
        assert "cc-by" == found["first"]["licence"]


def test_coco_names_categories_images_and_licences(filled: World, tmp_path: Path) -> None:
    """Its numbers lead to one another, and each annotation is its whole image."""
    done = take_out(filled, tmp_path / "out", "coco")
    content = json.loads((tmp_path / "out" / "annotations" / "train.json").read_text())
    categories = {one["id"]: one["name"] for one in content["categories"]}
    licences = {one["id"]: one["name"] for one in content["licenses"]}
    labels = {row["sha256"]: row["label"] for row in table(tmp_path / "out")}

    assert done.splits["train"] == len(content["images"]) == len(content["annotations"])
    for image, annotation in zip(content["images"], content["annotations"], strict=True):
        with Image.open(tmp_path / "out" / "images" / image["file_name"]) as photo:
            assert photo.size == (image["width"], image["height"])
        assert image["id"] == annotation["image_id"]
        assert labels[Path(image["file_name"]).stem] == categories[annotation["category_id"]]
        assert [0, 0, 48, 36] == annotation["bbox"]
        assert "cc-by 4.0" == licences[image["license"]]


def test_photos_of_people_go_only_where_consent_covers_it(filled: World, tmp_path: Path) -> None:
    """An older notice did not say so, and a consent that ended says nothing any more."""
    covered = add(filled, 50, label="teddy", notice=consents.EXPORT_SINCE)
    add(filled, 51, label="teddy", notice="2026-11")
    ended = add(filled, 52, label="teddy", notice=consents.EXPORT_SINCE)
    with filled.database.session() as session:
        consents.withdraw(session, 1052)
    done = take_out(filled, tmp_path / "out")

    exported = {row["sha256"] for row in table(tmp_path / "out")}
    assert (25, 2) == (done.photos, done.without_consent)
    assert covered in exported
    assert ended not in exported


def test_an_export_goes_on_where_it_was(
    filled: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted, OUT is not there; again, nothing is fetched twice and nothing stale stays."""
    fetched: list[str] = []
    get = filled.store.get

    def until_ctrl_c(sha256: str) -> bytes:
        fetched.append(sha256)
        if len(fetched) == 10:
            raise KeyboardInterrupt
        return get(sha256)

    monkeypatch.setattr(filled.store, "get", until_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        take_out(filled, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with filled.database.session() as session:
        session.execute(
            update(Example)
            .where(
                Example.photo_id
                == select(Photo.id).where(Photo.sha256 == fetched[0]).scalar_subquery()
            )
            .values(label="koala")
        )
    done = take_out(filled, tmp_path / "out")

    assert (24, 1) == (done.photos, done.labels["koala"])
    assert 24 + 2 == len(fetched), "one was not read to its end, one lies elsewhere now"
    assert 24 == len(list((tmp_path / "out").rglob("*.jpg")))
    assert ["out"] == [path.name for path in tmp_path.glob("*out*")]


def test_what_is_missing_is_told(filled: World, tmp_path: Path) -> None:
    """A photo without a file is left out and counted; the rest is there."""
    with filled.database.reading() as session:
        filled.store.delete(session.get_one(Photo, 3).sha256)
    done = take_out(filled, tmp_path / "out")

    assert (23, 1) == (done.photos, done.unreadable)
    assert 23 == len(table(tmp_path / "out"))


def test_a_formula_in_a_credit_is_text(filled: World, tmp_path: Path) -> None:
    """A spreadsheet opens the table; strangers wrote the names in it."""
    sha256 = add(filled, 60, label="black", creator="=cmd()")
    take_out(filled, tmp_path / "out", "csv")

    (row,) = [row for row in table(tmp_path / "out") if row["sha256"] == sha256]
    assert "'=cmd()" == row["creator"]


def test_no_cell_of_the_table_is_a_formula(filled: World, tmp_path: Path) -> None:
    """However it begins: with a sign of any width, or a line that a spreadsheet strips."""
    for number, begin in enumerate(("=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\uff20")):
        add(filled, 70 + number, label="black", creator=f"{begin}cmd()")
    take_out(filled, tmp_path / "out", "csv")

    cells = [row["creator"] for row in table(tmp_path / "out") if "cmd()" in row["creator"]]
    assert len(cells) == 9
    assert all(cell.startswith("'") for cell in cells)


def test_an_unfinished_folder_of_somebody_else_leads_nowhere(filled: World, tmp_path: Path) -> None:
    """Where others write, a link by the unfinished folder's name would have it clear another."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    (tmp_path / ".out.part").symlink_to(precious)
    with pytest.raises(ExportError, match="belongs to somebody else or is a link"):
        take_out(filled, tmp_path / "out")

    assert ["file"] == [path.name for path in precious.iterdir()]


def test_nothing_that_is_there_is_written_over(filled: World, tmp_path: Path) -> None:
    """A file or a folder with something in it is refused in a sentence, and stays."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("mine")
    for name in ("file", "folder"):
        with pytest.raises(ExportError, match="is there already"):
            take_out(filled, tmp_path / name)

    assert "mine" == (tmp_path / "file").read_text() == (tmp_path / "folder" / "file").read_text()


def test_an_empty_dataset_is_told(world: World, tmp_path: Path) -> None:
    """There is nothing to take out, and nothing is left behind."""
    with pytest.raises(ExportError, match="The dataset is empty"):
        take_out(world, tmp_path / "out")
    assert [] == list(tmp_path.glob("*out*"))


def test_the_command_prints_counts(
    filled: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One object with --json, a sentence without; a wrong place ends with a sentence and 1."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PHOTO_KEY", (b"k" * 32).hex())
    assert 0 == main(["--as", "csv", "bears", "--json"])
    assert 24 == json.loads(capsys.readouterr().out)["photos"]
    assert 0 == main(["--as", "coco", "more"])
    assert "more: 24 photos" in capsys.readouterr().out
    assert 1 == main(["--as", "csv", "bears"])
    assert "is there already" in capsys.readouterr().err


def test_an_older_installation_can_be_taken_out(
    filled: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else has run since the upgrade: the command brings the tables up to date itself."""
    go_back(filled.database, "0004")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PHOTO_KEY", (b"k" * 32).hex())

    assert 0 == main(["--as", "csv", str(tmp_path / "out")])
    assert 24 == len(table(tmp_path / "out"))
