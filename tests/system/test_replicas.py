"""Three processes of the bot share a database: each photo is answered, even when one dies."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest

from models.bundles.bundle import STARTER, Bundle
from models.registry.shared import SharedRegistry
from objects.bucket import Bucket
from tests.bot.running import Person
from tests.conftest import draw_photo, until
from tests.object_store import CREDENTIALS, ObjectStore, running_store
from tests.postgresql import Server, find_programs, running_server
from tests.system.processes import local_api
from tests.system.replicas import Balancer, Replicas, replicas

pytestmark = pytest.mark.postgres

PEOPLE = range(100, 112)
PHOTOS = 5
LONGEST_S = 90.0


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server program is installed (initdb, pg_ctl)")
    with running_server(programs) as server:
        yield server


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with running_store() as store:
        yield store


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[httpx.Client]:
    """Telegram's place, as a process of its own."""
    program, http = local_api(tmp_path)
    with program, http:
        program.until_ready()
        yield http


def _has_handed(balancer: Balancer, number: int, *, more_than: int) -> bool:
    return balancer.handed[number] > more_than


def answers(telegram: httpx.Client, person: int, *, at_least: int) -> list[int]:
    """The ids of the photos that were answered, once so many were, repeated ones included."""
    found: list[int] = []
    while len(set(found)) < at_least:
        heard = Person(telegram, person).hear_all(at_least=len(found) + 1, starting="I see")
        found = [message["reply_to_message"]["message_id"] for message in heard]
    return found


def test_photos_are_answered_although_one_of_three_is_killed_twice(
    tmp_path: Path, telegram: httpx.Client, postgresql: Server
) -> None:
    """Every photo gets its answer, at most two get it twice, and all three had a part in it."""
    chance = random.Random(7)  # noqa: S311 - when to kill is not a secret
    pictures = [draw_photo(seed=seed) for seed in range(20)]
    sendings = [(person, number) for number in range(PHOTOS) for person in PEOPLE]
    kills = sorted(chance.sample(range(10, len(sendings) - 10), 2))
    sent: dict[int, list[int]] = {person: [] for person in PEOPLE}
    with replicas(tmp_path, telegram, postgresql.empty()) as (running, balancer):
        taken = 0
        for place, (person, number) in enumerate(sendings):
            shown = Person(telegram, person).show(pictures[(person + number) % len(pictures)])
            sent[person].append(shown["message_id"])
            if place in kills:
                until(partial(_has_handed, balancer, 1, more_than=taken))
                taken = balancer.handed[1]
                running.kill(1)
                running.start(1)
                running.until_ready(1)
        answered = {person: answers(telegram, person, at_least=PHOTOS) for person in PEOPLE}
        handed = list(balancer.handed)
    assert {person: sorted(set(ids)) for person, ids in answered.items()} == sent
    twice = sum(count - 1 for ids in answered.values() for count in Counter(ids).values())
    assert twice <= 2
    assert all(handed)


def test_the_clock_is_kept_by_one_and_by_another_when_it_dies(
    tmp_path: Path, telegram: httpx.Client, postgresql: Server, store: ObjectStore
) -> None:
    """Within a minute; and each of them puts to use what is published."""
    url, models_url = postgresql.empty(), store.empty()
    settings = {
        "MODELS_URL": models_url,
        "S3_ENDPOINT_URL": store.endpoint_url,
        **CREDENTIALS,
    }
    with replicas(tmp_path, telegram, url, count=2, settings=settings) as (running, _):
        first = leader(url)
        [one, other] = sorted(range(2), key=lambda number: not leads(running, number, first))
        assert [True, False] == [leads(running, number, first) for number in (one, other)]
        running.kill(one)
        until(lambda: leader(url) != first, within_s=LONGEST_S)
        assert leads(running, other, leader(url))
        running.start(one)
        running.until_ready(one)
        models = Bucket(models_url, endpoint_url=store.endpoint_url)
        SharedRegistry(tmp_path / "elsewhere", models).publish(renamed(tmp_path, "another"))
        until(lambda: {running.version(number) for number in range(2)} == {"another"})


def test_a_persons_rate_holds_for_all_together(
    tmp_path: Path, telegram: httpx.Client, postgresql: Server
) -> None:
    """Requests that are spread over three processes are as many as one would take."""
    settings = {"PHOTOS_PER_MINUTE": "6"}
    with replicas(tmp_path, telegram, postgresql.empty(), settings=settings) as (_, balancer):
        began_s = time.monotonic()
        person = Person(telegram, 100)
        for _ in range(15):
            person.say("/labels")
        other = Person(telegram, 101)
        other.say("/labels")
        other.hear()
        heard = person.hear_all(at_least=7)
        told = [message for message in heard if "more than I can answer" in message["text"]]
        served = [message for message in heard if message not in told]
    assert all(balancer.handed)
    # It is refilled while the test runs: with 6 in a minute, by one in ten seconds.
    assert 6 <= len(served) <= 6 + (time.monotonic() - began_s) / 10
    assert told


def leader(database_url: str) -> str:
    """Who has the lease of the clock."""
    found: list[str] = []

    def look() -> bool:
        with psycopg.connect(database_url) as connection:
            rows = connection.execute(
                "SELECT holder FROM leases WHERE name = 'scheduler' AND until > now()"
            ).fetchall()
        found[:] = [str(row[0]) for row in rows]
        return bool(found)

    until(look)
    return found[0]


def leads(running: Replicas, number: int, holder: str) -> bool:
    """Whether this holder is this process."""
    return holder.split(":")[1] == str(running.program(number).process.pid)


def renamed(folder: Path, version: str) -> Path:
    """The starter under another version."""
    copy = folder / version
    shutil.copytree(STARTER, copy)
    manifest = copy / "bundle.json"
    content = json.loads(manifest.read_text()) | {"version": version}
    manifest.write_text(json.dumps(content))
    return Bundle.open(copy).path
