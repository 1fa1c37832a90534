"""Several machines behind the balancer of docs/scale.md: they heal by themselves."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.bot.running import Person
from tests.chaos.test_models_away import until
from tests.conftest import draw_photo
from tests.postgresql import running_server
from tests.system.processes import local_api
from tests.system.replicas import Haproxy, replicas

pytestmark = pytest.mark.postgres


@pytest.mark.usefixtures("haproxy")
def test_photos_that_waited_for_the_database_are_answered_once(
    tmp_path: Path, postgresql_programs: Path
) -> None:
    """No machine may get work while the database is away; afterwards nobody's hand is needed."""
    api, telegram = local_api(tmp_path)
    with api, telegram, running_server(postgresql_programs) as server:
        api.until_ready()
        with replicas(tmp_path, telegram, server.empty(), make_balancer=Haproxy) as (_, balancer):

            def state() -> int:
                return httpx.get(f"{balancer.url}/readyz", timeout=60).status_code

            until(lambda: state() == 200)
            with server.frozen():
                people = [Person(telegram, 100 + number) for number in range(3)]
                sent = [
                    person.show(draw_photo(seed=seed))["message_id"]
                    for seed, person in enumerate(people * 2)
                ]
                until(lambda: state() == 503)
            answers = [person.hear_all(at_least=2) for person in people]
            until(lambda: state() == 200)
    answered = [answer["reply_to_message"]["message_id"] for each in answers for answer in each]
    assert sorted(sent) == sorted(answered)
