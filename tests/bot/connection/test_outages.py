"""Telegram out of reach, silent, or asking for silence: the bot waits, then goes on in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise, takewhile
from pathlib import Path

import pytest

from bot.errors import StartError
from bot.process.timing import Timing, pauses
from tests.bot.connection.faulty_proxy import FaultyProxy
from tests.bot.running import TOKEN, Person, RunningBot, photo
from tests.conftest import until
from tests.local.serving import LocalServer

QUICK = Timing(poll_s=1, silence_s=1.0, first_pause_s=0.2)
PHOTOS = 3


@pytest.fixture(scope="module")
def api() -> Iterator[LocalServer]:
    """Telegram's place."""
    with LocalServer(token=TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
def line(api: LocalServer) -> Iterator[FaultyProxy]:
    """The line to it, which gets worse."""
    with FaultyProxy(api.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bot(
    api: LocalServer, line: FaultyProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    """A bot at the end of that line."""
    folder = tmp_path_factory.mktemp("outages")
    with RunningBot(folder, timing=QUICK, api_url=line.url, chat_url=api.url) as running:
        yield running


@pytest.fixture(autouse=True)
def _sound(bot: RunningBot, line: FaultyProxy) -> Iterator[None]:
    """Each test begins with a line in order, and leaves one."""
    yield
    bot.http.delete("/local/faults").raise_for_status()
    line.hang()
    line.come_back()


def show_some(people: list[Person]) -> dict[int, list[int]]:
    """Photos of several people at the same time; the ids of each person's, in their order."""
    sent: dict[int, list[int]] = {person.id: [] for person in people}
    for number in range(PHOTOS):
        for person in people:
            sent[person.id].append(person.show(photo(seed=number))["message_id"])
    return sent


def answered(people: list[Person]) -> dict[int, list[int]]:
    """The ids of the photos that were answered, in the order of the answers."""
    found = {}
    for person in people:
        person.say("hello")  # answered after every photo of this chat
        person.hear_all(at_least=1, starting="Send me a photo and")
        heard = person.hear_all(at_least=PHOTOS, starting="Grizzly")
        found[person.id] = [answer["reply_to_message"]["message_id"] for answer in heard]
    return found


@pytest.mark.parametrize("method", ["getUpdates", "getFile", "file"])
def test_photos_survive_a_bot_api_that_vanishes(
    bot: RunningBot, line: FaultyProxy, method: str
) -> None:
    """Each is answered once, in order, when it is back."""
    people = [bot.person() for _ in range(3)]
    before = line.count("nothing")
    line.vanish(before=method)
    sent = show_some(people)
    until(lambda: line.count("nothing") >= before + 4)
    line.come_back()
    assert sent == answered(people)


def test_a_bot_api_that_vanished_is_tried_ever_more_rarely(
    bot: RunningBot, line: FaultyProxy
) -> None:
    """Eight tries, of the poll and of one photo, take longer than six pauses of one length."""
    person = bot.person()
    line.seen.clear()
    line.vanish(before="file")
    person.show(photo())
    until(lambda: line.count("nothing") >= 8)
    line.come_back()
    person.hear()
    tries = [seen.at_s for seen in line.seen if seen.method == "nothing"]
    assert tries[7] - tries[0] > 6 * QUICK.first_pause_s


def test_ten_minutes_cost_fourteen_tries() -> None:
    """By the pauses as they are: a photo that waits for Telegram to come back costs little."""
    tries = takewhile(lambda at_s: at_s < 600, accumulate(pauses(Timing().first_pause_s)))
    assert 14 == len(list(tries))


@pytest.mark.parametrize("method", ["getFile", "file", "getUpdates"])
def test_photos_survive_a_bot_api_that_falls_silent(
    bot: RunningBot, line: FaultyProxy, method: str
) -> None:
    """Connections stay open and say nothing: they are given up, the photos are not."""
    people = [bot.person() for _ in range(3)]
    line.hang(method)
    before = line.count(method)
    sent = show_some(people)
    until(lambda: line.count(method) >= before + 2)
    line.hang()
    assert sent == answered(people)


def test_silence_is_kept_for_as_long_as_telegram_wants(bot: RunningBot, line: FaultyProxy) -> None:
    """After a 429 no request at all goes out before its time; polls go on."""
    people = [bot.person() for _ in range(3)]
    fault = {"method": "sendMessage", "status": 429, "retry_after": 2, "times": 1}
    line.seen.clear()
    bot.http.post("/local/faults", json=fault).raise_for_status()
    sent = show_some(people)
    assert sent == answered(people)
    # Those that were on their way when the first was refused may have arrived after it.
    sending = sorted(seen.at_s for seen in line.seen if seen.method == "sendMessage")
    assert max(after - before for before, after in pairwise(sending)) >= 2.0
    begun = sending[0]
    early = [seen for seen in line.seen if begun + 0.5 < seen.at_s < begun + 2.0]
    assert {"getUpdates"} >= {seen.method for seen in early}


def test_a_refusal_that_lasts_is_not_answered_with_a_flood(
    bot: RunningBot, line: FaultyProxy
) -> None:
    """Four refusals in a row cost one request each, a second or more apart."""
    person = bot.person()
    fault = {"method": "sendMessage", "status": 429, "retry_after": 1, "times": 4}
    line.seen.clear()
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.show(photo())
    person.hear()
    sending = [seen.at_s for seen in line.seen if seen.method == "sendMessage"]
    assert 5 == len(sending)
    assert min(after - before for before, after in pairwise(sending)) >= 1.0


def test_errors_of_the_server_are_met_with_ever_longer_pauses(
    bot: RunningBot, line: FaultyProxy
) -> None:
    """Four failures in a row, four pauses, each twice as long, and one answer.

    No more: after some nine seconds the bot would say that it is busy, by the same method.
    """
    person = bot.person()
    fault = {"method": "sendMessage", "status": 502, "times": 4}
    line.seen.clear()
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.show(photo())
    person.hear()
    sending = [seen.at_s for seen in line.seen if seen.method == "sendMessage"]
    pauses = [after - before for before, after in pairwise(sending)]
    assert 4 == len(pauses)
    assert all(pause >= 0.2 * 2**number for number, pause in enumerate(pauses))


@pytest.mark.parametrize(
    ("method", "status"), [("getUpdates", 429), ("getFile", 429), ("file", 429), ("getFile", 502)]
)
def test_other_requests_are_refused_as_well(bot: RunningBot, method: str, status: int) -> None:
    """Polls and downloads wait and go on as sending does."""
    people = [bot.person()]
    fault = {"method": method, "status": status, "retry_after": 1, "times": 2}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    sent = show_some(people)
    assert sent == answered(people)


def test_two_pollers_are_survived(bot: RunningBot, api: LocalServer) -> None:
    """Another program polls for a while; when it ends, everything comes here."""
    person = bot.person()
    for _ in range(3):
        poll = f"/bot{TOKEN}/getUpdates"
        bot.http.post(poll, json={"timeout": 0}).raise_for_status()
    assert person.ask("hello").startswith("Send me a photo and")


def test_a_poll_that_stalls_ends_the_bot(
    api: LocalServer, line: FaultyProxy, tmp_path: Path
) -> None:
    """Other requests are answered, so only a new start helps; its supervisor sees to that."""
    timing = Timing(poll_s=1, silence_s=3.0, stall_s=2.0, look_every_s=0.1)
    with FaultyProxy(api.port) as own:
        own.hang("getUpdates")
        stalled = RunningBot(tmp_path, timing=timing, api_url=own.url, chat_url=api.url)
        with stalled:
            error = stalled.end()
    assert isinstance(error, StartError)
    assert 75 == error.exit_code
    assert str(error).startswith("Polling has stalled for")


def test_a_stall_is_noticed_within_ninety_seconds() -> None:
    """By its limits as they are: the wait, the look, and the request that asks Telegram."""
    usual = Timing()
    connect_s = 5.0
    assert usual.stall_s + usual.look_every_s + connect_s <= 90
    assert usual.stall_s > usual.poll_s + usual.silence_s  # a slow poll is not a stall
