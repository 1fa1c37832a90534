"""Adding photos on the pages: the same checks as `training.add`, in parts, and without a half."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from dataset.examples.label_order import give_places
from dataset.storage.schema import Example
from tests.conftest import until
from tests.review.adding import Sender, adding_server, scenes, zipped
from tests.review.serving import COLLEAGUE, REVIEWER, ReviewServer, add_examples


@pytest.fixture
def server(tmp_path: Path, empty_file: Path) -> Iterator[ReviewServer]:
    shutil.copy(empty_file, tmp_path)
    running = adding_server(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def sender(server: ReviewServer) -> Iterator[Sender]:
    with server.reviewer() as reviewer:
        yield Sender(reviewer)


def counted(server: ReviewServer) -> dict[str, int]:
    """Examples by label."""
    with server.database.reading() as session:
        query = select(Example.label, func.count()).group_by(Example.label)
        return {label: count for label, count in session.execute(query)}


def files(server: ReviewServer) -> set[str]:
    """What lies where uploads lie."""
    folder = server.folder / "incoming"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_zip_becomes_examples(server: ReviewServer, sender: Sender) -> None:
    """Sent, looked into, taken in by a process of its own; the ZIP goes, an audit row stays."""
    content = zipped({**scenes("grizzly", 4), **scenes("teddy", 3, first=10)})
    assert "looked" == sender.send(content)
    assert "Take in 7 photos" in sender.page()
    assert {} == counted(server)

    sender.press("take")
    assert "All 7 photos are done." in sender.ended()
    assert {"grizzly": 4, "teddy": 3} == counted(server)
    assert 7 == sender.figures()["added"]
    assert "photos.zip" not in files(server)
    (row,) = server.audit("photos_added")
    assert (REVIEWER, "upload:bears.zip", 7) == (
        row.actor_id,
        row.subject,
        (row.details or {})["added"],
    )
    sender.press("discard")
    assert "Drop a folder or a ZIP here" in sender.page()
    assert set() == files(server)


def test_an_upload_goes_on_where_it_was_interrupted(server: ReviewServer, sender: Sender) -> None:
    """The same file again is gone on with; parts that come twice or too early change nothing."""
    content = zipped({**scenes("grizzly", 2), **scenes("teddy", 2, first=10)})
    sender.begin(content)
    half = len(content) // 2
    assert half == sender.part(0, content[:half]).json()["received"]
    assert half == sender.part(0, content[:half]).json()["received"]
    assert half == sender.part(half + 7, content[half + 7 :]).json()["received"]
    assert 400 == sender.reviewer.post("/dataset/add/look").status_code
    assert 400 == sender.begin(content + b"other").status_code
    with server.reviewer(COLLEAGUE) as colleague:
        assert 400 == Sender(colleague).begin(content, "mine.zip").status_code

    assert half == sender.begin(content).json()["received"]
    assert len(content) == sender.part(half, content[half:]).json()["received"]
    assert 400 == sender.part(len(content), b"more").status_code
    assert "looked" == sender.reviewer.post("/dataset/add/look").json()["state"]
    assert (server.folder / "incoming" / "photos.zip").read_bytes() == content


def test_a_new_label_is_ticked_first(server: ReviewServer, sender: Sender) -> None:
    """What may be a typing error is said, and becomes a label only when somebody means it."""
    sender.send(zipped({**scenes("grizzly", 2), **scenes("teddy", 2, first=10)}))
    sender.press("take")
    sender.ended()
    sender.press("discard")
    sender.send(zipped({**scenes("koala", 3, first=20), **scenes("gnu", 1, first=30)}))
    assert "The dataset does not have gnu, koala" in sender.page()
    refused = sender.press("take")
    assert (400, True) == (refused.status_code, "none of the labels gnu, koala" in refused.text)
    assert 'href="/review/dataset/add">Back to the page' in refused.text
    sender.press("take", new=["koala", "gnu"])
    sender.ended()
    assert {"grizzly": 2, "teddy": 2, "koala": 3, "gnu": 1} == counted(server)


def test_a_label_that_is_in_the_menus_is_not_new(server: ReviewServer, sender: Sender) -> None:
    """Also where no example shows it yet: the model in use answers with it, or it was taught."""
    add_examples(server, ["pizza", "flamingo"])
    with server.database.session() as session:
        give_places(session, ["grizzly"], beside=True)
    sender.send(zipped({**scenes("grizzly", 2), "top.jpg": b"in no folder"}))
    assert "a new label" not in sender.page()
    assert "1 photo lies in no folder of a label and is left out." in sender.page()
    sender.press("take")
    assert "1 photo lies in no folder of a label and is left out." in sender.ended()
    assert 2 == counted(server)["grizzly"]


def test_photos_of_another_label_are_left_out_and_said(
    server: ReviewServer, sender: Sender
) -> None:
    """A label taught with the photos of another: one sentence, nothing lost, an audit row."""
    sender.send(zipped({**scenes("grizzly", 3), **scenes("teddy", 2, first=10)}))
    sender.press("take")
    sender.ended()
    sender.press("discard")
    sender.send(zipped(scenes("panda", 3, quality=60)), "pandas.zip")
    sender.press("take", new="panda")
    page = sender.ended()
    assert "3 photos of panda show what photos of grizzly show" in page
    assert {"grizzly": 3, "teddy": 2} == counted(server)
    row = server.audit("photos_added")[-1]
    assert (0, 3) == ((row.details or {})["added"], (row.details or {})["conflict"])


@pytest.mark.parametrize(
    ("photos", "says"),
    [
        ({"grizzly/../../x.jpg": b"x"}, "a path that leaves its folder"),
        ({f"grizzly/{n}.jpg": bytes(1) for n in range(3)}, "only the label"),
        ({"start/a.jpg": b"x", "grizzly/a.jpg": b"x"}, "is a command of the chat"),
        ({"a.jpg": b"x"}, "no folder of photos"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(
    server: ReviewServer, sender: Sender, photos: dict[str, bytes], says: str
) -> None:
    """Nothing is taken in, the file goes, and the audit trail has the reason."""
    assert "refused" == sender.send(zipped(photos))
    assert says in sender.page().replace("&#39;", "'")
    assert says in str(server.audit("photos_refused")[0].details)
    assert {} == counted(server)
    assert "photos.zip" not in files(server)


def test_what_is_no_zip_is_refused(server: ReviewServer, sender: Sender) -> None:
    """Whatever it is called."""
    assert "refused" == sender.send(b"GIF89a" * 100)
    assert "bears.zip is not a ZIP file" in sender.page()


def test_stopped_and_gone_on_with_takes_each_photo_once(
    server: ReviewServer, sender: Sender
) -> None:
    """Stop ends it after the photos at hand; Go on does the rest, and all figures add up."""
    sender.send(zipped({**scenes("grizzly", 90), **scenes("teddy", 90, first=100)}))
    sender.press("take")
    told = server.folder / "incoming" / "progress.json"
    until(lambda: told.exists() and json.loads(told.read_text())["done"])
    process = json.loads(told.read_text())["process"]
    os.kill(process, signal.SIGSTOP)  # so that it cannot be done before it is asked to stop
    assert 'data-state="taking"' in sender.page()
    assert 400 == sender.press("discard").status_code
    sender.press("stop")
    os.kill(process, signal.SIGCONT)
    assert 'data-state="stopped"' in sender.ended()
    taken = sender.figures()["added"]
    assert 0 < taken == sum(counted(server).values()) < 180

    sender.press("take")
    assert "All 180 photos are done." in sender.ended()
    figures = sender.figures()
    assert (180, 0) == (figures["added"], figures["there already"])
    assert {"grizzly": 90, "teddy": 90} == counted(server)


def test_a_restart_finds_the_upload(server: ReviewServer, sender: Sender, tmp_path: Path) -> None:
    """Another process of the pages shows it, and goes on with it."""
    sender.send(zipped({**scenes("grizzly", 2), **scenes("teddy", 2, first=10)}))
    other = adding_server(tmp_path)
    try:
        with other.reviewer() as reviewer:
            again = Sender(reviewer)
            assert "Take in 4 photos" in again.page()
            again.press("take")
            assert "All 4 photos are done." in again.ended()
    finally:
        other.stop()
    assert "All 4 photos are done." in sender.page()
    assert 1 == len(server.audit("photos_added"))


def test_only_parts_may_be_large(sender: Sender) -> None:
    """Beyond its bound a part is refused as any form is; other forms keep theirs."""
    sender.begin(bytes(9_000_000))
    assert 3_000_000 == sender.part(0, bytes(3_000_000)).json()["received"]
    assert 400 == sender.part(3_000_000, bytes(5_000_000)).status_code
    assert 400 == sender.reviewer.post("/verdicts", verdicts=["x" * 300_000]).status_code


def test_nothing_of_a_stranger_is_read(server: ReviewServer) -> None:
    """Without a session the answer comes before the body: many at once would fill the memory."""
    address = urlsplit(server.url)
    with socket.create_connection((str(address.hostname), address.port or 80), 10) as connection:
        connection.sendall(
            f"POST {address.path}/dataset/add/part?offset=0 HTTP/1.1\r\n"
            f"Host: {address.netloc}\r\nContent-Length: 4000000\r\n\r\n".encode()
            + bytes(1000)
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 403")


def test_pages_without_a_folder_say_what_to_do(tmp_path: Path, empty_file: Path) -> None:
    """They name the command."""
    shutil.copy(empty_file, tmp_path)
    running = ReviewServer(tmp_path)
    with running.reviewer() as reviewer:
        assert "bear-detector add" in reviewer.http.get("/dataset/add").text
    running.stop()
