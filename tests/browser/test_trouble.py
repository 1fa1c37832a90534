"""The page when things go wrong: refused files, a lost connection, a restarted server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

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
    expect(page.locator(".failed").get_by_role("button")).to_have_text(["Remove"])
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
    expect(page.locator("#status")).to_have_text("offline")
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


def test_what_failed_or_is_underway_stays_in_its_chat(page: Page, server: LocalServer) -> None:
    """Another chat shows nothing of it; back in its chat it is there, and is sent there."""
    script = Script(server.url)
    held: list[Route] = []
    holding = False
    # Before the page is loaded: on an open one it may miss the next request.
    page.route("**/local/send", lambda route: held.append(route) if holding else route.abort())
    page.reload()
    page.get_by_label("Message", exact=True).fill("lost")
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_contain_text("lost")
    page.get_by_role("button", name="Sam").click()
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.locator("#empty")).to_be_visible()
    page.get_by_role("button", name="Robin").click()
    script.result("sendMessage", chat_id=1, text="later")
    expect(page.locator("#messages .text")).to_have_text(
        ["“lost”\nThe server does not answer.", "later"]
    )
    holding = True
    with page.expect_request("**/local/send"):
        page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Sam").click()
    expect(page.locator(".pending")).to_have_count(0)
    page.get_by_role("button", name="Robin").click()
    expect(page.locator(".pending")).to_contain_text("lost")
    page.get_by_role("button", name="Sam").click()
    held[0].continue_()
    expect(page.get_by_role("button", name="Robin")).to_contain_text("lost")
    expect(page.locator("#empty")).to_be_visible()
    assert ["later", "lost"] == [message["text"] for message in script.messages(chat=1)]
    script.close()


def test_what_takes_long_shows_how_far_it_is_and_can_be_called_off(
    page: Page, server: LocalServer
) -> None:
    """A large file on a slow line says its per cent; cancelled, nothing of it arrives."""
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.reload()
    choose(page, upload("long.bin", bytes(20_000_000), "application/octet-stream"))
    expect(page.locator(".pending .progress")).to_have_text(re.compile(r"sending, \d+%"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.locator("#empty")).to_be_visible()
    script = Script(server.url)
    assert [] == script.messages()
    script.close()
