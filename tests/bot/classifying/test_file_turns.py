"""Nobody's files keep another's from being read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.classifying.decoder import Decoder
from bot.classifying.file_turns import FileTurns
from bot.errors import PhotoUnavailable
from tests.bot.classifying.bad_decoder import COMMAND, HANG
from tests.bot.classifying.test_decoder import png
from tests.bot.running import RunningBot, photo

ATTACKER, VICTIM, THIRD = 1, 2, 3


class Clock:
    """Time that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> FileTurns:
    """One place, ten seconds for each, back within a hundred."""
    return FileTurns(at_once=1, budget_s=10, back_within_s=100, clock=clock)


async def in_order(turns: FileTurns, *people: int) -> list[int]:
    """Whose turn comes when, of those who ask in this order while a place is taken."""
    done: list[int] = []

    async def read(person: int) -> None:
        async with turns.turn(person):
            done.append(person)

    async with turns.turn(9):
        asked = [asyncio.create_task(read(person)) for person in people]
        await asyncio.sleep(0)
    await asyncio.gather(*asked)
    return done


async def test_whoever_took_least_is_next(turns: FileTurns) -> None:
    """However many files somebody else sent before."""
    turns.charge(ATTACKER, 5)
    turns.charge(THIRD, 1)
    order = await in_order(turns, ATTACKER, ATTACKER, THIRD, VICTIM, VICTIM)
    assert [VICTIM, VICTIM, THIRD, ATTACKER, ATTACKER] == order


async def test_of_equals_the_first_is_next(turns: FileTurns) -> None:
    """As before."""
    assert [VICTIM, THIRD, VICTIM] == await in_order(turns, VICTIM, THIRD, VICTIM)


async def test_a_budget_that_is_spent_comes_back(turns: FileTurns, clock: Clock) -> None:
    """Until then its owner is told, and so are those of their files that wait."""

    async def read() -> None:
        async with turns.turn(ATTACKER):
            pass

    async with turns.turn(VICTIM):
        waiting = asyncio.create_task(read())
        await asyncio.sleep(0)
        turns.charge(ATTACKER, 12)
    with pytest.raises(PhotoUnavailable, match="photo-budget"):
        await waiting
    with pytest.raises(PhotoUnavailable, match="photo-budget"):
        await read()
    clock.now += 21  # two seconds too many, at ten in a hundred
    await read()


async def test_what_is_to_be_kept_waits_instead(turns: FileTurns) -> None:
    """It was answered already, and must not be lost."""
    turns.charge(ATTACKER, 100)
    async with turns.turn(ATTACKER, is_patient=True):
        assert turns.others_wait(VICTIM)


async def test_one_who_goes_away_takes_no_place(turns: FileTurns) -> None:
    """Whether their turn had come or not."""

    async def read() -> None:
        async with turns.turn(VICTIM):
            await asyncio.sleep(3600)

    async with turns.turn(THIRD):
        waiting = asyncio.create_task(read())
        await asyncio.sleep(0)
        assert turns.others_wait(THIRD)
        assert turns.others_wait(VICTIM)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert not turns.others_wait(THIRD)
        late = asyncio.create_task(read())
        await asyncio.sleep(0)
    late.cancel()  # its turn came, and it has not seen that
    await asyncio.gather(late, return_exceptions=True)
    async with turns.turn(VICTIM):
        pass


async def test_a_wait_that_lasts_is_a_problem(turns: FileTurns, clock: Clock) -> None:
    """How long is known."""
    async with turns.turn(ATTACKER):
        asked = asyncio.create_task(in_order(turns, VICTIM))
        await asyncio.sleep(0)
        clock.now += 30
        assert 30 == turns.longest_wait_s
    await asked
    assert 0 == turns.longest_wait_s


async def test_a_wait_for_ones_own_files_is_none(turns: FileTurns, clock: Clock) -> None:
    """One person who sends many cannot make health tell of files that wait."""

    async def read() -> None:
        async with turns.turn(ATTACKER):
            clock.now += 30

    async with turns.turn(ATTACKER):
        more = [asyncio.create_task(read()) for _ in range(3)]
        await asyncio.sleep(0)
        clock.now += 30
        assert 0 == turns.longest_wait_s
    for each in more:
        await each
        assert 0 == turns.longest_wait_s


async def test_health_is_told_of_files_that_wait() -> None:
    """Longer than one of them may take."""
    decoder = Decoder(limit_s=0.0)

    async def read(person: int) -> None:
        async with decoder.place(trusted=False, person=person):
            pass

    async with (
        decoder.place(trusted=False, person=ATTACKER),
        decoder.place(trusted=False, person=THIRD),
    ):
        waiting = asyncio.create_task(read(VICTIM))
        await asyncio.sleep(0)
        assert "others take too long" in (decoder.problem or "")
    await waiting
    assert decoder.problem is None


@pytest.fixture
def starved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A bot whose decoder certain files hang, with little patience."""

    def make() -> Decoder:
        return Decoder(COMMAND, limit_s=6.0, budget_s=9.0, gives_way_after_s=0.5)

    folder = tmp_path_factory.mktemp("starved")
    with RunningBot(folder, make_decoder=make) as running:
        yield running


def test_files_that_hang_starve_nobody(starved: RunningBot) -> None:
    """One person sends twenty: others' photos and files pass by, and the rest is soon refused."""
    attacker, victim = starved.person(), starved.person()
    for _ in range(20):
        attacker.attach(png(HANG), "bear.png", "image/png")
    victim.show(photo())
    assert "grizzly" in victim.hear()["text"]
    victim.attach(png(300), "bear.png", "image/png")
    assert "black" in victim.hear_all(at_least=1, starting="Black")[0]["text"]
    told = [message["text"] for message in attacker.hear_all(at_least=20)]
    given_up = sum(text.startswith("I gave up on that picture") for text in told)
    refused = sum(text.startswith("Reading your last files took too long") for text in told)
    assert 3 >= given_up >= 1
    assert len(told) == given_up + refused
    assert starved.http.get("/healthz").json()["decoding_problem"] is None


def test_who_sends_too_many_files_at_once_is_asked_to_wait(starved: RunningBot) -> None:
    """Once; those that wait are answered, and the inbox has room for others."""
    attacker, victim = starved.person(), starved.person()
    for _ in range(60):
        attacker.attach(png(HANG), "bear.png", "image/png")
    victim.show(photo())
    assert "grizzly" in victim.hear()["text"]
    told = [message["text"] for message in attacker.hear_all(at_least=41)]
    assert 1 == sum(text.startswith("You are sending more than I can answer") for text in told)
