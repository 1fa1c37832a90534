"""The chat page in Chromium: commands, people, the group, language and look."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import answer, bubbles
from tests.local.serving import LocalServer, Script

pytestmark = pytest.mark.browser

GROUP = -100


@pytest.fixture
def script(server: LocalServer) -> Iterator[Script]:
    """HTTP access to the page's server."""
    client = Script(server.url)
    yield client
    client.close()


def test_commands_are_suggested(page: Page) -> None:
    """Typing a slash offers the commands; arrows and Enter choose one."""
    page.get_by_label("Message", exact=True).fill("/l")
    options = page.get_by_role("option")
    expect(options).to_have_text(["/labelsWhat I can tell apart"])
    page.keyboard.press("Enter")
    expect(bubbles(page).first).to_contain_text("/labels")
    expect(page.get_by_role("option")).to_have_count(0)


def test_the_menu_button_offers_commands(page: Page) -> None:
    """The menu shows what the bot can do, and a click sends it."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("option", name="/start").click()
    expect(answer(page)).to_contain_text("Send me a photo")


def test_a_command_in_a_message_can_be_pressed(page: Page) -> None:
    """Commands that the bot mentions are sent by pressing them."""
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("#messages").get_by_role("button", name="/labels").click()
    expect(page.locator(".message.mine").last).to_contain_text("/labels")


def test_person_and_admin_have_their_own_chats(page: Page) -> None:
    """Switching shows the other chat, with the commands of that person."""
    page.get_by_role("button", name="Start", exact=True).click()
    expect(bubbles(page)).to_have_count(2)
    page.get_by_role("button", name="Sam").click()
    expect(bubbles(page)).to_have_count(0)
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("option", name="/review")).to_be_visible()
    page.get_by_role("button", name="Robin").click()
    expect(bubbles(page)).to_have_count(2)


def test_news_in_another_chat_is_counted(page: Page, script: Script) -> None:
    """A message for the other person shows as unread until looked at."""
    expect(page.locator("#status")).to_have_text("online")
    script.result("sendMessage", chat_id=2, text="A new model is published.")
    page.get_by_role("button", name=re.compile("^Sam admin.* 1 new$")).click()
    expect(page.get_by_role("button", name=re.compile("new$"))).to_have_count(0)
    expect(answer(page)).to_contain_text("A new model is published.")


def test_speaking_in_the_group(page: Page, script: Script) -> None:
    """In the group one speaks as either person."""
    page.get_by_role("button", name="Group").click()
    page.get_by_label("Speaking as").select_option("2")
    page.get_by_label("Message", exact=True).fill("hello all")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine[data-id]")).to_contain_text("hello all")
    assert [2] == [message["from"]["id"] for message in script.messages(chat=GROUP)]


def test_an_empty_chat_says_what_fits_who_is_chosen(page: Page) -> None:
    """The admin is shown reviewing, the group how the bot is asked there."""
    invitation = page.locator("#empty")
    expect(invitation.get_by_role("button", name="Start")).to_be_visible()
    page.get_by_role("button", name="Group").click()
    expect(invitation).to_contain_text("caption /identify")
    with page.expect_file_chooser():
        invitation.get_by_role("button", name="Choose a photo").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("/identify")
    page.get_by_role("button", name="Sam").click()
    invitation.get_by_role("button", name="Review photos").click()
    expect(page.locator(".message.mine").last).to_contain_text("/review")


def test_whoever_the_bot_lets_review_is_shown_it(page: Page, script: Script) -> None:
    """Its settings may make admins of more people; their menu says so."""
    expect(page.locator("#empty")).to_contain_text("Drop in a photo")
    expect(page.get_by_role("button", name="An ordinary person")).to_be_visible()
    review = {"command": "review", "description": "Look at what people dispute"}
    scope = {"type": "chat", "chat_id": 1}
    script.result("setMyCommands", commands=[review], scope=scope)
    page.reload()
    expect(page.locator("#empty").get_by_role("button", name="Review photos")).to_be_visible()
    expect(page.get_by_role("button", name="Robin admin")).to_contain_text("May review and retrain")
    expect(page.get_by_role("button", name="An ordinary person")).to_have_count(0)


def test_the_language_reaches_the_bot(page: Page, script: Script) -> None:
    """The language chosen is what Telegram tells the bot."""
    page.get_by_role("button", name="Language and look").click()
    with page.expect_response(
        lambda answer: answer.url.endswith("/people") and answer.request.method == "POST"
    ):
        page.get_by_label("Language of Robin").select_option("de")
    page.get_by_role("button", name="Done").click()
    assert "de" == script.send(user=1, text="hallo")["from"]["language_code"]


def test_the_look_is_remembered(page: Page) -> None:
    """Dark stays dark after reloading."""
    page.get_by_role("button", name="Language and look").click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
