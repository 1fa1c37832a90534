"""The review pages on a phone: what one needs is in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dataset.examples.label_order import give_places
from tests.browser.visits import PHONE, Visits
from tests.review.serving import LABELS, ReviewServer, add_examples

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    """Examples of a dozen labels."""
    running = ReviewServer(tmp_path, mount="/review")
    labels = [*LABELS, *(f"label {number}" for number in range(9))]
    with running.database.session() as session:
        give_places(session, labels)
    add_examples(running, labels * 2)
    yield running
    running.stop()


def box(element: Locator) -> dict[str, float]:
    found = element.bounding_box()
    assert found is not None
    return dict(found)


def test_two_rows_of_photos_are_in_sight(visits: Visits) -> None:
    """Filters and keys leave the dataset's page two rows of them; the keys of a dozen labels are
    one row."""
    page = visits.open("/dataset", phone=True)
    expect(page.locator(".counts")).not_to_have_attribute("open", "")
    fifth = box(page.locator(".tile .shot").nth(4))
    assert fifth["y"] > box(page.locator(".tile .shot").first)["y"]
    assert fifth["y"] + fifth["height"] < box(page.locator("#dock"))["y"]
    last = page.get_by_role("button", name="unusable")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


def test_a_label_is_described_without_scrolling_sideways(
    visits: Visits, server: ReviewServer
) -> None:
    """Every field and the button of its names is as wide as there is place."""
    page = visits.open("/labels", phone=True)
    page.get_by_role("link", name="black").click()
    form = page.locator('form[action$="describe"]')
    fields = form.locator("input:not([type=hidden]), button").all()
    assert 5 == len(fields)
    for field in fields:
        area = box(field)
        assert area["x"] >= 0
        assert area["x"] + area["width"] <= PHONE["width"]
    assert form.evaluate("form => form.scrollWidth <= form.clientWidth")
