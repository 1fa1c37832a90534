"""Rubbish and oddities through a running bot: no exception, no error in the log, no end."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import conversation, updates
from tests.fuzz.examples import examples

UPDATES = 200


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[updates.Bombarded]:
    """One bot for all examples: it must live through them."""
    with updates.Bombarded(tmp_path_factory.mktemp("bombarded")) as bombarded:
        yield bombarded


@examples(in_short=40)
@given(data=st.data())
def test_whatever_people_may_send_is_handled(
    target: updates.Bombarded, data: st.DataObject
) -> None:
    """Messages, commands and presses within the Bot API's types make no handler fail."""
    batch: list[dict[str, Any]] = data.draw(
        st.lists(conversation.updates(target.file_ids), min_size=1, max_size=5)
    )
    target.give([json.dumps(update) for update in batch])
    assert "" == target.complaint()


def test_spoilt_updates_are_finished_without_an_exception() -> None:
    """Fields gone, of another type or out of range: left out, or answered; the bot goes on."""
    found = updates.campaign(seed=7, count=UPDATES)
    assert ("", UPDATES) == (found.failure, found.updates)


def test_a_failing_handler_is_a_finding(tmp_path: Path) -> None:
    """The fuzzer itself can fail: what a handler did not expect is an error in the log."""
    with updates.Bombarded(tmp_path) as target:
        target.bot.http.post(
            "/local/faults", json={"method": "sendMessage", "status": 400}
        ).raise_for_status()
        target.give(['{"message": {}}'])
        assert "mishap" in target.complaint()
        assert "" == target.complaint()


def test_an_error_that_is_logged_is_heard() -> None:
    """Any logger."""
    ear = updates.Ear()
    ear.handle(logging.LogRecord("asyncio", logging.ERROR, "", 0, "never retrieved", (), None))
    assert "asyncio: never retrieved" == ear.take()
