"""Taking a ZIP into the dataset: like its folder, and nothing of what a hostile one wants."""

from __future__ import annotations

import json
import random
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from models.errors import PhotoError
from tests.conftest import REPOSITORY, until
from tests.training.adding import World
from tests.training.collect.search_server import as_bytes, draw_scene
from training.add import __main__ as command
from training.add.archive import MOST_FILES, Archive
from training.add.progress import Progress
from training.add.report import Report
from training.errors import AddError


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def zipped(world: World, *, around: str = "") -> Path:
    """The world's folder as a ZIP, which takes its place."""
    file = world.folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(world.folder.rglob("*")):
            archive.write(path, around + str(path.relative_to(world.folder)))
    world.folder = file
    return file


@pytest.mark.parametrize("around", ["", "my bears/"])
def test_a_zip_is_taken_in_as_its_folder_is(world: World, around: str) -> None:
    """Labels, duplicates and what is unreadable are the same, with a folder around them or not."""
    world.fill()
    world.put("grizzly/again.png", as_bytes(draw_scene(0), "PNG"))
    world.put("black/text.jpg", b"no photo")
    world.put(".DS_Store", b"left behind")
    zipped(world, around=around)
    assert (6, 1, 1, 0) == world.counts()
    assert ["black"] * 3 + ["grizzly"] * 3 == [label for label, _ in world.examples()]
    assert {"photos"} == {photo.source for _, photo in world.rows()}
    assert {"0.jpg", "1.jpg", "2.jpg"} == {photo.file_name for _, photo in world.rows()}


def test_a_label_taught_with_the_photos_of_another_adds_nothing(world: World) -> None:
    """Each of its photos is reported with the label that it has already."""
    world.fill("grizzly black", photos=4)
    world.add()
    for seed in range(4):
        world.put(f"panda/{seed}.jpg", as_bytes(draw_scene(seed), quality=60))
    before = world.state()
    report = world.add(new_labels=["panda"])
    assert (0, 4) == (report.counts("panda")["added"], report.counts("panda")["conflict"])
    assert {"grizzly"} == {each["other_label"] for each in report.as_json()["conflicts"]}
    assert before == world.state()


def _leaves(archive: zipfile.ZipFile) -> None:
    archive.writestr("grizzly/../../../etc/cron.d/x.jpg", draw_bytes())


def _is_absolute(archive: zipfile.ZipFile) -> None:
    archive.writestr("/etc/passwd.jpg", draw_bytes())


def _is_windows(archive: zipfile.ZipFile) -> None:
    archive.writestr("C:\\grizzly\\a.jpg", draw_bytes())


def _is_link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("grizzly/link.jpg")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _unpacks_to_much(archive: zipfile.ZipFile) -> None:
    for number in range(25):
        archive.writestr(f"grizzly/bomb{number}.jpg", bytes(10_000_000), zipfile.ZIP_DEFLATED)


def _is_a_command(archive: zipfile.ZipFile) -> None:
    archive.writestr("help/a.jpg", draw_bytes())


def _is_of_the_shell(archive: zipfile.ZipFile) -> None:
    archive.writestr("$(reboot)/a.jpg", draw_bytes())


def _is_deep(archive: zipfile.ZipFile) -> None:
    archive.writestr("all/of/them/grizzly/a.jpg", draw_bytes())


def draw_bytes() -> bytes:
    return as_bytes(draw_scene(500))


@pytest.mark.parametrize(
    ("put", "says"),
    [
        (_leaves, "a path that leaves its folder"),
        (_is_absolute, "a path that leaves its folder"),
        (_is_windows, "a path that leaves its folder"),
        (_is_link, "a path that leaves its folder"),
        (_unpacks_to_much, "photos do not shrink like that"),
        (_is_a_command, "is a command of the chat"),
        (_is_of_the_shell, "cannot be a label"),
        (_is_deep, "holds folders inside"),
    ],
)
def test_a_hostile_zip_is_refused_as_a_whole(
    world: World, put: Callable[[zipfile.ZipFile], None], says: str
) -> None:
    """One sentence, and not even its good photos are taken; nothing is written anywhere."""
    world.fill()
    file = zipped(world)
    with zipfile.ZipFile(file, "a") as archive:
        put(archive)
    with pytest.raises(AddError, match=says):
        world.add(new_labels=["help"])
    assert ([], set()) == world.state()


def test_entries_that_share_their_bytes_are_refused(world: World) -> None:
    """The directory of a bomb without nesting names the same bytes again and again."""
    world.fill()
    file = zipped(world)
    with zipfile.ZipFile(file, "a") as archive:
        largest = max(archive.infolist(), key=lambda one: one.file_size)
        for number in range(50):
            same = zipfile.ZipInfo(f"grizzly/again{number}.jpg")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(same, name, getattr(largest, name))
            archive.filelist.append(same)
        archive._didModify = True  # type: ignore[attr-defined]
    with pytest.raises(AddError, match="photos do not shrink like that"):
        world.add()


@pytest.mark.parametrize(
    "content",
    [b"", b"no ZIP", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "text", "nothing in it", "a directory of 4 GB"],
)
def test_a_file_that_is_no_zip_is_one_sentence(world: World, content: bytes) -> None:
    """Whatever its last record claims."""
    world.folder = world.folder.with_suffix(".zip")
    world.folder.write_bytes(content)
    with pytest.raises(AddError, match=f"ZIP|holds no folder|{MOST_FILES:,}"):
        world.add()


def test_a_damaged_zip_never_ends_in_a_traceback(world: World) -> None:
    """Bytes turned at random: some photos are unreadable, or the whole is refused in a sentence."""
    world.fill(photos=2)
    good = zipped(world).read_bytes()
    chance = random.Random(5)  # noqa: S311 - the same damage in every run
    for _ in range(1500):
        damaged = bytearray(good)
        for _ in range(chance.randrange(1, 9)):
            damaged[-chance.randrange(1, 700)] = chance.randrange(256)
        world.folder.write_bytes(damaged)
        with suppress(AddError), Archive(world.folder) as archive:
            for offer in archive.offers():
                with suppress(PhotoError, OSError):
                    offer.read()


def test_a_stopped_run_goes_on_without_a_half(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped by a signal and started again it does each photo once, and says so in its file."""
    world.fill(photos=100)
    file, told = zipped(world), tmp_path / "progress.json"
    monkeypatch.setenv("DATA_DIR", str(world.settings.data_dir))
    arguments = [str(file), "--progress", str(told), "--json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "training.add", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    until(lambda: told.is_file() and json.loads(told.read_text())["done"])
    assert running.poll() is None
    running.terminate()
    first = json.loads(running.communicate()[0])
    stopped = json.loads(told.read_text())
    assert running.returncode == 0
    assert ("stopped", first["added"], 200) == (
        stopped["state"],
        stopped["done"],
        stopped["total"],
    )
    assert first["added"] < 200
    assert first["added"] == len(world.examples()) == len(world.state()[1])

    assert command.main([*arguments, "--skip", str(stopped["done"])]) == 0
    done = json.loads(told.read_text())
    assert ("done", 200, 200 - first["added"]) == (
        done["state"],
        done["done"],
        done["counts"]["added"],
    )
    assert done["counts"]["duplicate"] == 0
    assert 200 == len(world.examples()) == len(world.state()[1])


def test_looking_takes_nothing_in(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It counts the labels, names those that are new, and refuses what adding would refuse."""
    world.fill()
    world.add()
    world.put("koala/a.jpg", draw_scene(7))
    world.put("top.jpg", draw_scene(8))
    monkeypatch.setenv("DATA_DIR", str(world.settings.data_dir))
    before = world.state()
    assert command.main([str(zipped(world)), "--look"]) == 0
    found = {"labels": {"black": 3, "grizzly": 3, "koala": 1}, "new": ["koala"], "unsorted": 1}
    assert found == json.loads(capsys.readouterr().out)
    assert before == world.state()


def test_others_can_write_after_every_few_photos(world: World) -> None:
    """A long transaction keeps the bot from answering, all the more where a machine is busy."""
    world.fill(photos=10)
    there: list[int] = []

    class Looking(Progress):
        """Looks into the dataset, by a connection of its own, whenever a photo is done."""

        def step(self, report: Report) -> None:
            super().step(report)
            there.append(len(world.rows()))

    world.add(progress=Looking())
    assert 0 < there[0] <= 8
    assert there[-1] == 20
