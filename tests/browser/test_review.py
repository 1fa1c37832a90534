"""The review pages in Chromium, with 5,000 photos in the queue."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from dataset.storage.schema import Retraining, RetrainingStatus
from tests.browser.visits import DESKTOP, PHONE, Visits
from tests.conftest import draw_photo
from tests.review.serving import (
    COLLEAGUE,
    ReviewServer,
    add_examples,
    explain,
    fill_queue,
)

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHOTOS = 5000


@pytest.fixture(scope="module")
def full_queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database and the photos of a queue of 5,000, to be copied."""
    folder = tmp_path_factory.mktemp("queue")
    server = ReviewServer(folder)
    fill_queue(server, PHOTOS)
    server.stop()
    return folder


@pytest.fixture
def server(full_queue: Path, tmp_path: Path) -> Iterator[ReviewServer]:
    """The pages over a queue of 5,000."""
    shutil.copy(full_queue / "detector.sqlite3", tmp_path)
    (tmp_path / "photos").symlink_to(full_queue / "photos")
    running = ReviewServer(tmp_path, mount="/review", explain=explain)
    yield running
    running.stop()


def current(page: Page) -> int:
    """The photo that the keys are about."""
    return int(page.locator(".tile.current").get_attribute("data-photo") or 0)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def stamp(page: Page, photo: int) -> str:
    return page.locator(f"#photo-{photo} .stamp").inner_text()


def wait_for_verdicts(page: Page, count: int) -> None:
    """Until the server has confirmed so many decided photos."""
    expect(page.locator("#progress b")).to_have_text(f"{count} photo{'' if count == 1 else 's'}")


def is_about(*, photo: int) -> Callable[[Response], bool]:
    """Whether an answer is the one to telling the others that this photo comes next."""
    return lambda answer: (
        answer.url.endswith("/looking") and answer.request.post_data_json["hold"][:1] == [photo]
    )


def decided(server: ReviewServer) -> dict[int, str]:
    """What the reviewers' standing verdicts say."""
    return {
        one.photo_id: one.label or one.kind.value
        for one in server.verdicts()
        if one.undone_at is None
    }


def test_a_link_opens_the_pages_by_itself(visits: Visits) -> None:
    """A person who follows the link is signed in without a further click."""
    page = visits.open("/")
    expect(page.get_by_role("heading", name="Review 5,000 photos")).to_be_visible()


def test_a_link_followed_from_another_site_signs_in(browser: Browser, server: ReviewServer) -> None:
    """Web chats are other sites: the session holds from the first page on nevertheless."""
    context = browser.new_context()
    page = context.new_page()
    chat = f'<a href="{server.link()}">Open the pages</a>'
    page.route(
        "http://chat.test/", lambda route: route.fulfill(body=chat, content_type="text/html")
    )
    page.goto("http://chat.test/")
    page.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Review 5,000 photos")).to_be_visible()
    context.close()


def test_only_what_is_in_sight_is_in_the_page(visits: Visits) -> None:
    """Of 5,000 photos some dozens have elements; the list still knows how many there are."""
    page = visits.open()
    assert 10 < page.locator(".tile").count() < 100
    expect(page.locator(".tile.current")).to_have_attribute("aria-setsize", "5000")
    expect(page.locator("#chosen")).to_have_text("1 of 5,000")


def test_the_last_of_five_thousand_is_one_key_away(visits: Visits) -> None:
    """End shows the last photo, its tile fetched; Home the first again."""
    page = visits.open()
    press(page, "End")
    assert PHOTOS == current(page)
    expect(page.locator(f"#photo-{PHOTOS} img")).to_be_in_viewport()
    expect(page.locator(f"#photo-{PHOTOS}")).to_be_focused()
    press(page, "Home")
    assert 1 == current(page)
    expect(page.locator("#photo-1")).to_be_in_viewport()


def test_scrolling_fetches_tiles(visits: Visits) -> None:
    """Whatever comes into sight gets its picture."""
    page = visits.open()
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 100_000)
    tile = page.locator(".tile:not(.blank)").last
    # The page scrolls when it comes to it: until then the last tile is one of the first.
    expect(tile).to_have_attribute("data-photo", re.compile(r"[1-9]\d{3}"))
    expect(tile.locator("img")).to_be_visible()
    expect(page.locator(".tile.blank")).to_have_count(0)


def test_arrows_move(visits: Visits) -> None:
    """Right and left by one, down and up by a row."""
    page = visits.open()
    columns = page.locator("#grid").evaluate(
        "grid => getComputedStyle(grid).gridTemplateColumns.split(' ').length"
    )
    press(page, "ArrowRight", "ArrowDown")
    assert 2 + columns == current(page)
    press(page, "ArrowUp", "ArrowLeft")
    assert 1 == current(page)


def test_keys_give_verdicts(visits: Visits, server: ReviewServer) -> None:
    """A label's digit or letter, o and x decide the current photo and go to the next."""
    page = visits.open()
    press(page, "b", "2", "t", "o", "x")
    assert 6 == current(page)
    wait_for_verdicts(page, 5)
    assert {1: "black", 2: "grizzly", 3: "teddy", 4: "none", 5: "reject"} == decided(server)
    assert "none of these" == stamp(page, 4)


def test_sixty_keys_are_sixty_verdicts(visits: Visits, server: ReviewServer) -> None:
    """However fast somebody types, each key decides one photo, in order, and none is lost."""
    page = visits.open()
    press(page, *"bgt" * 20)
    wait_for_verdicts(page, 60)
    labels = ["black", "grizzly", "teddy"] * 20
    assert dict(enumerate(labels, start=1)) == decided(server)


def test_z_takes_verdicts_back(visits: Visits, server: ReviewServer) -> None:
    """Undo goes back one verdict at a time and shows the photo again."""
    page = visits.open()
    press(page, "b", "g")
    wait_for_verdicts(page, 2)
    press(page, "z")
    wait_for_verdicts(page, 1)
    assert (2, {1: "black"}) == (current(page), decided(server))
    expect(page.locator("#toast")).to_contain_text("Undid “grizzly” for 1 photo.")
    expect(page.locator("#photo-2")).not_to_contain_class("settled")


def test_a_selection_gets_one_verdict(visits: Visits, server: ReviewServer) -> None:
    """Space and Shift with arrows select; the verdict and its undo are for all of them."""
    page = visits.open()
    press(page, "Space", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    expect(page.locator("#chosen")).to_have_text("4 selected")
    press(page, "t")
    wait_for_verdicts(page, 4)
    assert dict.fromkeys((1, 3, 4, 5), "teddy") == decided(server)
    press(page, "z")
    wait_for_verdicts(page, 0)
    assert {} == decided(server)


def test_a_range_is_selected_by_mouse(visits: Visits) -> None:
    """A click and a click with Shift select what lies between; Ctrl adds one; Escape drops all."""
    page = visits.open()
    page.locator("#photo-2").click()
    page.locator("#photo-5").click(modifiers=["Shift"])
    page.locator("#photo-8").click(modifiers=["ControlOrMeta"])
    assert ["2", "3", "4", "5", "8"] == [
        tile.get_attribute("data-photo")
        for tile in page.locator('.tile[aria-selected="true"]').all()
    ]
    press(page, "Escape")
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(0)


def test_a_large_selection_is_asked_about(visits: Visits, server: ReviewServer) -> None:
    """Deciding everything that fits a filter takes a question first; undo takes it all back."""
    page = visits.open("/queue?reason=unsure")
    press(page, "Control+a")
    expect(page.locator("#chosen")).to_have_text("2,500 selected")
    press(page, "x")
    expect(page.locator("#sure")).to_contain_text("Label 2,500 photos “unusable”?")
    press(page, "Escape")
    assert {} == decided(server)
    press(page, "Escape")
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(0)
    for _ in range(29):
        press(page, "Shift+ArrowRight")
    press(page, "x")
    expect(page.locator("#sure")).to_contain_text("Label 30 photos “unusable”?")
    press(page, "Enter")
    wait_for_verdicts(page, 30)
    assert 30 == len(decided(server))
    press(page, "z")
    wait_for_verdicts(page, 0)


def test_the_gate_key_goes_with_one_verdict(visits: Visits, server: ReviewServer) -> None:
    """Shift and G puts the next verdict's photo into the gate, since g is a label here."""
    page = visits.open()
    press(page, "Shift+G")
    expect(page.get_by_role("button", name="to gate")).to_have_attribute("aria-pressed", "true")
    press(page, "g", "g")
    wait_for_verdicts(page, 2)
    assert [True, False] == [verdict.to_gate for verdict in server.verdicts()]


def test_the_large_view_is_reviewed_by_key(visits: Visits, server: ReviewServer) -> None:
    """Enter opens it, arrows and verdicts go through the photos, h shows why, Escape closes it."""
    page = visits.open()
    press(page, "Enter")
    large = page.locator("#large")
    expect(large.get_by_role("heading", name="Photo 1")).to_be_visible()
    expect(large).to_contain_text("It was unsure: grizzly or teddy")
    press(page, "h")
    expect(large.locator(".heat")).to_be_visible()
    press(page, "ArrowRight")
    expect(large.get_by_role("heading", name="Photo 2")).to_be_visible()
    press(page, "t")
    expect(large.get_by_role("heading", name="Photo 3")).to_be_visible()
    press(page, "Escape")
    expect(large).to_be_hidden()
    expect(page.locator("#photo-3")).to_be_focused()
    wait_for_verdicts(page, 1)
    assert {2: "teddy"} == decided(server)


def test_each_photo_has_an_address(visits: Visits, server: ReviewServer) -> None:
    """The large view shows it, Back closes the view, and the address opens the same view."""
    page = visits.open()
    press(page, "Enter")
    press(page, "ArrowRight")
    large = page.locator("#large")
    expect(large.get_by_role("heading", name="Photo 2")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/photos/2?shelf=queue")
    page.go_back()
    expect(large).to_be_hidden()
    expect(page).to_have_url(f"{server.url}/queue")
    press(page, "Enter")
    press(page, "Escape")
    expect(page).to_have_url(f"{server.url}/queue")
    page.goto(f"{server.url}/photos/2?shelf=queue")
    expect(large.get_by_role("heading", name="Photo 2")).to_be_visible()
    press(page, "h")
    expect(large.locator(".heat")).to_be_visible()
    press(page, "t")
    expect(large.get_by_role("heading", name="Photo 3")).to_be_visible()
    wait_for_verdicts(page, 1)
    page.goto(f"{server.url}/photos/2?shelf=queue")  # it waits no more
    expect(large.get_by_role("heading", name="Photo 2")).to_be_visible()
    expect(large).to_contain_text("Decided: teddy by you")
    press(page, "Escape")
    expect(page.locator("#photo-2")).to_be_focused()
    expect(page).to_have_url(f"{server.url}/queue")


def test_on_a_phone_one_taps(visits: Visits, server: ReviewServer) -> None:
    """A tap opens the photo; a tap on a label decides it and shows the next."""
    page = visits.open(phone=True)
    page.locator("#photo-2").tap()
    large = page.locator("#large")
    expect(large.get_by_role("heading", name="Photo 2")).to_be_visible()
    large.get_by_role("link", name="Where it looked").tap()
    expect(large.locator(".heat")).to_be_visible()
    large.get_by_role("button", name="teddy").tap()
    expect(large.get_by_role("heading", name="Photo 3")).to_be_visible()
    wait_for_verdicts(page, 1)
    assert {2: "teddy"} == decided(server)


def test_nothing_is_wider_than_a_phone(visits: Visits, server: ReviewServer) -> None:
    """No page scrolls sideways."""
    page = visits.open("/", phone=True)
    for path in ("/", "/queue", "/dataset", "/suspicions", "/retrainings", "/audit"):
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_two_reviewers_do_not_collide(visits: Visits, server: ReviewServer) -> None:
    """What one is about to decide is marked for the other, whose keys pass it by."""
    first = visits.open()
    with first.expect_response(is_about(photo=2)):
        press(first, "ArrowRight")
    second = visits.open(reviewer_id=COLLEAGUE)
    expect(second.locator("#photo-2")).to_have_class("tile taken")
    assert "someone is on it" == stamp(second, 2)
    press(second, "t")
    assert current(second) > 2
    press(first, "b")
    wait_for_verdicts(first, 2)
    assert {1: "teddy", 2: "black"} == decided(server)


def test_a_filter_shows_what_fits(visits: Visits) -> None:
    """Choosing a filter is enough; the address keeps it."""
    page = visits.open()
    page.locator(".filters select[name=label]").select_option("teddy")
    page.wait_for_url("**/queue?*label=teddy*")
    expect(page.locator("#found")).to_have_text("1,667 photos")
    expect(page.locator("#chosen")).to_have_text("1 of 1,667")


def test_label_errors_take_one_key(visits: Visits, server: ReviewServer) -> None:
    """y takes what is suggested, n keeps the label; the buttons say which that is."""
    first, second = add_examples(server, ["black", "teddy"], suspect=True)
    page = visits.open("/suspicions")
    expect(page.get_by_role("button", name="rather grizzly")).to_be_visible()
    press(page, "y")
    expect(page.get_by_role("button", name="keep teddy")).to_be_visible()
    press(page, "n")
    wait_for_verdicts(page, 2)
    assert {first: "grizzly", second: "teddy"} == decided(server)
    expect(page.locator("#done")).to_be_visible()


def test_an_ended_session_loses_no_verdict_silently(visits: Visits, server: ReviewServer) -> None:
    """The page says what happened and takes the mark off again."""
    visits.expected = "403"
    page = visits.open()
    server.now += timedelta(hours=12)
    press(page, "b")
    expect(page.locator("#toast")).to_contain_text("send the bot /review")
    expect(page.locator("#photo-1")).not_to_contain_class("settled")
    assert {} == decided(server)


def test_a_lost_connection_loses_no_verdict_silently(visits: Visits, server: ReviewServer) -> None:
    """What did not reach the server is not shown as decided."""
    visits.expected = "net::ERR_"
    page = visits.open()
    # Not `page.route`: on a page that is open already it may miss the next request.
    server.stop()
    press(page, "b")
    expect(page.locator("#toast")).to_contain_text("nothing was recorded")
    expect(page.locator("#photo-1 .stamp")).to_be_empty()
    assert {} == decided(server)


def test_a_report_runs_no_script(visits: Visits, server: ReviewServer) -> None:
    """Its frame shows its pictures, which need the session, and runs nothing."""
    folder = server.folder / "models" / "v2" / "report"
    folder.mkdir(parents=True)
    (folder / "picture.png").write_bytes(draw_photo(size=(60, 40), file_format="PNG"))
    html = '<h1>How it went</h1><img src="picture.png"><script>document.body.remove()</script>'
    (folder / "report.html").write_text(html, encoding="utf-8")
    with server.database.session() as session:
        session.add(Retraining(id=1, trigger="shell", status=RetrainingStatus.HELD, candidate="v2"))
    visits.expected = "sandboxed"
    page = visits.open("/retrainings/1")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="How it went")).to_be_visible()
    assert frame.locator("img").evaluate("image => image.decode().then(() => image.width)") == 60


def test_the_queue_is_usable_without_a_script(browser: Browser, server: ReviewServer) -> None:
    """With scripts switched off, one decides photo by photo through forms."""
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(server.link())
    page.get_by_role("button", name="Start reviewing").click()
    page.get_by_role("link", name="Queue").click()
    page.locator("#photo-3 a").click()
    page.get_by_role("button", name="teddy").click()
    expect(page.get_by_role("heading", name="Photo 1")).to_be_visible()
    assert {3: "teddy"} == decided(server)
    context.close()
