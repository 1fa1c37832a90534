"""How a bot receives updates by asking for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import until
from tests.local.serving import LocalServer, Script

DAY_S = 24 * 3600


def in_background(
    function: Any, *arguments: Any, **keywords: Any
) -> tuple[threading.Thread, list[Any]]:
    """A call in a thread, and the list where its result will be."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments, **keywords)))
    thread.start()
    return thread, results


def wait_until_polled(server: LocalServer) -> None:
    """Return once a long poll waits on the server."""
    until(lambda: server.world.updates.waited_for)


def test_a_message_arrives_as_an_update(script: Script) -> None:
    """What a person sends is the next update, as the same Message."""
    sent = script.send(user=1, text="hello")
    (update,) = script.updates()
    assert sent == update["message"]


def test_unacknowledged_updates_come_again(script: Script) -> None:
    """Without an offset the same update is delivered again."""
    script.send(user=1, text="hello")
    assert script.updates() == script.updates()


def test_an_offset_acknowledges(script: Script) -> None:
    """An offset beyond an update makes the server forget it."""
    script.send(user=1, text="one")
    script.send(user=1, text="two")
    first, second = script.updates()
    assert [second] == script.updates(offset=first["update_id"] + 1)
    assert [second] == script.updates()


def test_a_negative_offset_keeps_the_last(script: Script) -> None:
    """An offset of -1 leaves only the newest update."""
    for text in ("one", "two", "three"):
        script.send(user=1, text=text)
    (last,) = script.updates(offset=-1)
    assert "three" == last["message"]["text"]
    assert [last] == script.updates()


def test_update_ids_count_up(script: Script) -> None:
    """Updates are numbered one after the other."""
    for text in ("one", "two", "three"):
        script.send(user=1, text=text)
    ids = [update["update_id"] for update in script.updates()]
    assert list(range(ids[0], ids[0] + 3)) == ids


def test_limit_bounds_a_batch(script: Script) -> None:
    """No more updates than asked for come at once, the oldest first."""
    for text in ("one", "two", "three"):
        script.send(user=1, text=text)
    texts = [update["message"]["text"] for update in script.updates(limit=2)]
    assert ["one", "two"] == texts


def test_a_long_poll_ends_with_the_first_update(server: LocalServer, script: Script) -> None:
    """A waiting poll is answered when something arrives."""
    thread, results = in_background(script.updates, timeout=50)
    wait_until_polled(server)
    script.send(user=1, text="hello")
    thread.join()
    assert ["hello"] == [update["message"]["text"] for update in results[0]]


def test_a_second_poller_ends_the_first_with_409(server: LocalServer, script: Script) -> None:
    """The older of two polls gets an error about the other."""
    thread, results = in_background(script.call, "getUpdates", timeout=50)
    wait_until_polled(server)
    script.updates(timeout=0)
    thread.join()
    expected = {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }
    assert [expected] == results


def test_allowed_updates_filters_what_comes_later(script: Script) -> None:
    """Kinds that were not asked for are not queued, until asked for."""
    script.updates(allowed_updates=["callback_query"])
    script.send(user=1, text="unseen")
    script.updates(allowed_updates=["message"])
    script.send(user=1, text="seen")
    assert ["seen"] == [update["message"]["text"] for update in script.updates()]


def test_an_edit_by_a_person_is_an_update(script: Script) -> None:
    """A person's edit arrives as edited_message with its time."""
    sent = script.send(user=1, text="helo")
    script.http.post(
        "/local/edit", json={"user": 1, "message_id": sent["message_id"], "text": "hello"}
    )
    edited = script.updates()[-1]["edited_message"]
    assert ("hello", sent["message_id"]) == (edited["text"], edited["message_id"])
    assert "edit_date" in edited


@pytest.fixture
def clock() -> list[float]:
    """A time that the test moves."""
    return [time.time()]


@pytest.fixture
def later(clock: list[float]) -> Iterator[Script]:
    """A server that lives by that time."""
    with LocalServer(clock=lambda: clock[0]) as server:
        script = Script(server.url)
        yield script
        script.close()


def test_updates_are_kept_a_day(later: Script, clock: list[float]) -> None:
    """After 23 hours an update still comes, after 25 no more."""
    later.send(user=1, text="late")
    clock[0] += DAY_S - 3600
    assert 1 == len(later.updates())
    clock[0] += 2 * 3600
    assert [] == later.updates()


def test_a_later_run_continues_with_larger_ids(later: Script, clock: list[float]) -> None:
    """A restarted server repeats neither update nor message ids."""
    before = later.send(user=1, text="before")
    (update,) = later.updates()
    with LocalServer(clock=lambda: clock[0] + 60) as server:
        script = Script(server.url)
        after = script.send(user=1, text="after")
        assert after["message_id"] > before["message_id"]
        assert script.updates()[0]["update_id"] > update["update_id"]
        script.close()


def test_stopping_answers_a_waiting_poll(server: LocalServer, script: Script) -> None:
    """A server that closes lets no poll wait for its timeout."""
    thread, results = in_background(script.updates, timeout=50)
    wait_until_polled(server)
    server.stop()
    thread.join()
    assert [[]] == results
