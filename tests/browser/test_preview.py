"""What is about to be sent from the chat page: shown, changed, called off or sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.test_page import bubbles, carried, pick, upload
from tests.conftest import draw_photo
from tests.local.serving import LocalServer, Script

pytestmark = pytest.mark.browser


@pytest.fixture
def script(server: LocalServer) -> Iterator[Script]:
    """HTTP access to the page's server."""
    client = Script(server.url)
    yield client
    client.close()


def photos(count: int) -> list[object]:
    """Photos as the file chooser gives them."""
    return [upload(f"{seed}.jpg", draw_photo(seed=seed)) for seed in range(count)]


def title(shown: Locator) -> Locator:
    return shown.get_by_role("heading")


def field(shown: Locator) -> Locator:
    return shown.get_by_label("Caption")


def test_nothing_is_sent_before_it_was_seen(page: Page, script: Script) -> None:
    """A chosen photo is shown and waits; the field for its caption has the focus, and Enter sends
    both."""
    shown = pick(page, *photos(1))
    expect(title(shown)).to_have_text("Send 1 photo")
    expect(shown.get_by_role("img", name="0.jpg")).to_be_visible()
    assert [] == script.messages()
    expect(field(shown)).to_be_focused()
    page.keyboard.type("/wrong grizzly")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("it has a hump")
    page.keyboard.press("Enter")
    expect(shown).to_be_hidden()
    expect(bubbles(page).locator(".caption").first).to_contain_text("/wrong grizzly")
    [sent] = [message for message in script.messages() if "photo" in message]
    assert "/wrong grizzly\nit has a hump" == sent["caption"]


def test_a_picture_is_taken_out_of_the_album(page: Page, script: Script) -> None:
    """Of three photos the one removed is not sent; the other two are one album with the caption."""
    shown = pick(page, *photos(3))
    expect(title(shown)).to_have_text("Send 3 photos as an album")
    shown.get_by_role("button", name="Remove 1.jpg").click()
    expect(title(shown)).to_have_text("Send 2 photos as an album")
    expect(shown.get_by_role("button", name="Remove 2.jpg")).to_be_focused()
    field(shown).fill("/teach polar")
    shown.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".mine .photos[data-count='2'] .photo img")).to_have_count(2)
    first, second = (message for message in script.messages() if "photo" in message)
    assert first["media_group_id"] == second["media_group_id"]
    assert ("/teach polar", None) == (first["caption"], second.get("caption"))


@pytest.mark.parametrize("way", ["Escape", "Cancel", "Close", "remove all"])
def test_called_off_nothing_is_sent_and_the_words_come_back(
    page: Page, script: Script, way: str
) -> None:
    """What was written stays in the message field, however one leaves."""
    page.get_by_label("Message", exact=True).fill("what is this?")
    shown = pick(page, *photos(1))
    expect(field(shown)).to_have_value("what is this?")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    field(shown).fill("what is this bear?")
    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "remove all":
        shown.get_by_role("button", name="Remove 0.jpg").click()
    else:
        shown.get_by_role("button", name=way, exact=True).click()
    expect(shown).to_be_hidden()
    expect(page.get_by_label("Message", exact=True)).to_have_value("what is this bear?")
    expect(page.locator(".pending")).to_have_count(0)
    assert [] == script.messages()


def test_more_is_added_by_button_drop_and_paste(page: Page, script: Script) -> None:
    """While pictures are shown, more come to them, and the caption stays."""
    shown = pick(page, *photos(1))
    field(shown).fill("three of them")
    with page.expect_file_chooser() as chooser:
        shown.get_by_role("button", name="Add more").click()
    chooser.value.set_files([upload("1.jpg", draw_photo(seed=1))])  # type: ignore[list-item]
    expect(title(shown)).to_have_text("Send 2 photos as an album")
    page.dispatch_event("#preview", "drop", {"dataTransfer": carried(page, draw_photo(seed=2))})
    expect(title(shown)).to_have_text("Send 3 photos as an album")
    page.evaluate(
        "(transfer) => document.querySelector('#preview-caption').dispatchEvent("
        "new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))",
        carried(page, draw_photo(seed=3)),
    )
    expect(title(shown)).to_have_text("Send 4 photos as an album")
    field(shown).press("Enter")
    expect(page.locator(".mine[data-id] .photo img")).to_have_count(4)
    assert "three of them" == script.messages()[0]["caption"]


def test_photos_and_files_are_told_apart(page: Page, script: Script) -> None:
    """A text goes as a file; so do the photos where somebody wants them as they are."""
    shown = pick(page, *photos(2), upload("notes.txt", b"hello", "text/plain"))
    expect(title(shown)).to_have_text("Send 2 photos and 1 file")
    expect(shown.get_by_text("notes.txt")).to_be_visible()
    shown.get_by_label("Send as files").check()
    expect(title(shown)).to_have_text("Send 3 files")
    shown.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".mine[data-id] .document")).to_have_count(3)
    assert ["0.jpg", "1.jpg", "notes.txt"] == [
        message["document"]["file_name"] for message in script.messages() if "document" in message
    ]


def test_a_dozen_photos_are_two_albums_each_called_off_by_itself(page: Page) -> None:
    """Both are in sight from the start; the second, called off while the first is underway, never
    leaves."""
    held: list[Route] = []
    page.route("**/local/send", lambda route: held.append(route))
    page.reload()
    shown = pick(page, *photos(12))
    expect(title(shown)).to_have_text("Send 12 photos in 2 albums")
    with page.expect_request("**/local/send"):
        shown.get_by_role("button", name="Send", exact=True).click()
    waiting = page.locator(".pending")
    expect(waiting).to_have_count(2)
    waiting.last.get_by_role("button", name="Cancel").click()
    expect(waiting).to_have_count(1)
    held[0].continue_()
    expect(page.locator(".mine[data-id] .photo img")).to_have_count(10)
    expect(waiting).to_have_count(0)
    assert 1 == len(held)


def test_what_the_browser_cannot_show_has_a_name(page: Page) -> None:
    """A picture that does not decode here is a name in the preview: the bot may still read it."""
    shown = pick(page, upload("phone.heic", b"who knows", "image/heic"))
    expect(shown.get_by_text("phone.heic")).to_be_visible()
    expect(shown.get_by_role("img")).to_have_count(0)
    expect(title(shown)).to_have_text("Send 1 photo")


def test_the_preview_fits_a_phone(browser: Browser, server: LocalServer) -> None:
    """A dozen pictures scroll inside it; caption and buttons stay in sight."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    phone = context.new_page()
    phone.goto(server.url)
    shown = pick(phone, *photos(12))
    for name in ("Cancel", "Send"):
        expect(shown.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(field(shown)).to_be_in_viewport(ratio=1)
    assert shown.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    context.close()
