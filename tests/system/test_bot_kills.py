"""Photos keep coming while the bot is killed and started again: each is answered."""

from __future__ import annotations

import random
import signal
from collections import Counter
from pathlib import Path

import httpx

from tests.bot.running import Person
from tests.conftest import draw_photo
from tests.system.processes import Program, local_api, on_telegram

PEOPLE = range(100, 112)
PHOTOS = 8
KILLS = 3
AT_ONCE = 3
"""So many answers may be between their delivery and their record at any moment (0014)."""


def test_no_photo_is_lost_in_a_series_of_kills(tmp_path: Path) -> None:
    """Every photo gets its answer, in its chat's order; a kill repeats a handful at most."""
    chance = random.Random(5)  # noqa: S311 - when to kill is not a secret
    photos = [draw_photo(seed=seed) for seed in range(20)]
    sendings = [(person, number) for number in range(PHOTOS) for person in PEOPLE]
    kills = set(chance.sample(range(5, len(sendings) - 5), KILLS))
    sent: dict[int, list[int]] = {person: [] for person in PEOPLE}
    api, telegram = local_api(tmp_path)
    settings = on_telegram(telegram, tmp_path) | {"MESSAGES_PER_S": "0"}
    with api, telegram:
        api.until_ready()
        running = Program("bot", folder=tmp_path, settings=settings)
        try:
            running.__enter__().until_ready()
            for place, (person, number) in enumerate(sendings):
                shown = Person(telegram, person).show(photos[(person + number) % len(photos)])
                sent[person].append(shown["message_id"])
                if place in kills:
                    running.end(signal.SIGKILL)
                    running.__exit__(None, None, None)
                    running = Program("bot", folder=tmp_path, settings=settings)
                    running.__enter__()
            running.until_ready()
            answered = {person: answers(telegram, person) for person in PEOPLE}
            assert running.end() == 0
        finally:
            running.__exit__(None, None, None)
    assert {person: sorted(set(ids)) for person, ids in answered.items()} == sent
    twice = sum(count - 1 for ids in answered.values() for count in Counter(ids).values())
    assert twice <= KILLS * AT_ONCE


def answers(telegram: httpx.Client, person: int) -> list[int]:
    """The ids of the photos that were answered, once all were, repeated ones included."""
    found: list[int] = []
    while len(set(found)) < PHOTOS:
        heard = Person(telegram, person).hear_all(at_least=len(found) + 1, starting="I see")
        found = [message["reply_to_message"]["message_id"] for message in heard]
    return found
