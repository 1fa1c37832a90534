"""Disks that are full or take no writes, under a running bot: it says so and loses nothing."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.bot.running import Person
from tests.conftest import draw_photo, until
from tests.system.processes import Program, local_api, on_telegram


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The local Bot API, in a process of its own."""
    api, client = local_api(tmp_path_factory.mktemp("api"))
    with api, client:
        api.until_ready()
        yield client


def bot(telegram: httpx.Client, folder: Path, *, through: tuple[str, ...] = ()) -> Program:
    """A bot whose data lie in `folder`; `through` starts it in another way than `python -m`."""
    return Program(*through, "bot", folder=folder, settings=on_telegram(telegram, folder))


def until_said(program: Program, words: str, *, times: int = 1) -> None:
    """Wait until the program's output holds these words so often."""

    def is_said() -> bool:
        assert program.process.poll() is None, program.output
        return program.output.count(words) >= times

    until(is_said)


def predictions(folder: Path, condition: str = "TRUE") -> int:
    """How many predictions the database holds."""
    with closing(sqlite3.connect(folder / "data" / "detector.sqlite3")) as database:
        query = f"SELECT count(*) FROM predictions WHERE {condition}"  # noqa: S608 - our own
        return int(database.execute(query).fetchone()[0])


def answered_predictions(folder: Path) -> int:
    """How many of them are bound to their answer."""
    return predictions(folder, "answer_message_id IS NOT NULL")


def until_predicted(folder: Path, count: int) -> None:
    """Wait until so many photos were looked at."""
    until(lambda: predictions(folder) >= count)


def no_file_beyond(process_id: int, size_bytes: int) -> None:
    """Let no file of this process grow any more: to it, the disk is full."""
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_and_outlived(telegram: httpx.Client, tmp_path: Path) -> None:
    """Telegram keeps what cannot be stored; one answer a photo comes when there is room again."""
    person = Person(telegram, 100)
    with bot(telegram, tmp_path) as running:
        running.until_ready()
        person.show(draw_photo())
        person.hear()
        no_file_beyond(running.process.pid, 4096)
        sent = [person.show(draw_photo(seed=seed))["message_id"] for seed in (1, 2)]
        until_said(running, "the inbox cannot be written")
        assert "its disk reports an error; see whether it is full" in running.output
        assert running.output.count("the inbox cannot be written") == 1  # not at each attempt
        no_file_beyond(running.process.pid, resource.RLIM_INFINITY)
        heard = person.hear_all(at_least=2)
        assert sent == [answer["reply_to_message"]["message_id"] for answer in heard]
        assert 0 == running.end()
    assert 3 == answered_predictions(tmp_path)
    assert "Traceback" not in running.output


def test_a_disk_that_fills_up_between_answer_and_record_repeats_no_answer(
    telegram: httpx.Client, tmp_path: Path
) -> None:
    """What was sent is known to the process, and recorded as soon as that can be."""
    people = [Person(telegram, number) for number in (200, 201, 202)]
    with bot(telegram, tmp_path) as running:
        running.until_ready()
        slow = {"method": "sendMessage", "delay": 4, "times": 3}
        telegram.post("/local/faults", json=slow).raise_for_status()
        sent = [person.show(draw_photo())["message_id"] for person in people[:2]]
        sent.append(people[2].show(draw_photo(), draw_photo(seed=1))["message_id"])
        until_predicted(tmp_path, 4)
        no_file_beyond(running.process.pid, 4096)
        until_said(running, "is tried again", times=5)
        no_file_beyond(running.process.pid, resource.RLIM_INFINITY)
        for person in people:
            person.say("/labels")
            person.hear_all(at_least=1, starting="I can tell")
        answers = [person.hear_all(at_least=1) for person in people]
        assert 0 == running.end()
    replied = [[one["reply_to_message"]["message_id"] for one in heard] for heard in answers]
    assert [1, 1, 1] == [ids.count(photo) for ids, photo in zip(replied, sent, strict=True)]
    assert 4 == answered_predictions(tmp_path)


def test_a_folder_that_takes_no_writes_is_told_at_the_start(
    telegram: httpx.Client, tmp_path: Path
) -> None:
    """One sentence, nothing lost; after `chmod` it starts and knows what it knew."""
    person = Person(telegram, 300)
    with bot(telegram, tmp_path) as running:
        running.until_ready()
        person.show(draw_photo())
        person.hear()
        assert 0 == running.end()
    data = tmp_path / "data"
    for path in (*data.iterdir(), data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        # As root nothing is forbidden; what the bot is started through gives that up.
        through = ("tests.system.without_privilege",) if os.geteuid() == 0 else ()
        with bot(telegram, tmp_path, through=through) as refused:
            assert 1 == refused.status()
        assert "permissions" in refused.output
        assert "Traceback" not in refused.output
        assert refused.output.strip().splitlines()[-1].startswith("The database ")
    finally:
        for path in (data, *data.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
    with bot(telegram, tmp_path) as running:
        running.until_ready()
        assert person.ask("/wrong").startswith("What")
        assert 0 == running.end()


def test_a_database_that_is_none_stops_the_start_and_stays_as_it_is(
    telegram: httpx.Client, tmp_path: Path
) -> None:
    """The operator may still want to see what is left in it."""
    file = tmp_path / "data" / "detector.sqlite3"
    file.parent.mkdir()
    rubbish = b"this was a database " * 500
    file.write_bytes(rubbish)
    with bot(telegram, tmp_path) as refused:
        assert 1 == refused.status()
    assert "is damaged or no database" in refused.output
    assert "bear-detector restore" in refused.output
    assert "Traceback" not in refused.output
    assert rubbish == file.read_bytes()


def test_a_lock_that_another_program_holds_is_waited_for(
    telegram: httpx.Client, tmp_path: Path
) -> None:
    """Longer than SQLite waits by itself: told, and the photo is answered when the lock goes."""
    person = Person(telegram, 400)
    with bot(telegram, tmp_path) as running:
        running.until_ready()
        other = sqlite3.connect(tmp_path / "data" / "detector.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        sent = person.show(draw_photo())
        until_said(running, "is locked by another program")
        other.execute("ROLLBACK")
        other.close()
        heard = person.hear()
        assert sent["message_id"] == heard["reply_to_message"]["message_id"]
        assert 0 == running.end()
    assert 1 == answered_predictions(tmp_path)
