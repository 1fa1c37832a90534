"""What keys say that they did, and what undo takes back, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from dataset.reviewing import verdicts
from dataset.storage.schema import Example
from tests.browser.visits import Visits
from tests.review.serving import (
    COLLEAGUE,
    REVIEWER,
    ReviewServer,
    add_examples,
    explain,
    fill_queue,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    """The pages over an empty database."""
    running = ReviewServer(tmp_path, mount="/review", explain=explain)
    yield running
    running.stop()


def standing(server: ReviewServer) -> dict[int, str]:
    """What the reviewers' standing verdicts say."""
    rows = server.verdicts()
    return {one.photo_id: one.label or one.kind.value for one in rows if one.undone_at is None}


def set_aside(server: ReviewServer, label: str) -> int:
    """An example that the reviewer labelled so, and that a retraining set aside since."""
    (photo,) = add_examples(server, [label], suspect=True, kind="set_aside")
    with server.database.session() as session:
        verdict = verdicts.decide(session, photo, REVIEWER, "label", label=label, via="web")
        verdict.made_at = server.now - timedelta(days=1)
        example = session.scalars(select(Example).where(Example.photo_id == photo)).one()
        example.verdict_id = verdict.id
    return photo


def test_a_key_that_changed_nothing_takes_nothing_else_back(
    visits: Visits, server: ReviewServer
) -> None:
    """Who gave a label that was set aside cannot confirm it alone: the page says so, the photo is
    left to be decided, and undo leaves the decision on another photo as it is."""
    photo = set_aside(server, "black")
    fill_queue(server, 1, first=photo + 1)
    page = visits.open("/queue")
    page.keyboard.press("g")
    expect(page.locator("#progress b")).to_have_text("1 photo")
    before = standing(server)
    page.goto(f"{server.url}/suspicions")
    expect(page.locator(f"#photo-{photo}")).to_contain_text("needs a second reviewer")
    expect(page.locator("#chosen")).to_have_text("1 of 1")
    page.keyboard.press("n")
    expect(page.locator("#toast")).to_contain_text("a second reviewer has to confirm it")
    expect(page.locator("#toast button")).to_be_hidden()
    expect(page.locator("#done")).to_be_hidden()
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("nothing to take back")
    assert {photo: "black", photo + 1: "grizzly"} == before == standing(server)


def test_a_second_reviewer_confirms(visits: Visits, server: ReviewServer) -> None:
    """The same key of somebody else is a decision, and undo takes back that one."""
    photo = set_aside(server, "black")
    page = visits.open("/suspicions", reviewer_id=COLLEAGUE)
    page.keyboard.press("n")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#progress b")).to_have_text("1 photo")
    assert [REVIEWER, COLLEAGUE] == [one.reviewer_id for one in server.verdicts()]
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("Undid “label kept” for 1 photo.")
    expect(page.locator("#done")).to_be_hidden()
    assert [photo] == list(standing(server))


def test_undo_takes_back_what_this_page_said(visits: Visits, server: ReviewServer) -> None:
    """Not what the same person decided elsewhere in the meantime."""
    fill_queue(server, 2)
    page = visits.open("/queue")
    expect(page.locator("#chosen")).to_have_text("1 of 2")
    page.keyboard.press("b")
    expect(page.locator("#progress b")).to_have_text("1 photo")
    expect(page.locator("#toast")).to_contain_text("Decided: black.")
    with server.database.session() as session:
        verdicts.decide(session, 2, REVIEWER, "reject", via="chat", now=server.now)
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("Undid “black” for 1 photo.")
    assert {2: "reject"} == standing(server)


def test_all_is_decided_only_while_it_is(visits: Visits, server: ReviewServer) -> None:
    """The list that is done says so, and no longer once a decision is taken back."""
    fill_queue(server, 2)
    page = visits.open("/queue")
    page.keyboard.press("b")
    page.keyboard.press("g")
    expect(page.locator("#done")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("Undid “grizzly”")
    expect(page.locator("#done")).to_be_hidden()
