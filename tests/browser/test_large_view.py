"""The large view in Chromium: zoom and pan by mouse, keys and fingers, and similar photos."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from dataset.conversation import people
from review.similar.index import FEATURES
from tests.browser.visits import Visits
from tests.review.serving import REVIEWER, ReviewServer, add_examples, explain
from tests.review.test_similar import cache, names_of

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    """Four examples of two labels that can be compared."""
    running = ReviewServer(tmp_path, explain=explain, features_file=tmp_path / FEATURES)
    ids = add_examples(running, ["black", "teddy", "black", "teddy"])
    cache(tmp_path / FEATURES, names_of(running, ids), [0.1, 0.2, 0.3, 0.9])
    yield running
    running.stop()


def opened(visits: Visits, *, phone: bool = False) -> Page:
    """The large view of the first example."""
    page = visits.open("/dataset?sort=oldest", phone=phone)
    page.keyboard.press("Enter")
    expect(page.locator("#large .photo")).to_be_visible()
    expect(page.locator("#large .alike img").first).to_be_visible()
    return page


def place(page: Page) -> tuple[float, float, float]:
    """How far the photo is moved right and down, and how many times as large it is."""
    transform = page.locator("#large .photo").evaluate("one => getComputedStyle(one).transform")
    if transform == "none":
        return 0.0, 0.0, 1.0
    scale, _, _, _, x, y = map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", transform))
    return x, y, scale


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("#large .whole").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_mouse_zooms_where_it_points_and_drags(visits: Visits) -> None:
    """The wheel comes closer, a drag moves the photo as far as it reaches, a double click ends
    it."""
    page = opened(visits)
    x, y = middle(page)
    page.mouse.move(x + 100, y)
    page.mouse.wheel(0, -300)
    expect(page.locator("#large .whole")).to_have_class(re.compile("close-up"))
    right, _, scale = place(page)
    assert scale > 1.5
    assert right == pytest.approx(-100 * (scale - 1), abs=2)
    page.mouse.down()
    page.mouse.move(x + 130, y + 20)
    page.mouse.up()
    assert place(page)[:2] == pytest.approx((right + 30, 20), abs=2)
    page.mouse.down()
    page.mouse.move(x + 5000, y)
    page.mouse.up()
    width = page.locator("#large .whole").evaluate("one => one.clientWidth")
    assert place(page)[0] == pytest.approx(width * (scale - 1) / 2, abs=2)
    page.mouse.dblclick(x, y)
    assert place(page) == (0.0, 0.0, 1.0)


def test_keys_and_buttons_zoom_and_arrows_move(visits: Visits) -> None:
    """Without the zoom, arrows lead to the next photo, which is shown whole."""
    page = opened(visits)
    first = page.url
    page.keyboard.press("+")
    page.get_by_role("button", name="Closer").click()
    page.keyboard.press("ArrowRight")
    assert place(page) == pytest.approx((-80, 0, 2.25))
    assert page.url == first
    page.keyboard.press("h")
    heat = page.locator("#large .heat")
    assert heat.evaluate("one => one.style.transform") != ""
    page.keyboard.press("0")
    assert place(page) == (0.0, 0.0, 1.0)
    page.keyboard.press("+")
    page.keyboard.press("-")
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(first)


def test_fingers_pinch_and_move_and_swipe(visits: Visits) -> None:
    """Two fingers zoom, one moves the photo; where all of it is in sight, one leads on."""
    page = opened(visits, phone=True)
    first, (x, y) = page.url, middle(page)
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": at[0], "y": at[1], "id": number} for number, at in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (x - 20, y), (x + 20, y))
    fingers("touchMove", (x - 60, y), (x + 60, y))
    fingers("touchEnd")
    assert place(page)[2] == pytest.approx(3, abs=0.2)
    fingers("touchStart", (x, y))
    fingers("touchMove", (x - 90, y))
    fingers("touchEnd")
    assert place(page)[0] == pytest.approx(-90, abs=5)
    assert page.url == first
    page.keyboard.press("0")
    fingers("touchStart", (x, y))
    fingers("touchMove", (x - 90, y))
    fingers("touchEnd")
    expect(page).not_to_have_url(first)


def test_a_link_to_a_photo_opens_the_large_view(visits: Visits, server: ReviewServer) -> None:
    """With its keys, its zoom and its similar photos; Back leads to where the link was."""
    page = visits.open("/labels")
    page.goto(f"{server.url}/photos/3?shelf=examples")
    expect(page.locator("#large .alike img").first).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("#large .heat")).to_be_visible()
    page.keyboard.press("+")
    assert place(page)[2] == pytest.approx(1.5)
    page.locator("#large .alike a").first.click()
    expect(page).not_to_have_url(re.compile("/photos/3"))
    expect(page.locator("#large .alike img").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.reload()
    expect(page.locator("#large .photo")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#large")).to_be_hidden()
    expect(page).to_have_url(f"{server.url}/dataset")
    expect(page.locator(".tile")).to_have_count(4)


def test_keys_are_about_the_photo_on_the_screen(visits: Visits, server: ReviewServer) -> None:
    """Undo brings its photo back into the view; until that is there, no key counts."""
    page, held, holds = visits.open("/labels"), list[Route](), list[bool]()

    def pass_or_hold(route: Route) -> None:
        if holds:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("part=about"), pass_or_hold)
    page.goto(f"{server.url}/photos/1?shelf=examples")
    large = page.locator("#large")
    expect(large.get_by_role("heading", name="Photo 1")).to_be_visible()
    page.keyboard.press("t")
    expect(large.get_by_role("heading", name="Photo 1")).to_be_hidden()
    expect(large.locator(".photo")).to_be_visible()
    other = large.locator(".whole").get_attribute("data-photo")
    holds.append(True)
    with page.expect_request(re.compile("/photos/1.*part=about")):
        page.keyboard.press("z")
    expect(large.locator(".about")).to_have_class("about stale")
    page.keyboard.press("o")  # nobody has seen what this would be about
    holds.clear()
    for route in held:
        route.continue_()
    expect(large.get_by_role("heading", name="Photo 1")).to_be_visible()
    expect(large.get_by_text("Decided")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#toast")).to_contain_text("Undid")
    assert other != "1"
    assert [] == [one for one in server.verdicts() if one.undone_at is None]


def test_similar_photos_lead_to_the_sorted_dataset(visits: Visits, server: ReviewServer) -> None:
    """Beside the photo stand its nearest by label, in the reader's language."""
    with server.database.session() as session:
        people.set_language(session, REVIEWER, "de")
    page = opened(visits)
    shown = page.locator("#large .similar")
    expect(shown.locator(".alike-label")).to_have_text(["black", "teddy"])
    expect(shown.locator(".alike").first.locator("img")).to_have_count(1)
    shown.get_by_role("link", name="Datensatz nach Ähnlichkeit sortieren").click()
    expect(page.locator(".tile")).to_have_count(4)
    expect(page.locator("#chosen")).to_have_text("1 von 4")
    expect(page.get_by_label("Ähnlich wie Foto")).to_have_value(re.compile(r"\d"))
