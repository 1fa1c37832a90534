"""python -m models, as scripts and people call it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import main
from models.bundles.bundle import STARTER
from tests.conftest import draw_photo
from tests.models.conftest import MakeBundle

TEDDY = STARTER / "golden" / "teddy.jpg"
KEYS = {
    "file",
    "label",
    "probability",
    "probabilities",
    "verdict",
    "outside_score",
    "looks_like",
    "milliseconds",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish into the test's own folder, and read no .env."""
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "published"))
    monkeypatch.chdir(tmp_path)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_classify_prints_a_line_a_photo(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json there is one object a line, in the order asked, with the agreed keys."""
    photos = [STARTER / "golden" / f"{name}.jpg" for name in ("teddy", "black", "grizzly")] * 7
    assert 0 == main(["classify", "--json", *map(str, photos)])
    got = lines(capsys.readouterr().out)
    assert [str(photo) for photo in photos] == [line["file"] for line in got]
    assert ["teddy", "black", "grizzly"] * 7 == [line["label"] for line in got]
    assert all(set(line) == KEYS for line in got)


def test_classify_says_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not a photo gets its line with the reason, and the others their answers."""
    (tmp_path / "text.jpg").write_text("bear", encoding="utf-8")
    asked = ["text.jpg", "absent.jpg", "https://bears.example.org/a.jpg", str(TEDDY)]
    assert 1 == main(["classify", "--json", *asked])
    *bad, good = lines(capsys.readouterr().out)
    assert asked == [line["file"] for line in [*bad, good]]
    assert all({"file", "error"} == set(line) for line in bad)
    assert "teddy" == good["label"]


def test_classify_takes_folders_and_what_is_piped_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder stands for the photos in it and below; `-` for a file that another program sends."""
    (tmp_path / "photos" / "found").mkdir(parents=True)
    for name in ("b.jpg", ".hidden.jpg", "found/a.jpg"):
        shutil.copy(TEDDY, tmp_path / "photos" / name)
    (tmp_path / "photos" / "notes.txt").write_text("bears")
    with TEDDY.open("rb") as piped:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(piped))
        assert 0 == main(["classify", "--json", "photos", "-"])
    got = lines(capsys.readouterr().out)
    assert ["photos/b.jpg", "photos/found/a.jpg", "-"] == [line["file"] for line in got]
    assert {"teddy"} == {line["label"] for line in got}


def test_classify_says_that_a_folder_holds_no_photo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence would look like success."""
    (tmp_path / "photos").mkdir()
    assert 1 == main(["classify", "photos"])
    assert "There is no photo in photos." == capsys.readouterr().err.strip()


def test_classify_speaks_to_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json there is a readable line a photo; what cannot be read goes to stderr."""
    (tmp_path / "shapes.jpg").write_bytes(draw_photo(seed=3))
    assert 1 == main(["classify", str(TEDDY), "shapes.jpg", "absent.jpg"])
    output = capsys.readouterr()
    teddy, shapes = output.out.splitlines()
    assert teddy.endswith("teddy 99%")
    assert "looks more like" in shapes
    assert "absent.jpg: This file cannot be read: No such file or directory." == (
        output.err.strip()
    )


def test_classify_with_another_bundle(
    make_bundle: MakeBundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--bundle names the bundle to use, and anything else is refused in one sentence."""
    assert 0 == main(["classify", "--bundle", str(make_bundle("v1").path), str(TEDDY)])
    capsys.readouterr()
    assert 1 == main(["classify", "--bundle", str(tmp_path), str(TEDDY)])
    output = capsys.readouterr()
    assert ("", 1) == (output.out, len(output.err.splitlines()))


def test_settings_override_thresholds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator's threshold decides what is sure."""
    monkeypatch.setenv("SURE_THRESHOLD", "1")
    assert 0 == main(["classify", "--json", str(TEDDY)])
    assert "unsure" == lines(capsys.readouterr().out)[0]["verdict"]


def test_a_wrong_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Impossible settings stop the command with a sentence that names all of them, and status 2."""
    monkeypatch.setenv("SURE_THRESHOLD", "many")
    monkeypatch.setenv("OUTSIDE_THRESHOLD", "many")
    assert 2 == main(["list"])
    output = capsys.readouterr()
    assert "SURE_THRESHOLD is not usable: it must be a number (" in output.err
    assert output.err.endswith(" Nor is OUTSIDE_THRESHOLD.\n")
    assert 1 == len(output.err.splitlines())


def test_an_env_file_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A folder in its place is not passed over, for it should have said where the models lie."""
    (tmp_path / ".env").mkdir()
    monkeypatch.chdir(tmp_path)
    assert 2 == main(["list"])
    assert capsys.readouterr().err.startswith("The file .env is a folder")


def test_the_registry_from_the_command_line(
    make_bundle: MakeBundle, capsys: pytest.CaptureFixture[str]
) -> None:
    """publish, current, list and rollback print one object each and agree with one another."""

    def ask(*arguments: str) -> dict[str, object]:
        assert 0 == main([*arguments, "--json"])
        (got,) = lines(capsys.readouterr().out)
        return got

    assert "starter" == ask("current")["version"]
    assert "v1" == ask("publish", str(make_bundle("v1").path))["version"]
    assert "v1" == ask("current")["version"]
    listed = ask("list")
    assert "v1" == listed["current"]
    versions = listed["versions"]
    assert isinstance(versions, list)
    assert ["starter", "v1"] == [one["version"] for one in versions]
    assert "starter" == ask("rollback")["version"]
    assert "v1" == ask("rollback", "v1")["version"]


def test_the_list_speaks_to_people(
    make_bundle: MakeBundle, capsys: pytest.CaptureFixture[str]
) -> None:
    """The list marks the current version and names labels and accuracy."""
    assert 0 == main(["publish", str(make_bundle("v1").path)])
    assert 0 == main(["list"])
    _, heading, starter, current = capsys.readouterr().out.splitlines()
    assert ["VERSION", "MADE", "RIGHT", "PHOTOS", "LABELS"] == heading.split()
    assert starter.startswith("   starter")
    assert current.startswith("*  v1")
    place = heading.index("LABELS")
    assert {"grizzly, black, teddy"} == {starter[place:], current[place:]}


@pytest.mark.parametrize(
    "arguments", [["publish", "nowhere"], ["rollback"], ["rollback", "v9"], ["classify", "--json"]]
)
def test_what_cannot_be_done_is_told(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing command leaves a sentence on stderr and a status, and never a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "models", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_reader_that_has_enough_is_no_defect() -> None:
    """Piping the answers into head ends without a complaint."""
    process = subprocess.Popen(
        [sys.executable, "-m", "models", "classify", "--json", *[str(TEDDY)] * 30],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    complaint = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert b"" == complaint
