"""The words under a photo of the review pages: whole, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from dataset.storage.schema import Claim, ClaimKind, Prediction, Verdict
from tests.browser.visits import Visits
from tests.review.serving import ReviewServer, add_examples, fill_queue

pytestmark = pytest.mark.browser

CUT = """() => [...document.querySelectorAll(".caption, .caption *")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    .filter(one => getComputedStyle(one).display !== "inline")
    .map(one => one.textContent.trim())"""


@pytest.fixture
def visits(browser: Browser, tmp_path: Path) -> Iterator[Visits]:
    """A queue with unsure answers, refusals, and what one person says of either."""
    server = ReviewServer(tmp_path, mount="/review")
    fill_queue(server, 6)
    add_examples(server, ["grizzly", "black"], suspect=True)
    refused = {"verdict": Verdict.OUTSIDE, "label": "grizzly", "probability": 0.99}
    with server.database.session() as session:
        session.execute(update(Prediction).where(Prediction.id.in_([2, 4])).values(refused))
        for answer in (1, 2):
            session.add(Claim(prediction_id=answer, user_id=9, kind=ClaimKind.NONE))
    yield Visits(browser, server)
    for context in browser.contexts:
        context.close()
    server.stop()


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", ["/queue", "/examples", "/suspicions"])
def test_captions_are_whole(visits: Visits, path: str, phone: bool) -> None:
    """A refusal stays whole beside its nearest label, and so does what a person says."""
    page = visits.open(path, phone=phone)
    assert [] == page.evaluate(CUT)
