"""`python -m review`: the pages alone, and what it says when it cannot start."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.storage.database import Database
from objects.errors import SettingsError
from objects.loading import load_settings
from review.access.links import signing_secret
from review.errors import SecretError
from review.settings import ReviewSettings
from tests.conftest import REPOSITORY, draw_photo


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "review", *arguments]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "_" not in name}
    return kept | {"DATA_DIR": str(folder / "data"), "PYTHONPATH": str(REPOSITORY), **settings}


@contextmanager
def program(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The program at work: the link that it printed, and its process."""
    process = subprocess.Popen(
        command("--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(folder),
    )
    assert process.stdout is not None
    link = ""
    for line in process.stdout:
        if line.startswith("http"):
            link = line.strip()
        if line == "Ready\n":
            break
    try:
        yield link, process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_it_prints_a_link_that_opens_the_pages(tmp_path: Path) -> None:
    """The link on the terminal leads to the first page, on loopback; SIGTERM is an ordinary end."""
    with program(tmp_path) as (link, process):
        origin, _, key = link.partition("/enter?key=")
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", origin)
        with httpx.Client(base_url=origin, trust_env=False, follow_redirects=True) as http:
            assert 403 == http.get("/queue").status_code
            entered = http.post("/enter", data={"key": key})
            assert (200, True) == (entered.status_code, "Nothing to look at yet" in entered.text)
    assert 0 == process.returncode


def test_no_model_is_loaded_before_somebody_looks_through_it(tmp_path: Path) -> None:
    """The first heat map needs it; all other pages do without its memory."""
    folder = tmp_path / "data"
    database = Database(f"sqlite:///{folder / 'detector.sqlite3'}")
    database.upgrade()
    with database.session() as session:
        new = NewPhoto(dhash=1, width=320, height=240, source="test")
        photo = keep_photo(session, PhotoStore(folder / "photos"), draw_photo(), new)
        asked = f"/photos/{photo.id}/why"
    database.dispose()
    with program(tmp_path) as (link, process):
        loaded = Path(f"/proc/{process.pid}/maps")
        origin, _, key = link.partition("/enter?key=")
        with httpx.Client(base_url=origin, trust_env=False, follow_redirects=True) as http:
            assert http.post("/enter", data={"key": key}).status_code == 200
            before = "onnxruntime" in loaded.read_text()
            assert http.get(asked).content.startswith(b"\xff\xd8")
            assert (before, "onnxruntime" in loaded.read_text()) == (False, True)


def test_the_link_of_a_former_run_opens_nothing(tmp_path: Path) -> None:
    """The secret outlives the program, and with it the knowledge of which links were used."""
    statuses = []
    key = ""
    for _ in range(2):
        with program(tmp_path) as (link, _process):
            origin = link.partition("/enter")[0]
            key = key or link.partition("?key=")[2]
            statuses.append(httpx.post(f"{origin}/enter", data={"key": key}).status_code)
    assert [303, 403] == statuses


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"REVIEW_SECRET": "short"}, "REVIEW_SECRET"),
        ({"REVIEW_SESSION_HOURS": "0"}, "REVIEW_SESSION_HOURS"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATA_DIR": "/dev/null/data"}, "/dev/null/data"),
    ],
    ids=["secret", "hours", "database", "folder"],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    """It goes to stderr, names the setting, shows no secret, and the exit is 2."""
    ended = subprocess.run(
        command("--port", "0"),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path, **settings),
        timeout=60,
        check=False,
    )
    assert (2, 1, "") == (ended.returncode, ended.stderr.count("\n"), ended.stdout)
    assert (True, False) == (words in ended.stderr, "short" in ended.stderr)


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """It goes to stderr with a non-zero exit."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            command("--port", str(port)),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path),
            timeout=60,
            check=False,
        )
    assert (1, 1) == (ended.returncode, ended.stderr.count("\n"))
    assert f"Port {port} cannot be used" in ended.stderr


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """Processes that start together agree on one secret, and nobody else may read it."""
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: signing_secret("", data_dir=tmp_path), range(16)))
    (file,) = tmp_path.iterdir()
    assert (1, 32) == (len(secrets), len(secrets.pop()))
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_a_configured_secret_leaves_no_file(tmp_path: Path) -> None:
    """REVIEW_SECRET alone signs then, and another one signs otherwise."""
    first, second = (signing_secret(text * 16, data_dir=tmp_path) for text in "ab")
    assert first != second
    assert [] == list(tmp_path.iterdir())


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The sentence says which file, and what to do."""
    signing_secret("", data_dir=tmp_path)
    (tmp_path / "review.secret").chmod(0o644)
    with pytest.raises(SecretError, match=r"review\.secret: run chmod 600"):
        signing_secret("", data_dir=tmp_path)


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    """Rather than signing with half of one."""
    signing_secret("", data_dir=tmp_path)
    (tmp_path / "review.secret").write_bytes(b"half")
    with pytest.raises(SecretError, match="damaged"):
        signing_secret("", data_dir=tmp_path)


def test_settings_have_working_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing has to be set, and the secret never shows."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings(ReviewSettings, review_secret="x" * 16)
    assert ("", 12, 15) == (
        settings.review_url,
        settings.review_session_hours,
        settings.review_link_minutes,
    )
    assert "xxxx" not in repr(settings)


@pytest.mark.parametrize("url", ["bears.example.org", "ftp://x", "https://"])
def test_an_outside_address_must_be_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    """Links that lead nowhere are noticed at the start."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="REVIEW_URL"):
        load_settings(ReviewSettings, review_url=url)
