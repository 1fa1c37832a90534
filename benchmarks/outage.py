"""python -m benchmarks.outage [--seconds S] [--how stopped|frozen]: a database that is away.

Starts PostgreSQL, the local Bot API, and three processes of the bot behind the balancer of
docs/scale.md (HAProxy, which asks as often as there). The database is stopped (who asks is refused)
or frozen (nobody gets a word) for S seconds, while people send photos; then it is back, and nobody
does anything. Prints one object: what was answered, how often, and how long it took once the
database was back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.bot.running import Person
from tests.chaos.test_models_away import until
from tests.conftest import draw_photo
from tests.postgresql import Server, find_programs, running_server
from tests.system.processes import local_api
from tests.system.replicas import Haproxy, replicas

_PEOPLE = range(101, 107)
_PAUSE_S = 2.0
_GIVE_UP_S = 300.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--how", choices=("stopped", "frozen"), default="stopped")
    options = parser.parse_args()
    programs = find_programs()
    if programs is None:
        print("No PostgreSQL server program is installed (initdb, pg_ctl).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, running_server(programs) as server:
        api, telegram = local_api(Path(folder))
        with api, telegram:
            api.until_ready()
            told = _lived_through(server, telegram, Path(folder), options.how, options.seconds)
    print(json.dumps(told))
    return 0 if told["sent"] == told["answered"] and not told["twice"] else 1


def _lived_through(
    server: Server, telegram: httpx.Client, folder: Path, how: str, seconds: float
) -> dict[str, Any]:
    make = partial(Haproxy, asks_every="5s")
    with replicas(folder, telegram, server.empty(), make_balancer=make) as (_, balancer):
        until(lambda: _state(balancer) == 200)
        sent: set[tuple[int, int]] = set()
        states: Counter[int] = Counter()
        with _away(server, how):
            until_s = time.monotonic() + seconds
            while time.monotonic() < until_s:
                number = len(sent)
                person = _PEOPLE[number % len(_PEOPLE)]
                shown = Person(telegram, person).show(draw_photo(seed=number))
                sent.add((person, shown["message_id"]))
                states[_state(balancer)] += 1
                time.sleep(_PAUSE_S)
        back_s = time.monotonic()
        answered = _answered(telegram)
        while set(answered) != sent and time.monotonic() - back_s < _GIVE_UP_S:
            time.sleep(0.5)
            answered = _answered(telegram)
        return {
            "how": how,
            "away_s": seconds,
            "sent": len(sent),
            "answered": len(answered),
            "twice": sum(count - 1 for count in answered.values()),
            "seconds_after": round(time.monotonic() - back_s, 1),
            "readyz_meanwhile": dict(states),
            "readyz_after": _state(balancer),
        }


@contextmanager
def _away(server: Server, how: str) -> Iterator[None]:
    if how == "frozen":
        with server.frozen():
            yield
        return
    server.stop()
    try:
        yield
    finally:
        server.start()


def _state(balancer: Haproxy) -> int:
    return httpx.get(f"{balancer.url}/readyz", timeout=60).status_code


def _answered(telegram: httpx.Client) -> Counter[tuple[int, int]]:
    """How often each photo was answered."""
    return Counter(
        (person, message["reply_to_message"]["message_id"])
        for person in _PEOPLE
        for message in telegram.get("/local/messages", params={"chat": person}).json()
        if message.get("reply_to_message") and message["from"]["is_bot"]
    )


if __name__ == "__main__":
    sys.exit(main())
