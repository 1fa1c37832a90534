"""Photos to several processes of the bot, of which one is killed: `python -m benchmarks.replicas`.

Starts PostgreSQL, the local Bot API and the processes behind a balancer, sends photos, kills one
process with -9 while it works, starts it again, and counts what was answered and how often.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bot.running import Person
from tests.conftest import draw_photo
from tests.postgresql import find_programs, running_server
from tests.system.processes import local_api
from tests.system.replicas import replicas

_PICTURES = 20
_GIVE_UP_S = 300.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="decides when one is killed")
    options = parser.parse_args()
    programs = find_programs()
    if programs is None:
        print("No PostgreSQL server program is installed (initdb, pg_ctl).", file=sys.stderr)
        return 2
    with running_server(programs) as server, tempfile.TemporaryDirectory() as folder:
        api, telegram = local_api(Path(folder))
        with api, telegram:
            api.until_ready()
            # Of a rate nothing is to be seen here: it would only make everything take longer.
            settings = {"MESSAGES_PER_S": "0", "PHOTOS_PER_MINUTE_ALL": "0"}
            with replicas(
                Path(folder),
                telegram,
                server.empty(),
                count=options.processes,
                settings=settings,
            ) as (running, balancer):
                chance = random.Random(options.seed)  # noqa: S311 - when to kill is not a secret
                pictures = [draw_photo(seed=seed) for seed in range(_PICTURES)]
                edge = options.photos // 10
                kills = set(chance.sample(range(edge, options.photos - edge), options.kills))
                sent: set[tuple[int, int]] = set()
                began_s = time.monotonic()
                for number in range(options.photos):
                    person = 100 + number % options.people
                    shown = Person(telegram, person).show(chance.choice(pictures))
                    sent.add((person, shown["message_id"]))
                    if number in kills:
                        running.kill(1)
                        running.start(1)
                answered: Counter[tuple[int, int]] = Counter()
                while set(answered) != sent and time.monotonic() - began_s < _GIVE_UP_S:
                    time.sleep(1.0)
                    answered = Counter(
                        (person, message["reply_to_message"]["message_id"])
                        for person in range(100, 100 + options.people)
                        for message in telegram.get(
                            "/local/messages", params={"chat": person}
                        ).json()
                        if message.get("text", "").startswith("I see")
                    )
                seconds = time.monotonic() - began_s
                handed = list(balancer.handed)
    print(
        json.dumps(
            {
                "sent": len(sent),
                "answered": len(answered),
                "twice": sum(count - 1 for count in answered.values()),
                "kills": options.kills,
                "delivered_to_each": handed,
                "seconds": round(seconds, 1),
            }
        )
    )
    return 0 if set(answered) == sent else 1


if __name__ == "__main__":
    sys.exit(main())
