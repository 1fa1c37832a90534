"""The page when things go wrong: refused files, a lost connection, a restarted server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.scripted_bot import ScriptedBot
from tests.browser.test_page import answer, choose, upload
from tests.conftest import draw_photo
from tests.local.serving import LocalServer, Script

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, server: LocalServer) -> Iterator[Page]:
    """The page without a bot; errors in its console are what these tests provoke."""
    opened = browser.new_page()
    opened.goto(server.url)
    expect(opened.locator("#empty")).to_be_visible()
    yield opened
    opened.close()


def test_a_refused_photo_can_go_as_a_file(page: Page, server: LocalServer) -> None:
    """A text file named .jpg is refused in plain words, and may be sent as a file."""
    choose(page, upload("notes.jpg", b"just text"))
    failed = page.get_by_role("alert").filter(has_text="notes.jpg")
    expect(failed).to_contain_text("This is not a picture that can be sent as a photo.")
    page.get_by_role("button", name="Send as file").click()
    expect(page.locator(".document")).to_contain_text("notes.jpg")
    expect(failed).to_have_count(0)


def test_a_failed_bubble_can_be_removed(page: Page) -> None:
    """What could not be sent goes away on request, and the invitation comes back."""
    choose(page, upload("notes.jpg", b""))
    expect(page.locator(".failed")).to_contain_text("This file is empty.")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".failed")).to_have_count(0)
    expect(page.locator("#empty")).to_be_visible()


def test_a_large_photo_is_shrunk_as_telegram_does(page: Page, server: LocalServer) -> None:
    """A picture too large for Telegram is made smaller before it is sent."""
    choose(page, upload("wide.png", draw_photo(size=(7000, 3500), file_format="PNG")))
    expect(page.locator(".message[data-id] .photo img")).to_be_visible()
    script = Script(server.url)
    largest = script.messages()[0]["photo"][-1]
    assert (1280, 640) == (largest["width"], largest["height"])
    script.close()


def test_a_lost_connection_is_told_and_healed(browser: Browser) -> None:
    """When the server goes the page says so; when another run of it comes back, it goes on."""
    with LocalServer() as server:
        page = browser.new_page()
        page.goto(server.url)
        script = Script(server.url)
        script.result("sendMessage", chat_id=1, text="before")
        expect(answer(page)).to_contain_text("before")
        script.close()
        port = server.port
    expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    with LocalServer(port=port, clock=lambda: 2e9) as server:
        script = Script(server.url)
        script.result("sendMessage", chat_id=1, text="after")
        expect(answer(page)).to_contain_text("after")
        expect(page.locator(".message[data-id]")).to_have_count(1)
        expect(page.get_by_text("Connection lost")).to_be_hidden()
        script.close()
        page.close()


def test_commands_that_come_late_are_suggested(page: Page, server: LocalServer) -> None:
    """Who types a slash before the bot has said its commands is offered them when it has."""
    page.get_by_label("Message", exact=True).fill("/l")
    expect(page.get_by_role("option")).to_have_count(0)
    bot = ScriptedBot(server.url)
    bot.start()
    expect(page.get_by_role("option")).to_have_text(["/labelsWhat I can tell apart"])
    page.keyboard.press("Enter")
    expect(answer(page)).to_be_visible()
    bot.stop()


def test_sending_without_a_server_keeps_the_words(page: Page, server: LocalServer) -> None:
    """A message that could not be sent stays, with a way to try again."""
    server.stop()
    page.get_by_label("Message", exact=True).fill("are you there?")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_contain_text("are you there?")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
